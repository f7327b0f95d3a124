//! How Graph behaves where its reference is silent: whatever it does, the extension has to cope.

/// What becomes of a transaction id whose event was deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// It is forgotten.
    MakesAnew,
    /// It is refused, naming the deleted event.
    Refused,
    /// It is refused.
    RefusedWithoutName,
    /// It is answered with the deleted event.
    Answered,
}

/// When the link of an online meeting is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// By every answer.
    AtOnce,
    /// By all answers after the event was read alone.
    WhenRead,
    Withheld,
}

#[derive(Clone, Copy, Debug)]
pub struct Temper {
    pub spent: Spent,
    /// Whether deleted events are still reached under their ids.
    pub keeps_bin: bool,
    /// The status of refused duplicates.
    pub duplicate: u16,
    /// Whether the account has Teams of its organization, or whatever personal accounts have.
    pub is_business: bool,
    pub links: Links,
    /// New events are not listed yet.
    pub lists_late: bool,
    /// Lists do not heed the filter.
    pub ignores_filter: bool,
    /// Pages of lists of events and calendars hold so many, and an empty one comes last. Without it
    /// there is one page.
    pub list_page: Option<usize>,
}

impl Default for Temper {
    fn default() -> Self {
        Self {
            spent: Spent::Refused,
            keeps_bin: true,
            duplicate: 400,
            is_business: true,
            links: Links::WhenRead,
            lists_late: false,
            ignores_filter: false,
            list_page: None,
        }
    }
}
