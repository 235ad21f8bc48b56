//! The icons: one set, drawn on a 20-unit grid. The only place where markup is put in as text, and it is constant.

use leptos::prelude::*;

/// An icon of the set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    Logo,
    Inbox,
    Mine,
    NeedsAnswer,
    Unassigned,
    Spark,
    Resolved,
    All,
    Team,
    Clock,
    Sms,
    Mail,
    Chat,
    Bot,
    Note,
    Lock,
    More,
    Menu,
    Back,
    Settings,
    Close,
    ArrowDown,
    Claim,
    Release,
    Reopen,
    Retry,
    Assign,
    Sun,
    Moon,
    Keyboard,
    SignOut,
    Panel,
    Warning,
    Offline,
    User,
    Check,
    MarkUnread,
    StatusOpen,
    StatusWaiting,
    StatusActive,
    StatusResolved,
    Chevron,
    Attach,
    File,
    Download,
    Move,
    Canned,
    Preview,
    Search,
    Bell,
    Filter,
    Tag,
    Flag,
    Snooze,
    View,
    Chart,
    Reply,
}

impl Icon {
    const fn markup(self) -> &'static str {
        match self {
            Self::Logo => {
                r#"<path d="M5 3.4h10A2.6 2.6 0 0 1 17.6 6v5.6a2.6 2.6 0 0 1-2.6 2.6h-3.9L7 17.4v-3.2H5a2.6 2.6 0 0 1-2.6-2.6V6A2.6 2.6 0 0 1 5 3.4z" fill="currentColor" stroke="none"/><path d="M6.6 8.8h1.5l1.3-2.2 1.5 4.4 1.2-2.2h1.4" stroke="var(--on-accent)" stroke-width="1.5"/>"#
            }
            Self::Inbox => {
                r#"<path d="M5.3 4h9.4l2.3 7.1v3.7a1.6 1.6 0 0 1-1.6 1.6H4.6A1.6 1.6 0 0 1 3 14.8v-3.7z"/><path d="M3.2 11.2h3.5l1.2 2.2h4.2l1.2-2.2h3.5"/>"#
            }
            Self::Mine => {
                r#"<circle cx="10" cy="10" r="7.2"/><circle cx="10" cy="8" r="2.4"/><path d="M5.4 15.4c.9-1.9 2.6-2.9 4.6-2.9s3.7 1 4.6 2.9"/>"#
            }
            Self::NeedsAnswer => {
                r#"<path d="M4.8 3.6h10.4A1.8 1.8 0 0 1 17 5.4v6.8a1.8 1.8 0 0 1-1.8 1.8H9.2l-3.9 3v-3h-.5A1.8 1.8 0 0 1 3 12.2V5.4a1.8 1.8 0 0 1 1.8-1.8z"/><path d="M10 6.4v2.6"/><circle cx="10" cy="11.3" r="1" fill="currentColor" stroke="none"/>"#
            }
            Self::Unassigned => {
                r#"<circle cx="10" cy="10" r="7.2" stroke-dasharray="3 2.65"/><circle cx="10" cy="8" r="2.4"/><path d="M6.4 14.2c.9-1.1 2.1-1.7 3.6-1.7s2.7.6 3.6 1.7"/>"#
            }
            Self::Spark => {
                r#"<path d="M8.7 3.4c.5 3.9 2.4 5.8 6.3 6.3-3.9.5-5.8 2.4-6.3 6.3-.5-3.9-2.4-5.8-6.3-6.3 3.9-.5 5.8-2.4 6.3-6.3z"/><path d="M15.6 2.9v3.4M13.9 4.6h3.4M15.8 14.2v2.6M14.5 15.5h2.6"/>"#
            }
            Self::Resolved => r#"<circle cx="10" cy="10" r="7.2"/><path d="M6.8 10.3l2.3 2.3 4.2-4.8"/>"#,
            Self::All => {
                r#"<path d="M10 3l7 3.5-7 3.5-7-3.5z"/><path d="M3.2 10.1L10 13.5l6.8-3.4M3.2 13.6L10 17l6.8-3.4"/>"#
            }
            Self::Team => {
                r#"<circle cx="7.6" cy="7" r="2.8"/><path d="M2.6 16.4c.3-3 2.3-4.7 5-4.7s4.7 1.7 5 4.7"/><path d="M13 4.5a2.8 2.8 0 0 1 0 5.1M14.8 12.3c1.6.7 2.5 2.1 2.7 4.1"/>"#
            }
            Self::Clock => r#"<circle cx="10" cy="10" r="7.2"/><path d="M10 5.8V10l2.8 1.8"/>"#,
            Self::Sms => r#"<rect x="5.6" y="2.6" width="8.8" height="14.8" rx="2"/><path d="M9 14.6h2"/>"#,
            Self::Mail => {
                r#"<rect x="2.8" y="4.4" width="14.4" height="11.2" rx="1.8"/><path d="M3.4 6l6.6 5 6.6-5"/>"#
            }
            Self::Chat => {
                r#"<path d="M4.8 3.6h10.4A1.8 1.8 0 0 1 17 5.4v6.8a1.8 1.8 0 0 1-1.8 1.8H9.2l-3.9 3v-3h-.5A1.8 1.8 0 0 1 3 12.2V5.4a1.8 1.8 0 0 1 1.8-1.8z"/>"#
            }
            Self::Bot => {
                r#"<rect x="3.6" y="7" width="12.8" height="9.2" rx="2.4"/><path d="M10 7V4M7.8 10.8v1.6M12.2 10.8v1.6"/><circle cx="10" cy="3.2" r="1" fill="currentColor" stroke="none"/>"#
            }
            Self::Note => {
                r#"<path d="M5 3.4h10A1.6 1.6 0 0 1 16.6 5v6.6l-5 5H5A1.6 1.6 0 0 1 3.4 15V5A1.6 1.6 0 0 1 5 3.4z"/><path d="M16.4 11.6h-3.2a1.6 1.6 0 0 0-1.6 1.6v3.2M6.8 7.2h6.4M6.8 10.2h3"/>"#
            }
            Self::Lock => {
                r#"<rect x="4.4" y="9" width="11.2" height="7.8" rx="1.8"/><path d="M7 9V6.4a3 3 0 0 1 6 0V9"/>"#
            }
            Self::More => {
                r#"<circle cx="4.6" cy="10" r="1.4" fill="currentColor" stroke="none"/><circle cx="10" cy="10" r="1.4" fill="currentColor" stroke="none"/><circle cx="15.4" cy="10" r="1.4" fill="currentColor" stroke="none"/>"#
            }
            Self::Menu => r#"<path d="M3.4 5.6h13.2M3.4 10h13.2M3.4 14.4h8"/>"#,
            Self::Back => r#"<path d="M16.4 10H4M9 4.8L3.8 10 9 15.2"/>"#,
            Self::Settings => {
                r#"<path d="M3.4 6.2h6.2M13.6 6.2h3M3.4 13.8h3M10.4 13.8h6.2"/><circle cx="11.6" cy="6.2" r="2"/><circle cx="8.4" cy="13.8" r="2"/>"#
            }
            Self::Close => r#"<path d="M5 5l10 10M15 5L5 15"/>"#,
            Self::ArrowDown => r#"<path d="M10 3.8v12.4M4.8 11L10 16.2 15.2 11"/>"#,
            Self::Claim => {
                r#"<path d="M6.6 10.6V5.4a1.2 1.2 0 0 1 2.4 0v3.8V3.8a1.2 1.2 0 0 1 2.4 0v5.4-4a1.2 1.2 0 0 1 2.4 0v4.6-2.2a1.2 1.2 0 0 1 2.4 0v4.6c0 3-1.9 5-4.8 5-2.3 0-3.6-.8-4.8-2.7l-2.8-4.3a1.2 1.2 0 0 1 2-1.4z"/>"#
            }
            Self::Release => {
                r#"<path d="M8.2 4H5.2a1.6 1.6 0 0 0-1.6 1.6v8.8A1.6 1.6 0 0 0 5.2 16h3"/><path d="M8 10h9M13.4 6.4L17 10l-3.6 3.6"/>"#
            }
            Self::Reopen => r#"<path d="M4 4.2v4h4"/><path d="M4.4 8.2a6.4 6.4 0 1 1-.6 4.2"/>"#,
            Self::Retry => r#"<path d="M16 4.2v4h-4"/><path d="M15.6 8.2a6.4 6.4 0 1 0 .6 4.2"/>"#,
            Self::Assign => {
                r#"<circle cx="8.4" cy="7" r="3"/><path d="M3 16.6c.3-3.2 2.5-5 5.4-5 1 0 1.9.2 2.7.6M14.6 12.2v5M12.1 14.7h5"/>"#
            }
            Self::Sun => {
                r#"<circle cx="10" cy="10" r="3.4"/><path d="M10 2.6v1.6M10 15.8v1.6M2.6 10h1.6M15.8 10h1.6M4.8 4.8l1.1 1.1M14.1 14.1l1.1 1.1M4.8 15.2l1.1-1.1M14.1 5.9l1.1-1.1"/>"#
            }
            Self::Moon => r#"<path d="M16.6 11.6A6.9 6.9 0 0 1 8.4 3.4a6.9 6.9 0 1 0 8.2 8.2z"/>"#,
            Self::Keyboard => {
                r#"<rect x="2.4" y="5" width="15.2" height="10" rx="1.8"/><path d="M5.6 8.2h.01M8.6 8.2h.01M11.5 8.2h.01M14.4 8.2h.01M6.6 11.8h6.8"/>"#
            }
            Self::SignOut => {
                r#"<path d="M11.8 4H14.8a1.6 1.6 0 0 1 1.6 1.6v8.8a1.6 1.6 0 0 1-1.6 1.6h-3"/><path d="M12 10H3.4M6.8 6.4L3.2 10l3.6 3.6"/>"#
            }
            Self::Panel => r#"<rect x="2.8" y="4" width="14.4" height="12" rx="1.8"/><path d="M12.2 4v12"/>"#,
            Self::Warning => {
                r#"<path d="M8.7 4L2.9 14.2a1.5 1.5 0 0 0 1.3 2.2h11.6a1.5 1.5 0 0 0 1.3-2.2L11.3 4a1.5 1.5 0 0 0-2.6 0z"/><path d="M10 8v3.2"/><circle cx="10" cy="13.6" r="1" fill="currentColor" stroke="none"/>"#
            }
            Self::Offline => {
                r#"<path d="M3.2 3.2l13.6 13.6M6.3 11.7a5.4 5.4 0 0 1 2.3-1.4M12.3 10.8c.5.2 1 .6 1.4.9M3.4 8.7a9.6 9.6 0 0 1 3-1.9M9.7 6.1a9.6 9.6 0 0 1 6.9 2.6"/><circle cx="10" cy="14.8" r="1.1" fill="currentColor" stroke="none"/>"#
            }
            Self::User => {
                r#"<circle cx="10" cy="6.8" r="3.2"/><path d="M4 16.6c.4-3.3 2.8-5.2 6-5.2s5.6 1.9 6 5.2"/>"#
            }
            Self::Check => r#"<path d="M4.2 10.6l3.8 3.8 7.8-8.6"/>"#,
            Self::MarkUnread => {
                r#"<path d="M11.6 4.4H4.6A1.8 1.8 0 0 0 2.8 6.2v7.6a1.8 1.8 0 0 0 1.8 1.8h10.8a1.8 1.8 0 0 0 1.8-1.8V8.6"/><path d="M3.4 6.6l6.6 4.8 3-2.2"/><circle cx="15.8" cy="4.8" r="2" fill="currentColor" stroke="none"/>"#
            }
            Self::StatusOpen => r#"<circle cx="10" cy="10" r="6.4" stroke-width="2"/>"#,
            Self::StatusWaiting => r#"<circle cx="10" cy="10" r="7.2" fill="currentColor" stroke="none"/>"#,
            Self::StatusActive => {
                r#"<circle cx="10" cy="10" r="6.4" stroke-width="2"/><path d="M10 3.6a6.4 6.4 0 0 1 0 12.8z" fill="currentColor" stroke="none"/>"#
            }
            Self::StatusResolved => {
                r#"<circle cx="10" cy="10" r="6.4" stroke-width="2"/><path d="M6.9 10.3l2.2 2.2 4-4.6" stroke-width="2"/>"#
            }
            Self::Chevron => r#"<path d="M5.4 7.8L10 12.4l4.6-4.6"/>"#,
            Self::Attach => {
                r#"<path d="M15.9 9.3l-5.8 5.8a3.6 3.6 0 0 1-5.1-5.1l6.2-6.2a2.4 2.4 0 0 1 3.4 3.4l-6.1 6.1a1.2 1.2 0 0 1-1.7-1.7l5.4-5.4"/>"#
            }
            Self::File => {
                r#"<path d="M6 2.8h5.2l4.4 4.4v8.4a1.6 1.6 0 0 1-1.6 1.6H6a1.6 1.6 0 0 1-1.6-1.6V4.4A1.6 1.6 0 0 1 6 2.8z"/><path d="M11 3v4.4h4.4"/>"#
            }
            Self::Download => r#"<path d="M10 3.4v9M5.8 8.4l4.2 4.2 4.2-4.2M4 16.4h12"/>"#,
            Self::Canned => r#"<path d="M11.4 2.8L4.6 11.2h4.6l-.8 6 6.9-8.6h-4.7z"/>"#,
            Self::Preview => {
                r#"<path d="M2.4 10c1.8-3.4 4.4-5.2 7.6-5.2s5.8 1.8 7.6 5.2c-1.8 3.4-4.4 5.2-7.6 5.2S4.2 13.4 2.4 10z"/><circle cx="10" cy="10" r="2.4"/>"#
            }
            Self::Search => r#"<circle cx="9" cy="9" r="5.4"/><path d="M13.2 13.2l3.6 3.6"/>"#,
            Self::Bell => {
                r#"<path d="M10 3.2a4.8 4.8 0 0 1 4.8 4.8c0 3.4 1.4 4.8 1.4 4.8H3.8s1.4-1.4 1.4-4.8A4.8 4.8 0 0 1 10 3.2z"/><path d="M8.2 15.6a1.9 1.9 0 0 0 3.6 0"/>"#
            }
            Self::Move => r#"<path d="M3 10h9.6M8.8 6l4 4-4 4M16.8 4.4v11.2"/>"#,
            Self::Filter => r#"<path d="M3.2 5.4h13.6M5.8 10h8.4M8.4 14.6h3.2"/>"#,
            Self::Tag => {
                r#"<path d="M3.4 4.8a1.4 1.4 0 0 1 1.4-1.4h5l6.8 6.8a1.4 1.4 0 0 1 0 2l-4.4 4.4a1.4 1.4 0 0 1-2 0L3.4 9.8z"/><circle cx="7" cy="7" r="1" fill="currentColor" stroke="none"/>"#
            }
            Self::Flag => r#"<path d="M5 17V3.6M5 4.4h9.6l-1.8 3.2 1.8 3.2H5"/>"#,
            Self::Snooze => {
                r#"<path d="M16.6 11.6A6.9 6.9 0 0 1 8.4 3.4a6.9 6.9 0 1 0 8.2 8.2z"/><path d="M11.8 4.2h4.4l-4.4 4.4h4.4"/>"#
            }
            Self::View => r#"<path d="M5.4 3.4h9.2v13.2L10 13.2l-4.6 3.4z"/>"#,
            Self::Reply => r#"<path d="M8.2 4.6L3.2 9.6l5 5M3.6 9.6h7.2a6 6 0 0 1 6 6"/>"#,
            Self::Chart => r#"<path d="M3.2 16.4h13.6M5.6 13.4V9.6M10 13.4V4.2M14.4 13.4V7.2"/>"#,
        }
    }
}

/// An icon with its classes beside `icon`; it says nothing to screen readers.
pub fn icon(icon: Icon, class: &'static str) -> impl IntoView {
    view! {
        <svg class=format!("icon {class}") viewBox="0 0 20 20" aria-hidden="true" inner_html=icon.markup()></svg>
    }
}
