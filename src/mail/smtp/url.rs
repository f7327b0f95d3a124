//! Reading a mail server's address and secrets out of one URL. Has a CA file read, never opens a socket.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use percent_encoding::percent_decode_str;
use url::{Host, Url};

use crate::mail::ca_file;

/// Where and how to connect.
pub struct Server {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    pub credentials: Option<Credentials>,
    /// Every form in which the password can come back in a server's reply.
    pub secrets: Vec<String>,
}

/// What is wrong with an SMTP URL. Never quotes it: it holds a password.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmtpUrlError {
    #[error("the SMTP URL is malformed: {0}")]
    Malformed(#[from] url::ParseError),
    #[error("an SMTP URL starts with smtp:// or smtps://")]
    Scheme,
    #[error("the SMTP URL names no host")]
    Host,
    #[error(
        "an SMTP URL ends after the port or the ? part; in user and password, write / ? # @ : percent-encoded"
    )]
    Path,
    #[error("user and password in the SMTP URL must both be there and percent-encoded UTF-8")]
    Credentials,
    #[error("the SMTP URL has an unknown parameter; it knows tls and ca")]
    Parameter,
    #[error("tls in the SMTP URL is required or none, and not none with smtps://")]
    Tls,
    #[error(
        "ca in the SMTP URL needs TLS, and a PEM file with certificates, at most 1 MB, that the server may read"
    )]
    Ca,
    #[error("TLS cannot be set up: {0}")]
    Setup(String),
}

/// Parses the forms that [`super::SmtpMailer::new`] lists.
pub fn parse(smtp_url: &str) -> Result<Server, SmtpUrlError> {
    let url = Url::parse(smtp_url.trim())?;
    let implicit = match url.scheme() {
        "smtps" => true,
        "smtp" => false,
        _ => return Err(SmtpUrlError::Scheme),
    };
    let host = match url.host() {
        Some(Host::Domain(name)) if !name.is_empty() => name.to_owned(),
        Some(Host::Ipv4(address)) => address.to_string(),
        Some(Host::Ipv6(address)) => address.to_string(),
        _ => return Err(SmtpUrlError::Host),
    };
    if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
        return Err(SmtpUrlError::Path);
    }
    let (mut mode, mut ca) = (None, None);
    for (name, value) in url.query_pairs() {
        match name.as_ref() {
            "tls" => mode = Some(value.into_owned()),
            "ca" => ca = Some(value.into_owned()),
            _ => return Err(SmtpUrlError::Parameter),
        }
    }
    let (user, password) = (
        decode(url.username())?,
        decode(url.password().unwrap_or(""))?,
    );
    if user.is_empty() != password.is_empty() {
        return Err(SmtpUrlError::Credentials);
    }
    let encrypted = match mode.as_deref() {
        Some("required") => true,
        Some("none") if !implicit => false,
        None => implicit || !user.is_empty(),
        _ => return Err(SmtpUrlError::Tls),
    };
    let tls = match (encrypted, ca) {
        (true, ca) if implicit => Tls::Wrapper(trust(&host, ca)?),
        (true, ca) => Tls::Required(trust(&host, ca)?),
        (false, None) => Tls::None,
        (false, Some(_)) => return Err(SmtpUrlError::Ca),
    };
    let port = url.port().unwrap_or(match &tls {
        Tls::Wrapper(_) => 465,
        Tls::Required(_) => 587,
        _ => 25,
    });
    let secrets = secrets(&user, &password);
    let credentials = (!user.is_empty()).then(|| Credentials::new(user, password));
    Ok(Server {
        host,
        port,
        tls,
        credentials,
        secrets,
    })
}

/// Whether a file of the server is named, which not everybody may have it read.
pub fn names_a_file(smtp_url: &str) -> bool {
    Url::parse(smtp_url.trim()).is_ok_and(|url| url.query_pairs().any(|(name, _)| name == "ca"))
}

/// Whom to believe: the system's authorities, or only those of the `ca` file.
///
/// rustls runs on the process's default provider, and on ring where none is installed yet.
fn trust(host: &str, ca: Option<String>) -> Result<TlsParameters, SmtpUrlError> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(path) = ca {
        let pem = ca_file::read(&path).ok_or(SmtpUrlError::Ca)?;
        let certificates = Certificate::from_pem(&pem).map_err(|_| SmtpUrlError::Ca)?;
        builder = builder
            .certificate_store(CertificateStore::None)
            .add_root_certificate(certificates);
    }
    builder
        .build_rustls()
        .map_err(|error| SmtpUrlError::Setup(error.to_string()))
}

fn decode(part: &str) -> Result<String, SmtpUrlError> {
    match percent_decode_str(part).decode_utf8() {
        // NUL ends a field in AUTH PLAIN (RFC 4616).
        Ok(text) if !text.contains('\0') => Ok(text.into_owned()),
        _ => Err(SmtpUrlError::Credentials),
    }
}

/// The password as it is and as AUTH LOGIN and AUTH PLAIN carry it, longest first: some servers
/// quote the command they did not like.
fn secrets(user: &str, password: &str) -> Vec<String> {
    if password.is_empty() {
        return Vec::new();
    }
    let plain = format!("\0{user}\0{password}");
    vec![
        STANDARD.encode(plain),
        STANDARD.encode(password),
        password.to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(url: &str) -> String {
        let server = parse(url).unwrap();
        let login = server.credentials.map_or("nobody", |_| "login");
        format!("{}|{}|{:?}|{login}", server.host, server.port, server.tls)
    }

    #[test]
    fn a_password_travels_encrypted_unless_told_otherwise() {
        let cases = [
            ("smtps://u:p@mail.example", "mail.example|465|Wrapper|login"),
            (
                "smtps://mail.example:4650?tls=required",
                "mail.example|4650|Wrapper|nobody",
            ),
            ("smtp://u:p@mail.example", "mail.example|587|Required|login"),
            (
                "smtp://u:p@mail.example:2525?tls=required",
                "mail.example|2525|Required|login",
            ),
            (
                "smtp://u:p@mail.example?tls=none",
                "mail.example|25|None|login",
            ),
            ("smtp://mail.example", "mail.example|25|None|nobody"),
            ("smtp://127.0.0.1:1025/", "127.0.0.1|1025|None|nobody"),
            ("smtp://[::1]?tls=required", "::1|587|Required|nobody"),
        ];
        for (url, expected) in cases {
            assert_eq!(summary(url), expected, "{url}");
        }
    }

    #[test]
    fn credentials_are_percent_decoded() {
        let server =
            parse("smtps://ada%40example.com:p%40ss%2Fw%3A%23%C3%BC@mail.example").unwrap();
        let expected = Credentials::new("ada@example.com".into(), "p@ss/w:#ü".into());
        assert!(server.credentials == Some(expected));
    }

    #[test]
    fn a_url_that_cannot_be_meant_is_refused_without_quoting_it() {
        let cases = [
            "mail.example",
            "http://u:s3cret@mail.example",
            "smtp://",
            "smtp://u:s3cret@",
            "smtp://u:s3cret@mail.example:99999",
            "smtp://u:s3cret@mail.example/ehlo",
            "smtp://u:s3cret#x@mail.example",
            "smtp://u:s3cret/x@mail.example",
            "smtp://u@mail.example",
            "smtp://:s3cret@mail.example",
            "smtp://u:s3cret%FF@mail.example",
            "smtp://u:s3cret%00@mail.example",
            "smtp://u:s3cret@mail.example?tls=maybe",
            "smtps://u:s3cret@mail.example?tls=none",
            "smtp://u:s3cret@mail.example?verify=no",
            "smtp://mail.example?ca=/etc/ssl/cert.pem",
            "smtps://u:s3cret@mail.example?ca=/nonexistent.pem",
            "smtps://u:s3cret@mail.example?ca=/dev/null",
        ];
        for url in cases {
            let Err(error) = parse(url) else {
                panic!("accepted {url}")
            };
            let told = format!("{error} {error:?}");
            assert!(!told.contains("s3cret"), "{told}");
        }
    }

    /// What is said of a file is the same whatever is there, or the answers would tell what is.
    #[test]
    fn the_answer_does_not_tell_which_files_there_are() {
        let said = ["/nonexistent.pem", "/etc/passwd", "/dev/zero", "/root", "/"].map(|path| {
            assert!(names_a_file(&format!(" smtps://mail.example?ca={path} ")));
            let Err(error) = parse(&format!("smtps://mail.example?ca={path}")) else {
                panic!("accepted {path}")
            };
            error.to_string()
        });
        assert!(said.iter().all(|text| *text == said[0]), "{said:?}");
        assert!(!names_a_file("smtps://u:ca@mail.example?tls=required"));
    }

    #[test]
    fn the_password_is_known_in_every_form_it_travels_in() {
        let known = secrets("user", "pass");
        for form in ["pass", "cGFzcw==", "AHVzZXIAcGFzcw=="] {
            assert!(known.iter().any(|secret| secret == form), "{form}");
        }
        assert!(secrets("", "").is_empty());
    }
}
