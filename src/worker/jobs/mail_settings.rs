//! How mail leaves, as `configure_mail` has set it.

use pgrx::prelude::*;
use serde::Deserialize;
use strum::{EnumString, IntoStaticStr, VariantArray};

use crate::access;
use crate::error::{Error, Result, or_raise, required};
use crate::mail::{
    RESEND_API_URL, ResendError, SmtpMailer, check_resend, names_a_file, parse_mailbox,
};
use crate::plan;

/// How mail leaves: the column `transport`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Deserialize, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Transport {
    /// Not at all: it is kept in `emails`.
    Capture,
    Smtp,
    Resend,
}

impl Transport {
    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// Which settings something was done by: changes with every call of `configure_mail`.
pub use crate::worker::network::work::Revision;

const API_KEY_HINT: &str = "Pass an API key of Resend's that may send mail: re_...";
const SMTP_URL_HINT: &str = "Pass a URL such as smtp://user:password@host:587?tls=required.";

/// The row of `scheduling.mail_settings`.
#[derive(Deserialize)]
pub struct MailSettings {
    pub transport: Transport,
    pub from_address: String,
    pub reply_to: Option<String>,
    /// Sealed.
    pub smtp_url: Option<String>,
    /// Sealed.
    pub api_key: Option<String>,
    pub api_url: Option<String>,
    #[serde(rename = "updated_at")]
    pub revision: Revision,
}

impl MailSettings {
    /// Where Resend's API is.
    pub fn api_url(&self) -> &str {
        self.api_url.as_deref().unwrap_or(RESEND_API_URL)
    }

    pub fn read() -> Result<Self> {
        let stored = plan::read_json(
            ("mail settings", None),
            "scheduling.mail_settings",
            || "select to_jsonb(s)::text from scheduling.mail_settings s",
            &[],
        )?;
        Ok(stored.unwrap_or_else(|| Self {
            transport: Transport::Capture,
            from_address: crate::mail::DEFAULT_FROM.into(),
            reply_to: None,
            smtp_url: None,
            api_key: None,
            api_url: None,
            revision: Revision::default(),
        }))
    }
}

/// What all mails of a set have in common.
pub struct Sending {
    pub settings: MailSettings,
    /// The guest's page to move or cancel a booking, up to its token, where `configure_site` has said
    /// where it is.
    pub manage_base: Option<String>,
}

impl Sending {
    pub fn read() -> Result<Self> {
        Ok(Self {
            settings: MailSettings::read()?,
            manage_base: plan::read_value(
                ("manage page", None),
                || "select s.app_url || s.manage_path from scheduling.site_settings s",
                &[],
            )?,
        })
    }
}

/// `scheduling_private.check_mail_settings(…)`: refuses at once what would fail with the first mail.
#[pg_extern(sql = false)]
fn check_mail_settings(
    transport: Option<&str>,
    from_address: Option<&str>,
    reply_to: Option<&str>,
    smtp_url: Option<&str>,
    api_key: Option<&str>,
    api_url: Option<&str>,
) {
    let check = || {
        let transport = required("transport", transport)?;
        let Ok(transport) = transport.parse::<Transport>() else {
            return Err(unknown(transport));
        };
        let from_address = required("from_address", from_address)?;
        for (argument, mailbox) in [("from_address", Some(from_address)), ("reply_to", reply_to)] {
            if let Some(Err(problem)) = mailbox.map(parse_mailbox) {
                return Err(Error::invalid(
                    argument,
                    format!("malformed {argument}"),
                    format!("The e-mail address is malformed: {problem}."),
                    "Pass an address such as Bookings <bookings@example.com>.",
                ));
            }
        }
        if smtp_url.is_some_and(names_a_file) && !access::caller_may_read_server_files() {
            return Err(Error::Denied {
                message: "permission denied to name a file of the server".into(),
                detail: "ca in an SMTP URL is a file that the server reads.".into(),
                hint: "Have a member of pg_read_server_files call it, or leave ca out and add the authority \
                       to the server's own."
                    .into(),
            });
        }
        if let Some(Err(problem)) = smtp_url.map(SmtpMailer::new) {
            return Err(Error::invalid(
                "smtp_url",
                "malformed smtp_url",
                problem,
                SMTP_URL_HINT,
            ));
        }
        check_api(transport, api_key, api_url)?;
        match transport {
            Transport::Smtp if smtp_url.is_none() => Err(Error::invalid(
                "smtp_url",
                "smtp_url must not be null for the transport smtp",
                "The SMTP server's address is not known.",
                SMTP_URL_HINT,
            )),
            Transport::Smtp | Transport::Resend | Transport::Capture => Ok(()),
        }
    };
    or_raise(check());
}

fn check_api(transport: Transport, api_key: Option<&str>, api_url: Option<&str>) -> Result<()> {
    if transport == Transport::Resend && api_key.is_none() {
        return Err(Error::invalid(
            "api_key",
            "api_key must not be null for the transport resend",
            "Resend takes no mail without an API key.",
            API_KEY_HINT,
        ));
    }
    check_resend(api_url.unwrap_or(RESEND_API_URL), api_key.unwrap_or("re_"))
        .map(drop)
        .map_err(|problem| match problem {
            ResendError::Url => Error::invalid(
                "api_url",
                "malformed api_url",
                problem,
                "Leave api_url out, or pass an absolute URL such as https://api.resend.com.",
            ),
            ResendError::Key => {
                Error::invalid("api_key", "malformed api_key", problem, API_KEY_HINT)
            }
        })
}

fn unknown(transport: &str) -> Error {
    let transports: Vec<_> = Transport::VARIANTS.iter().map(|t| t.as_str()).collect();
    Error::invalid(
        "transport",
        format!("unknown mail transport \"{transport:.60}\""),
        format!("A transport is {}.", transports.join(" or ")),
        format!("Pass '{}'.", transports.join("' or '")),
    )
}
