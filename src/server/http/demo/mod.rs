//! `/demo`: what the product is tried with, where the configuration allows it. A shop's page with the widget on it, a
//! customer's phone with the SMS provider that serves it, and a customer's mailbox with the mail server that serves it.
//! The providers here are others to the rest of the server: they meet it at its hooks and adapters alone.

mod bounce;
mod hook;
mod letter;
mod mail_server;
mod mailbox;
mod mailboxes;
mod phone;
mod phones;
mod pictures;
mod provider;
mod shelves;
mod written;

use std::{io, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    extract::{DefaultBodyLimit, RawQuery, Request, State},
    http::{StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use serde_json::json;

use self::{mailboxes::Mailboxes, phones::Phones, pictures::Pictures};
use super::{middleware, problem::Problem};
use crate::{
    domain::AppError,
    server::{
        app::App,
        seed::{HELPER_KEY, WIDGET_KEY},
    },
};

const SHOP: &str = include_str!("../../../../public/demo/index.html");

/// The demo's customers, and what they hold.
#[derive(Clone)]
pub struct Demo {
    app: App,
    phones: Arc<Phones>,
    pictures: Arc<Pictures>,
    mailboxes: Arc<Mailboxes>,
}

impl Demo {
    /// Nobody has sent anything yet.
    #[must_use]
    pub fn new(app: &App) -> Self {
        Self { app: app.clone(), phones: Arc::default(), pictures: Arc::default(), mailboxes: Arc::default() }
    }

    /// Starts the mailboxes' mail server and says where it is; none where there is no demo.
    ///
    /// # Errors
    /// If there is no port for it.
    pub async fn start_mail_server(&self) -> io::Result<Option<SocketAddr>> {
        if !self.app.config.server.demo {
            return Ok(None);
        }
        mail_server::start(self.clone()).await.map(Some)
    }

    /// The demo's routes. Without the demo they answer as if they did not exist.
    pub(super) fn routes(&self) -> Router {
        let with_picture = DefaultBodyLimit::max(phone::LARGEST_BODY);
        let with_files = DefaultBodyLimit::max(mailbox::LARGEST_BODY);
        let pages = Router::new()
            .route("/demo", get(shop))
            .route("/demo/phone", get(phone::page))
            .route("/demo/phone/messages", get(phone::list).post(phone::send).layer(with_picture))
            .route("/demo/phone/pictures/{id}", get(phone::picture))
            .route("/demo/mailbox", get(mailbox::page))
            .route("/demo/mailbox/mails", get(mailbox::list).post(mailbox::send).layer(with_files))
            .route("/demo/mailbox/mails/{id}/files/{number}", get(mailbox::file))
            .route_layer(from_fn_with_state(self.app.clone(), middleware::require_own_origin));
        // Whoever calls these is no browser: a signature is the key of the one, and a token that of the other.
        let provider = Router::new()
            .route("/demo/provider/messages", post(provider::take))
            .route("/demo/provider/media/{id}", get(provider::media));
        pages
            .merge(provider)
            .route_layer(from_fn_with_state(self.app.clone(), only_in_demo))
            .with_state(self.clone())
    }
}

async fn only_in_demo(State(app): State<App>, request: Request, next: Next) -> Result<Response, Problem> {
    if app.config.server.demo { Ok(next.run(request).await) } else { Err(AppError::NotFound.into()) }
}

/// `GET /demo`, and `GET /demo?helper`, where the shop's AI helper answers first.
async fn shop(RawQuery(query): RawQuery) -> Response {
    let key = if query.as_deref() == Some("helper") { HELPER_KEY } else { WIDGET_KEY };
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; frame-src 'self'; \
                  img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
    let page = Html(SHOP.replace("{{channel_key}}", key));
    ([(header::CONTENT_SECURITY_POLICY, policy)], page).into_response()
}

/// The inbox is another server to a provider, so this is a gateway's error.
fn not_taken(what: &str) -> Response {
    let details = json!({
        "type": "about:blank",
        "title": "Bad Gateway",
        "detail": format!(
            "The inbox did not take this {what}. Try again in a moment; if that does not help, \
             see whether the demo's data are there (live-operator seed --demo)."
        ),
        "status": 502,
    });
    let kind = [(header::CONTENT_TYPE, "application/problem+json")];
    (StatusCode::BAD_GATEWAY, kind, details.to_string()).into_response()
}
