//! What came of the work over time, beside the period before.

mod chart;
mod figures;
mod groups;
mod period;
mod table;

use leptos::prelude::*;

use self::{
    chart::charts,
    figures::figures,
    groups::groups,
    period::{between, caption, usual},
    table::by_day,
};
use super::Asked;
use crate::{
    domain::{AppError, Report},
    routes,
    ui::components::{Icon, icon},
};

/// The days to choose from, and what happened in those that were chosen. What was shown stays until the next is there.
#[component]
pub fn Past(
    /// What is asked for, and told.
    asked: Asked,
) -> impl IntoView {
    view! {
        <section class="dashboard__half" aria-labelledby="past">
            <h2 class="settings__part" id="past">"Over time"</h2>
            {usual(asked.range)}
            <Transition fallback=|| ()>
                {move || Suspend::new(async move {
                    match asked.report.await {
                        Ok(report) => told(&report).into_any(),
                        Err(error) => failed(asked, &error).into_any(),
                    }
                })}
            </Transition>
        </section>
    }
}

fn told(report: &Report) -> impl IntoView + use<> {
    let export = routes::dashboard_table(report.range, report.minutes_east);
    view! {
        <div class="past__tools">
            {between(report.period)}
            <a class="button" href=export download="dashboard.csv" rel="external">
                {icon(Icon::Download, "icon--small")}
                "Download CSV"
            </a>
        </div>
        <p class="settings__lead" role="status" data-testid="period">
            {caption(report.period, report.minutes_east)}
        </p>
        {figures(&report.total)}
        {charts(report.period, &report.days)}
        {by_day(report.period, &report.days)}
        {groups(report)}
    }
}

/// What went wrong, with the form to choose other days.
fn failed(asked: Asked, error: &AppError) -> impl IntoView + use<> {
    let range = asked.range.get_untracked();
    let period = range.given();
    let again = routes::dashboard(range);
    let is_passing = error.is_passing();
    view! {
        <div class="past__tools">{period.map(between)}</div>
        <p class="notice notice--bad" role="alert">
            {icon(Icon::Warning, "icon--small")}
            <span>
                {error.to_string()}
                {is_passing
                    .then(|| {
                        view! {
                            " "
                            <a class="link" href=again rel="external">"Try again"</a>
                        }
                    })}
            </span>
        </p>
    }
}
