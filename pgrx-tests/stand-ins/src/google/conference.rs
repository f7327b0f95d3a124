//! Meet conferences as the reference of `conferenceData.createRequest` has them
//! (developers.google.com/workspace/calendar/api/v3/reference/events): asked for by a request with an
//! id, pending at first, and later ready or failed. A request with the id of the one before is ignored.

use serde_json::{Value, json};

use super::event::StoredEvent;

/// What becomes of requests for conferences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Making {
    #[default]
    Success,
    Pending,
    Failure,
    /// The account may have none.
    Refused,
}

/// How conferences are made.
#[derive(Clone, Copy, Default)]
pub struct Rooms {
    pub making: Making,
    /// Whether the answer to the request tells what became of it, and not only a later one.
    pub at_once: bool,
}

impl Rooms {
    /// Takes a checked request, if there is one; false where it is refused.
    pub fn ask(self, event: &mut StoredEvent, request: Option<Value>) -> bool {
        let Some(mut data) = request else { return true };
        // Checked: the id is that of the event, and so of any request before.
        if event.fields.contains_key("conferenceData") {
            return true;
        }
        if self.making == Making::Refused {
            return false;
        }
        event.rooms += 1;
        data["createRequest"]["status"] = json!({"statusCode": "pending"});
        event.fields.insert("conferenceData".into(), data);
        if self.at_once {
            self.settle(event);
        }
        true
    }

    /// Settles what is pending.
    pub fn settle(self, event: &mut StoredEvent) {
        let link = format!("https://meet.google.com/{}-{}", event.id, event.rooms);
        let Some(data) = event.fields.get_mut("conferenceData") else {
            return;
        };
        let status = &mut data["createRequest"]["status"]["statusCode"];
        match self.making {
            _ if status != "pending" => {}
            Making::Pending | Making::Refused => {}
            Making::Failure => *status = json!("failure"),
            Making::Success => {
                *status = json!("success");
                data["entryPoints"] = json!([
                    {"entryPointType": "phone", "uri": "tel:+1-555-0100"},
                    {"entryPointType": "video", "uri": link},
                ]);
                event.fields.insert("hangoutLink".into(), json!(link));
            }
        }
    }
}
