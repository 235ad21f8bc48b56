//! One's name, and the clock by which one sees times.

use leptos::{ev::SubmitEvent, html, prelude::*};

use crate::{
    api::profile::save_profile,
    domain::{AppError, Profile},
    ui::{
        browser,
        components::WallClock,
        screens::settings::{
            api::failure,
            control::{Slot, options},
            line::{Line, beside, written},
        },
    },
};

/// The form of both.
#[component]
pub fn Details(
    /// As it is kept.
    profile: RwSignal<Profile>,
    /// The reader's clock, which goes by what is chosen here.
    clock: WallClock,
) -> impl IntoView {
    let (name, zone) = (NodeRef::<html::Input>::new(), NodeRef::<html::Select>::new());
    let save = Action::new(move |(name, zone): &(String, String)| {
        let (name, zone) = (name.clone(), zone.clone());
        async move {
            save_profile(name, zone.clone()).await?;
            let zone = Some(zone.as_str()).filter(|zone| !zone.is_empty());
            browser::set_time_zone(zone);
            clock.set_zone(zone);
            Ok::<(), AppError>(())
        }
    });
    let refused = Signal::derive(move || save.value().get().and_then(Result::err));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let zone = zone.get_untracked().map(|zone| zone.value()).unwrap_or_default();
        save.dispatch((written(name), zone));
    };
    let (kept_name, email, chosen) = profile
        .with_untracked(|profile| (profile.name.clone(), profile.email.clone(), profile.time_zone.clone()));
    let line = Line {
        form: "profile",
        key: "name",
        label: "Name",
        hint: "Customers and colleagues see it.",
        kind: "text",
        autocomplete: "name",
    };
    view! {
        <form class="form__section" on:submit=submit aria-label="Name and time zone">
            <p class="form__help">{format!("You sign in as {email}.")}</p>
            {line.row(kept_name, refused, name)}
            {zone_row(chosen.unwrap_or_default(), zone, refused)}
            {failure(beside(refused, &["name", "time_zone"]))}
            <div class="form__foot">
                <span class="form__saved" role="status">
                    {move || matches!(save.value().get(), Some(Ok(()))).then_some("Saved")}
                </span>
                <button class="button button--primary" type="submit" disabled=move || save.pending().get()>
                    "Save"
                </button>
            </div>
        </form>
    }
}

/// Which time zones there are, browsers know.
fn zone_row(chosen: String, control: NodeRef<html::Select>, refused: Signal<Option<AppError>>) -> AnyView {
    let first = if chosen.is_empty() { Vec::new() } else { vec![chosen.clone()] };
    let zones = RwSignal::new(first);
    Effect::new(move |_| {
        zones.update(|zones| {
            let known = browser::time_zones();
            zones.retain(|zone| !known.contains(zone));
            zones.extend(known);
        });
    });
    let shown = move || {
        zones.with(|zones| {
            let own = [("", "As this device has it")];
            options(own.into_iter().chain(zones.iter().map(|zone| (zone.as_str(), zone.as_str()))), &chosen)
        })
    };
    let slot = Slot::new("time_zone", true, refused);
    let (id, wrong, described) = (slot.id.clone(), slot.is_wrong(), slot.described_by());
    let field = view! {
        <select class="input" id=id aria-invalid=wrong aria-describedby=described node_ref=control>
            {shown}
        </select>
    };
    slot.row("Time zone", false, "Times are shown by this clock, wherever you sign in.", field.into_any())
}
