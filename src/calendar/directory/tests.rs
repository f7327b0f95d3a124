//! Addresses and lists of calendars at the stand-ins of both providers.

use super::*;
use crate::calendar::fixture::*;

type Google = Connection<stand_ins::google::Account>;
type Graph = Connection<stand_ins::graph::Account>;

const GOOGLE_LIST: &str = "/calendar/v3/users/me/calendarList?maxResults=250&\
    fields=kind%2CnextPageToken%2Citems%28id%2Csummary%2CsummaryOverride%2Cprimary%2CaccessRole%29";
const GRAPH_LIST: &str =
    "/v1.0/me/calendars?%24select=id%2Cname%2CcanEdit%2CisDefaultCalendar&%24top=100";

/// An account at each provider.
struct Both {
    google: Google,
    graph: Graph,
}

impl Both {
    fn start() -> Self {
        let mut both = Self {
            google: Connection::at(Provider::Google),
            graph: Connection::at(Provider::Outlook),
        };
        // What was chosen before has no say in what there is.
        both.google.open.calendar_id = Some("chosen".into());
        both.graph.open.calendar_id = Some("chosen".into());
        both
    }

    fn unconnected(&self, provider: Provider) -> &OpenCalendar {
        match provider {
            Provider::Google => &self.google.open,
            Provider::Outlook => &self.graph.open,
        }
    }

    /// Instead of the next answer of a provider, this one.
    fn will_say(&self, provider: Provider, status: u16, body: impl ToString) {
        match provider {
            Provider::Google => self.google.will_answer(status, body),
            Provider::Outlook => self.graph.will_answer(status, body),
        }
    }

    async fn list(&self, provider: Provider) -> Result<Vec<CalendarEntry>, CalendarError> {
        calendars(&self.google.http, self.unconnected(provider)).await
    }

    /// What a provider was asked since this was last asked, path and query.
    fn asked(&self, provider: Provider) -> Vec<String> {
        let requests = match provider {
            Provider::Google => self.google.take_requests(),
            Provider::Outlook => self.graph.take_requests(),
        };
        let asked = requests
            .iter()
            .map(|asked| format!("{}?{}", asked.path, asked.query));
        asked.collect()
    }

    /// The address, asked for where the provider tells it.
    async fn email(&self, provider: Provider) -> Result<String, CalendarError> {
        let url = match provider {
            Provider::Google => self.google.userinfo_url(),
            Provider::Outlook => self.graph.userinfo_url(),
        };
        self.email_at(provider, &url).await
    }

    async fn email_at(&self, provider: Provider, url: &str) -> Result<String, CalendarError> {
        let token = &self.unconnected(provider).access_token;
        account_email(&self.google.http, provider, url, token).await
    }
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
    let both = Both::start();
    let google = &both.google;
    let own_name = json!({"summaryOverride": "Me\u{0}\nmyself"});
    google.add_calendar("owner@gmail.example", &own_name);
    for (id, role) in [
        ("w@group", "writer"),
        ("p@group", "writerWithoutPrivateAccess"),
        ("r@group", "reader"),
        ("f@group", "freeBusyReader"),
        ("n@group", "orchestrator"),
    ] {
        google.add_calendar(id, &json!({"summary": "Team", "accessRole": role}));
    }
    let bare = json!({"summary": "Bare", "summaryOverride": "", "primary": false,
        "accessRole": null});
    google.add_calendar("bare@group", &bare);
    let expected = [
        entry("owner@gmail.example", "Me  myself", true, true),
        entry("w@group", "Team", false, true),
        entry("p@group", "Team", false, true),
        entry("r@group", "Team", false, false),
        entry("f@group", "Team", false, false),
        entry("n@group", "Team", false, false),
        entry("bare@group", "Bare", false, false),
    ];
    assert_eq!(both.list(Provider::Google).await.unwrap(), expected);
    let pages = both.asked(Provider::Google);
    assert_eq!(pages.len(), 4);
    assert_eq!(pages[0], GOOGLE_LIST);
    assert_eq!(pages[1], format!("{GOOGLE_LIST}&pageToken=a%2Fb%3D%261"));
}

#[tokio::test]
async fn outlook_lists_every_page_and_who_may_write() {
    let both = Both::start();
    let graph = &both.graph;
    let temper = graph.temper();
    graph.set_temper(stand_ins::graph::Temper {
        list_page: Some(2),
        ..temper
    });
    let birthdays = json!({"name": "Birthdays", "canEdit": false, "isDefaultCalendar": false});
    graph.add_calendar("AAMkAH=", &birthdays);
    let unknown = json!({"name": null, "canEdit": null, "isDefaultCalendar": null});
    graph.add_calendar("AAMkAI=", &unknown);
    let expected = [
        entry(stand_ins::graph::MAIN, "Calendar", true, true),
        entry("AAMkAH=", "Birthdays", false, false),
        entry("AAMkAI=", "", false, false),
    ];
    assert_eq!(both.list(Provider::Outlook).await.unwrap(), expected);
    let second = format!("{GRAPH_LIST}&%24skip=2");
    assert_eq!(
        both.asked(Provider::Outlook)[..2],
        [GRAPH_LIST.to_owned(), second]
    );
}

#[tokio::test]
async fn an_account_without_calendars_has_none() {
    let both = Both::start();
    let (google, outlook) = (Provider::Google, Provider::Outlook);
    both.will_say(google, 200, json!({"kind": "calendar#calendarList"}));
    assert_eq!(both.list(google).await, Ok(vec![]));
    both.will_say(outlook, 200, json!({"value": []}));
    assert_eq!(both.list(outlook).await, Ok(vec![]));
}

#[tokio::test]
async fn the_token_does_not_follow_a_page_to_another_host() {
    let both = Both::start();
    let elsewhere: Graph = Connection::at(Provider::Outlook);
    let link = elsewhere.api_url() + "/me/calendars?$skip=1";
    let page = json!({"value": [], "@odata.nextLink": link});
    both.will_say(Provider::Outlook, 200, page);
    let error = both.list(Provider::Outlook).await.unwrap_err();
    assert!(matches!(error, CalendarError::BadAnswer(_)), "{error:?}");
    assert_eq!(elsewhere.requested(), [""; 0]);
}

#[tokio::test]
async fn a_list_without_an_end_is_given_up() {
    let both = Both::start();
    let link = both.graph.api_url() + "/me/calendars?$skip=1";
    let endless = json!({"value": [], "@odata.nextLink": link});
    let circle = json!({"items": [], "nextPageToken": "again"});
    let always = |page| Some(Fault::answer(200, page));
    both.graph.always(always(endless));
    let error = both.list(Provider::Outlook).await.unwrap_err();
    assert!(matches!(error, CalendarError::BadAnswer(_)), "{error:?}");
    assert!(both.asked(Provider::Outlook).len() <= 100);
    both.google.always(always(circle));
    let error = both.list(Provider::Google).await.unwrap_err();
    assert!(matches!(error, CalendarError::BadAnswer(_)), "{error:?}");
    assert_eq!(both.asked(Provider::Google).len(), 2);
}

#[tokio::test]
async fn half_a_list_is_none() {
    let both = Both::start();
    let (google, outlook) = (Provider::Google, Provider::Outlook);
    let first = json!({"items": [{"id": "a", "accessRole": "owner"}], "nextPageToken": "2"});
    both.will_say(google, 200, first);
    both.will_say(google, 503, json!({}));
    let error = both.list(google).await.unwrap_err();
    assert!(matches!(error, CalendarError::Server { status: 503, .. }));
    let link = both.graph.api_url() + "/me/calendars?$skip=1";
    let first = json!({"value": [{"id": "a"}], "@odata.nextLink": link});
    both.will_say(outlook, 200, first);
    both.will_say(outlook, 429, json!({}));
    let error = both.list(outlook).await.unwrap_err();
    assert!(matches!(error, CalendarError::RateLimited { .. }));
}

#[tokio::test]
async fn an_answer_that_is_no_list_is_not_an_empty_one() {
    let both = Both::start();
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
        both.will_say(provider, 200, body);
        let error = both.list(provider).await.unwrap_err();
        assert!(
            matches!(error, CalendarError::BadAnswer(_)),
            "{body} {error:?}"
        );
    }
}

#[tokio::test]
async fn the_address_is_found_where_each_provider_keeps_it() {
    let both = Both::start();
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
    assert_eq!(both.email(google).await.unwrap(), "owner@gmail.example");
    assert_eq!(both.email(outlook).await.unwrap(), "owner@outlook.example");
    let asked = both.asked(google).len() + both.asked(outlook).len();
    assert_eq!(asked, 2, "one request each");
    // Asked exactly as it was configured.
    for (provider, body, address) in cases {
        let (api_url, path) = match provider {
            Provider::Google => (both.google.api_url(), "/calendar/v3/me?v=1"),
            Provider::Outlook => (both.graph.api_url(), "/v1.0/me?v=1"),
        };
        both.will_say(provider, 200, body);
        let email = both.email_at(provider, &(api_url + "/me?v=1")).await;
        assert_eq!(email.unwrap(), address);
        assert_eq!(both.asked(provider), [path]);
    }
}

#[tokio::test]
async fn an_account_without_an_address_is_no_account() {
    let both = Both::start();
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
            both.will_say(provider, 200, &body);
            let error = both.email(provider).await.unwrap_err();
            assert!(
                matches!(error, CalendarError::BadAnswer(_)),
                "{body} {error:?}"
            );
        }
    }
}

#[tokio::test]
async fn refusals_mean_what_they_mean_for_events() {
    let both = Both::start();
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
        both.will_say(provider, status, &body);
        both.will_say(provider, status, &body);
        let errors = [
            both.email(provider).await.unwrap_err(),
            both.list(provider).await.unwrap_err(),
        ];
        for error in errors {
            assert!(format!("{error:?}").starts_with(meaning), "{error:?}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_asked_or_is_away_is_told_apart() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{\"email\": \"a";
    let both = Both::start();
    for provider in [Provider::Google, Provider::Outlook] {
        for url in ["", "userinfo", "mailto:ada@example.com", "ftp://127.0.0.1/"] {
            let error = both.email_at(provider, url).await.unwrap_err();
            assert!(
                matches!(error, CalendarError::Misconfigured(_)),
                "{url} {error:?}"
            );
        }
        for url in [refused(), serve_bytes(half)] {
            let error = both.email_at(provider, &url).await.unwrap_err();
            assert!(matches!(error, CalendarError::Http(_)), "{error:?}");
        }
        let away = unconnected(provider, refused());
        let error = calendars(&both.google.http, &away).await.unwrap_err();
        assert!(matches!(error, CalendarError::Http(_)), "{error:?}");
    }
}

#[test]
fn both_may_run_on_any_runtime() {
    fn is_send(_: impl Send) {}
    let http = HttpClient::new(PATIENCE).unwrap();
    let open = unconnected(Provider::Google, String::new());
    is_send(calendars(&http, &open));
    let token = &open.access_token;
    is_send(account_email(&http, Provider::Outlook, "", token));
}
