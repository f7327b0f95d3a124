//! What SQL asks of this room: see sql/webhooks.sql.

use pgrx::prelude::*;
use zeroize::Zeroizing;

use super::endpoint::{self, Unfit};
use super::secret::{NEW_BYTES, Secret};
use crate::error::{Error, Result, or_raise, required};
use crate::{settings, vault};

/// `scheduling_private.check_webhook_url(url)`.
#[pg_extern(sql = false)]
fn check_webhook_url(url: Option<&str>) {
    let check = || {
        let may_be_private = settings::webhook_private_addresses();
        match endpoint::parse(required("url", url)?, may_be_private) {
            Ok(_) => Ok(()),
            Err(why) => Err(Error::invalid(
                "url",
                "webhooks are not sent to this address",
                format!("{why}."),
                match why {
                    Unfit::Private | Unfit::Scheme => {
                        "Pass a public https address, or set scheduling.webhook_private_addresses."
                    }
                    _ => "Pass an address such as https://example.com/hooks.",
                },
            )),
        }
    };
    or_raise(check());
}

/// `scheduling_private.check_webhook_secret(secret, may_be_sealed)`.
#[pg_extern(sql = false)]
fn check_webhook_secret(secret: Option<&str>, may_be_sealed: Option<bool>) {
    let check = || {
        let secret = required("secret", secret)?;
        if may_be_sealed == Some(true) && vault::is_sealed(secret) {
            return Ok(());
        }
        Secret::parse(secret).map(drop).map_err(|problem| {
            Error::invalid(
                "secret",
                "malformed secret",
                problem,
                "Leave the secret out to have one made.",
            )
        })
    };
    or_raise(check());
}

/// `scheduling_private.new_webhook_secret()`.
#[pg_extern(sql = false)]
fn new_webhook_secret() -> String {
    let make = || -> Result<String> {
        let mut bytes = Zeroizing::new([0; NEW_BYTES]);
        vault::random(bytes.as_mut_slice())?;
        Ok(Secret::write(&bytes))
    };
    or_raise(make())
}
