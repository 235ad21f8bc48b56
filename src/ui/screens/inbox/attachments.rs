//! The files of a message: pictures to look at, all else as a row to save, and what its provider still has.

use leptos::prelude::*;

use crate::{
    domain::{Attachment, AwaitedFile, Dimensions, Message, MessageId},
    ui::{
        components::{Icon, icon},
        live::Live,
    },
};

/// A picture by itself takes no more room than this.
const ROOM: Dimensions = Dimensions { width: 320, height: 240 };
/// A longer ending of a file's name is no ending; with its dot.
const ENDING: usize = 8;

/// The files of a message, if it has any.
pub fn attachments(files: Vec<Attachment>) -> impl IntoView {
    let (pictures, others): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| file.image.is_some());
    let is_several = pictures.len() > 1;
    let pictures = (!pictures.is_empty()).then(|| {
        let pictures = pictures.into_iter().filter_map(picture).collect_view();
        view! { <ul class="pictures" class=("pictures--several", is_several)>{pictures}</ul> }
    });
    let others = (!others.is_empty()).then(|| {
        let others = others.into_iter().map(row).collect_view();
        view! { <ul class="files">{others}</ul> }
    });
    view! {
        {pictures}
        {others}
    }
}

/// The files of a message of the open thread. Those that it waits for come while it is read.
pub fn files_of(message: &Message) -> AnyView {
    let (id, seq) = (message.id, message.seq);
    let (files, awaited) = (message.attachments.clone(), message.awaited.clone());
    if awaited.is_empty() {
        return attachments(files).into_any();
    }
    let live = expect_context::<Live>();
    let files = follow(live, id, files, |message| message.attachments.clone());
    let awaited = follow(live, id, awaited, |message| message.awaited.clone());
    view! {
        {move || attachments(files.get())}
        {move || waiting(awaited.get(), seq)}
    }
    .into_any()
}

/// Something of a message of the open thread, as it is now. While the thread is changed for another, what is on screen
/// stays as it is.
fn follow<T>(live: Live, id: MessageId, at_first: Vec<T>, part: fn(&Message) -> Vec<T>) -> Memo<Vec<T>>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    Memo::new(move |before: Option<&Vec<T>>| {
        let now = live.thread.with(|thread| {
            let messages = thread.as_ref().map_or(&[][..], |thread| &thread.messages);
            messages.iter().find(|message| message.id == id).map(part)
        });
        now.or_else(|| before.cloned()).unwrap_or_else(|| at_first.clone())
    })
}

/// What a message waits for, if for anything.
fn waiting(files: Vec<AwaitedFile>, seq: i64) -> Option<impl IntoView> {
    let is_any = !files.is_empty();
    is_any.then(|| {
        let rows = files.into_iter().map(|file| awaited(file, seq)).collect_view();
        view! { <ul class="awaited">{rows}</ul> }
    })
}

/// A file that is being fetched, or could not be.
fn awaited(file: AwaitedFile, seq: i64) -> AnyView {
    let what = file.label();
    let Some(why) = file.failure else {
        return view! {
            <li class="awaited__file" data-testid="awaited" data-state="fetching">
                {icon(Icon::Download, "icon--small")}
                {format!("Fetching a {}…", what.to_lowercase())}
            </li>
        }
        .into_any();
    };
    let live = expect_context::<Live>();
    let id = file.id;
    let reason = format!("reason-{id}");
    view! {
        <li class="awaited__file awaited__file--failed" data-testid="awaited" data-state="failed">
            <span class="awaited__reason" id=reason.clone()>
                {icon(Icon::Warning, "icon--small")}
                {format!("{what} not fetched: {why}")}
            </span>
            <button
                class="button button--small"
                type="button"
                aria-describedby=reason
                on:click=move |_| live.fetch_again(seq, id)
            >
                {icon(Icon::Retry, "icon--small")}
                "Try again"
            </button>
        </li>
    }
    .into_any()
}

/// A small picture that leads to the whole one. It has its place before it is loaded.
fn picture(file: Attachment) -> Option<impl IntoView> {
    let Dimensions { width, height } = fitted(file.image?);
    let (path, source) = (file.path(), file.thumbnail_path()?);
    let title = name_and_size(&file);
    Some(view! {
        <li>
            <a
                class="picture"
                data-testid="attachment"
                href=path
                target="_blank"
                rel="noopener"
                title=title
            >
                <img class="picture__image" src=source alt=file.name width=width height=height />
            </a>
        </li>
    })
}

/// A link that fetches a file. Its name is cut before the ending, which tells what it is.
fn row(file: Attachment) -> impl IntoView {
    let (stem, ending) = parted(&file.name);
    let (stem, ending) = (stem.to_owned(), ending.to_owned());
    let (path, label, size) = (file.path(), name_and_size(&file), file.size_label());
    view! {
        <li>
            <a class="file" data-testid="attachment" href=path download=file.name aria-label=label>
                {icon(Icon::File, "icon--small")} <bdi class="file__name">
                    <span class="file__stem">{stem}</span>
                    <span class="file__ending">{ending}</span>
                </bdi> <span class="file__size">{size}</span>
                {icon(Icon::Download, "icon--small")}
            </a>
        </li>
    }
}

fn name_and_size(file: &Attachment) -> String {
    format!("{}, {}", file.name, file.size_label())
}

/// The size at which a picture is shown by itself: never larger than it is.
fn fitted(image: Dimensions) -> Dimensions {
    let (width, height) = (u64::from(image.width.max(1)), u64::from(image.height.max(1)));
    let (most_wide, most_high) = (u64::from(ROOM.width), u64::from(ROOM.height));
    // The side that is too long by more decides.
    let is_wide = width * most_high >= height * most_wide;
    let (part, whole) = if is_wide { (most_wide.min(width), width) } else { (most_high.min(height), height) };
    let side = |length: u64| u32::try_from((length * part / whole).max(1)).unwrap_or(u32::MAX);
    Dimensions { width: side(width), height: side(height) }
}

/// A file's name in two parts: what may be cut where there is no room, and its ending, which stays.
fn parted(name: &str) -> (&str, &str) {
    let dot = name.rfind('.').filter(|dot| *dot > 0 && name[*dot..].chars().count() <= ENDING);
    name.split_at(dot.unwrap_or(name.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert, proptest};

    #[test]
    fn pictures_fit_and_are_not_enlarged() {
        let shown = |width, height| {
            let Dimensions { width, height } = fitted(Dimensions { width, height });
            (width, height)
        };
        assert_eq!(shown(4000, 3000), (320, 240));
        assert_eq!(shown(3000, 1000), (320, 106));
        assert_eq!(shown(1000, 3000), (80, 240));
        assert_eq!(shown(32, 16), (32, 16));
        assert_eq!(shown(100_000, 2), (320, 1), "a line is still there");
        assert_eq!(shown(0, 0), (1, 1));
    }

    #[test]
    fn an_ending_is_short_and_stands_behind_a_name() {
        assert_eq!(parted("Report of the year.pdf"), ("Report of the year", ".pdf"));
        assert_eq!(parted("backup.tar.gz"), ("backup.tar", ".gz"));
        assert_eq!(parted("README"), ("README", ""));
        assert_eq!(parted(".profile"), (".profile", ""));
        assert_eq!(parted("Dr. Strangelove and others"), ("Dr. Strangelove and others", ""));
        assert_eq!(parted("ملف.jpeg"), ("ملف", ".jpeg"));
    }

    proptest! {
        #[test]
        fn no_picture_is_larger_than_its_room_or_than_it_is(width: u32, height: u32) {
            let shown = fitted(Dimensions { width, height });
            prop_assert!((1..=ROOM.width.min(width.max(1))).contains(&shown.width));
            prop_assert!((1..=ROOM.height.min(height.max(1))).contains(&shown.height));
        }
    }
}
