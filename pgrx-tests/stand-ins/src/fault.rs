//! What can be made to go wrong with a request.

use std::collections::VecDeque;
use std::time::Duration;

/// What goes wrong with a request.
#[derive(Clone, Debug)]
pub enum Fault {
    /// No answer for so long; then the request is served as ever.
    Hang(Duration),
    /// The request is carried out at once, and answered so much later.
    Late(Duration),
    /// This status with the provider's error document; nothing is stored.
    Status(u16),
    /// 429, with `Retry-After` in seconds.
    RateLimited { retry_after: u32 },
    /// The request is carried out, and the connection dies before the answer.
    LoseAnswer,
    /// The request is carried out, and the body of the answer stops in the middle.
    Truncated,
    /// 200 with a page for people, as a captive portal sends it.
    Page,
    /// 200 with far more than any list needs.
    Flood,
    /// Exactly this; nothing is stored.
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
    },
}

impl Fault {
    /// An answer instead of the one that is due.
    pub fn answer(status: u16, body: impl ToString) -> Self {
        Self::Answer {
            status,
            headers: Vec::new(),
            body: body.to_string(),
        }
    }
}

/// The kinds of requests, which misbehave apart from each other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A page of what is in a calendar.
    List,
    /// For the token endpoint.
    Token,
    Other,
}

/// What is to go wrong with requests of one kind.
#[derive(Default)]
pub struct Faults {
    /// One for each of the next requests; `None` is one that goes well.
    next: VecDeque<Option<Fault>>,
    /// For all that come after them.
    pub lasting: Option<Fault>,
}

impl Faults {
    /// A fault for the request after so many that go well.
    pub fn add(&mut self, well: usize, fault: Fault) {
        self.next.extend(std::iter::repeat_n(None, well));
        self.next.push_back(Some(fault));
    }

    pub fn take(&mut self) -> Option<Fault> {
        let next = self.next.pop_front();
        next.unwrap_or_else(|| self.lasting.clone())
    }
}
