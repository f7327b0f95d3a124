//! Any bytes as the address of a mail server.

use super::url::{SmtpUrlError, names_a_file, parse};
use crate::fuzz_input::text;

const SECRET: &str = "S3cret-0f-the-server";

/// What is refused is refused without the password in it, wherever in the address the fault is. Files are not
/// asked for here, nor the system's authorities, which takes long.
pub fn smtp_url(input: &[u8]) {
    let text = text(input);
    let with_password = format!("smtp://user:{SECRET}{text}");
    for url in [&text, &with_password] {
        if names_a_file(url) {
            continue;
        }
        match parse(url) {
            Ok(server) => {
                assert!(
                    !server.host.is_empty() && server.host.is_ascii(),
                    "{}",
                    server.host
                );
                assert!(
                    !server
                        .host
                        .contains(|c: char| c.is_whitespace() || c.is_control())
                );
                assert_eq!(server.credentials.is_some(), !server.secrets.is_empty());
            }
            Err(error) => {
                let told = format!("{error} {error:?}");
                assert!(!told.contains(SECRET), "{told}");
                assert!(
                    told.len() < 500 || matches!(error, SmtpUrlError::Setup(_)),
                    "{told}"
                );
            }
        }
    }
}
