//! How the fake makes conferences, as the reference of `conferenceData.createRequest` has it
//! (developers.google.com/workspace/calendar/api/v3/reference/events): a request with the id of the
//! one before is ignored, another id makes another room.

use serde_json::{Value, json};

/// What becomes of a request for a conference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Making {
    #[default]
    Success,
    Pending,
    Failure,
    /// The account may have none.
    Refused,
}

#[derive(Default)]
pub struct Rooms {
    pub making: Making,
    /// How many were ever asked for.
    pub asked: usize,
}

impl Rooms {
    /// What `conferenceData` becomes when `wanted` is written over `before`. `None` where that is
    /// refused.
    pub fn write(&mut self, before: &Value, wanted: &Value) -> Option<Value> {
        let id = &wanted["createRequest"]["requestId"];
        if &before["createRequest"]["requestId"] == id {
            return Some(before.clone());
        }
        if self.making == Making::Refused {
            return None;
        }
        self.asked += 1;
        let mut data = wanted.clone();
        data["createRequest"]["status"] = json!({"statusCode": "pending"});
        self.settle(&mut data);
        Some(data)
    }

    /// What a pending request has come to by now.
    pub fn settle(&self, data: &mut Value) {
        let status = &mut data["createRequest"]["status"]["statusCode"];
        if status != "pending" {
            return;
        }
        match self.making {
            Making::Pending | Making::Refused => {}
            Making::Failure => *status = json!("failure"),
            Making::Success => {
                *status = json!("success");
                let uri = format!("https://meet.example/room-{}", self.asked);
                data["entryPoints"] = json!([
                    {"entryPointType": "phone", "uri": "tel:+1-555-0100"},
                    {"entryPointType": "video", "uri": uri},
                ]);
            }
        }
    }
}
