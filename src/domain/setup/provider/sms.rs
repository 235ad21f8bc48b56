//! What SMS providers ask for, in their own words.

use super::super::fields::{Field, FieldKind, Section};

/// More than any number may send in a minute.
const MOST_A_MINUTE: u32 = 60_000;

pub const SETTINGS: &[Section] = &[Section {
    title: "Number",
    help: "",
    object: None,
    optional: false,
    fields: &[
        Field::new(
            "address",
            "Number",
            "The number that customers write to, with its country: +44 7700 900123. A short code or a sender name as \
             it is registered.",
        )
        .required(),
        Field::new(
            "region",
            "Country of numbers that name none",
            "Two letters, such as US, GB or DE. Numbers are read as people write them there.",
        )
        .preset("US"),
        Field::new(
            "sends_per_minute",
            "Messages a minute",
            "What the number may send; 0 for as many as it likes. More wait for their turn.",
        )
        .of(FieldKind::Number { most: MOST_A_MINUTE })
        .preset("60"),
    ],
}];

pub const TWILIO: &[Section] = &[
    Section {
        title: "Twilio account",
        help: "In the Twilio Console, on the account’s dashboard under Account Info.",
        object: None,
        optional: false,
        fields: &[
            Field::new("account_sid", "Account SID", "It begins with AC.").required(),
            Field::new("auth_token", "Auth Token", "Signs what Twilio tells us.").required().secret(),
            Field::new(
                "other_auth_token",
                "Secondary Auth Token",
                "Only while you change from one token to another: both are good meanwhile.",
            )
            .secret(),
        ],
    },
    Section {
        title: "API key",
        help: "Only if messages are to be sent with a key in place of the Auth Token: Account › API keys & tokens.",
        object: Some("api_key"),
        optional: true,
        fields: &[
            Field::new("sid", "SID", "It begins with SK.").required(),
            Field::new("secret", "Secret", "Twilio shows it once, when the key is made.").required().secret(),
        ],
    },
];

pub const TELNYX: &[Section] = &[Section {
    title: "Telnyx account",
    help: "In the Mission Control Portal under Keys & Credentials.",
    object: None,
    optional: false,
    fields: &[
        Field::new("api_key", "API Key", "Sends messages. It begins with KEY.").required().secret(),
        Field::new("public_key", "Public Key", "Checks what Telnyx tells us: 44 characters that end in =.")
            .required(),
        Field::new(
            "messaging_profile_id",
            "Messaging profile ID",
            "Only if messages leave under a sender name: Messaging › Programmable Messaging › your profile.",
        ),
    ],
}];

pub const VONAGE: &[Section] = &[Section {
    title: "Vonage account",
    help: "In the Vonage Dashboard under Settings › API Settings. Signed webhooks must be on: Vonage’s support turns \
           them on for an account. What is unsigned is not taken.",
    object: None,
    optional: false,
    fields: &[
        Field::new("api_key", "API key", "At the top of the page.").required(),
        Field::new("api_secret", "API secret", "Sends messages. Without it they are signed instead.")
            .secret(),
        Field::new("signature_secret", "Signature secret", "Checks what Vonage tells us.")
            .required()
            .secret(),
        Field::new("signature_method", "Signature method", "The same as in the Dashboard.")
            .of(FieldKind::Choice(&[
                ("sha256", "SHA-256 HMAC"),
                ("sha512", "SHA-512 HMAC"),
                ("sha1", "SHA-1 HMAC"),
                ("md5", "MD5 HMAC"),
                ("md5hash", "MD5 hash"),
            ]))
            .preset("sha256"),
    ],
}];

pub const KANNEL: &[Section] = &[Section {
    title: "Kannel",
    help: "A Kannel gateway of yours, which speaks SMPP to your carrier. It signs nothing: between it and us there \
           should be HTTPS, or a network of your own.",
    object: None,
    optional: false,
    fields: &[
        Field::new(
            "url",
            "Address of sendsms",
            "With the sendsms-port of its group smsbox: http://127.0.0.1:13013/cgi-bin/sendsms.",
        )
        .required(),
        Field::new("username", "User name", "Of its group sendsms-user.").required(),
        Field::new("password", "Password", "Of the same group.").required().secret(),
        Field::new(
            "token",
            "Token",
            "Proves that it is Kannel who calls: any long text of letters and digits that nobody can guess. It stands \
             in the address that you give to Kannel.",
        )
        .required()
        .secret(),
    ],
}];

pub const WEBHOOK: &[Section] = &[Section {
    title: "Gateway",
    help: "A program of yours that sends and receives SMS. Both directions are JSON, signed with one secret.",
    object: None,
    optional: false,
    fields: &[
        Field::new("url", "Address of the gateway", "Messages that go out are posted there.").required(),
        Field::new("secret", "Secret", "Signs both directions. Any long text that nobody can guess.")
            .required()
            .secret(),
        Field::new(
            "other_secret",
            "Second secret",
            "Only while you change from one secret to another: both are good meanwhile.",
        )
        .secret(),
        Field::new(
            "media_hosts",
            "Hosts of files",
            "One a line, such as files.example.com. Files that come with messages are fetched from these hosts and no \
             other.",
        )
        .of(FieldKind::List),
        Field::new(
            "media_token",
            "Token for files",
            "Only if the first of these hosts asks for one. It is shown to no other.",
        )
        .secret(),
    ],
}];
