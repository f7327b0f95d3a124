//! Online meetings as Graph keeps them: an event is made one once and stays one, and a new text of the
//! event ends the meeting, which is in the old one (learn.microsoft.com/graph/api/resources/event,
//! …/graph/api/event-update). Where no provider is named, an account gives its default one; a personal
//! account passes over a provider that it does not have
//! (learn.microsoft.com/answers/questions/5645130).

use serde_json::{Map, Value, json};

use super::event::StoredEvent;
use super::temper::Temper;

/// Writes fields over those of an event.
pub fn write(event: &mut StoredEvent, mut fields: Map<String, Value>, temper: Temper) {
    if event.fields.get("isOnlineMeeting") == Some(&json!(true)) {
        // "Outlook ignores any further changes to isOnlineMeeting."
        fields.remove("isOnlineMeeting");
        if fields.contains_key("body") {
            fields.insert("isOnlineMeeting".into(), json!(false));
            event.link = None;
        }
    } else if fields.contains_key("isOnlineMeeting") {
        let is_named = fields.contains_key("onlineMeetingProvider");
        let host = match (temper.is_business, is_named) {
            (true, true) => Some("teams.microsoft.com/l/meetup-join"),
            (true, false) => Some("meet.lync.com"),
            (false, true) => None,
            (false, false) => Some("teams.live.com/meet"),
        };
        fields.insert("isOnlineMeeting".into(), json!(host.is_some()));
        event.link = host.map(|host| format!("https://{host}/{}", event.id));
        event.is_link_told = false;
    }
    event.fields.extend(fields);
}
