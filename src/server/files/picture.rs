//! Pictures: which can be shown in their place, and the small one that a thread shows.
//!
//! Who makes a picture decides what it costs to draw it, so its claims are looked at before they are believed.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, metadata::Orientation};

use crate::domain::Dimensions;

/// The longer side of a thumbnail, in pixels.
const SIDE: u32 = 480;
/// The most pixels of a picture that is shown: more than phones take.
const MOST_PIXELS: u64 = 40_000_000;
/// The most that its pixels may take, in bytes.
const MOST_MEMORY: u64 = 4 * MOST_PIXELS;

/// A picture that can be shown.
pub struct Picture {
    /// As it is looked at.
    pub dimensions: Dimensions,
    /// JPEG; PNG of a picture that lets its ground through.
    pub thumbnail: Vec<u8>,
}

/// The format of what can be shown.
pub fn format(content_type: &str) -> Option<ImageFormat> {
    Some(match content_type {
        "image/gif" => ImageFormat::Gif,
        "image/jpeg" => ImageFormat::Jpeg,
        "image/png" => ImageFormat::Png,
        "image/webp" => ImageFormat::WebP,
        _ => return None,
    })
}

/// Reads a picture and makes the small one of it; none of what cannot be read, or is too large.
pub fn draw(bytes: &[u8], format: ImageFormat) -> Option<Picture> {
    if format == ImageFormat::WebP && !is_sound_webp(bytes) {
        return None;
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if !(1..=MOST_PIXELS).contains(&pixels) || decoder.total_bytes() > MOST_MEMORY {
        return None;
    }
    let orientation = decoder.orientation().ok()?;
    let image = DynamicImage::from_decoder(decoder).ok()?;
    let mut small = image.thumbnail(width.min(SIDE), height.min(SIDE));
    drop(image);
    small.apply_orientation(orientation);
    let (width, height) = if lies_on_its_side(orientation) { (height, width) } else { (width, height) };
    Some(Picture { dimensions: Dimensions { width, height }, thumbnail: encode(small)? })
}

/// Whether a camera was held upright, and says so beside the pixels.
const fn lies_on_its_side(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    )
}

fn encode(small: DynamicImage) -> Option<Vec<u8>> {
    let (small, format) = if small.color().has_alpha() {
        (DynamicImage::ImageRgba8(small.into_rgba8()), ImageFormat::Png)
    } else {
        (DynamicImage::ImageRgb8(small.into_rgb8()), ImageFormat::Jpeg)
    };
    let mut bytes = Cursor::new(Vec::new());
    small.write_to(&mut bytes, format).ok()?;
    Some(bytes.into_inner())
}

/// Whether the parts of a WebP lie within it and its frames are not too large (RFC 9649 § 2). Its decoder makes room
/// for what they claim before it sees that they do not keep it.
fn is_sound_webp(bytes: &[u8]) -> bool {
    bytes.get(12..).is_some_and(|chunks| are_sound(chunks, false))
}

fn are_sound(mut chunks: &[u8], in_frame: bool) -> bool {
    while let Some(([name @ .., a, b, c, d], rest)) = chunks.split_first_chunk::<8>() {
        let size = usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).unwrap_or(usize::MAX);
        let Some(content) = rest.get(..size) else { return false };
        let is_sound = match name {
            // A frame of an animation: where it goes, then chunks of its own.
            b"ANMF" if !in_frame => content.get(16..).is_some_and(|chunks| are_sound(chunks, true)),
            b"VP8 " => content.get(6..10).is_some_and(|size| {
                let side = |at: usize| u64::from(u16::from_le_bytes([size[at], size[at + 1]]) & 0x3fff);
                side(0) * side(2) <= MOST_PIXELS
            }),
            _ => true,
        };
        if !is_sound {
            return false;
        }
        // Chunks begin at even places.
        chunks = rest.get(size + size % 2..).unwrap_or_default();
    }
    true
}

#[cfg(test)]
mod tests {
    use image::{ImageEncoder, RgbImage, RgbaImage, codecs::jpeg::JpegEncoder};

    use super::*;

    fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.into().write_to(&mut bytes, format).expect("encoded");
        bytes.into_inner()
    }

    fn size(bytes: &[u8]) -> (u32, u32) {
        let image = image::load_from_memory(bytes).expect("a picture");
        (image.width(), image.height())
    }

    #[test]
    fn thumbnails_fit_and_are_not_blown_up() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
            for (width, height, small) in [(960, 480, (480, 240)), (48, 960, (24, 480)), (30, 20, (30, 20))] {
                let picture = draw(&encoded(RgbImage::new(width, height), format), format).expect("drawn");
                assert_eq!(picture.dimensions, Dimensions { width, height }, "{format:?}");
                assert_eq!(size(&picture.thumbnail), small, "{format:?}");
            }
        }
    }

    #[test]
    fn what_lets_the_ground_through_still_does() {
        let clear = draw(&encoded(RgbaImage::new(9, 9), ImageFormat::Png), ImageFormat::Png).expect("drawn");
        assert_eq!(image::guess_format(&clear.thumbnail).ok(), Some(ImageFormat::Png));
        let solid = draw(&encoded(RgbImage::new(9, 9), ImageFormat::Png), ImageFormat::Png).expect("drawn");
        assert_eq!(image::guess_format(&solid.thumbnail).ok(), Some(ImageFormat::Jpeg));
    }

    #[test]
    fn a_photo_taken_upright_stands_upright() {
        // A TIFF header and one entry: orientation (0x0112), a short, one of it, 6.
        let exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new(&mut bytes);
        encoder.set_exif_metadata(exif.to_vec()).expect("taken");
        DynamicImage::from(RgbImage::new(40, 20)).write_with_encoder(encoder).expect("encoded");
        let picture = draw(&bytes, ImageFormat::Jpeg).expect("drawn");
        assert_eq!(picture.dimensions, Dimensions { width: 20, height: 40 });
        assert_eq!(size(&picture.thumbnail), (20, 40));
    }

    #[test]
    fn a_bomb_is_not_drawn() {
        let mut gif = encoded(RgbImage::new(1, 1), ImageFormat::Gif);
        assert!(draw(&gif, ImageFormat::Gif).is_some());
        gif[6..10].copy_from_slice(&[0xff; 4]);
        assert!(draw(&gif, ImageFormat::Gif).is_none(), "65535 by 65535 pixels");
        assert!(draw(b"GIF89a", ImageFormat::Gif).is_none());
    }

    #[test]
    fn a_webp_whose_parts_claim_too_much_is_not_drawn() {
        let chunk = |name: &[u8; 4], size: u32, content: &[u8]| {
            [&name[..], &size.to_le_bytes(), content, &[0][..content.len() % 2]].concat()
        };
        let canvas = chunk(b"VP8X", 10, &[0; 10]);
        let frame = |side: u16| [&[0; 6][..], &side.to_le_bytes(), &side.to_le_bytes()].concat();
        let animated = |side: u16| [&[0; 16][..], &chunk(b"VP8 ", 10, &frame(side))].concat();
        let length = |content: &[u8]| u32::try_from(content.len()).expect("small");
        for (sound, part) in [
            (true, chunk(b"EXIF", 3, b"abc")),
            (false, chunk(b"EXIF", u32::MAX, b"abc")),
            (true, chunk(b"VP8 ", 10, &frame(1_000))),
            (false, chunk(b"VP8 ", 10, &frame(16_383))),
            (false, chunk(b"VP8 ", 3, b"abc")),
            (true, chunk(b"ANMF", length(&animated(1_000)), &animated(1_000))),
            (false, chunk(b"ANMF", length(&animated(16_383)), &animated(16_383))),
        ] {
            let webp = [&b"RIFF\0\0\0\0WEBP"[..], &canvas, &part].concat();
            assert_eq!(is_sound_webp(&webp), sound, "{part:?}");
        }
        // However deep frames stand in frames.
        let nested: Vec<u8> =
            (0..200_000).rev().flat_map(|depth| chunk(b"ANMF", 16 + 24 * depth, &[0; 16])).collect();
        let webp = [&b"RIFF\0\0\0\0WEBP"[..], &canvas, &nested].concat();
        assert!(draw(&webp, ImageFormat::WebP).is_none());
    }
}
