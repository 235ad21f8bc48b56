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

/// What to paste where, as far as the provider alone decides it.
///
/// `sender` is the address that replies come from, `server` the one that takes them; only mail needs the two.
#[must_use]
pub fn pastes(provider: Provider, public_url: &str, key: &str, sender: &str, server: &str) -> Vec<Paste> {
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
    if let Some(spf) = sender.rsplit_once('@').and_then(|(_, domain)| spf(provider, domain, server)) {
        pastes.push(spf);
    }
    pastes
}

/// The record that says who may send mail for a domain (RFC 7208).
fn spf(provider: Provider, domain: &str, server: &str) -> Option<Paste> {
    let sends = match provider {
        Provider::Mail => format!("a:{server}"),
        Provider::Mailgun => "include:mailgun.org".to_owned(),
        Provider::Postmark => "include:spf.mtasv.net".to_owned(),
        _ => return None,
    };
    let help = format!(
        "A TXT record in DNS at {domain}. If there is one that begins with v=spf1, add “{sends}” to it: there may be only \
         one. If a company sends your mails, take the include that it names. Look with: dig +short TXT {domain}"
    );
    Some(Paste::new("SPF: who may send for your domain", format!("v=spf1 {sends} ~all"), &help))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(provider: Provider) -> String {
        pastes(provider, "https://desk.example", "k3y", "", "").remove(0).text
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
        let tag = r#"<script async src="https://desk.example/widget.js" data-channel="k3y"></script>"#;
        assert_eq!(first(Provider::Session), tag);
    }

    #[test]
    fn only_mail_needs_a_record_of_its_senders() {
        for (provider, record) in [
            (Provider::Mail, Some("v=spf1 a:smtp.acme.test ~all")),
            (Provider::Mailgun, Some("v=spf1 include:mailgun.org ~all")),
            (Provider::Postmark, Some("v=spf1 include:spf.mtasv.net ~all")),
            (Provider::Twilio, None),
            (Provider::Session, None),
        ] {
            let found = pastes(provider, "https://desk.example", "k", "help@acme.test", "smtp.acme.test");
            assert_eq!(found.get(1).map(|paste| paste.text.as_str()), record, "{provider:?}");
        }
    }
}
