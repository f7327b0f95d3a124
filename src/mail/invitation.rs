//! The invitation: one iTIP message (RFC 5546) as iCalendar text (RFC 5545).
//!
//! Takes checked addresses and any text; hands back lines of at most 75 octets that hold exactly
//! the properties written here, whatever the text was. Knows nothing of mail.

use chrono::{DateTime, Utc};
use icalendar::{
    Attendee, CUType, Calendar, Component, Event, EventLike, EventStatus, PartStat, Property, Role,
};
use uuid::Uuid;

use super::address::{Address, Mailbox};
use super::text::{LINE, NAME, PARAGRAPHS, paragraphs, place, single_line, web_link};

/// What the invitation asks of the guest's calendar (RFC 5546 section 1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Here is a meeting, or its new state.
    Request,
    /// The meeting is off.
    Cancel,
    /// Nothing: a file for whoever wants it in a calendar.
    Publish { cancelled: bool },
}

impl Method {
    /// The value of the METHOD property and of the MIME parameter, which must agree (RFC 6047).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
            Self::Publish { .. } => "PUBLISH",
        }
    }
}

/// Who wrote a calendar object.
pub const PRODUCT: &str = "-//scheduling//scheduling for PostgreSQL//EN";

/// What calendars know a meeting by: it never changes while the meeting lives.
pub fn uid(meeting_id: Uuid) -> String {
    format!("{meeting_id}@scheduling")
}

/// One meeting at one state.
pub struct Invitation<'a> {
    pub method: Method,
    pub meeting_id: Uuid,
    pub sequence: u32,
    /// When this state was written down.
    pub stamp: DateTime<Utc>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub title: &'a str,
    pub location: Option<&'a str>,
    /// A page about the meeting.
    pub url: Option<&'a str>,
    /// Where to join a conference.
    pub conference: Option<&'a str>,
    /// What joining it is called.
    pub join: &'a str,
    pub description: &'a str,
    pub organizer: &'a Mailbox,
    /// Whoever sends for the organizer, where that is another address.
    pub sent_by: Option<&'a Address>,
    pub attendees: &'a [Mailbox],
}

impl Invitation<'_> {
    /// The calendar object with CRLF line ends.
    pub fn render(&self) -> String {
        let mut event = Event::new();
        event
            .uid(&uid(self.meeting_id))
            .sequence(self.sequence)
            .timestamp(self.stamp)
            .starts(self.starts_at)
            .ends(self.ends_at)
            .summary(&single_line(self.title, LINE))
            .status(match self.method {
                Method::Request | Method::Publish { cancelled: false } => EventStatus::Confirmed,
                Method::Cancel | Method::Publish { cancelled: true } => EventStatus::Cancelled,
            })
            .add_property("TRANSP", "OPAQUE")
            .append_property(self.organizer());
        let description = paragraphs(self.description, PARAGRAPHS);
        if !description.is_empty() {
            event.description(&description);
        }
        let location = place(self.location.unwrap_or_default());
        if !location.is_empty() {
            event.location(&location);
        }
        // A URI is not escaped when written, so only a parsed one may pass.
        if let Some(url) = self.url.and_then(web_link) {
            event.url(&url);
        }
        if let Some(link) = self.conference.and_then(web_link) {
            event.append_property(conference(&link, self.join));
        }
        for attendee in self.attendees {
            event.attendee(invite(attendee));
        }

        let mut calendar = Calendar::empty();
        calendar
            .append_property(Property::new("PRODID", PRODUCT))
            .append_property(Property::new("VERSION", "2.0"))
            .append_property(Property::new("CALSCALE", "GREGORIAN"))
            .append_property(Property::new("METHOD", self.method.as_str()))
            .push(event);
        fold(&calendar.to_string())
    }

    fn organizer(&self) -> Property {
        let mut property = Property::new("ORGANIZER", self.organizer.address.mailto());
        property.add_parameter("CN", &common_name(self.organizer));
        if let Some(sender) = self.sent_by {
            // Readers compare the mail's sender with these two (RFC 6047 section 3).
            property.add_parameter("SENT-BY", &sender.mailto());
        }
        property.done()
    }
}

/// Where to join (RFC 7986, section 5.11). Which of its features the conference has is not known.
pub fn conference(link: &str, label: &str) -> Property {
    let mut property = Property::new("CONFERENCE", link);
    property.add_parameter("VALUE", "URI");
    property.add_parameter("LABEL", label);
    property.done()
}

/// Everybody is asked for an answer, the person who booked too. Their booking is a yes, but a mail
/// that says so is filed away unread by Outlook as already dealt with; and after the owner has
/// moved a meeting it would not be true.
fn invite(guest: &Mailbox) -> Attendee {
    Attendee::new(guest.address.mailto())
        .cn(common_name(guest))
        .cutype(CUType::Individual)
        .role(Role::ReqParticipant)
        .partstat(PartStat::NeedsAction)
        .rsvp(true)
}

/// A name as parameter value. Parameters have no escape for a double quote that readers agree on
/// (RFC 6868 came late), so it becomes an apostrophe.
fn common_name(mailbox: &Mailbox) -> String {
    let name = mailbox
        .name
        .as_deref()
        .map(|name| single_line(name, NAME).replace('"', "'"));
    name.filter(|name| !name.is_empty())
        .unwrap_or_else(|| mailbox.address.as_str().to_owned())
}

/// Folds every line at 75 octets (RFC 5545 section 3.1). The crate's own folding lets the last line
/// of a long property grow to 76, so it is undone first; no value contains a line break.
pub fn fold(calendar: &str) -> String {
    const LONGEST: usize = 75;
    let mut folded = String::with_capacity(calendar.len() + 64);
    for line in calendar.replace("\r\n ", "").split_terminator("\r\n") {
        let mut used = 0;
        for c in line.chars() {
            if used + c.len_utf8() > LONGEST {
                folded.push_str("\r\n ");
                used = 1;
            }
            folded.push(c);
            used += c.len_utf8();
        }
        folded.push_str("\r\n");
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::parse_mailbox;

    fn unfolded(text: &str) -> Vec<String> {
        text.replace("\r\n ", "")
            .split_terminator("\r\n")
            .map(str::to_owned)
            .collect()
    }

    /// Writes an invitation whose every text is `text`.
    fn filled_with(text: &str) -> String {
        let organizer = Mailbox {
            name: Some(text.to_owned()),
            ..parse_mailbox("o@example.com").unwrap()
        };
        let guest = Mailbox {
            name: Some(text.to_owned()),
            ..parse_mailbox("g@example.com").unwrap()
        };
        Invitation {
            method: Method::Request,
            meeting_id: Uuid::nil(),
            sequence: 2,
            stamp: "2026-11-20T08:00:00Z".parse().unwrap(),
            starts_at: "2026-12-01T15:00:00Z".parse().unwrap(),
            ends_at: "2026-12-01T15:30:00Z".parse().unwrap(),
            title: text,
            location: Some(text),
            url: Some(text),
            conference: Some(text),
            join: "Join",
            description: text,
            organizer: &organizer,
            sent_by: None,
            attendees: &[guest],
        }
        .render()
    }

    #[test]
    fn no_text_can_add_a_property_or_a_parameter() {
        let plain: Vec<_> = unfolded(&filled_with("x"))
            .iter()
            .map(|l| name_of(l))
            .collect();
        let attacks = [
            "x\r\nATTENDEE:mailto:evil@example.com",
            "x\nATTENDEE:mailto:evil@example.com",
            "x\rATTENDEE:mailto:evil@example.com",
            "x\r\n\r\nEND:VEVENT\r\nBEGIN:VEVENT",
            "x\u{2028}ATTENDEE:y\u{85}ATTENDEE:z\u{b}ATTENDEE:w",
            "x\";ROLE=CHAIR;X=\"",
            "\"x\"",
            "\"x\":mailto:evil@example.com,\"y\"",
            "x;ROLE=CHAIR:mailto:evil@example.com",
            "x\\",
            "x\\n\\;\\,",
            "x^nATTENDEE",
        ];
        for attack in attacks {
            let lines = unfolded(&filled_with(attack));
            let names: Vec<_> = lines.iter().map(|line| name_of(line)).collect();
            assert_eq!(names, plain, "{attack:?}");
            let attendee = lines
                .iter()
                .find(|line| line.starts_with("ATTENDEE"))
                .unwrap();
            assert!(attendee.ends_with(":mailto:g@example.com"), "{attendee}");
            assert_eq!(attendee.matches('"').count() % 2, 0, "{attendee}");
            let outside: String = attendee.split('"').step_by(2).collect();
            assert_eq!(outside.matches(';').count(), 5, "{attendee}");
        }
    }

    fn name_of(line: &str) -> String {
        line.split([':', ';']).next().unwrap().to_owned()
    }

    #[test]
    fn text_values_are_escaped() {
        let lines = unfolded(&filled_with("a,b;c\\d\ne"));
        assert!(
            lines.contains(&"SUMMARY:a\\,b\\;c\\\\d e".to_owned()),
            "{lines:#?}"
        );
        assert!(
            lines.contains(&"DESCRIPTION:a\\,b\\;c\\\\d\\ne".to_owned()),
            "{lines:#?}"
        );
        assert!(
            lines.contains(&"LOCATION:a\\,b\\;c\\\\d e".to_owned()),
            "{lines:#?}"
        );
    }

    #[test]
    fn a_url_that_is_no_web_page_is_left_out() {
        let none = filled_with("javascript:alert(1)");
        assert!(!none.contains("\r\nURL") && !none.contains("\r\nCONFERENCE"));
        let lines = unfolded(&filled_with("https://meet.example/x?a=1,2;b"));
        for expected in [
            "URL:https://meet.example/x?a=1,2;b",
            "CONFERENCE;LABEL=Join;VALUE=URI:https://meet.example/x?a=1,2;b",
        ] {
            assert!(lines.iter().any(|line| line == expected), "{lines:#?}");
        }
    }

    #[test]
    fn no_line_is_longer_than_75_octets_and_none_splits_a_character() {
        for length in 1..160 {
            for unit in ["x", "ü", "a ", "🕐", "\\"] {
                let text = unit.repeat(length);
                let folded = filled_with(&text);
                for line in folded.split_terminator("\r\n") {
                    assert!(line.len() <= 75, "{} octets: {line}", line.len());
                }
            }
        }
        let long = "Größe, ".repeat(20);
        let summary = unfolded(&filled_with(&long))
            .into_iter()
            .find(|l| l.starts_with("SUMMARY"));
        assert_eq!(
            summary.unwrap(),
            format!("SUMMARY:{}", long.trim().replace(',', "\\,"))
        );
    }
}
