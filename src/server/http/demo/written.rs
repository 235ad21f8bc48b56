//! What a customer has filled in, looked through before it becomes a mail.

use base64::{Engine, engine::general_purpose::STANDARD};
use lettre::{Address, message::Mailbox};
use serde::Deserialize;

use super::{
    letter::{Answered, File, Letter},
    mailboxes::address,
};
use crate::domain::{self, AppError, Attachment, Message, Time, clean_line, clean_text};

/// All files of a mail together, in bytes.
pub const LARGEST_FILES: usize = 5 * 1024 * 1024;

/// The form of a mail.
#[derive(Debug, Clone, Deserialize)]
pub struct Written {
    from: domain::Mailbox,
    /// Addresses, parted by commas.
    to: String,
    #[serde(default)]
    cc: String,
    subject: String,
    text: String,
    #[serde(default)]
    answers: Option<Answered>,
    #[serde(default)]
    files: Vec<Upload>,
}

/// A file that goes with a mail.
#[derive(Debug, Clone, Deserialize)]
pub struct Upload {
    name: String,
    /// As the browser says; empty if it does not know.
    content_type: String,
    /// In base64.
    content: String,
}

impl Written {
    /// The mail.
    ///
    /// # Errors
    /// If something is missing, too long, or not what it should be; names the field.
    pub fn letter(self, at: Time) -> Result<Letter, AppError> {
        let text = clean_text(&self.text);
        let subject = clean_line(&self.subject);
        if text.is_empty() && subject.is_empty() && self.files.is_empty() {
            return Err(AppError::invalid("text", "Write a mail first."));
        }
        if text.chars().count() > Message::MAX_MAIL {
            let words = format!("A mail has at most {} characters.", Message::MAX_MAIL);
            return Err(AppError::invalid("text", words));
        }
        let to = mailboxes("to", &self.to)?;
        if to.is_empty() {
            return Err(AppError::invalid("to", "Say whom the mail is for."));
        }
        let name = self.from.name.as_deref().map(clean_line).filter(|name| !name.is_empty());
        Ok(Letter {
            from: Mailbox::new(name, sendable("from", &self.from.address)?),
            to,
            cc: mailboxes("cc", &self.cc)?,
            subject,
            text,
            answers: self.answers,
            files: files(self.files)?,
            at,
        })
    }
}

fn mailboxes(field: &str, list: &str) -> Result<Vec<Mailbox>, AppError> {
    let addresses = list.split([',', ';']).map(str::trim).filter(|one| !one.is_empty());
    addresses.map(|one| sendable(field, one).map(|address| Mailbox::new(None, address))).collect()
}

fn sendable(field: &str, raw: &str) -> Result<Address, AppError> {
    let address = address(raw).ok().and_then(|address| address.parse().ok());
    address.ok_or_else(|| AppError::invalid(field, format!("“{}” is no mail address.", clean_line(raw))))
}

fn files(uploads: Vec<Upload>) -> Result<Vec<File>, AppError> {
    if uploads.len() > Attachment::MOST {
        return Err(AppError::invalid("files", format!("A mail has at most {} files.", Attachment::MOST)));
    }
    let files = uploads.into_iter().map(file).collect::<Result<Vec<_>, _>>()?;
    if files.iter().map(|file| file.bytes.len()).sum::<usize>() > LARGEST_FILES {
        let words = format!("All files together have at most {} MB.", LARGEST_FILES / 1024 / 1024);
        return Err(AppError::invalid("files", words));
    }
    Ok(files)
}

fn file(upload: Upload) -> Result<File, AppError> {
    let name = clean_line(&upload.name);
    match STANDARD.decode(upload.content) {
        Ok(bytes) => Ok(File { name, content_type: upload.content_type, bytes }),
        Err(_) => Err(AppError::invalid("files", format!("“{name}” came damaged."))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::server::{
        channels::email::{
            classify::Nature,
            parse::Mail,
            quote::{Kind, fold},
        },
        seed::EMAIL_ADDRESS,
    };

    /// 2026-11-03T09:00:00Z
    const NOW: Time = Time(1_793_696_400 * Time::SECOND);

    fn filled_in(change: &Value) -> Result<Letter, AppError> {
        let mut form = json!({
            "from": { "address": "Vera@example.test", "name": "Vera Holm" },
            "to": EMAIL_ADDRESS,
            "subject": "A cracked bowl",
            "text": "It came with a <crack>.\r\nSee the photo.",
        });
        let fields = form.as_object_mut().expect("an object");
        fields.extend(change.as_object().expect("an object").clone());
        serde_json::from_value::<Written>(form).expect("a form").letter(NOW)
    }

    fn sent(change: &Value) -> (Letter, Mail) {
        let letter = filled_in(change).expect("a letter");
        let mail = Mail::read(&letter.write().expect("a mail")).expect("a mail");
        (letter, mail)
    }

    fn addresses(parties: &[domain::Mailbox]) -> Vec<&str> {
        parties.iter().map(|party| party.address.as_str()).collect()
    }

    #[test]
    fn what_a_customer_writes_is_a_persons_mail() {
        let (letter, mail) = sent(&json!({}));
        assert_eq!(letter.recipients(), [EMAIL_ADDRESS]);
        let vera = domain::Mailbox { address: "vera@example.test".into(), name: Some("Vera Holm".into()) };
        assert_eq!(mail.from, Some(vera));
        assert_eq!(addresses(&mail.to), [EMAIL_ADDRESS]);
        assert_eq!((mail.subject.as_str(), mail.date), ("A cracked bowl", Some(NOW)));
        assert_eq!(mail.text, "It came with a <crack>.\nSee the photo.");
        let html = mail.html.as_deref().expect("an HTML form");
        assert!(html.contains("a &lt;crack&gt;.<br>\nSee"), "{html}");
        assert!(mail.message_id.as_deref().is_some_and(|id| id.ends_with("@example.test")));
        assert!(mail.in_reply_to.is_empty() && mail.references.is_empty() && mail.attachments.is_empty());
        assert!(matches!(Nature::of(&mail, None), Nature::Personal));
    }

    #[test]
    fn an_answer_names_its_thread_and_quotes_below() {
        let (letter, mail) = sent(&json!({
            "to": "support+TOKEN@acme.test; ben@example.test",
            "cc": "zoe@example.test, Ben@example.test,",
            "subject": "Re: A cracked bowl",
            "answers": {
                "message_id": "b@acme.test", "references": ["a@example.test"], "author": "Olga <support@acme.test>",
                "at": NOW.millis() - 60_000, "text": "We send another.\n> It came with a crack.\n",
            },
        }));
        assert_eq!(letter.recipients(), ["support+token@acme.test", "ben@example.test", "zoe@example.test"]);
        assert_eq!(addresses(&mail.to), ["support+token@acme.test", "ben@example.test"]);
        assert_eq!(addresses(&mail.cc), ["zoe@example.test", "ben@example.test"]);
        assert_eq!(mail.in_reply_to, ["b@acme.test"]);
        assert_eq!(mail.references, ["a@example.test", "b@acme.test"]);
        assert_eq!(
            mail.text,
            "It came with a <crack>.\nSee the photo.\n\n\
             On 2026-11-03 at 08:59 UTC, Olga <support@acme.test> wrote:\n\
             > We send another.\n>> It came with a crack."
        );
        let kinds: Vec<Kind> = fold(&mail.text).into_iter().map(|segment| segment.kind).collect();
        assert_eq!(kinds, [Kind::Visible, Kind::Quoted], "others fold the quote");
        let html = mail.html.as_deref().expect("an HTML form");
        assert!(html.contains("<blockquote type=\"cite\">We send another.<br>\n&gt; It came"), "{html}");
    }

    #[test]
    fn no_header_is_added_by_what_stands_in_another() {
        let (_, mail) = sent(&json!({
            "from": { "address": "vera@example.test", "name": "Vera\r\nBcc: eve@example.test" },
            "subject": "Hello\r\nX-Evil: yes",
            "answers": {
                "message_id": "a@acme.test>\r\nX-Evil: yes", "references": ["b@acme.test\r\n\r\nyes"],
                "author": "Olga\nX-Evil: yes", "at": 0, "text": "",
            },
        }));
        assert_eq!((mail.field("x-evil"), mail.field("bcc")), (None, None));
        assert_eq!(mail.subject, "Hello X-Evil: yes");
        assert!(mail.text.starts_with("It came"), "{}", mail.text);
    }

    #[test]
    fn files_come_as_they_went() {
        let bytes = [0_u8, 159, 146, 150, 10, 13];
        let (_, mail) = sent(&json!({ "text": "", "files": [
            { "name": "Riß am Rand.png", "content_type": "image/png", "content": STANDARD.encode(bytes) },
            { "name": "empty", "content_type": "", "content": "" },
            { "name": "old.eml", "content_type": "message/rfc822", "content": STANDARD.encode("Subject: x\n\ny") },
        ] }));
        let files: Vec<(&str, &str, &[u8])> = mail
            .attachments
            .iter()
            .map(|file| (file.name.as_str(), file.content_type.as_str(), &file.bytes[..]))
            .collect();
        let octets = "application/octet-stream";
        assert_eq!(files[0], ("Riß am Rand.png", "image/png", &bytes[..]));
        assert_eq!(files[1], ("empty", octets, &[][..]));
        assert_eq!(files[2], ("old.eml", octets, &b"Subject: x\n\ny"[..]));
        assert_eq!(files.len(), 3);
    }

    #[test]
    fn what_is_no_mail_is_refused_by_its_field() {
        let large = STANDARD.encode(vec![0_u8; LARGEST_FILES / 2 + 1]);
        let file = |content: &str| json!({ "name": "a", "content_type": "", "content": content });
        for (change, want) in [
            (json!({ "subject": " ", "text": "\n" }), "text"),
            (json!({ "text": "x".repeat(Message::MAX_MAIL + 1) }), "text"),
            (json!({ "from": { "address": "Vera" } }), "from"),
            (json!({ "to": " , " }), "to"),
            (json!({ "to": "support" }), "to"),
            (json!({ "cc": "ben@example.test zoe@example.test" }), "cc"),
            (json!({ "files": [file("no base64!")] }), "files"),
            (json!({ "files": [file(&large), file(&large)] }), "files"),
            (json!({ "files": vec![file(""); Attachment::MOST + 1] }), "files"),
        ] {
            let error = filled_in(&change).expect_err(want);
            assert!(matches!(&error, AppError::Invalid { field, .. } if field == want), "{want}: {error}");
        }
    }
}
