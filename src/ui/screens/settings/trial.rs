//! A test message of a channel.

use leptos::prelude::*;

use super::control::Slot;
use crate::{
    api::channels::SendTest,
    domain::{
        AppError, ChannelId, ChannelKind,
        setup::{Provider, Tested},
    },
    ui::components::{Icon, icon},
};

/// Sends a test to an address that the admin writes, and says what became of it.
#[component]
pub fn Trial(
    /// By which channel.
    id: ChannelId,
    /// Who carries it.
    provider: Provider,
) -> impl IntoView {
    let send = ServerAction::<SendTest>::new();
    let refused = Signal::derive(move || send.value().get().and_then(Result::err));
    let slot = Slot::new("to", true, refused);
    let (field, wrong, described) = (slot.id.clone(), slot.is_wrong(), slot.described_by());
    let (label, kind) = match provider.kind() {
        ChannelKind::Email => ("Your address", "email"),
        _ => ("Your number", "tel"),
    };
    let control = view! {
        <input
            class="input"
            id=field
            name="to"
            type="text"
            inputmode=kind
            autocomplete=kind
            required
            aria-invalid=wrong
            aria-describedby=described
        />
    };
    let row =
        slot.row(label, false, "It goes there at once and is kept in no conversation.", control.into_any());
    let busy = send.pending();
    let result = move || match send.value().get() {
        Some(Ok(tested)) => Some(outcome(&tested, provider)),
        // What is wrong with the address stands beside it.
        Some(Err(AppError::Invalid { .. })) | None => None,
        Some(Err(error)) => Some(("bad", error.to_string())),
    };
    view! {
        <ActionForm action=send>
            <div class="form__section">
                <input type="hidden" name="id" value=id.to_string() />
                {row}
                <div class="form__foot">
                    <div role="status" data-testid="tested">
                        {move || {
                            result()
                                .map(|(level, text)| {
                                    view! {
                                        <p class="tested" data-level=level>
                                            {icon(if level == "good" { Icon::Check } else { Icon::Warning }, "icon--small")}
                                            <span>{text}</span>
                                        </p>
                                    }
                                })
                        }}
                    </div>
                    <button class="button" type="submit" disabled=move || busy.get()>
                        {move || if busy.get() { "Sending…" } else { "Send a test" }}
                    </button>
                </div>
            </div>
        </ActionForm>
    }
}

/// What became of a test: how good that is, and in words.
fn outcome(tested: &Tested, provider: Provider) -> (&'static str, String) {
    let carrier = match provider {
        Provider::Webhook => "The gateway",
        Provider::Mail => "The mail server",
        named => named.label(),
    };
    match tested {
        Tested::Accepted => ("good", format!("{carrier} has taken it. Look whether it arrives.")),
        Tested::Failed { words } => ("bad", format!("Not sent. {carrier} says: {words}")),
        Tested::Unknown { words } => ("warn", format!("It may have been sent, or not. {words}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_says_who_said_it() {
        let words = || "No such number".to_owned();
        for (tested, provider, want) in [
            (Tested::Accepted, Provider::Twilio, "Twilio has taken it. Look whether it arrives."),
            (
                Tested::Failed { words: words() },
                Provider::Webhook,
                "Not sent. The gateway says: No such number",
            ),
            (
                Tested::Unknown { words: words() },
                Provider::Mail,
                "It may have been sent, or not. No such number",
            ),
        ] {
            assert_eq!(outcome(&tested, provider).1, want);
        }
    }
}
