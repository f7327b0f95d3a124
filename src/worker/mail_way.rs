//! Whether mails are sent just now. Where a transport says that it takes none, for a while or until somebody
//! has done something, no mail is picked from the backlog until then, or until `configure_mail` is called.

use super::jobs::backlog::Backlog;
use super::jobs::mail_settings::{MailSettings, Revision};
use super::network::work::{BrokenOff, JobReply};
use crate::error::Result;
use crate::instant::Instant;
use crate::mail::Fault;
use crate::timestamptz;

/// The end of the names of the shares that send mail.
pub const WAY: &str = "mail";

/// Remembers what it was closed under. A worker that begins tries.
#[derive(Default)]
pub struct MailWay {
    closed: Option<Closed>,
}

struct Closed {
    until: Instant,
    settings: Revision,
}

impl MailWay {
    /// Closes the way where the transport has said so.
    pub fn heed(
        &mut self,
        reply: &std::result::Result<JobReply, BrokenOff>,
        backlog: &mut Backlog,
    ) {
        let Ok(JobReply::Mail {
            sent: Err(refused),
            settings,
        }) = reply
        else {
            return;
        };
        let Fault::Closed { pause, .. } = refused.fault else {
            return;
        };
        if pause.is_zero() {
            return;
        }
        let now = timestamptz::wall_clock();
        let until = now.plus(i64::try_from(pause.as_micros()).unwrap_or(i64::MAX / 2));
        match &self.closed {
            Some(closed) if closed.settings == *settings && closed.until >= until => return,
            Some(closed) if closed.settings == *settings && closed.until > now => {}
            _ if pause.as_secs() < 60 => {}
            _ => pgrx::warning!("scheduling worker sends no mail for now: {refused}"),
        }
        backlog.close(WAY, until);
        self.closed = Some(Closed {
            until,
            settings: settings.clone(),
        });
    }

    /// Opens the way where mail is to leave in another way by now.
    ///
    /// # Errors
    /// Where the settings cannot be read.
    pub fn see(&mut self, backlog: &mut Backlog) -> Result<()> {
        let Some(closed) = &self.closed else {
            return Ok(());
        };
        if closed.until <= timestamptz::wall_clock() {
            self.closed = None; // the backlog opens it by itself
        } else if MailSettings::read()?.revision != closed.settings {
            backlog.open(WAY);
            self.closed = None;
        }
        Ok(())
    }
}
