//! What has to be told to others so that a channel's messages come here and go out.

use serde::{Deserialize, Serialize};

use super::Provider;

/// A text to be copied, and where to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paste {
    pub label: String,
    pub text: String,
    pub help: String,
}

impl Paste {
    /// A text, what it is and where it belongs.
    #[must_use]
    pub fn new(label: &str, text: String, help: &str) -> Self {
        Self { label: label.to_owned(), text, help: help.to_owned() }
    }
}

/// What to paste where, as far as the provider alone decides it. What mail needs in DNS comes beside it.
#[must_use]
pub fn pastes(provider: Provider, public_url: &str, key: &str) -> Vec<Paste> {
    let hook = format!("{public_url}/hooks/{}/{key}", provider.as_str());
    let mut pastes = vec![match provider {
        Provider::Twilio => Paste::new(
            "Webhook for a message that comes in",
            hook,
            "In the Twilio Console: Phone Numbers › Manage › Active numbers › your number › Messaging configuration, at \
             “A message comes in”, with HTTP POST. There is no status callback to enter: each message that we send \
             names its own.",
        ),
        Provider::Telnyx => Paste::new(
            "Webhook URL of the messaging profile",
            hook,
            "In the Mission Control Portal: Messaging › Programmable Messaging › your profile › Inbound, with API \
             version 2. What becomes of messages that we send comes to the same address.",
        ),
        Provider::Vonage => Paste::new(
            "Inbound webhook URL",
            hook,
            "In the Vonage Dashboard: Numbers › Your numbers › Manage, at “Inbound Webhook URL”. Delivery receipts come \
             to the same address: each message that we send names it.",
        ),
        Provider::Kannel => kannel_groups(&hook),
        Provider::Webhook => Paste::new(
            "Hook for what comes in",
            hook,
            "Your gateway posts messages and reports there as JSON, with X-Live-Operator-Timestamp in seconds and \
             X-Live-Operator-Signature: v1= and the hex HMAC-SHA256 of “timestamp.body” under the secret.",
        ),
        Provider::Mail => Paste::new(
            "Hook for mails as they came",
            format!("{hook}?sender=ENVELOPE-SENDER&recipient=ENVELOPE-RECIPIENT"),
            "Only if a mail server or a script posts mails to us: the raw mail with Content-Type message/rfc822, \
             X-Live-Operator-Timestamp in seconds, and X-Live-Operator-Signature: v1= and the hex HMAC-SHA256 of \
             “timestamp.query.body” under the secret of the hook. With IMAP or LMTP there is nothing to paste.",
        ),
        Provider::Mailgun => Paste::new(
            "Address of the route",
            // Mailgun posts the mail as it came to addresses that end so, and its own reading of it to others.
            format!("{hook}?as=mime"),
            "In Mailgun: Receiving › Create route, with your address as the recipient and this as the destination of \
             “Forward”. It has to end in “mime”, so that mails come as they are.",
        ),
        Provider::Postmark => Paste::new(
            "Webhook of the inbound stream",
            hook.replacen("://", "://postmark:PASSWORD@", 1),
            "In Postmark: your server › the inbound stream › Settings › Webhook, with the password of the webhook in \
             place of PASSWORD. Tick “Include raw email content in JSON payload”. Then forward your address to the \
             stream’s own.",
        ),
        Provider::Session => Paste::new(
            "Widget",
            format!("<script async src=\"{public_url}/widget.js\" data-channel=\"{key}\"></script>"),
            "Before the end of the body of each page that is to have the chat button.",
        ),
    }];
    if provider == Provider::Kannel {
        pastes.push(kannel_lines());
    }
    pastes
}

/// What makes Kannel bring messages and take ours. The escapes are Kannel's: it fills them in.
fn kannel_groups(hook: &str) -> Paste {
    let text = format!(
        "group = sms-service\n\
         keyword = default\n\
         catch-all = true\n\
         max-messages = 0\n\
         post-url = \"{}?id=%I&from=%p&to=%P&at=%t\"\n\
         \n\
         group = sendsms-user\n\
         username = \"USERNAME\"\n\
         password = \"PASSWORD\"\n\
         concatenation = true\n\
         max-messages = 255\n",
        hook.replacen("://", "://kannel:TOKEN@", 1),
    );
    let help = "At the end of kannel.conf, after a blank line, with the token, the user name and the password of this \
                page in place of TOKEN, USERNAME and PASSWORD. What becomes of messages that we send comes to the same \
                address: each names it. If this Kannel has several numbers, add allowed-receiver-prefix with this one to \
                the group sms-service.";
    Paste::new("Groups of kannel.conf", text, help)
}

/// Without these, what Kannel cannot bring at once is gone.
fn kannel_lines() -> Paste {
    let text = "http-request-retry = 60480\nhttp-queue-delay = 10\n".to_owned();
    let help = "In kannel.conf, in the group smsbox that is there: what cannot reach us is told again every ten \
                seconds, for a week.";
    Paste::new("Lines of its group smsbox", text, help)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(provider: Provider) -> String {
        pastes(provider, "https://desk.example", "k3y").remove(0).text
    }

    #[test]
    fn addresses_name_the_provider_and_the_key() {
        for provider in Provider::ALL.iter().copied().filter(|provider| *provider != Provider::Session) {
            let path = format!("/hooks/{}/k3y", provider.as_str());
            assert!(first(provider).contains(&path), "{}", first(provider));
        }
        assert_eq!(first(Provider::Twilio), "https://desk.example/hooks/twilio/k3y");
        assert_eq!(first(Provider::Postmark), "https://postmark:PASSWORD@desk.example/hooks/postmark/k3y");
        assert!(first(Provider::Mailgun).ends_with("mime"));
        let kannel = first(Provider::Kannel);
        let url = "https://kannel:TOKEN@desk.example/hooks/kannel/k3y?id=%I&from=%p&to=%P&at=%t";
        assert!(kannel.contains(&format!("\npost-url = \"{url}\"\n\ngroup = sendsms-user\n")), "{kannel}");
        let tag = r#"<script async src="https://desk.example/widget.js" data-channel="k3y"></script>"#;
        assert_eq!(first(Provider::Session), tag);
    }
}
