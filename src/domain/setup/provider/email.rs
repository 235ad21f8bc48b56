//! What mail servers and mail services ask for, in their own words.

use super::super::fields::{Field, FieldKind, Section};

const LARGEST_PORT: u32 = 65_535;

pub const SETTINGS: &[Section] = &[Section {
    title: "Address",
    help: "",
    object: None,
    optional: false,
    fields: &[
        Field::new("address", "Email address", "Customers write to it, and replies come from it.").required(),
        Field::new("signature", "Signature", "Stands below each mail that goes out.").of(FieldKind::Lines),
        Field::new(
            "sends_per_minute",
            "Mails a minute",
            "What may leave from this address; 0 for as many as it likes. More wait for their turn.",
        )
        .of(FieldKind::Number { most: 60_000 })
        .preset("0"),
    ],
}];

pub const MAIL: &[Section] = &[
    ALIASES,
    smtp("The server that takes the mails that go out.", OWN_SMTP),
    Section {
        title: "Receiving by IMAP",
        help: "A mailbox that new mails are fetched from. Leave it empty if they come by LMTP or by the hook.",
        object: Some("imap"),
        optional: true,
        fields: &[
            Field::new("host", "Server", "Such as imap.example.com.").required(),
            port("993"),
            security("tls"),
            Field::new("username", "User name", "Often the whole address.").required(),
            Field::new("password", "Password", "").required().secret(),
            Field::new("folder", "Folder", "INBOX if it is left empty."),
        ],
    },
    Section {
        title: "Receiving by the hook",
        help: "Only if a mail server or a script posts mails to us.",
        object: None,
        optional: false,
        fields: &[Field::new(
            "hook_secret",
            "Secret of the hook",
            "Whoever posts a mail signs it with this. Left empty, it is one that nobody knows, and the hook stays shut.",
        )
        .secret()],
    },
    SIGNING,
    TRUST,
];

pub const MAILGUN: &[Section] = &[
    ALIASES,
    Section {
        title: "Mailgun account",
        help: "",
        object: None,
        optional: false,
        fields: &[Field::new(
            "hook_secret",
            "HTTP webhook signing key",
            "In Mailgun’s dashboard under API Security. It checks what Mailgun tells us.",
        )
        .required()
        .secret()],
    },
    smtp("In Mailgun under Sending › Domain settings › SMTP credentials.", MAILGUN_SMTP),
    SIGNING,
    TRUST,
];

pub const POSTMARK: &[Section] = &[
    ALIASES,
    Section {
        title: "Postmark server",
        help: "",
        object: None,
        optional: false,
        fields: &[Field::new(
            "hook_secret",
            "Password of the webhook",
            "Make up a long one of letters and digits. Postmark gets it in the webhook’s address, and so proves that it \
             is Postmark.",
        )
        .required()
        .secret()],
    },
    smtp(
        "In Postmark under your server › API Tokens: the Server API token is both user name and password.",
        POSTMARK_SMTP,
    ),
    SIGNING,
    TRUST,
];

const ALIASES: Section = Section {
    title: "More addresses",
    help: "",
    object: None,
    optional: false,
    fields: &[Field::new(
        "aliases",
        "Other addresses of yours",
        "One a line. Mails to them come in here too, and are answered from the address that was written to.",
    )
    .of(FieldKind::List)],
};

const SIGNING: Section = Section {
    title: "DKIM signature",
    help: "Only if we are to sign mails. Leave it empty if the server that sends them signs them.",
    object: Some("dkim"),
    optional: true,
    fields: &[
        Field::new("selector", "Selector", "Any word that is free in your DNS, such as support1.").required(),
        Field::new(
            "private_key",
            "Private key",
            "In PEM: RSA of 2048 bits or more, or Ed25519. “openssl genrsa 2048” makes one that every receiver knows.",
        )
        .of(FieldKind::Lines)
        .required()
        .secret(),
    ],
};

const TRUST: Section = Section {
    title: "Whom to trust",
    help: "",
    object: None,
    optional: false,
    fields: &[
        Field::new(
            "authserv_ids",
            "Servers whose checks count",
            "One a line: the names that your own mail server writes first in Authentication-Results. What they say of a \
             sender is believed.",
        )
        .of(FieldKind::List),
        Field::new(
            "ca",
            "Certificate of your own authority",
            "In PEM. Only if the mail server’s certificate comes from an authority of your own.",
        )
        .of(FieldKind::Lines),
    ],
};

const fn smtp(help: &'static str, fields: &'static [Field]) -> Section {
    Section { title: "Sending by SMTP", help, object: Some("smtp"), optional: false, fields }
}

const OWN_SMTP: &[Field] = &smtp_fields("");
const MAILGUN_SMTP: &[Field] = &smtp_fields("smtp.mailgun.org");
const POSTMARK_SMTP: &[Field] = &smtp_fields("smtp.postmarkapp.com");

const fn smtp_fields(host: &'static str) -> [Field; 5] {
    [
        Field::new("host", "Server", "Such as smtp.example.com.").required().preset(host),
        port("587"),
        security("starttls"),
        Field::new("username", "User name", "Leave it empty if the server asks for none."),
        Field::new("password", "Password", "").secret(),
    ]
}

const fn port(preset: &'static str) -> Field {
    Field::new("port", "Port", "").of(FieldKind::Number { most: LARGEST_PORT }).required().preset(preset)
}

const fn security(preset: &'static str) -> Field {
    Field::new("security", "Encryption", "")
        .of(FieldKind::Choice(&[
            ("tls", "TLS from the first byte"),
            ("starttls", "STARTTLS"),
            ("none", "None: only on a line of your own"),
        ]))
        .required()
        .preset(preset)
}
