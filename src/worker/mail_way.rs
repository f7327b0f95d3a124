//! Whether mails are sent just now. Where a transport says that it takes none, for a while or until somebody
//! has done something, no mail is picked from the backlog until then, or until `configure_mail` is called.
//! A pause that is not brief is noted in the settings, for `queue_status()`: once a pause, and not a mail.

use std::time::Duration;

use super::jobs::backlog::Backlog;
use super::jobs::mail_settings::{MailSettings, Revision};
use super::network::work::{BrokenOff, JobReply};
use super::process::{Durability, report, transaction};
use crate::error::Result;
use crate::instant::Instant;
use crate::mail::Fault;
use crate::{plan, timestamptz};

/// The end of the names of the shares that send mail.
pub const WAY: &str = "mail";

/// A pause of less than a minute is nothing to tell anybody.
const BRIEF: Duration = Duration::from_secs(60);

/// Remembers what it was closed under. A worker that begins tries.
pub struct MailWay {
    closed: Option<Closed>,
    /// What is to be noted.
    news: Option<News>,
    /// Whether a pause is noted, as far as is known.
    is_noted: bool,
}

struct Closed {
    until: Instant,
    settings: Revision,
}

enum News {
    Closed {
        why: String,
        until: Instant,
        settings: Revision,
    },
    /// A mail has gone out.
    Open,
}

impl MailWay {
    pub fn new() -> Self {
        Self {
            closed: None,
            news: None,
            // Another worker may have noted one.
            is_noted: true,
        }
    }

    /// Closes the way where the transport has said so.
    pub fn heed(
        &mut self,
        reply: &std::result::Result<JobReply, BrokenOff>,
        backlog: &mut Backlog,
    ) {
        let (refused, settings) = match reply {
            Ok(JobReply::Mail {
                sent: Err(refused),
                settings,
            }) => (refused, settings),
            // One that was under way when it was closed opens nothing.
            Ok(JobReply::Mail { sent: Ok(_), .. }) if self.is_noted && self.closed.is_none() => {
                self.news = Some(News::Open);
                return;
            }
            _ => return,
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
            _ if pause < BRIEF => {}
            _ => {
                pgrx::warning!("scheduling worker sends no mail for now: {refused}");
                self.news = Some(News::Closed {
                    why: refused.to_string(),
                    until,
                    settings: settings.clone(),
                });
            }
        }
        backlog.close(WAY, until);
        self.closed = Some(Closed {
            until,
            settings: settings.clone(),
        });
    }

    /// Notes what is new. A transaction of its own: whether this can be written is no mail's trouble.
    pub fn note(&mut self) {
        let Some(news) = self.news.take() else {
            return;
        };
        self.is_noted = matches!(news, News::Closed { .. });
        report(
            "note whether mail is sent",
            transaction(Durability::Lazy, || news.write()),
        );
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

impl News {
    /// Whoever has locked the settings sets them, and with that the pause ends.
    fn write(&self) -> Result<()> {
        match self {
            Self::Closed {
                why,
                until,
                settings,
            } => plan::change(
                ("note a pause of mail", None),
                || {
                    "update scheduling.mail_settings s set held_reason = $1, held_until = $2
                     where s.singleton = any (array(
                         select o.singleton from scheduling.mail_settings o
                         where to_jsonb(o.updated_at) #>> '{}' = $3
                         for no key update skip locked))"
                },
                &[
                    why.as_str().into(),
                    timestamptz::to_postgres(*until)?.into(),
                    settings.as_str().into(),
                ],
            ),
            Self::Open => plan::change(
                ("note that mail is sent", None),
                || {
                    "update scheduling.mail_settings s set held_reason = null, held_until = null
                     where s.singleton = any (array(
                         select o.singleton from scheduling.mail_settings o
                         where o.held_reason is not null
                         for no key update skip locked))"
                },
                &[],
            ),
        }
        .map(drop)
    }
}
