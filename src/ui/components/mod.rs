//! Small parts that know nothing of the product's rules: icons, avatars, marks, menus, standings, times.

mod avatar;
mod filled;
mod icon;
mod look_again;
mod mark;
mod menu;
mod standing;
mod when;
mod zone;

pub use avatar::{Size, avatar};
pub use filled::filled;
pub use icon::{Icon, icon};
pub use look_again::look_while;
pub use mark::{channel_chip, channel_icon, channel_mark, status_icon};
pub use menu::{Menu, close_menu};
pub use standing::{load_words, standing_dot, standing_words};
pub use when::{
    WallClock, clock_time, date_time, day_label, duration, full_date, row_time, short_date, waiting_for,
};
pub use zone::Zone;
