//! Postfix, Dovecot and the customers' server, on free ports and in a folder of their own. They ask no DNS.
//!
//! The company has two domains: what comes for `lmtp.test` is handed to us, what comes for `imap.test` lies in one
//! mailbox of Dovecot. Everybody else is a customer.

use std::{
    fs,
    io::Write,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use bytes::Bytes;
use serde_json::{Value, json};

use super::{
    super::process::{Folder, Peer, free_port, python, run, skip, until, wait_for_port},
    certificates,
};
use crate::{server::channels::email::dkim::Dkim, tests::post::Reached};

const MAILBOX: &str = "mailbox password";
const SENDER: &str = "sender password";

/// The servers' configurations, and where they stand in the folder.
const FILES: [(&str, &str); 4] = [
    ("dovecot.conf", include_str!("dovecot.conf")),
    ("postfix/main.cf", include_str!("main.cf")),
    ("postfix/master.cf", include_str!("master.cf")),
    ("aliases", "/@imap\\.test$/ support@imap.test\n"),
];

pub struct Servers {
    postfix: Option<Peer>,
    dovecot: Option<Peer>,
    _customers: Peer,
    pub ports: Ports,
    python: PathBuf,
    /// After those who work in it.
    folder: Folder,
}

/// Who listens where.
#[derive(Clone, Copy)]
pub struct Ports {
    /// Ourselves, by LMTP.
    pub ours: u16,
    customers: u16,
    /// Postfix: for everybody, and for who signs in, by STARTTLS or by TLS from the first byte.
    smtp: u16,
    submission: u16,
    submissions: u16,
    /// Dovecot: the mailbox by STARTTLS and by TLS, mail for it, and the logins of Postfix.
    imap: u16,
    imaps: u16,
    mailboxes: u16,
    logins: u16,
}

impl Ports {
    fn free() -> Self {
        Self {
            ours: free_port(),
            customers: free_port(),
            smtp: free_port(),
            submission: free_port(),
            submissions: free_port(),
            imap: free_port(),
            imaps: free_port(),
            mailboxes: free_port(),
            logins: free_port(),
        }
    }

    /// By the names that the configurations have for them.
    const fn named(self) -> [(&'static str, u16); 9] {
        [
            ("ours", self.ours),
            ("customers", self.customers),
            ("smtp", self.smtp),
            ("submission", self.submission),
            ("submissions", self.submissions),
            ("imap", self.imap),
            ("imaps", self.imaps),
            ("mailboxes", self.mailboxes),
            ("logins", self.logins),
        ]
    }
}

impl Servers {
    /// None, with a printed line, where they cannot be started.
    pub async fn start() -> Option<Self> {
        let python = python()?;
        let folder = Folder::new();
        if fs::metadata(&*folder).expect("it was made").uid() != 0 {
            skip("only root can start Postfix and Dovecot");
            return None;
        }
        let ports = Ports::free();
        prepare(&folder, ports);
        let mut customers = Command::new(&python);
        customers.arg(script("mx.py")).arg(folder.join("customers")).arg(ports.customers.to_string());
        let customers = Peer::start(&customers);
        wait_for_port(ports.customers).await;
        let mut servers = Self { postfix: None, dovecot: None, _customers: customers, ports, python, folder };
        servers.start_dovecot().await;
        servers.start_postfix().await;
        Some(servers)
    }

    pub async fn start_dovecot(&mut self) {
        let mut dovecot = Command::new("dovecot");
        self.dovecot = Some(Peer::start(dovecot.args(["-F", "-c"]).arg(self.folder.join("dovecot.conf"))));
        for port in [self.ports.imap, self.ports.imaps, self.ports.mailboxes, self.ports.logins] {
            wait_for_port(port).await;
        }
    }

    pub fn stop_dovecot(&mut self) {
        self.dovecot = None;
    }

    pub async fn start_postfix(&mut self) {
        let configuration = self.folder.join("postfix");
        // It makes the folders of the queue.
        run(Command::new("postfix").arg("-c").arg(&configuration).arg("check"));
        let programs = run(Command::new("postconf").args(["-d", "-h", "daemon_directory"]));
        let mut master = Command::new(Path::new(programs.trim()).join("master"));
        self.postfix = Some(Peer::start(master.arg("-s").arg("-c").arg(&configuration)));
        for port in [self.ports.smtp, self.ports.submission, self.ports.submissions] {
            wait_for_port(port).await;
        }
    }

    pub fn stop_postfix(&mut self) {
        self.postfix = None;
    }

    /// What a channel needs to send by them.
    pub fn credentials(&self, security: &str) -> Value {
        let root = fs::read_to_string(self.folder.join("root.pem")).expect("it was made");
        json!({ "smtp": self.smtp(security, Some(SENDER)), "ca": root })
    }

    /// How Postfix takes what is for customers, by a sender's password.
    pub fn smtp(&self, security: &str, password: Option<&str>) -> Value {
        let port = match security {
            "tls" => self.ports.submissions,
            "starttls" => self.ports.submission,
            _ => self.ports.smtp,
        };
        let username = password.map(|_| "sender");
        json!({
            "host": "localhost", "port": port, "security": security,
            "username": username, "password": password,
        })
    }

    /// What a channel needs to fetch from the mailbox.
    pub fn imap(&self, security: &str) -> Value {
        let port = if security == "tls" { self.ports.imaps } else { self.ports.imap };
        json!({
            "host": "localhost", "port": port, "security": security,
            "username": "support", "password": MAILBOX,
        })
    }

    /// A customer's program gives the company a mail, by STARTTLS.
    pub fn swaks(&self, from: &str, to: &str, more: &[&str]) {
        let server = format!("127.0.0.1:{}", self.ports.smtp);
        let mut swaks = Command::new("swaks");
        swaks.args(["--server", &server, "-tls", "--helo", "pc.customers.test", "--suppress-data"]);
        run(swaks.args(["--from", from, "--to", to]).args(more));
    }

    /// Waits until Postfix has tried in vain to hand a mail on.
    pub async fn puts_off_a_mail(&self) {
        until("Postfix puts a mail off", async || {
            let log = fs::read_to_string(self.folder.join("postfix/log")).ok()?;
            log.contains("status=deferred").then_some(())
        })
        .await;
    }

    /// A file for swaks, as its options name it.
    pub fn file(&self, content: &[u8]) -> String {
        let path = self.folder.join("file");
        fs::write(&path, content).expect("it can be written");
        format!("@{}", path.display())
    }

    /// Waits for a mail with these words to reach a customer.
    pub async fn reaches(&self, customer: &str, words: &str) -> Reached {
        until(&format!("{words:?} reaches {customer}"), async || {
            self.reached(customer, words).into_iter().next()
        })
        .await
    }

    /// What has reached a customer with these words, in order.
    pub fn reached(&self, customer: &str, words: &str) -> Vec<Reached> {
        let mut reached = self.all_reached();
        reached.retain(|it| it.recipient == customer && it.mail().text.contains(words));
        reached
    }

    /// As `mx.py` keeps it.
    fn all_reached(&self) -> Vec<Reached> {
        let folder = self.folder.join("customers");
        let mut reached = Vec::new();
        for number in 1.. {
            let Ok(raw) = fs::read(folder.join(format!("{number}.eml"))) else { break };
            let raw = Bytes::from(raw);
            let envelope = folder.join(format!("{number}.envelope"));
            let envelope = fs::read_to_string(envelope).expect("it was written before");
            let mut lines = envelope.lines().map(str::to_owned);
            let sender = lines.next().filter(|sender| sender.contains('@'));
            reached.extend(lines.map(|recipient| Reached {
                sender: sender.clone(),
                recipient,
                raw: raw.clone(),
            }));
        }
        reached
    }

    /// Whether dkimpy finds a good signature on a mail, if DNS has what belongs to this key.
    pub fn is_signed(&self, raw: &[u8], key: &Dkim) -> bool {
        let mut verify = Command::new(&self.python);
        verify.arg(script("verify.py")).args([key.record_name(), key.record()]);
        let verify = verify.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut verify = verify.expect("Python starts");
        verify.stdin.take().expect("it is piped").write_all(raw).expect("it is read");
        let said = verify.wait_with_output().expect("it ends").stdout;
        match said.trim_ascii() {
            b"good" => true,
            b"bad" => false,
            other => panic!("{}", String::from_utf8_lossy(other)),
        }
    }
}

fn prepare(folder: &Path, ports: Ports) {
    for below in ["dovecot", "mailboxes", "postfix/spool", "postfix/data", "customers"] {
        fs::create_dir_all(folder.join(below)).expect("a folder");
    }
    run(Command::new("chown").arg("mail:mail").arg(folder.join("mailboxes")));
    run(Command::new("chown").arg("postfix").arg(folder.join("postfix/data")));
    certificates::make(folder);
    for (name, template) in FILES {
        let mut text = template.replace("{folder}", &folder.display().to_string());
        for (name, port) in ports.named() {
            text = text.replace(&format!("{{{name}}}"), &port.to_string());
        }
        fs::write(folder.join(name), text).expect("it can be written");
    }
    let users = format!("support:{{PLAIN}}{MAILBOX}::::::\nsender:{{PLAIN}}{SENDER}::::::\n");
    fs::write(folder.join("users"), users).expect("it can be written");
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/peers").join(name)
}
