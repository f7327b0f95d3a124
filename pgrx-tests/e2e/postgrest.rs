//! The extension as PostgREST shows it to each of Supabase's roles: what its description of the API
//! lists, and what calls and rows meet on their way through it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::database::Database;
use crate::peers::postgrest::{PostgRest, supabase};

/// Functions of the contract by who may call them: visitors, and so everybody.
const PUBLIC: &[&str] = &[
    "parse_oauth_state",
    "format_oauth_state",
    "oauth_callback",
    "google_calendar_callback",
    "outlook_calendar_callback",
    "link_slots",
    "get_booking_link",
    "book",
    "get_booking",
    "reschedule_booking",
    "cancel_booking",
    "booking_slots",
    "booking_url",
    "booking_invite",
    "calendar_feed",
    "booking_page",
    "manage_page",
    "owner_page",
];
/// Signed-in persons for the owners that they manage, and the trusted back end for all.
const OWNER: &[&str] = &[
    "oauth_authorize_url",
    "disconnect_calendar",
    "provider_calendars",
    "select_calendar",
    "calendar_feed_url",
    "rotate_calendar_feed",
    "available_slots",
    "available_slots_for",
    "earliest_slots_for",
    "can_manage",
    "lock_owner",
    "my_owners",
    "meeting_slots",
    "configured_providers",
];
/// The trusted back end alone. What is the superuser's is listed for nobody.
const SERVICE: &[&str] = &[
    "get_calendar_availability",
    "create_calendar_event",
    "send_booking_notification",
    "refresh_busy_times",
    "configure_provider",
    "configure_mail",
    "configure_site",
    "configure_close",
    "add_webhook",
    "remove_webhook",
    "rotate_webhook_secret",
    "worker_status",
    "queue_status",
    "retry_job",
];
/// Tables in which members read, or read and write, the rows of owners whom they manage.
const MEMBER_TABLES: &[&str] = &[
    "clients",
    "user_profiles",
    "client_members",
    "booking_links",
    "calendar_connections",
    "user_calendar_connections",
    "availability_overrides",
    "time_off",
    "contacts",
    "sales_prospects",
    "meetings",
    "sales_meetings",
];
/// Tables of the back end alone: what the worker does, and what is set up for all.
const SERVICE_TABLES: &[&str] = &["jobs", "emails", "audit_log", "mail_templates", "webhooks"];

/// The two sides of a difference, each empty where there is none.
fn assert_lists(listed: &BTreeSet<&str>, expected: &BTreeSet<&str>, whose: &str) {
    let missing: Vec<_> = expected.difference(listed).collect();
    let superfluous: Vec<_> = listed.difference(expected).collect();
    assert!(
        missing.is_empty() && superfluous.is_empty(),
        "{whose}: missing {missing:?}, superfluous {superfluous:?}"
    );
}

#[test]
fn each_role_is_shown_the_contract_s_functions_for_it_and_no_others() {
    let cluster = supabase();
    let database = Database::new(&cluster);
    let server = PostgRest::start(&database, "scheduling");
    let owner = [PUBLIC, OWNER].concat();
    let service = [PUBLIC, OWNER, SERVICE].concat();
    let tables = [MEMBER_TABLES, SERVICE_TABLES].concat();
    let roles = [
        ("who has no token", None, PUBLIC.to_vec(), &[][..]),
        ("anon", Some("anon"), PUBLIC.to_vec(), &[]),
        ("authenticated", Some("authenticated"), owner, MEMBER_TABLES),
        ("service_role", Some("service_role"), service, &tables),
    ];
    for (whose, role, functions, tables) in roles {
        let token = role.map(|role| server.token(role));
        let description = server.get("/", token.as_deref());
        assert_eq!(description.status, 200, "{whose}: {description:?}");
        let paths = description.body["paths"].as_object();
        let paths = paths.expect("a description has paths").keys();
        let paths = paths.filter_map(|path| path.strip_prefix('/'));
        let (calls, rows): (BTreeSet<_>, BTreeSet<_>) = paths
            .filter(|path| !path.is_empty())
            .partition(|path| path.starts_with("rpc/"));
        let calls = calls.iter().map(|path| &path["rpc/".len()..]).collect();
        let functions = functions.into_iter().collect();
        assert_lists(&calls, &functions, &format!("functions of {whose}"));
        let tables = tables.iter().copied().collect();
        assert_lists(&rows, &tables, &format!("tables of {whose}"));
    }
}

#[test]
fn an_invitation_is_a_calendar_file_whatever_the_client_accepts() {
    let cluster = supabase();
    let mut database = Database::new(&cluster);
    let owner = database.client();
    let token: String = database.one(&format!(
        "select manage_token from scheduling.book('{}', date_trunc('day', now(), 'UTC') + interval '2 days',
             'ada@guest.example', 'Ada')",
        owner.slug
    ));
    let server = PostgRest::start(&database, "scheduling");
    let path = format!("/rpc/booking_invite?manage_token={token}");
    for accept in [
        None,
        Some("*/*"),
        Some("text/calendar"),
        Some("application/json"),
        Some("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    ] {
        let (is, text) = server.file(&path, accept);
        assert_eq!(is, "text/calendar; charset=utf-8", "{accept:?}: {text}");
        assert!(
            text.starts_with("BEGIN:VCALENDAR\r\n"),
            "{accept:?}: {text}"
        );
    }
    let page = server.get(&format!("/rpc/booking_slots?manage_token={token}"), None);
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.body.as_array().is_some_and(|slots| !slots.is_empty()));
}

#[test]
fn what_the_extension_alone_calls_is_not_there_for_anybody() {
    let cluster = supabase();
    let database = Database::new(&cluster);
    let server = PostgRest::start(&database, "scheduling");
    let service = server.token("service_role");
    for (function, arguments) in [
        ("is_service", json!({})),
        ("seal", json!({"plain": "x", "purpose": "api_key"})),
        ("check_questions", json!({"questions": []})),
    ] {
        for token in [None, Some(&*service)] {
            let answer = server.post(&format!("/rpc/{function}"), token, &arguments);
            assert_eq!(answer.status, 404, "{function}: {answer:?}");
        }
    }
    // Whoever names its schema to the server by mistake opens nothing yet.
    let mistaken = PostgRest::start(&database, "scheduling_private");
    let service = mistaken.token("service_role");
    let answer = mistaken.post(
        "/rpc/check_questions",
        Some(&service),
        &json!({"questions": []}),
    );
    assert_eq!(answer.status, 403, "{answer:?}");
    assert_eq!(answer.body["code"], "42501");
}

/// Rows that come in over HTTP pass the triggers and constraints of their tables, which call what
/// the writing role cannot even name.
#[test]
fn rows_are_written_over_http_and_their_rules_hold() {
    let cluster = supabase();
    let mut database = Database::new(&cluster);
    let client = database.client();
    let server = PostgRest::start(&database, "scheduling");
    let service = server.token("service_role");
    let slots = server.get(&format!("/rpc/link_slots?slug={}", client.slug), None);
    let booking = json!({
        "slug": client.slug, "starts_at": slots.body[0]["slot_start"],
        "email": "ada@guest.example", "name": "Ada Guest", "locale": "pt-br",
    });
    let booked = server.post("/rpc/book", None, &booking);
    assert_eq!(booked.status, 200, "{booked:?}");
    assert_eq!(booked.body[0]["status"], "confirmed");
    let meetings = server.get("/meetings?select=locale", Some(&service));
    assert_eq!(meetings.body, json!([{"locale": "pt-BR"}]));
    let cases: [(&str, Value, u16, Value); 8] = [
        (
            "/calendar_connections",
            json!({"client_id": client.id, "provider": "google"}),
            201,
            Value::Null,
        ),
        (
            "/calendar_connections",
            json!({"client_id": client.id, "provider": "icloud"}),
            400,
            json!("23514"),
        ),
        (
            "/booking_links",
            json!({"client_id": client.id, "slug": "zoom", "conferencing": "zoom"}),
            400,
            json!("23514"),
        ),
        (
            "/booking_links",
            json!({"client_id": client.id, "slug": "teams", "conferencing": "teams"}),
            201,
            Value::Null,
        ),
        (
            "/clients",
            json!({"name": "Never open", "availability_settings": {"moonday": {}}}),
            400,
            json!("22023"),
        ),
        ("/clients", json!({"name": "Globex"}), 201, Value::Null),
        (
            "/clients",
            json!({"name": "Initech", "locale": "de"}),
            201,
            Value::Null,
        ),
        (
            "/clients",
            json!({"name": "Umbrella", "locale": "english"}),
            400,
            json!("23514"),
        ),
    ];
    for (table, row, status, code) in cases {
        let answer = server.post(table, Some(&service), &row);
        assert_eq!(answer.status, status, "{table} {row}: {answer:?}");
        assert_eq!(answer.body["code"], code, "{table} {row}");
    }
}
