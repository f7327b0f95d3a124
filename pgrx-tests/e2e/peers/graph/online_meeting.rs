//! Teams meetings as Graph keeps them: an event is made one once and stays one, its link may come
//! later than the event, and a new text of the event ends the meeting, which is in the old one
//! (learn.microsoft.com/graph/api/resources/event, …/graph/api/event-update).

use serde_json::{Map, Value, json};

/// Writes fields over those of an event.
pub fn write(event: &mut Map<String, Value>, mut fields: Map<String, Value>) {
    let was_online = event.get("isOnlineMeeting") == Some(&json!(true));
    if was_online {
        // "Outlook ignores any further changes to isOnlineMeeting."
        fields.remove("isOnlineMeeting");
    }
    let ends = was_online && fields.contains_key("body");
    event.extend(fields);
    if ends {
        event.insert("isOnlineMeeting".into(), json!(false));
    }
    if ends || (!was_online && event.get("isOnlineMeeting") == Some(&json!(true))) {
        event.insert("onlineMeeting".into(), Value::Null);
    }
}

/// By the time that the event of this id is read alone, its link is there.
pub fn settle(event: &mut Map<String, Value>, id: &str) {
    if event.get("isOnlineMeeting") == Some(&json!(true)) {
        let link = format!("https://teams.microsoft.com/l/meetup-join/{id}");
        event.insert("onlineMeeting".into(), json!({"joinUrl": link}));
    }
}
