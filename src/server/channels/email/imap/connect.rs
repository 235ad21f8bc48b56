//! From nothing to a session: the connection, its encryption, the greeting, the login.

use std::{fmt::Debug, io};

use async_imap::{
    Client,
    imap_proto::{Response, Status},
};
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

use super::{
    super::{
        credentials::{Imap, Security},
        tls,
    },
    end::{End, words},
};

/// A connection, encrypted or not.
pub(super) type Stream = Box<dyn Duplex>;

pub(super) trait Duplex: AsyncRead + AsyncWrite + Debug + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Debug + Send + Unpin> Duplex for T {}

/// Connects as the credentials say, and never with less encryption than they say.
pub(super) async fn log_in(
    imap: &Imap,
    root: Option<&CertificateDer<'_>>,
) -> Result<async_imap::Session<Stream>, End> {
    let tcp = TcpStream::connect((imap.host.as_str(), imap.port))
        .await
        .map_err(|error| End::Away(error.to_string()))?;
    let client = match imap.security {
        Security::None => greeted(Box::new(tcp)).await?,
        Security::Tls => greeted(encrypted(imap, root, Box::new(tcp)).await?).await?,
        Security::Starttls => {
            let mut client = greeted(Box::new(tcp)).await?;
            client.run_command_and_check_ok("STARTTLS", None).await.map_err(|error| {
                match End::from(error) {
                    End::Refused(why) => End::Tls(format!("it refuses STARTTLS: {why}")),
                    other => other,
                }
            })?;
            // What came before the encryption may be anybody's: it is dropped with the client's buffer.
            Client::new(encrypted(imap, root, client.into_inner()).await?)
        }
    };
    client.login(&imap.username, &imap.password).await.map_err(|(error, _)| match End::from(error) {
        End::Refused(why) => End::Login(why),
        other => other,
    })
}

async fn encrypted(imap: &Imap, root: Option<&CertificateDer<'_>>, stream: Stream) -> Result<Stream, End> {
    let config = tls::client_config(root).map_err(|error| End::Tls(error.to_string()))?;
    let name = ServerName::try_from(imap.host.clone())
        .map_err(|_| End::Tls("its name is none that a certificate could have".to_owned()))?;
    match TlsConnector::from(config).connect(name, stream).await {
        Ok(stream) => Ok(Box::new(stream)),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(End::Tls(error.to_string())),
        Err(_) => Err(End::Lost),
    }
}

/// A client whose server has said that it is one.
async fn greeted(stream: Stream) -> Result<Client<Stream>, End> {
    let mut client = Client::new(stream);
    let greeting = client.read_response().await?.ok_or(End::Lost)?;
    match greeting.parsed() {
        Response::Data { status: Status::Ok, .. } => Ok(client),
        Response::Data { outcome, .. } => Err(End::Closed(words(outcome))),
        _ => Err(End::Foreign),
    }
}
