//! A feed as text (RFC 5545, RFC 7986): what calendar programs that subscribe to it read. Pure.
//!
//! Programs fetch it without its owner, and who is told its address reads it as well. So it says when and
//! where somebody meets whom, and nothing that would be a right or could be misused: no address, no phone, no
//! notes, no answers, no manage token. It names no organizer, although RFC 5546 (section 3.2.1) wants one for
//! PUBLISH: with one, programs offer to answer, and send mails.

use chrono::{DateTime, Utc};
use icalendar::{Calendar, Component, Event, EventLike, EventStatus, Property};
use uuid::Uuid;

use crate::mail::{
    Args, LINE, NAME, Occasion, PRODUCT, Text, Voice, conference, fold, place, single_line, uid,
};

/// How often a program is to look: both names for it, for those who know one.
const REFRESH: &str = "PT1H";

pub struct Feed<'a> {
    /// The owner's; empty where they have none.
    pub name: &'a str,
    /// The owner's zone, for programs that show another one. All times are in UTC.
    pub zone: &'a str,
    pub locale: Option<&'a str>,
    /// In order.
    pub meetings: &'a [Meeting],
}

/// A meeting, as its owner sees it in a calendar.
pub struct Meeting {
    pub id: Uuid,
    pub sequence: u32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub is_cancelled: bool,
    pub title: String,
    pub location: Option<String>,
    /// Where to join.
    pub link: Option<String>,
    /// The guest's name.
    pub guest: Option<String>,
}

impl Feed<'_> {
    /// The calendar object with CRLF line ends. The same meetings give the same text.
    pub fn render(&self) -> String {
        let voice = Voice::of(self.locale);
        let name = single_line(self.name, NAME);
        let mut calendar = Calendar::empty();
        calendar
            .append_property(Property::new("PRODID", PRODUCT))
            .append_property(Property::new("VERSION", "2.0"))
            .append_property(Property::new("CALSCALE", "GREGORIAN"))
            .append_property(Property::new("METHOD", "PUBLISH"));
        if !name.is_empty() {
            // The crate escapes it only where it is told that it is a text.
            calendar
                .append_property(typed("NAME", "TEXT", &name))
                .append_property(Property::new("X-WR-CALNAME", &name));
        }
        calendar
            .append_property(Property::new("X-WR-TIMEZONE", single_line(self.zone, NAME)))
            .append_property(typed("REFRESH-INTERVAL", "DURATION", REFRESH))
            .append_property(Property::new("X-PUBLISHED-TTL", REFRESH));
        for meeting in self.meetings {
            calendar.push(meeting.event(&voice));
        }
        let text = calendar.to_string();
        // A calendar has at least one component (RFC 5545, section 3.6). Its owner may be called like its end.
        match text.strip_suffix(END) {
            Some(begun) if self.meetings.is_empty() => fold(&format!("{begun}{UTC}{END}")),
            _ => fold(&text),
        }
    }
}

/// What an empty calendar has in the place of events.
const UTC: &str = "BEGIN:VTIMEZONE\r\nTZID:UTC\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n\
    TZOFFSETFROM:+0000\r\nTZOFFSETTO:+0000\r\nTZNAME:UTC\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
const END: &str = "END:VCALENDAR\r\n";

impl Meeting {
    fn event(&self, voice: &Voice) -> Event {
        let title = single_line(&self.title, LINE);
        let mut event = Event::new();
        event
            // The invitation's: it is the same meeting, and whoever has both sees one.
            .uid(&uid(self.id))
            .sequence(self.sequence)
            .timestamp(self.updated_at)
            .last_modified(self.updated_at)
            .created(self.created_at)
            .starts(self.starts_at)
            .ends(self.ends_at);
        if self.is_cancelled {
            // Outlook shows it like any other, so its title says so too, and it takes no time.
            let news = voice.write(Occasion::CancelledOwner, Occasion::NEWS, &Args::new());
            event
                .summary(&format!("{news}{}{title}", voice.say(Text::Colon)))
                .status(EventStatus::Cancelled)
                .add_property("TRANSP", "TRANSPARENT")
                .add_property("X-MICROSOFT-CDO-BUSYSTATUS", "FREE");
        } else {
            event
                .summary(&title)
                .status(EventStatus::Confirmed)
                .add_property("TRANSP", "OPAQUE")
                .add_property("X-MICROSOFT-CDO-BUSYSTATUS", "BUSY");
        }
        let location = place(self.location.as_deref().unwrap_or_default());
        if !location.is_empty() {
            event.location(&location);
        }
        let mut lines = Vec::new();
        let guest = single_line(self.guest.as_deref().unwrap_or_default(), NAME);
        if !guest.is_empty() {
            lines.push(said(voice, Text::LabelGuest, &guest));
        }
        if let Some(link) = self.link.as_deref().filter(|_| !self.is_cancelled) {
            lines.push(said(voice, Text::LabelJoin, link));
            event.url(link);
            event.append_property(conference(link, &voice.say(Text::LabelJoin)));
        }
        if !lines.is_empty() {
            event.description(&lines.join("\n"));
        }
        event
    }
}

fn said(voice: &Voice, label: Text, value: &str) -> String {
    let (label, colon) = (voice.say(label), voice.say(Text::Colon));
    format!("{label}{colon}{}", voice.isolate(value))
}

fn typed(name: &str, kind: &str, value: &str) -> Property {
    let mut property = Property::new(name, value);
    property.add_parameter("VALUE", kind);
    property.done()
}

#[cfg(test)]
mod tests;
