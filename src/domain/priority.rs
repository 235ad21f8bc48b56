//! How much a conversation matters, as the team sees it.

use super::channel::words;

words! {
    /// What is to be looked at before other things; the least first.
    #[derive(Default)]
    pub enum Priority {
        #[default]
        None = "none",
        Low = "low",
        Normal = "normal",
        High = "high",
        Urgent = "urgent",
    }
}

impl Priority {
    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Low => "Low",
            Self::Normal => "Normal",
            Self::High => "High",
            Self::Urgent => "Urgent",
        }
    }
}
