//! Until when the guest may move or cancel a booking: it has not begun, and the link's notice has not passed.
//! The host is not bound by it.

use super::Booking;
use super::status::MeetingStatus;
use crate::error::{Conflict, Error, Result};
use crate::instant::{Instant, MINUTE};
use crate::timestamptz;

/// What a guest may do to a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Move,
    Cancel,
}

/// How long before its start a booking can last be changed, by its link.
#[derive(Clone, Copy, Debug)]
pub enum Notice {
    Minutes(i32),
    /// Guests may not at all.
    Never,
}

impl Notice {
    /// From the link's column; of a booking without a link, as new links have it.
    pub fn of(has_link: bool, minutes: Option<i32>) -> Self {
        match minutes {
            Some(minutes) => Self::Minutes(minutes),
            None if has_link => Self::Never,
            None => Self::Minutes(0),
        }
    }

    /// The last instant at which a booking with this start can be changed; `None` for never.
    pub fn until(self, starts_at: Instant) -> Option<Instant> {
        match self {
            Self::Minutes(minutes) => Some(starts_at.plus(-i64::from(minutes) * MINUTE)),
            Self::Never => None,
        }
    }
}

/// Lets a change pass that the guest may make now.
///
/// # Errors
/// PT409 with the reason.
pub fn check(change: Change, booking: &Booking, notice: Notice) -> Result<()> {
    let refused = match change {
        Change::Move => "moved",
        Change::Cancel => "cancelled",
    };
    let refuse = |why, said: &str| {
        Err(Error::not_free(
            why,
            format!("{said} and cannot be {refused}."),
        ))
    };
    let starts_at = timestamptz::from_postgres(booking.starts_at);
    match booking.status {
        MeetingStatus::Confirmed if timestamptz::now() < starts_at => {}
        MeetingStatus::Confirmed => {
            return refuse(Conflict::Over, "The booking has begun or is over");
        }
        status => {
            let said = format!("The booking is {}", status.as_str());
            return refuse(Conflict::Over, &said);
        }
    }
    match notice.until(starts_at) {
        None => refuse(Conflict::NotAllowed, "The booking is fixed for its guest"),
        Some(until) if timestamptz::now() > until => refuse(
            Conflict::NoticePassed,
            "The booking is too near for its guest",
        ),
        Some(_) => Ok(()),
    }
}
