//! The OpenAPI document: what the handlers say of themselves, and what holds for all of them.

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Content, Info, OpenApi, Ref, Response, ResponseBuilder, Server,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        schema::{Components, ObjectBuilder, Type},
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use super::refused::ProblemBody;

/// What every reader of the document should know first.
const ABOUT: &str = "For apps beside Live Operator: a chatbot that answers in conversations, a CRM that reads them. \
    A token acts as one bot, or as none. A bot sees the conversations that it answers, or did, and speaks in them while it \
    has the word. Who acts as none sees all and speaks in none.\n\n\
    Every POST needs the header Idempotency-Key. The same request with the same key is done once: later ones are given the \
    first one's answer, for 24 hours, with the header Idempotency-Replayed. Another request with the same key is refused \
    (`idempotency_key_reused`), and so is one that comes while the first is being worked on (`in_progress`: ask again).\n\n\
    What a bot posts echoes the `control_epoch` that it was asked under. The epoch rises whenever the word goes from the \
    bot to a person or back; what was begun before is refused with `stale`, and nothing of it reaches the customer.\n\n\
    Errors are problem details (RFC 9457). Their `code` does not change; their `detail` is for people, and may. With 429, \
    503 and `in_progress`, Retry-After says in how many seconds to ask again.";

/// Which statuses may come of anything, and of what is posted.
const ANY: &[(u16, &str)] = &[
    (401, "There is no token, or it has been revoked (`unauthenticated`)."),
    (404, "It does not exist, or this token may not see it (`not_found`)."),
    (422, "Something of it cannot be used (`invalid`); `field` names it."),
    (429, "Too much at once (`rate_limited`)."),
    (500, "Our fault (`internal`)."),
    (503, "The server is busy, and nothing was done (`unavailable`)."),
];
const POSTED: &[(u16, &str)] = &[
    (400, "The body is no JSON (`malformed`), or there is no Idempotency-Key (`idempotency_key`)."),
    (403, "This token cannot speak: it acts as no bot (`no_bot`), or its bot is switched off (`bot_off`)."),
    (
        409,
        "Not as things stand: the bot has not the word under this epoch (`stale`), the status does not allow it \
         (`wrong_status`), the same name came with other words (`id_reused`), or the key stands in the way \
         (`idempotency_key_reused`, `in_progress`).",
    ),
    (413, "More than 256 KiB (`too_large`)."),
    (415, "The body is not declared as JSON (`unsupported_media_type`)."),
];

/// Adds to a document what holds for all its operations.
pub fn complete(mut document: OpenApi, public_url: &str) -> OpenApi {
    let mut info = Info::new("Live Operator", "1");
    info.description = Some(ABOUT.to_owned());
    document.info = info;
    document.servers = Some(vec![Server::new(public_url)]);
    let components = document.components.get_or_insert_with(Components::new);
    let mut beneath = Vec::new();
    ProblemBody::schemas(&mut beneath);
    components.schemas.extend(beneath);
    components.schemas.insert(ProblemBody::name().into_owned(), ProblemBody::schema());
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A token that an admin has made under Settings: `lo_` and 43 characters."))
        .build();
    components.add_security_scheme("token", SecurityScheme::Http(token));
    document.security = Some(vec![SecurityRequirement::new("token", Vec::<String>::new())]);
    for item in document.paths.paths.values_mut() {
        if let Some(operation) = &mut item.get {
            problems(operation, ANY);
        }
        if let Some(operation) = &mut item.post {
            problems(operation, ANY);
            problems(operation, POSTED);
            operation.parameters.get_or_insert_default().push(key().into());
        }
    }
    document
}

fn problems(operation: &mut Operation, problems: &[(u16, &str)]) {
    for (status, description) in problems {
        let answer = problem(description);
        operation.responses.responses.entry(status.to_string()).or_insert_with(|| answer.into());
    }
}

fn problem(description: &str) -> Response {
    let schema = Ref::from_schema_name(ProblemBody::name());
    ResponseBuilder::new()
        .description(description)
        .content("application/problem+json", Content::new(Some(schema)))
        .build()
}

fn key() -> Parameter {
    let schema =
        ObjectBuilder::new().schema_type(Type::String).min_length(Some(8)).max_length(Some(128)).pattern(
            // Visible ASCII.
            Some("^[!-~]+$"),
        );
    ParameterBuilder::from(Parameter::new("Idempotency-Key"))
        .parameter_in(ParameterIn::Header)
        .description(Some("A name of your own for this request, such as a UUID."))
        .schema(Some(schema))
        .build()
}
