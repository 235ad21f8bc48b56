//! What a text says to a customer that nobody is: the preview of whoever writes it.

use leptos::prelude::*;

use crate::{
    domain::{
        clean_text,
        macros::{Template, Values},
    },
    ui::components::{Icon, filled, icon},
};

/// The text as two customers would read it, or what is no macro in it.
#[component]
pub fn Sample(
    /// As it is written.
    #[prop(into)]
    text: Signal<String>,
    /// Who would send it.
    operator: String,
) -> impl IntoView {
    let template = Memo::new(move |_| text.with(|text| Template::parse(&clean_text(text))));
    let (known, unknown) = (Values::sample(&operator, true), Values::sample(&operator, false));
    let has_macros = Memo::new(move |_| template.with(|it| it.as_ref().is_ok_and(Template::has_macros)));
    let wrong = move || {
        template.with(|template| template.as_ref().err().map(ToString::to_string)).map(|words| {
            view! {
                <p class="field__error">
                    {icon(Icon::Warning, "icon--small")}
                    <span>{words}</span>
                </p>
            }
        })
    };
    view! {
        <section class="settings__section" aria-labelledby="sample" data-testid="sample">
            <h2 class="settings__part" id="sample">
                "Preview"
            </h2>
            <div role="status">{wrong}</div>
            <dl class="sample">
                {said("To Vera Lind, who has told everything", template, known)}
                <Show when=move || {
                    has_macros.get()
                }>
                    {said("To a visitor of whom nothing is known", template, unknown.clone())}
                </Show>
            </dl>
        </section>
    }
}

type Read = Memo<Result<Template, crate::domain::macros::MacroError>>;

/// The text for one customer.
fn said(whom: &'static str, template: Read, values: Values) -> impl IntoView {
    let text = move || template.with(|it| it.as_ref().ok().map(|template| template.fill(&values)));
    let text = Memo::new(move |_| text());
    let stops = move || text.with(|text| text.as_ref().is_some_and(|text| !text.missing().is_empty()));
    view! {
        <dt class="sample__whom">{whom}</dt>
        <dd class="sample__text" dir="auto">
            {move || text.get().map(filled)}
        </dd>
        <Show when=stops>
            <dd class="sample__stops">
                {icon(Icon::Warning, "icon--small")}
                <span>"It is not sent before what is missing is written in. A fallback lets it through."</span>
            </dd>
        </Show>
    }
}
