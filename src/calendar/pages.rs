//! How far the pages of a provider's list are followed: not for ever, and not in circles.

use std::collections::HashSet;

use super::error::CalendarError;

/// More pages than this are no list of a person's.
const MAX_PAGES: usize = 50;

/// Follows the pages of one list, and notices a list that has no end.
#[derive(Debug)]
pub(super) struct Pages {
    turned: HashSet<String>,
    most: usize,
}

impl Default for Pages {
    fn default() -> Self {
        Self::smaller(1)
    }
}

impl Pages {
    /// Of a list whose pages are so many times smaller than they would be for it alone.
    pub(super) fn smaller(times: usize) -> Self {
        Self {
            turned: HashSet::new(),
            most: MAX_PAGES * times,
        }
    }

    /// Turns to the page that the last one names as its next.
    pub(super) fn turn(&mut self, next: String) -> Result<String, CalendarError> {
        if self.turned.len() + 1 >= self.most {
            return Err(CalendarError::BadAnswer("the list has no end".into()));
        }
        if !self.turned.insert(next.clone()) {
            return Err(CalendarError::BadAnswer("the list goes in circles".into()));
        }
        Ok(next)
    }
}
