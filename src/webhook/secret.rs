//! The secrets of webhooks and what they sign. Pure.
//!
//! A secret is `whsec_` and 24 to 64 bytes in base64 (Standard Webhooks, `spec/standard-webhooks.md`, "Signature
//! scheme"); the signature is HMAC-SHA256 over `<id>.<timestamp>.<body>`. While a secret is being replaced, both
//! sign, and the header has both signatures, separated by a space.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use standardwebhooks::Webhook;
use zeroize::Zeroizing;

/// What a secret starts with.
const PREFIX: &str = "whsec_";
/// Bytes of a secret that is made here.
pub const NEW_BYTES: usize = 32;
const SHORTEST: usize = 24;
const LONGEST: usize = 64;

/// The text is no secret of Standard Webhooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("A secret is whsec_ and {SHORTEST} to {LONGEST} bytes in base64.")]
pub struct NoSecret;

/// What a webhook is signed with.
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    pub fn parse(text: &str) -> Result<Self, NoSecret> {
        let encoded = text.strip_prefix(PREFIX).ok_or(NoSecret)?;
        let bytes = Zeroizing::new(BASE64.decode(encoded).map_err(|_| NoSecret)?);
        if (SHORTEST..=LONGEST).contains(&bytes.len()) {
            Ok(Self(bytes))
        } else {
            Err(NoSecret)
        }
    }

    /// As people write it down.
    pub fn write(bytes: &[u8; NEW_BYTES]) -> String {
        format!("{PREFIX}{}", BASE64.encode(bytes))
    }

    /// The signature of a message, with its version before it. The crate wants UTF-8, which a body is.
    fn sign(&self, id: &str, timestamp: i64, body: &str) -> Option<String> {
        let webhook = Webhook::from_bytes(self.0.to_vec()).ok()?;
        webhook.sign(id, timestamp, body.as_bytes()).ok()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// The value of `webhook-signature`: one signature a secret.
pub fn signatures(secrets: &[Secret], id: &str, timestamp: i64, body: &str) -> String {
    let signed = secrets
        .iter()
        .filter_map(|secret| secret.sign(id, timestamp, body));
    signed.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_its_prefix_and_24_to_64_bytes() {
        let of = |bytes: usize| format!("whsec_{}", BASE64.encode(vec![7; bytes]));
        for bytes in [24, 32, 64] {
            assert!(Secret::parse(&of(bytes)).is_ok(), "{bytes}");
        }
        for text in [
            of(23),
            of(65),
            of(32).replace("whsec_", ""),
            of(32).replace("whsec_", "WHSEC_"),
            of(32).replace('=', ""),
            format!("{}\n", of(32)),
            "whsec_".into(),
            "whsec_not base64 at all, not at all!".into(),
            String::new(),
        ] {
            assert_eq!(Secret::parse(&text).err(), Some(NoSecret), "{text}");
        }
        assert!(Secret::parse(&Secret::write(&[9; NEW_BYTES])).is_ok());
    }

    /// The example of the specification's own libraries.
    #[test]
    fn a_signature_is_the_one_of_the_specification() {
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        assert_eq!(
            signatures(
                &[secret],
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                1_614_265_330,
                r#"{"test": 2432232314}"#
            ),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn two_secrets_sign_beside_each_other() {
        let secrets = [1, 2].map(|byte| Secret::parse(&Secret::write(&[byte; NEW_BYTES])).unwrap());
        let both = signatures(&secrets, "msg_1", 1, "{}");
        let [first, second] = secrets.map(|secret| signatures(&[secret], "msg_1", 1, "{}"));
        assert_ne!(first, second);
        assert_eq!(both, format!("{first} {second}"));
    }

    #[test]
    fn a_secret_is_in_no_debug_output() {
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        assert_eq!(format!("{secret:?}"), "Secret");
    }
}
