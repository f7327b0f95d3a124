//! Addresses and lists of calendars against strict fakes of both providers over real sockets.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use oauth2::AccessToken;

use super::*;
use crate::calendar::asking::{account_email, calendars};
use crate::http::test_server::{refused, serve, serve_bytes};
use crate::provider::Provider;

const TOKEN: &str = "access-token-1";
const GOOGLE_LIST: &str = "GET /api/users/me/calendarList?maxResults=250&\
    fields=kind%2CnextPageToken%2Citems%28id%2Csummary%2CsummaryOverride%2Cprimary%2CaccessRole%29";
const GRAPH_LIST: &str =
    "GET /api/me/calendars?%24select=id%2Cname%2CcanEdit%2CisDefaultCalendar&%24top=100";

/// A provider that answers what it was told to answer, in that order, and keeps what it was asked.
#[derive(Clone, Default)]
struct Fake {
    answers: Arc<Mutex<VecDeque<(u16, String)>>>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Fake {
    async fn start(&self) -> String {
        let router = Router::new().fallback(Self::answer);
        serve(router.with_state(self.clone())).await
    }

    fn will_say(&self, status: u16, body: &Value) {
        self.will_write(status, &body.to_string());
    }

    fn will_write(&self, status: u16, body: &str) {
        let mut answers = self.answers.lock().unwrap();
        answers.push_back((status, body.into()));
    }

    async fn answer(State(fake): State<Self>, request: Request) -> Response {
        let header = request.headers().get("authorization");
        if header.is_none_or(|value| value != &format!("Bearer {TOKEN}")) {
            return StatusCode::UNAUTHORIZED.into_response();
        }
        let asked = format!("{} {}", request.method(), request.uri());
        fake.requests.lock().unwrap().push(asked);
        let answer = fake.answers.lock().unwrap().pop_front();
        let (status, body) = answer.unwrap_or((418, String::new()));
        (StatusCode::from_u16(status).unwrap(), body).into_response()
    }

    /// The requests since this was last asked.
    fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }
}

fn client() -> HttpClient {
    HttpClient::new(Duration::from_millis(500)).unwrap()
}

async fn list(provider: Provider, root: &str) -> Result<Vec<CalendarEntry>, CalendarError> {
    let mailbox = OpenCalendar {
        provider,
        api_url: Some(format!("{root}/api/")),
        access_token: AccessToken::new(TOKEN.into()),
        // What was chosen before has no say in what there is.
        calendar_id: Some("chosen".into()),
    };
    calendars(&client(), &mailbox).await
}

async fn email(provider: Provider, url: &str) -> Result<String, CalendarError> {
    let token = AccessToken::new(TOKEN.into());
    account_email(&client(), provider, url, &token).await
}

fn entry(calendar_id: &str, name: &str, is_primary: bool, can_write: bool) -> CalendarEntry {
    CalendarEntry {
        calendar_id: calendar_id.into(),
        name: name.into(),
        is_primary,
        can_write,
    }
}

#[tokio::test]
async fn google_lists_every_page_and_who_may_write() {
    let fake = Fake::default();
    let root = fake.start().await;
    let item = |id: &str, role: &str| json!({"id": id, "summary": "Team", "accessRole": role});
    fake.will_say(
        200,
        &json!({"kind": "calendar#calendarList", "nextPageToken": "a/b=&c", "items": [
            {"id": "ada@gmail.com", "summary": "ada@gmail.com", "summaryOverride": "Me\u{0}\nmyself",
             "primary": true, "accessRole": "owner"},
            item("w@group", "writer"),
        ]}),
    );
    fake.will_say(
        200,
        &json!({"items": [
            item("p@group", "writerWithoutPrivateAccess"), item("r@group", "reader"),
            item("f@group", "freeBusyReader"), item("n@group", "orchestrator"),
            {"id": "bare@group", "summary": "Bare", "summaryOverride": "", "primary": false},
        ]}),
    );
    let expected = [
        entry("ada@gmail.com", "Me  myself", true, true),
        entry("w@group", "Team", false, true),
        entry("p@group", "Team", false, true),
        entry("r@group", "Team", false, false),
        entry("f@group", "Team", false, false),
        entry("n@group", "Team", false, false),
        entry("bare@group", "Bare", false, false),
    ];
    assert_eq!(list(Provider::Google, &root).await.unwrap(), expected);
    let second = format!("{GOOGLE_LIST}&pageToken=a%2Fb%3D%26c");
    assert_eq!(fake.requests(), [GOOGLE_LIST.to_owned(), second]);
}

#[tokio::test]
async fn outlook_lists_every_page_and_who_may_write() {
    let fake = Fake::default();
    let root = fake.start().await;
    let next = format!("{root}/api/me/calendars?$skiptoken=x%2B1");
    fake.will_say(
        200,
        &json!({"@odata.context": "…", "@odata.nextLink": next, "value": [
            {"id": "AAMkAG=", "name": "Calendar", "canEdit": true, "isDefaultCalendar": true},
            {"id": "AAMkAH=", "name": "Birthdays", "canEdit": false, "isDefaultCalendar": false},
        ]}),
    );
    fake.will_say(
        200,
        &json!({"value": [{"id": "AAMkAI=", "name": null, "canEdit": null}]}),
    );
    let expected = [
        entry("AAMkAG=", "Calendar", true, true),
        entry("AAMkAH=", "Birthdays", false, false),
        entry("AAMkAI=", "", false, false),
    ];
    assert_eq!(list(Provider::Outlook, &root).await.unwrap(), expected);
    let second = "GET /api/me/calendars?$skiptoken=x%2B1".to_owned();
    assert_eq!(fake.requests(), [GRAPH_LIST.to_owned(), second]);
}

#[tokio::test]
async fn an_account_without_calendars_has_none() {
    let fake = Fake::default();
    let root = fake.start().await;
    fake.will_say(200, &json!({"kind": "calendar#calendarList"}));
    assert_eq!(list(Provider::Google, &root).await, Ok(vec![]));
    fake.will_say(200, &json!({"value": []}));
    assert_eq!(list(Provider::Outlook, &root).await, Ok(vec![]));
}

#[tokio::test]
async fn the_token_does_not_follow_a_page_to_another_host() {
    let (graph, elsewhere) = (Fake::default(), Fake::default());
    let root = graph.start().await;
    let link = elsewhere.start().await + "/api/me/calendars?$skip=1";
    graph.will_say(200, &json!({"value": [], "@odata.nextLink": link}));
    let error = list(Provider::Outlook, &root).await.unwrap_err();
    assert!(matches!(error, CalendarError::BadAnswer(_)), "{error:?}");
    assert_eq!(elsewhere.requests(), [""; 0]);
}

#[tokio::test]
async fn a_list_without_an_end_is_given_up() {
    let fake = Fake::default();
    let root = fake.start().await;
    let link = format!("{root}/api/me/calendars?$skip=1");
    let circle = json!({"items": [], "nextPageToken": "again"});
    for _ in 0..1000 {
        fake.will_say(200, &json!({"value": [], "@odata.nextLink": link}));
    }
    let error = list(Provider::Outlook, &root).await.unwrap_err();
    assert!(matches!(error, CalendarError::BadAnswer(_)), "{error:?}");
    assert!(fake.requests().len() <= 100);
    fake.answers.lock().unwrap().clear();
    for _ in 0..3 {
        fake.will_say(200, &circle);
    }
    let error = list(Provider::Google, &root).await.unwrap_err();
    assert!(matches!(error, CalendarError::BadAnswer(_)), "{error:?}");
    assert_eq!(fake.requests().len(), 2);
}

#[tokio::test]
async fn half_a_list_is_none() {
    let fake = Fake::default();
    let root = fake.start().await;
    let first = json!({"items": [{"id": "a", "accessRole": "owner"}], "nextPageToken": "2"});
    fake.will_say(200, &first);
    fake.will_say(503, &json!({}));
    let error = list(Provider::Google, &root).await.unwrap_err();
    assert!(matches!(error, CalendarError::Server { status: 503, .. }));
    let link = format!("{root}/api/me/calendars?$skip=1");
    fake.will_say(
        200,
        &json!({"value": [{"id": "a"}], "@odata.nextLink": link}),
    );
    fake.will_say(429, &json!({}));
    let error = list(Provider::Outlook, &root).await.unwrap_err();
    assert!(matches!(error, CalendarError::RateLimited { .. }));
}

#[tokio::test]
async fn an_answer_that_is_no_list_is_not_an_empty_one() {
    let fake = Fake::default();
    let root = fake.start().await;
    let google = [
        "",
        "<html>",
        "{}",
        "[]",
        r#"{"kind": "calendar#events"}"#,
        r#"{"items": [{"summary": "no id"}]}"#,
        r#"{"items": [{"id": ""}]}"#,
        r#"{"items": [{"id": "a\u0000b"}]}"#,
        r#"{"items": [{"id": 5}]}"#,
    ];
    let graph = [
        "",
        "<html>",
        "{}",
        "[]",
        r#"{"value": [{"name": "no id"}]}"#,
        r#"{"value": [{"id": "", "name": "x"}]}"#,
        r#"{"value": [{"id": "a", "canEdit": "yes"}]}"#,
    ];
    let google = google.map(|body| (Provider::Google, body));
    let graph = graph.map(|body| (Provider::Outlook, body));
    for (provider, body) in google.into_iter().chain(graph) {
        fake.will_write(200, body);
        let error = list(provider, &root).await.unwrap_err();
        assert!(
            matches!(error, CalendarError::BadAnswer(_)),
            "{body} {error:?}"
        );
    }
}

#[tokio::test]
async fn the_address_is_found_where_each_provider_keeps_it() {
    let fake = Fake::default();
    let root = fake.start().await;
    let url = format!("{root}/me?v=1");
    let (google, outlook) = (Provider::Google, Provider::Outlook);
    let upn = "ada_gmail.com#EXT#@contoso.onmicrosoft.com";
    let cases = [
        (
            google,
            json!({"sub": "1", "email": "ada@gmail.com", "email_verified": true}),
            "ada@gmail.com",
        ),
        (
            outlook,
            json!({"mail": "Ada@contoso.com", "userPrincipalName": upn}),
            "Ada@contoso.com",
        ),
        (
            outlook,
            json!({"mail": null, "userPrincipalName": upn}),
            upn,
        ),
        (outlook, json!({"mail": "", "userPrincipalName": upn}), upn),
    ];
    for (provider, body, address) in cases {
        fake.will_say(200, &body);
        assert_eq!(email(provider, &url).await.unwrap(), address);
        assert_eq!(fake.requests(), ["GET /me?v=1"]);
    }
}

#[tokio::test]
async fn an_account_without_an_address_is_no_account() {
    let fake = Fake::default();
    let root = fake.start().await;
    let long = format!("{}@x.example", "a".repeat(400));
    for body in [
        json!({}),
        json!({"email": null, "mail": null}),
        json!({"email": "", "userPrincipalName": ""}),
        json!({"email": "ada", "mail": "ada"}),
        json!({"email": "a\u{0}@x.example", "mail": "a\n@x.example"}),
        json!({"email": long, "mail": long}),
        json!(["email"]),
    ] {
        for provider in [Provider::Google, Provider::Outlook] {
            fake.will_say(200, &body);
            let error = email(provider, &root).await.unwrap_err();
            assert!(
                matches!(error, CalendarError::BadAnswer(_)),
                "{body} {error:?}"
            );
        }
    }
}

#[tokio::test]
async fn refusals_mean_what_they_mean_for_events() {
    let fake = Fake::default();
    let root = fake.start().await;
    let google = json!({"error": {"code": 403, "message": "No.",
        "errors": [{"reason": "insufficientPermissions"}]}});
    let openid = json!({"error": "invalid_request", "error_description": "Invalid Credentials"});
    let graph = json!({"error": {"code": "InvalidAuthenticationToken", "message": "Expired."}});
    let cases = [
        (Provider::Google, 403, google, "InsufficientScope("),
        (Provider::Google, 401, openid, "Unauthorized("),
        (Provider::Google, 500, json!({}), "Server {"),
        (Provider::Outlook, 401, graph, "Unauthorized("),
        (Provider::Outlook, 429, json!({}), "RateLimited {"),
        (Provider::Outlook, 307, json!({}), "Rejected {"),
    ];
    for (provider, status, body, meaning) in cases {
        fake.will_say(status, &body);
        fake.will_say(status, &body);
        let errors = [
            email(provider, &root).await.unwrap_err(),
            list(provider, &root).await.unwrap_err(),
        ];
        for error in errors {
            assert!(format!("{error:?}").starts_with(meaning), "{error:?}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_asked_or_is_away_is_told_apart() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{\"email\": \"a";
    for provider in [Provider::Google, Provider::Outlook] {
        for url in ["", "userinfo", "mailto:ada@example.com", "ftp://127.0.0.1/"] {
            let error = email(provider, url).await.unwrap_err();
            assert!(
                matches!(error, CalendarError::Misconfigured(_)),
                "{url} {error:?}"
            );
        }
        for url in [refused(), serve_bytes(half)] {
            let error = email(provider, &url).await.unwrap_err();
            assert!(matches!(error, CalendarError::Http(_)), "{error:?}");
        }
        let error = list(provider, &refused()).await.unwrap_err();
        assert!(matches!(error, CalendarError::Http(_)), "{error:?}");
    }
}

#[test]
fn both_may_run_on_any_runtime() {
    fn is_send(_: impl Send) {}
    is_send(list(Provider::Google, ""));
    is_send(email(Provider::Outlook, ""));
}
