//! Close over HTTP: the order of requests by which an address never has two leads, nor a lead a note twice.
//!
//! Close has no idempotency keys, and its search finds a lead only some time after it was made. So whoever
//! asks has noted down, for good, that a lead may be made, before [`Creation::Allowed`] is said; and where
//! it is not known whether one was, that is said ([`LeadState::Unsure`]), and none is made until the search
//! is sure to find it. Notes are listed by lead, which is no search: one that was written is found by its
//! marker at once.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode, Url};
use serde_json::Value;
use tokio::time::Instant;

use super::answers::{Lead, List, Made, Note, checked, read, with_address};
use super::error::CrmError;
use super::facts::{Account, Creation, Errand, Guest, LeadRequest, LeadState};
use super::gate::Gate;
use super::limits::RateLimit;
use super::requests;
use crate::http::{Answer, HttpClient, quote};

/// Whoever has to wait for longer comes again later. With the time-outs of the exchanges that remain this is
/// less than a task may take.
const LONGEST_WAIT: Duration = Duration::from_secs(90);
/// Whoever is refused for lack of room waits for at least so long, and for twice as long each time: Close may
/// say "in no time" again and again, and so does a date when its clock is behind ours.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);
/// The plan's limit does not go away by itself.
const PLAN_PAUSE: Duration = Duration::from_secs(3600);
/// The clocks of two machines differ by less than this.
const SKEW: chrono::TimeDelta = chrono::TimeDelta::minutes(10);

/// What came of a [`LeadRequest`].
#[derive(Debug)]
pub struct LeadAnswer {
    pub lead: LeadState,
    /// Whether this attempt has made the lead.
    pub is_new: bool,
    /// The note's id, where one was wanted; or why what was wanted is not done.
    pub done: Result<Option<String>, CrmError>,
}

/// Finds or makes a lead, and does with it what is wanted.
pub async fn carry_out(http: &HttpClient, gate: &Gate, request: &LeadRequest) -> LeadAnswer {
    let close = Close {
        http,
        gate,
        account: &request.account,
        deadline: Instant::now() + LONGEST_WAIT,
    };
    match &request.errand {
        Errand::Note { marker, text } => close.note(request, marker, text).await,
        Errand::Amend { marker, text } => close.amend(request, marker, text).await,
        Errand::Check => close.check(&request.guest).await,
    }
}

struct Close<'a> {
    http: &'a HttpClient,
    gate: &'a Gate,
    account: &'a Account,
    deadline: Instant,
}

/// A lead that there is.
struct Found {
    id: String,
    is_new: bool,
}

impl Close<'_> {
    async fn note(&self, request: &LeadRequest, marker: &str, text: &str) -> LeadAnswer {
        let found = match self.find_or_make(request).await {
            Ok(found) => found,
            Err((lead, error)) => return LeadAnswer::failed(lead, error),
        };
        let since = request.since - SKEW;
        let noted = self.write_note(&found, since, marker, text).await;
        // Another process has merged or deleted it meanwhile.
        let lead = match &noted {
            Err(CrmError::Gone) => LeadState::Unsure,
            _ => LeadState::Known(found.id),
        };
        LeadAnswer {
            is_new: found.is_new && noted != Err(CrmError::Gone),
            lead,
            done: noted.map(Some),
        }
    }

    async fn amend(&self, request: &LeadRequest, marker: &str, text: &str) -> LeadAnswer {
        let lead = match &request.known {
            Some(known) => known.clone(),
            None => match self.search(&request.guest.address).await {
                Err(error) => return LeadAnswer::failed(LeadState::Unchanged, error),
                Ok(leads) => match (leads.into_iter().next(), request.creation) {
                    (Some(oldest), _) => oldest.id,
                    (None, Creation::NotBefore(wait)) => {
                        let error = CrmError::Unsettled(wait);
                        return LeadAnswer::failed(LeadState::Unchanged, error);
                    }
                    // No lead, no note.
                    (None, Creation::Allowed) => return LeadAnswer::done(LeadState::Unchanged),
                },
            },
        };
        let amended = match self.find_note(&lead, request.since - SKEW, marker).await {
            Ok(Some(note)) => self.replace(note, text).await.map(Some),
            Ok(None) => Ok(None),
            Err(error) => Err(error),
        };
        match amended {
            // With the lead the note has gone.
            Err(CrmError::Gone) => LeadAnswer::done(LeadState::Unsure),
            done => LeadAnswer {
                lead: LeadState::Known(lead),
                is_new: false,
                done,
            },
        }
    }

    async fn find_or_make(&self, request: &LeadRequest) -> Result<Found, (LeadState, CrmError)> {
        if let Some(known) = &request.known {
            return match self.is_there(known).await {
                Ok(()) => Ok(Found {
                    id: known.clone(),
                    is_new: false,
                }),
                // Merged into one, maybe, that the search does not find yet.
                Err(CrmError::Gone) => Err((LeadState::Unsure, CrmError::Gone)),
                Err(error) => Err((LeadState::Unchanged, error)),
            };
        }
        // What this attempt leaves behind where it makes none.
        let (state, wait) = match request.creation {
            Creation::Allowed => (LeadState::Absent, None),
            Creation::NotBefore(wait) => (LeadState::Unchanged, Some(wait)),
        };
        let leads = match self.search(&request.guest.address).await {
            Ok(leads) => leads,
            Err(error) => return Err((state, error)),
        };
        if let Some(oldest) = leads.into_iter().next() {
            return Ok(Found {
                id: oldest.id,
                is_new: false,
            });
        }
        if let Some(wait) = wait {
            return Err((state, CrmError::Unsettled(wait)));
        }
        match self.make(&request.guest).await {
            Ok(id) => Ok(Found { id, is_new: true }),
            Err(error) if error.may_be_done() => Err((LeadState::Unsure, error)),
            Err(error) => Err((state, error)),
        }
    }

    /// Where two databases have made a lead for one address at once, the younger one becomes part of the
    /// older one. Of leads that others have made none is touched.
    async fn check(&self, guest: &Guest) -> LeadAnswer {
        let leads = match self.search(&guest.address).await {
            Ok(leads) => leads,
            Err(error) => return LeadAnswer::failed(LeadState::Unchanged, error),
        };
        let mut leads = leads.into_iter();
        let Some(oldest) = leads.next() else {
            // Not found yet, or deleted: whoever needs it will see.
            return LeadAnswer::done(LeadState::Unchanged);
        };
        for other in leads.filter(Lead::is_ours) {
            let merge = requests::merge(&other.id, &oldest.id);
            match self
                .send(Method::POST, &["lead", "merge"], &[], Some(&merge))
                .await
            {
                // The search may show what another process has merged already.
                Ok(_) | Err(CrmError::Gone) => {}
                Err(error) => return LeadAnswer::failed(LeadState::Unchanged, error),
            }
        }
        LeadAnswer::done(LeadState::Known(oldest.id))
    }

    async fn is_there(&self, lead: &str) -> Result<(), CrmError> {
        let fields = [("_fields", "id")];
        let answer = self
            .send(Method::GET, &["lead", lead], &fields, None)
            .await?;
        read::<Made>(&answer.body).map(|_| ())
    }

    async fn search(&self, address: &str) -> Result<Vec<Lead>, CrmError> {
        let search = requests::search(address);
        let answer = self.send(Method::POST, &["data", "search"], &[], Some(&search));
        let answer = answer.await.map_err(|error| self.is_elsewhere(error))?;
        let found: List<Lead> = read(&answer.body)?;
        let mut leads = with_address(found.data, address);
        for lead in &mut leads {
            lead.id = checked(std::mem::take(&mut lead.id), "lead_")?;
        }
        Ok(leads)
    }

    async fn make(&self, guest: &Guest) -> Result<String, CrmError> {
        let made = self.post_lead(guest, true).await;
        let answer = match made {
            // That the phone is none is the likeliest reason; the note has it as it was typed.
            Err(CrmError::Rejected { status: 400, .. }) if guest.phone.is_some() => {
                self.post_lead(guest, false).await?
            }
            made => made?,
        };
        let made: Made = read(&answer.body)?;
        checked(made.id, "lead_")
    }

    async fn post_lead(&self, guest: &Guest, with_phone: bool) -> Result<Answer, CrmError> {
        let lead = requests::lead(guest, with_phone);
        let answer = self.send(Method::POST, &["lead"], &[], Some(&lead));
        answer.await.map_err(|error| self.is_elsewhere(error))
    }

    /// Where even this is not found, it is not Close's API that is asked.
    fn is_elsewhere(&self, error: CrmError) -> CrmError {
        if error != CrmError::Gone {
            return error;
        }
        let reason = "Close's API is not at api_url (HTTP 404, or a redirect)";
        self.gate.refuse(reason);
        CrmError::Refused(reason.into())
    }

    async fn write_note(
        &self,
        lead: &Found,
        since: chrono::DateTime<chrono::Utc>,
        marker: &str,
        text: &str,
    ) -> Result<String, CrmError> {
        let written = match lead.is_new {
            true => None,
            false => self.find_note(&lead.id, since, marker).await?,
        };
        if let Some(note) = written {
            // The meeting may have changed since an attempt whose answer was lost.
            return self.replace(note, text).await;
        }
        let note = requests::note(&lead.id, text);
        let path = ["activity", "note"];
        let answer = self.send(Method::POST, &path, &[], Some(&note)).await?;
        let made: Made = read(&answer.body)?;
        checked(made.id, "acti_")
    }

    /// Has a note say this, where it says something else.
    async fn replace(&self, note: Note, text: &str) -> Result<String, CrmError> {
        let says_it = note.note.as_deref() == Some(text);
        let id = checked(note.id, "acti_")?;
        if says_it {
            return Ok(id);
        }
        let path = ["activity", "note", &id];
        let text = requests::note_text(text);
        let answer = self.send(Method::PUT, &path, &[], Some(&text)).await?;
        let made: Made = read(&answer.body)?;
        checked(made.id, "acti_")
    }

    async fn find_note(
        &self,
        lead: &str,
        since: chrono::DateTime<chrono::Utc>,
        marker: &str,
    ) -> Result<Option<Note>, CrmError> {
        let since = since.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        let limit = requests::MOST.to_string();
        let query = [
            ("lead_id", lead),
            ("date_created__gte", &since),
            ("_fields", "id,note"),
            ("_limit", &limit),
        ];
        let path = ["activity", "note"];
        let answer = self.send(Method::GET, &path, &query, None).await?;
        let notes: List<Note> = read(&answer.body)?;
        let is_it = |note: &Note| {
            let text = note.note.as_deref().unwrap_or_default();
            // The last line is ours; what guests have typed, a mark among it, is before.
            let last = text.lines().map(str::trim).rfind(|line| !line.is_empty());
            last == Some(marker)
        };
        Ok(notes.data.into_iter().find(is_it))
    }

    async fn send(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Answer, CrmError> {
        let url = self.url(path)?;
        let mut least = SHORTEST_WAIT;
        loop {
            self.gate.pass(self.deadline).await?;
            let request = self.http.request(method.clone(), url.clone()).query(query);
            // Basic authentication, the key as the user's name
            // (<https://developer.close.com/api/overview/api-key-authentication>).
            let mut request = request.basic_auth(self.account.api_key.as_str(), Some(""));
            if let Some(body) = body {
                request = request.json(body);
            }
            let answer = self.http.send(request).await?;
            let heard = match path {
                // It merges no leads, and is good for all else.
                ["lead", "merge"] if answer.status == StatusCode::FORBIDDEN => {
                    return Err(CrmError::Rejected {
                        status: answer.status.as_u16(),
                        reason: "the key may not merge leads".into(),
                    });
                }
                _ => self.heed(&answer),
            };
            match heard {
                Ok(()) => return Ok(answer),
                // What was refused for this was not carried out. The gate says who has the time to wait.
                Err(CrmError::Limited {
                    reason,
                    retry_after,
                }) => {
                    self.gate.close_for(retry_after.max(least), &reason);
                    least *= 2;
                }
                Err(error) => {
                    if let CrmError::Refused(reason) = &error {
                        self.gate.refuse(reason);
                    }
                    return Err(error);
                }
            }
        }
    }

    /// What an answer means, and what it asks of those who come next
    /// (<https://developer.close.com/api/overview/http-response-codes>).
    fn heed(&self, answer: &Answer) -> Result<(), CrmError> {
        let limit = rate_limit(&answer.headers);
        let status = answer.status;
        let code = status.as_u16();
        match status {
            status if status.is_success() => {
                self.gate.went_well();
                if let Some(pause) = limit.pause() {
                    self.gate.close_for(pause, "its limit is used up");
                }
                Ok(())
            }
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(CrmError::Refused(format!(
                "the API key is refused (HTTP {code})"
            ))),
            StatusCode::TOO_MANY_REQUESTS => {
                let told = limit.reset.max(answer.retry_after);
                Err(CrmError::Limited {
                    reason: "HTTP 429".into(),
                    retry_after: told.unwrap_or_else(|| self.gate.next_pause()),
                })
            }
            StatusCode::PAYMENT_REQUIRED => Err(CrmError::Limited {
                reason: "HTTP 402, a limit of the plan".into(),
                retry_after: PLAN_PAUSE,
            }),
            // What was merged may be found under another id, or not at all.
            StatusCode::NOT_FOUND | StatusCode::GONE => Err(CrmError::Gone),
            status if status.is_redirection() => Err(CrmError::Gone),
            StatusCode::REQUEST_TIMEOUT => Err(self.unavailable(answer)),
            status if status.is_server_error() => Err(self.unavailable(answer)),
            _ => Err(CrmError::Rejected {
                status: code,
                reason: reason(&answer.body),
            }),
        }
    }

    fn unavailable(&self, answer: &Answer) -> CrmError {
        CrmError::Server {
            status: answer.status.as_u16(),
            retry_after: answer.retry_after,
        }
    }

    fn url(&self, path: &[&str]) -> Result<Url, CrmError> {
        let malformed = || CrmError::Refused("api_url is not a URL".into());
        let mut url = Url::parse(&self.account.api_url).map_err(|_| malformed())?;
        url.path_segments_mut()
            .map_err(|()| malformed())?
            .pop_if_empty()
            .extend(path)
            // Close's paths end in a slash.
            .push("");
        Ok(url)
    }
}

impl LeadAnswer {
    fn failed(lead: LeadState, error: CrmError) -> Self {
        Self {
            lead,
            is_new: false,
            done: Err(error),
        }
    }

    fn done(lead: LeadState) -> Self {
        Self {
            lead,
            is_new: false,
            done: Ok(None),
        }
    }
}

fn rate_limit(headers: &HeaderMap) -> RateLimit {
    let header = headers
        .get("ratelimit")
        .and_then(|value| value.to_str().ok());
    header.map(RateLimit::parse).unwrap_or_default()
}

/// The names of the fields that Close does not take, and nothing of what was in them: guests have typed it.
fn reason(body: &[u8]) -> String {
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        return "no reason given".into();
    };
    let mut fields = Vec::new();
    name_fields(&body, &mut fields);
    match fields.is_empty() {
        true => "no field named".into(),
        false => quote(&fields.join(", ")),
    }
}

/// `{"errors": [], "field-errors": {"contacts": {"errors": {"0": {"field-errors": {"phones": …`.
fn name_fields(error: &Value, fields: &mut Vec<String>) {
    let Some(error) = error.as_object() else {
        return;
    };
    for (name, value) in error {
        match (name.as_str(), value.as_object()) {
            ("field-errors", Some(named)) => {
                for (field, inner) in named {
                    let before = fields.len();
                    name_fields(inner, fields);
                    if fields.len() == before && fields.len() < 10 {
                        fields.push(field.clone());
                    }
                }
            }
            (_, Some(_)) => name_fields(value, fields),
            _ => {}
        }
    }
}
