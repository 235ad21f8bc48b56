//! Certificates, made by openssl for one test.

use std::{path::Path, process::Command};

use super::super::process::run;

/// A root that nobody knows (`root.pem`), and the certificate of a server on loopback that it has signed
/// (`server.pem`), with their keys (`root.key`, `server.key`).
pub fn make(folder: &Path) {
    openssl(folder, &["-subj", "/CN=A root of the tests", "-keyout", "root.key", "-out", "root.pem"]);
    let signed = ["-CA", "root.pem", "-CAkey", "root.key", "-keyout", "server.key", "-out", "server.pem"];
    // A root would be taken for a server by none of our clients.
    let server = ["-addext", "basicConstraints=critical,CA:FALSE"];
    let names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
    openssl(folder, &[&signed[..], &server, &names].concat());
}

fn openssl(folder: &Path, arguments: &[&str]) {
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    run(Command::new("openssl").current_dir(folder).args(["req", "-x509"]).args(key).args(arguments));
}
