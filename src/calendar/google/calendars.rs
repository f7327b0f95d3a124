//! Several Google calendars that count as busy, read with as few requests as may be. Two ways lead there:
//!
//! - **listing** the events of one (`busy`), which tells their ids, and with a sync token costs one short
//!   request as long as nothing changes;
//! - **asking for the busy times** of up to fifty at once (`free_busy`), which tells no ids, only reaches
//!   ninety days ahead with one request, and takes a scope of its own.
//!
//! A calendar that may hold events of ours is always listed: only their ids tell them from others'. The
//! rest are asked for together where that takes fewer requests than listing them. Where the owner has not
//! granted the scope, or Google will not have the question, they are listed.

use super::free_busy::requests_for;
use super::requests::{GoogleCalendar, MAIN_CALENDAR};
use crate::calendar::busy::{CalendarSays, Heeded, Window};
use crate::calendar::error::CalendarError;
use crate::calendar::open_calendar::OpenCalendar;

impl GoogleCalendar<'_> {
    /// Reads when the owner is busy by each of these; see
    /// [`crate::calendar::provider::CalendarProvider::busy`].
    pub async fn read_calendars(
        &self,
        open: &OpenCalendar,
        window: Window,
        calendars: &[Heeded],
    ) -> Result<Vec<CalendarSays>, CalendarError> {
        let (together, mut listed): (Vec<_>, Vec<_>) = calendars
            .iter()
            .partition(|calendar| is_told_by_times(calendar));
        let mut says = Vec::with_capacity(calendars.len());
        if together.len() <= requests_for(together.len(), window) {
            listed.extend(together);
        } else {
            match self.ask_for_times(open, window, &together).await {
                Ok(times) => says.extend(times),
                Err(
                    CalendarError::InsufficientScope(_)
                    | CalendarError::Rejected { status: 400, .. },
                ) => listed.extend(together),
                Err(error) => return Err(error),
            }
        }
        for calendar in listed {
            let id = calendar.calendar_id.as_deref();
            let open = open.other(id);
            let read = self.read_events(&open, window, calendar.known.as_ref());
            let answer = read.await.map_err(|error| match calendars.len() {
                1 => error,
                _ => error.within(id),
            })?;
            says.push(CalendarSays {
                calendar_id: calendar.calendar_id.clone(),
                answer,
            });
        }
        Ok(says)
    }
}

/// Whether no more than its busy times need be known. The main calendar goes by several names, so an
/// answer about it might be found under none of them.
fn is_told_by_times(calendar: &Heeded) -> bool {
    let id = calendar.calendar_id.as_deref().unwrap_or(MAIN_CALENDAR);
    !calendar.by_event && id != MAIN_CALENDAR
}
