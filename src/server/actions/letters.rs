//! What our own mails say beside their text.

use super::reply::Way;
use crate::{
    domain::{
        AppError, ChannelKind, Conversation, ConversationId, DeliveryId, MailFacts, MailThread, Mailbox,
        Message, MessageId, OutboundFile, OutboundMail, Quoted, ReplyRoute, SenderKind, Why,
    },
    server::{
        app::App,
        channels::email,
        store::{
            Conn,
            channels::{self, ConfiguredChannel},
            conversations,
            deliveries::Kept,
            mails::{self, Mail},
            messages,
        },
    },
};

/// So many ids of a thread a mail names.
const MOST_REFERENCES: i64 = 20;

/// What a thread shows of a mail that goes out by this route.
pub fn facts(conversation: &Conversation, route: &ReplyRoute) -> MailFacts {
    let thread = conversation.mail.clone().unwrap_or_default();
    let name = Some(&conversation.contact_name).filter(|name| **name != route.peer).cloned();
    MailFacts {
        subject: thread.subject,
        from: Mailbox { address: route.ours.clone(), name: None },
        to: vec![Mailbox { address: route.peer.clone(), name }],
        cc: thread.cc,
        folds: Vec::new(),
        html: false,
        why: Why::Ours,
        automatic: None,
        suspicion: None,
        left_out: None,
    }
}

/// What is kept of it: answers name it by its id.
pub fn of_ours(message: &Message, delivery: DeliveryId, ours: &str) -> Mail {
    Mail {
        message_id: message.id,
        channel_id: message.channel_id,
        mail_id: Some(email::message_id(delivery, ours)),
        html: None,
        hook_id: None,
    }
}

/// Everything that goes with a message that leaves by mail. It is the same at each attempt.
pub async fn outbound(
    conn: &mut Conn,
    kept: &Kept,
    message: &Message,
    channel: &ConfiguredChannel,
) -> Result<Option<Box<OutboundMail>>, AppError> {
    let Some(facts) = &message.mail else { return Ok(None) };
    let conversation = kept.conversation_id;
    let before = message.seq;
    let named = message.in_reply_to.as_deref().map(|answered| answered.id);
    let answered = match answered_by(conn, conversation, named, facts).await? {
        Some(named) => Some(named),
        None => messages::find_of_customer_before(conn, conversation, message.channel_id, before).await?,
    };
    let in_reply_to = match &answered {
        Some(answered) => mails::find(conn, answered.id).await?.and_then(|mail| mail.mail_id),
        None => None,
    };
    let customer = conversations::find(conn, conversation).await?.ok_or(AppError::NotFound)?.contact_name;
    Ok(Some(Box::new(OutboundMail {
        conversation: Some(conversation),
        from_name: if message.sender == SenderKind::System {
            channel.channel.name.clone()
        } else {
            format!("{} ({})", message.sender_name, channel.channel.name)
        },
        to_name: facts.to.first().and_then(|to| to.name.clone()),
        cc: facts.cc.clone(),
        subject: facts.subject.clone(),
        in_reply_to,
        references: mails::list_mail_ids_before(conn, conversation, before, MOST_REFERENCES).await?,
        at: message.created_at,
        signature: channel.settings.signature.clone(),
        quoted: answered.map(|answered| quoted(answered, &customer)),
        files: Vec::new(),
        automatic: message.sender != SenderKind::Operator,
    })))
}

/// The message that the writer of a mail named, if it came or went by mail too, and whoever gets this one had that.
async fn answered_by(
    conn: &mut Conn,
    conversation: ConversationId,
    named: Option<MessageId>,
    facts: &MailFacts,
) -> Result<Option<Message>, AppError> {
    let Some(id) = named else { return Ok(None) };
    let recipients = || facts.to.iter().chain(&facts.cc).map(|party| party.address.as_str());
    let may_quote =
        |message: &Message| message.mail.as_ref().is_some_and(|mail| mail.may_be_quoted_to(recipients()));
    Ok(messages::find_in(conn, conversation, id).await?.filter(may_quote))
}

/// What a mail quotes of the message that it answers, of a customer who is called so.
fn quoted(answered: Message, customer: &str) -> Quoted {
    let author = if answered.sender_name.is_empty() { customer.to_owned() } else { answered.sender_name };
    Quoted { author, at: answered.created_at, text: answered.body }
}

/// The HTML of a reply that would leave now; none by another channel than mail.
pub(super) async fn html(
    conn: &mut Conn,
    conversation: &Conversation,
    Way { channel, route, .. }: &Way,
    text: &str,
    in_reply_to: Option<MessageId>,
) -> Result<Option<String>, AppError> {
    let Some(route) = route.as_ref().filter(|_| channel.kind == ChannelKind::Email) else { return Ok(None) };
    let configured = channels::find(conn, channel.id).await?.ok_or(AppError::NotFound)?;
    let before = conversation.last_seq + 1;
    let answered = match answered_by(conn, conversation.id, in_reply_to, &facts(conversation, route)).await? {
        Some(named) => Some(named),
        None => messages::find_of_customer_before(conn, conversation.id, channel.id, before).await?,
    };
    let quoted = answered.map(|answered| quoted(answered, &conversation.contact_name));
    Ok(Some(email::html_of(text, &configured.settings.signature, quoted.as_ref())))
}

/// The bytes of the files that go with a mail.
pub async fn files(app: &App, message: &Message) -> Result<Vec<OutboundFile>, AppError> {
    let mut files = Vec::new();
    for file in &message.attachments {
        let bytes = app.files.read(&file.key).await?;
        files.push(OutboundFile {
            name: file.name.clone(),
            content_type: file.content_type.clone(),
            bytes: bytes.into(),
        });
    }
    Ok(files)
}

/// What a conversation keeps of the customer's mail: to whom replies are copied, without ourselves and without whom they
/// go to anyway.
pub fn thread(mail: &crate::domain::InboundMail, peer: &str, ours: &[&str]) -> MailThread {
    let is_other = |party: &&Mailbox| {
        let address = party.address.to_lowercase();
        address != peer && !ours.iter().any(|own| email::is_address_of(&address, own))
    };
    let mut cc: Vec<Mailbox> = Vec::new();
    for party in mail.to.iter().chain(&mail.cc).filter(is_other).take(MOST_COPIES) {
        if !cc.iter().any(|known| known.address.eq_ignore_ascii_case(&party.address)) {
            cc.push(party.clone());
        }
    }
    MailThread { subject: email::without_reply_prefixes(&mail.subject).to_owned(), cc }
}

/// More recipients than this no reply has.
const MOST_COPIES: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::InboundMail;

    fn party(address: &str) -> Mailbox {
        Mailbox { address: address.into(), name: None }
    }

    #[test]
    fn copies_leave_out_ourselves_and_whoever_is_answered() {
        let mail = InboundMail {
            mail_id: None,
            subject: "Re: AW: Order 12".into(),
            from: party("vera@x.test"),
            to: vec![party("Support+token@Acme.test"), party("bob@x.test")],
            cc: vec![party("Bob@x.test"), party("Vera@x.test"), party("zoe@x.test")],
            folds: Vec::new(),
            html: None,
            files: Vec::new(),
            conversation: None,
            refers_to: Vec::new(),
            automatic: None,
            bounce: false,
            suspicion: None,
            left_out: None,
        };
        let thread = thread(&mail, "vera@x.test", &["support@acme.test"]);
        assert_eq!(thread.subject, "Order 12");
        assert_eq!(thread.cc, [party("bob@x.test"), party("zoe@x.test")]);
    }
}
