//! The providers that a channel can be connected to.

use super::{
    super::{ChannelKind, channel::words},
    fields::{Field, FieldKind, Section},
};

mod email;
mod sms;

words! {
    /// Who carries a channel's messages. The words are those of the adapters.
    pub enum Provider {
        Twilio = "twilio",
        Telnyx = "telnyx",
        Vonage = "vonage",
        Kannel = "kannel",
        Webhook = "webhook",
        Mail = "mail",
        Mailgun = "mailgun",
        Postmark = "postmark",
        /// Nobody but ourselves: the customer reads the thread in the widget.
        Session = "session",
    }
}

impl Provider {
    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Twilio => "Twilio",
            Self::Telnyx => "Telnyx",
            Self::Vonage => "Vonage",
            Self::Kannel => "Kannel",
            Self::Webhook => "Own SMS gateway",
            Self::Mail => "Own mail server",
            Self::Mailgun => "Mailgun",
            Self::Postmark => "Postmark",
            Self::Session => "Widget on your website",
        }
    }

    /// What it is, for whoever chooses.
    #[must_use]
    pub const fn summary(self) -> &'static str {
        match self {
            Self::Twilio => "A number of a Twilio account, for SMS and MMS.",
            Self::Telnyx => "A number of a Telnyx messaging profile.",
            Self::Vonage => "A number of a Vonage account, by its SMS API with signed webhooks.",
            Self::Kannel => "Any carrier that speaks SMPP, through a Kannel gateway of your own.",
            Self::Webhook => "Any gateway or script that speaks our signed webhook.",
            Self::Mail => "Mails come by IMAP, LMTP or a hook, and go out by SMTP.",
            Self::Mailgun => "Mails come by a Mailgun route, and go out by its SMTP.",
            Self::Postmark => "Mails come by Postmark’s inbound stream, and go out by its SMTP.",
            Self::Session => "A chat button on any page, with one line of HTML.",
        }
    }

    /// The kind of the channels that it carries.
    #[must_use]
    pub const fn kind(self) -> ChannelKind {
        match self {
            Self::Twilio | Self::Telnyx | Self::Vonage | Self::Kannel | Self::Webhook => ChannelKind::Sms,
            Self::Mail | Self::Mailgun | Self::Postmark => ChannelKind::Email,
            Self::Session => ChannelKind::LiveChat,
        }
    }

    /// What a channel of this provider can be set to, beside what every channel has.
    #[must_use]
    pub const fn settings(self) -> &'static [Section] {
        match self {
            Self::Twilio | Self::Telnyx | Self::Vonage | Self::Kannel | Self::Webhook => sms::SETTINGS,
            Self::Mail | Self::Mailgun | Self::Postmark => email::SETTINGS,
            Self::Session => WIDGET,
        }
    }

    /// What it has to know of us, or we of it.
    #[must_use]
    pub const fn credentials(self) -> &'static [Section] {
        match self {
            Self::Twilio => sms::TWILIO,
            Self::Telnyx => sms::TELNYX,
            Self::Vonage => sms::VONAGE,
            Self::Kannel => sms::KANNEL,
            Self::Webhook => sms::WEBHOOK,
            Self::Mail => email::MAIL,
            Self::Mailgun => email::MAILGUN,
            Self::Postmark => email::POSTMARK,
            Self::Session => &[],
        }
    }

    /// Everything that it asks for.
    pub fn sections(self) -> impl Iterator<Item = &'static Section> {
        self.settings().iter().chain(self.credentials())
    }

    /// Whether it asks for something by this key.
    #[must_use]
    pub fn asks_for(self, key: &str) -> bool {
        self.sections().any(|section| section.fields.iter().any(|field| section.key(field) == key))
    }
}

const WIDGET: &[Section] = &[Section {
    title: "Widget",
    help: "",
    object: None,
    optional: false,
    fields: &[
        Field::new("label", "Words on the button", "What the launcher is called.").preset("Chat with us"),
        Field::new("greeting", "Greeting", "The first thing that a visitor reads.")
            .preset("Hello. How can we help?"),
        Field::new("reply_time", "Time to an answer", "What a visitor may expect.").preset("a few minutes"),
        Field::new("prechat", "Name and email address", "Whether visitors are asked before they write.")
            .of(FieldKind::Choice(&[
                ("optional", "Ask, and let them skip it"),
                ("required", "Ask, and wait for it"),
                ("none", "Do not ask"),
            ]))
            .preset("optional"),
        Field::new(
            "sites",
            "Sites that may show it",
            "One a line, such as https://shop.example. Empty: any site.",
        )
        .of(FieldKind::List),
    ],
}];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn keys_are_unique_and_safe_in_a_form() {
        for provider in Provider::ALL {
            let mut seen = BTreeSet::new();
            for section in provider.sections() {
                for field in section.fields {
                    let key = section.key(field);
                    let is_safe = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
                    assert!(key.bytes().all(is_safe), "{key}");
                    assert!(provider.asks_for(&key), "{key}");
                    assert!(seen.insert(key.clone()), "{provider:?} asks for {key} twice");
                }
            }
            assert!(!provider.asks_for("nothing"));
        }
    }

    #[test]
    fn what_may_be_left_out_whole_has_an_object_and_says_when_it_is_needed() {
        for section in Provider::ALL.iter().flat_map(|provider| provider.sections()) {
            assert!(!section.optional || section.object.is_some(), "{}", section.title);
            assert!(!section.optional || !section.help.is_empty(), "{}", section.title);
        }
    }

    #[test]
    fn presets_fit_their_fields() {
        for field in Provider::ALL.iter().flat_map(|it| it.sections()).flat_map(|section| section.fields) {
            assert!(!field.secret || field.preset.is_empty(), "{}", field.label);
            match field.kind {
                FieldKind::Choice(choices) => {
                    assert!(choices.iter().any(|(word, _)| *word == field.preset), "{}", field.label);
                }
                FieldKind::Number { most } if !field.preset.is_empty() => {
                    let preset: u32 = field.preset.parse().expect("a number");
                    assert!(preset <= most, "{}", field.label);
                }
                _ => {}
            }
        }
    }

    #[test]
    fn words_are_kept_and_read_back() {
        for provider in Provider::ALL {
            assert_eq!(Provider::from_word(provider.as_str()), Some(*provider));
            assert!(!provider.label().is_empty() && provider.summary().ends_with('.'));
        }
        assert_eq!(Provider::from_word("none"), None);
    }
}
