//! Visitors, members and the back end as a browser's program speaks for them: npm's `@supabase/postgrest-js`
//! in front of PostgREST, driven by the script beside this file; and how PostgreSQL finds members' rows.

mod plans;

use std::path::Path;
use std::process::Command;

use serde_json::json;
use uuid::Uuid;

use crate::harness::database::Database;
use crate::harness::machine::machine;
use crate::peers::postgrest::{PostgRest, supabase};

/// What the script says it has seen, one a line.
const PROMISES: &[&str] = &[
    "a visitor finds the page and its slots by GET, books, and manages the booking by its token",
    "refusals have the status of the contract",
    "a member is told whom they manage",
    "a member sets up hours, links and days",
    "a change does not overwrite another one",
    "a page of another origin may do the same",
    "meetings come in pages, newest first, with their link and guest",
    "a member makes, moves and cancels a meeting",
    "connections are read without tokens",
    "another member sees and changes nothing of it",
    "the back end sees and changes it all",
    "every function that is listed says what it does and what it takes",
];

#[test]
fn a_page_with_supabase_js_does_all_that_its_role_may_and_no_more() {
    let cluster = supabase();
    let mut database = Database::new(&cluster);
    let client = database.client();
    let user = database.user();
    let other = database.client();
    let other_member = Uuid::new_v4();
    database
        .sql
        .batch_execute(&format!(
            "insert into scheduling.client_members values ('{}', '{}'), ('{}', '{other_member}');
             insert into scheduling.calendar_connections (client_id, provider, access_token, connected_email, busy_due_at)
                 values ('{}', 'google', 'secret', 'desk@acme.example', 'infinity');
             insert into scheduling.user_calendar_connections (user_id, provider, access_token, busy_due_at)
                 values ('{}', 'outlook', 'secret', 'infinity');
             select scheduling.configure_site('https://app.example/', '/book/', '/manage/');
             select scheduling.configure_provider('google', 'id', 'secret', 'https://app.example/cb');
             update scheduling.calendar_connections set is_active = false;
             update scheduling.user_calendar_connections set is_active = false;
             update scheduling.booking_links set max_hourly_attempts_per_guest = 6 where slug = '{}'",
            client.id, user.id, other.id, client.id, user.id, other.slug
        ))
        .expect("a superuser may");
    let server = PostgRest::start(&database, "scheduling");
    let told = json!({
        "url": server.url,
        "member": server.token_of("authenticated", user.id),
        "other_member": server.token_of("authenticated", other_member),
        "service": server.token("service_role"),
        "client": client.id,
        "user": user.id,
        "other": other.id,
        "slug": client.slug,
        "user_slug": user.slug,
        "other_slug": other.slug,
    });
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("pgrx-tests/e2e/members/members.mjs");
    let output = Command::new(&machine().node)
        .arg(script)
        .arg(told.to_string())
        .env("NPM", &machine().npm)
        .output()
        .expect("node can be started");
    let said = String::from_utf8_lossy(&output.stdout);
    let failed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{failed}");
    assert_eq!(said.lines().collect::<Vec<_>>(), PROMISES, "{failed}");

    // What the member did went the ways of what visitors do, and is known for theirs.
    for table in ["meetings", "sales_meetings"] {
        let members: i64 = database.one(&format!(
            "select count(distinct m.id) from scheduling.{table} m join scheduling.audit_log a on a.row_id = m.id
             where a.actor = 'authenticated' and a.jwt_sub = '{}' and m.status = 'cancelled'",
            user.id
        ));
        assert_eq!(members, 1, "{table}");
    }
    crate::harness::wait::wait_for("the member's mails to be written", || {
        let mails: i64 = database.one(
            "select count(*) from scheduling.emails where kind = 'cancelled' and message like '%Fully booked%'",
        );
        (mails >= 2).then_some(())
    });
}

/// A count is an answer as well.
#[test]
fn members_count_their_own_rows_only() {
    let cluster = supabase();
    let mut database = Database::new(&cluster);
    let (user, other) = (database.user(), database.user());
    for n in 0..3 {
        database.book(&user, n);
    }
    let server = PostgRest::start(&database, "scheduling");
    for (person, count) in [(user.id, 3), (other.id, 0), (Uuid::new_v4(), 0)] {
        let token = server.token_of("authenticated", person);
        let path = format!("/sales_meetings?user_id=eq.{}", user.id);
        let exact = [("Prefer", "count=exact")];
        let (status, answer) = server.request("HEAD", &path, Some(&token), &exact, None);
        assert_eq!(status, 200, "{answer}");
        assert!(answer.contains(&format!("/{count}\"")), "{answer}");
    }
}
