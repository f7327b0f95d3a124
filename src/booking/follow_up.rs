//! What follows from a new meeting, the audit log's row and the jobs, is the triggers' to write, whoever
//! inserts it. `book` writes all of it by the one statement that inserts the meeting, and has those
//! triggers know that this one meeting needs nothing more of them.

use std::cell::Cell;

use pgrx::prelude::*;
use uuid::Uuid;

use crate::plan;

thread_local! {
    static MEETING: Cell<Option<pgrx::Uuid>> = const { Cell::new(None) };
}

/// As long as it lives the triggers leave one meeting, still to be inserted, to the statement of `book`.
pub struct FollowingUp {
    /// The one of the call around this one, where a trigger of the application's books on its part.
    outer: Option<pgrx::Uuid>,
    /// The id that the meeting is to have.
    pub meeting: pgrx::Uuid,
}

impl FollowingUp {
    pub fn of_new_meeting() -> Self {
        let meeting = plan::uuid(Uuid::new_v4());
        Self {
            outer: MEETING.replace(Some(meeting)),
            meeting,
        }
    }
}

impl Drop for FollowingUp {
    fn drop(&mut self) {
        MEETING.set(self.outer);
    }
}

/// `scheduling_private.book_follows_up(uuid)`; see sql/meeting_rules.sql.
#[pg_extern(sql = false)]
fn book_follows_up(meeting_id: pgrx::Uuid) -> bool {
    MEETING.get() == Some(meeting_id)
}
