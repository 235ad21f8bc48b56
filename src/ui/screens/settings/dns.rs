//! Whether what a mail channel needs is in DNS.

use leptos::prelude::*;

use crate::{
    api::channels::CheckDns,
    domain::{
        ChannelId,
        setup::{DnsCheck, DnsRecord, Finding},
    },
    ui::components::{Icon, icon},
};

/// Looks the records up that are to be pasted, and says how each is.
#[component]
pub fn DnsState(
    /// Of which channel.
    id: ChannelId,
) -> impl IntoView {
    let check = ServerAction::<CheckDns>::new();
    let busy = check.pending();
    let error = move || check.value().get().and_then(Result::err);
    let checks = move || check.value().get().and_then(Result::ok).unwrap_or_default();
    view! {
        <ActionForm action=check>
            <div class="paste">
                <h3 class="paste__label">"Are they in DNS?"</h3>
                <input type="hidden" name="id" value=id.to_string() />
                <p class="field__hint">
                    "Looks the records up as a receiver of your mails would. It can take hours until a change is seen everywhere."
                </p>
                <div>
                    <button class="button" type="submit" disabled=move || busy.get()>
                        {move || if busy.get() { "Checking…" } else { "Check DNS" }}
                    </button>
                </div>
                <div role="status">
                    <ul class="checks" data-testid="dns">
                        {move || checks().iter().map(finding).collect_view()}
                    </ul>
                </div>
                {move || {
                    error().map(|error| view! { <p class="field__error" role="alert">{error.to_string()}</p> })
                }}
            </div>
        </ActionForm>
    }
}

/// One record, and what was found of it.
fn finding(check: &DnsCheck) -> impl IntoView + use<> {
    let DnsCheck { record, finding } = check;
    let (level, sign) = mark(finding);
    let there = match finding {
        Finding::Different { there, .. } => there.clone(),
        Finding::Right | Finding::Missing | Finding::Unknown { .. } => Vec::new(),
    };
    let there =
        there.into_iter().map(|text| view! { <code class="paste__text">{text}</code> }).collect_view();
    view! {
        <li class="tested" data-level=level data-record=record.kind.as_str()>
            {icon(sign, "icon--small")}
            <div class="checks__text">
                <p>{words(record, finding)}</p>
                {there}
            </div>
        </li>
    }
}

/// How good a finding is, and its sign.
const fn mark(finding: &Finding) -> (&'static str, Icon) {
    match finding {
        Finding::Right => ("good", Icon::Check),
        Finding::Different { .. } | Finding::Missing => ("bad", Icon::Warning),
        Finding::Unknown { .. } => ("warn", Icon::Offline),
    }
}

fn words(record: &DnsRecord, finding: &Finding) -> String {
    let (kind, name) = (record.kind.label(), &record.name);
    match finding {
        Finding::Right => format!("{kind} is right at {name}."),
        Finding::Different { why, .. } => format!("{kind} is different at {name}. {why} What is there:"),
        Finding::Missing => format!("{kind} is not there: nothing was found at {name}."),
        Finding::Unknown { cause } => format!("{kind} could not be looked up at {name}. {cause}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_finding_has_its_words() {
        let record = DnsRecord::dmarc("acme.test");
        let different = Finding::Different { there: vec!["x".into()], why: "It is odd.".into() };
        let unknown = Finding::Unknown { cause: "Nobody answered.".into() };
        for (finding, level, want) in [
            (Finding::Right, "good", "DMARC is right at _dmarc.acme.test."),
            (different, "bad", "DMARC is different at _dmarc.acme.test. It is odd. What is there:"),
            (Finding::Missing, "bad", "DMARC is not there: nothing was found at _dmarc.acme.test."),
            (unknown, "warn", "DMARC could not be looked up at _dmarc.acme.test. Nobody answered."),
        ] {
            assert_eq!((mark(&finding).0, words(&record, &finding).as_str()), (level, want));
        }
    }
}
