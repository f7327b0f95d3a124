//! Meet conferences as the Events resource describes them: asked for by a request with an id, pending
//! at first, and seen to be ready or to have failed when the event is read later. A request with the
//! id of the one before is ignored; another id makes another room in the place of the first.

use serde_json::{Value, json};

use super::calendar::StoredEvent;
use super::event::Refusal;
use super::pairs;

/// What has become of requests for conferences when an event is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Making {
    #[default]
    Success,
    Pending,
    Failure,
}

/// What a client may write: a request, and nothing that Google fills in.
pub fn check(value: &Value) -> Result<(), Refusal> {
    let solution = json!({"type": "hangoutsMeet"});
    let id = value["createRequest"]["requestId"].clone();
    let request = json!({"requestId": id, "conferenceSolutionKey": solution});
    match id.as_str().is_some_and(|id| !id.is_empty())
        && value == &json!({"createRequest": request})
    {
        true => Ok(()),
        false => Err("Invalid conference data.".into()),
    }
}

/// Google passes over conferences where the query does not say that the client knows them; here that
/// is an error, since it is one in our code.
pub fn check_version(query: &str, body: &Value) -> Result<(), Refusal> {
    let knows = pairs(query)
        .iter()
        .any(|(name, value)| name == "conferenceDataVersion" && value == "1");
    match body.get("conferenceData").is_none() || knows {
        true => Ok(()),
        false => Err("conferenceData without conferenceDataVersion=1".into()),
    }
}

/// Takes a checked request.
pub fn ask(event: &mut StoredEvent, request: Option<Value>) {
    let Some(mut data) = request else { return };
    let before = event.fields.get("conferenceData");
    let id = &data["createRequest"]["requestId"];
    if before.is_some_and(|before| &before["createRequest"]["requestId"] == id) {
        return;
    }
    event.rooms += 1;
    event.fields.remove("hangoutLink");
    data["createRequest"]["status"] = json!({"statusCode": "pending"});
    event.fields.insert("conferenceData".into(), data);
}

/// Settles what is pending.
pub fn settle(event: &mut StoredEvent, making: Making) {
    let link = format!("https://meet.google.com/{}-{}", event.id, event.rooms);
    let Some(data) = event.fields.get_mut("conferenceData") else {
        return;
    };
    let status = &mut data["createRequest"]["status"]["statusCode"];
    if status != "pending" {
        return;
    }
    match making {
        Making::Pending => {}
        Making::Failure => *status = json!("failure"),
        Making::Success => {
            *status = json!("success");
            data["entryPoints"] = json!([{"entryPointType": "video", "uri": link}]);
            event.fields.insert("hangoutLink".into(), json!(link));
        }
    }
}
