//! Moving from the system that is replaced, by the blocks of docs/migrating.md as they stand there: what
//! its tables had is here, nobody is written to, owners are kept in step, and there is a way back.

use serde_json::json;

use crate::connect::stand_in;
use crate::documents::steps;
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode};
use crate::harness::wait::wait_for;
use crate::peers::google::Google;

const PAGE: &str = "docs/migrating.md";
const REPLACED: &str = include_str!("migrating/replaced.sql");
const OVER: [&str; 6] = [
    "## Before",
    "## Owners, and keeping them in step",
    "## Links",
    "## Calendars",
    "## Guests and meetings",
    "## What is left",
];
const CLIENT: &str = "c0000000-0000-4000-8000-000000000001";
const USER: &str = "d0000000-0000-4000-8000-000000000001";

fn take(database: &mut Database<'_>, section: &str) {
    for step in steps(PAGE, section) {
        let ran = database.sql.batch_execute(&step.sql);
        ran.unwrap_or_else(|error| panic!("{}: {error}", step.place));
    }
}

/// A database with the old system's rows, and its calendars in the stand-in.
fn replaced(cluster: &Cluster) -> (Database<'_>, Google) {
    let mut database = Database::new(cluster);
    let google = stand_in(&mut database);
    database.sql.batch_execute(REPLACED).expect("it is sound");
    for (table, key, id, suffix) in [
        ("calendar_connections", "client_id", CLIENT, ""),
        ("user_calendar_connections", "user_id", USER, "u"),
    ] {
        let (access, refresh) = google.grant();
        let insert = format!(
            "insert into public.{table} ({key}, provider, access_token, refresh_token, token_expires_at,
                 calendar_id, connected_email)
             values ('{id}', 'google', '{access}', '{refresh}', now() + interval '1 hour', 'primary',
                     'owner@gmail.example')"
        );
        database.sql.batch_execute(&insert).expect("it fits");
        for n in 1..=2 {
            let mut at = |column: &str| -> String {
                database.sql.query_one(
                    &format!("select to_char({column} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')
                              from public.meetings where calendar_event_id = 'oldevent{n}'"),
                    &[],
                ).expect("it is there").get(0)
            };
            let (start, end) = (at("start_time"), at("end_time"));
            google.enter(
                "primary",
                &format!("oldevent{n}{suffix}"),
                &json!({"summary": "Intro", "start": {"dateTime": start}, "end": {"dateTime": end}}),
            );
        }
    }
    (database, google)
}

fn rows(database: &mut Database<'_>, query: &str) -> Vec<String> {
    let rows = database.sql.query(query, &[]);
    let rows = rows.unwrap_or_else(|error| panic!("{query}: {error}"));
    rows.iter().map(|row| row.get(0)).collect()
}

fn wait_for_quiet(database: &mut Database<'_>) {
    wait_for("the worker to have nothing left to do", || {
        let open = "select count(*) from scheduling.jobs where state in ('ready', 'running')";
        (database.one::<i64>(open) == 0).then_some(())
    });
}

#[test]
fn the_replaced_system_comes_over_whole_and_nobody_hears_of_it() {
    let cluster = Cluster::preloaded();
    let (mut database, google) = replaced(&cluster);
    // Twice: what has come over stays as it is.
    for _ in 0..2 {
        OVER.iter().for_each(|section| take(&mut database, section));
        wait_for_quiet(&mut database);
        assert_eq!(
            rows(
                &mut database,
                "select concat_ws(' | ', name, primary_contact_email, timezone) from scheduling.clients order by id"
            ),
            [
                "Acme | owner@acme.example | Europe/Berlin",
                " | UTC",
                "Elsewhere | x@elsewhere.example | UTC"
            ]
        );
        let hours = "select string_agg(concat_ws(' ', left(day, 2), hours ->> 'start', hours ->> 'end'), ', '
                         order by array_position('{monday,tuesday,wednesday,thursday,friday,saturday,sunday}', day))
                     from scheduling.clients, jsonb_each(availability_settings) as days (day, hours)
                     where (hours ->> 'enabled')::boolean group by id order by id";
        let usual =
            "mo 09:00 17:00, tu 09:00 17:00, we 09:00 17:00, th 09:00 17:00, fr 09:00 17:00";
        assert_eq!(
            rows(&mut database, hours),
            ["mo 09:00 17:00, fr 08:30 24:00", usual, usual]
        );
        assert_eq!(
            rows(&mut database, "select concat_ws(' | ', slug, coalesce(client_id, user_id), title, duration_minutes)
                                 from scheduling.booking_links order by id"),
            [format!("acme-intro | {CLIENT} | Intro | 30"), format!("robin | {USER} | Meeting | 30")]
        );
        for mode in Mode::BOTH {
            let names = mode.names();
            let (meetings, guests) = (names.meetings, names.guests);
            assert_eq!(
                rows(
                    &mut database,
                    &format!(
                        "select concat_ws(' ', right(id::text, 1), status,
                     rtrim(calendar_event_id, 'u'), calendar_provider, calendar_id, guest_email)
                     from scheduling.{meetings} where id::text not like '%5' order by id"
                    )
                ),
                [
                    "1 confirmed oldevent1 google primary ada@guest.example",
                    "3 completed oldevent3 google primary ada@guest.example",
                    "4 cancelled ada@guest.example",
                ]
            );
            assert_eq!(
                rows(
                    &mut database,
                    &format!("select email from scheduling.{guests}")
                ),
                ["ada@guest.example"],
                "one guest, whatever the letter case, and nobody who is no guest"
            );
            let sealed = format!(
                "select bool_and(access_token like 'sealed:%' and refresh_token like 'sealed:%' and status = 'ok')::text
                 from scheduling.{}",
                names.connections
            );
            assert_eq!(rows(&mut database, &sealed), ["true"]);
        }
        assert_eq!(
            rows(
                &mut database,
                "select source || ' ' || right(id, 1) from public.scheduling_leftovers order by 1"
            ),
            [
                "booking_links 3",
                "booking_links 4",
                "clients 3",
                "meetings 2",
                "sales_meetings 2"
            ]
        );
        assert_eq!(
            database.one::<i64>("select count(*) from scheduling.emails"),
            0
        );
        let mails = "select count(*) from scheduling.jobs where kind = 'send_email'";
        assert_eq!(database.one::<i64>(mails), 0);
        // Beside the four of before: of the one in each mode that was in no calendar.
        assert_eq!(google.events().len(), 6);
        let logged = "select count(*) from scheduling.audit_log where subject = 'clients'";
        assert_eq!(database.one::<i64>(logged), 3, "nothing is written twice");
    }

    // From now on it is a meeting as any other: it moves the event that it came with.
    for (mode, event) in Mode::BOTH.into_iter().zip(["oldevent1", "oldevent1u"]) {
        let moved = format!(
            "update scheduling.{} set starts_at = starts_at + interval '3 hours', ends_at = ends_at + interval '3 hours'
             where id::text like '%1'",
            mode.names().meetings
        );
        database.sql.batch_execute(&moved).expect("it moves");
        wait_for_quiet(&mut database);
        let events = google.events();
        let event = events.iter().find(|e| e.id == event).expect("it is there");
        assert!(
            event.text("summary").contains("Ada"),
            "{:?}: {:?}",
            event.fields,
            rows(
                &mut database,
                "select concat_ws(' ', kind, state, last_error, result) from scheduling.jobs order by id"
            )
        );
        assert_eq!(events.len(), 6);
    }
    let told = "select count(*) from scheduling.emails where kind = 'rescheduled' and recipient = 'ada@guest.example'";
    assert_eq!(database.one::<i64>(told), 2);
}

#[test]
fn owners_are_kept_in_step_by_the_applications_own_tables() {
    let cluster = Cluster::preloaded();
    let (mut database, _google) = replaced(&cluster);
    for section in &OVER[..2] {
        take(&mut database, section);
    }
    // As a role of the application that knows nothing of the extension.
    database
        .sql
        .batch_execute("create role application; grant all on public.clients, public.user_profiles to application;
                        grant all on auth.users to application; grant usage on schema auth to application;
                        set role application")
        .expect("a superuser may");
    let new = "c0000000-0000-4000-8000-000000000009";
    let user = "d0000000-0000-4000-8000-000000000009";
    database
        .sql
        .batch_execute(&format!(
            "insert into public.clients (id, name, timezone) values ('{new}', 'New', 'Asia/Tokyo');
             update public.clients set name = 'Renamed' where id = '{new}';
             insert into auth.users values ('{user}', 'new@sales.example');
             insert into public.user_profiles (user_id, full_name) values ('{user}', 'New');
             update public.user_profiles set timezone = 'Europe/Paris' where user_id = '{user}';
             reset role"
        ))
        .expect("the application writes as before");
    let of_client =
        format!("select name || ' ' || timezone from scheduling.clients where id = '{new}'");
    let of_user = format!(
        "select full_name || ' ' || timezone from scheduling.user_profiles where user_id = '{user}'"
    );
    assert_eq!(rows(&mut database, &of_client), ["Renamed Asia/Tokyo"]);
    assert_eq!(rows(&mut database, &of_user), ["New Europe/Paris"]);
    // What only the extension has stays when something else changes there.
    database
        .sql
        .batch_execute(&format!(
            "update scheduling.clients set timezone = 'Asia/Seoul' where id = '{new}';
             update public.clients set created_at = now() where id = '{new}'"
        ))
        .expect("it writes");
    assert_eq!(rows(&mut database, &of_client), ["Renamed Asia/Seoul"]);
    database
        .sql
        .batch_execute(&format!(
            "delete from public.clients where id = '{new}'; delete from public.user_profiles where user_id = '{user}'"
        ))
        .expect("it deletes");
    assert_eq!(rows(&mut database, &of_client), [""; 0]);
    assert_eq!(rows(&mut database, &of_user), [""; 0]);
}

#[test]
fn what_was_booked_meanwhile_goes_back() {
    let cluster = Cluster::preloaded();
    let (mut database, _google) = replaced(&cluster);
    OVER.iter().for_each(|section| take(&mut database, section));
    let mut booked = Vec::new();
    for slug in ["acme-intro", "robin"] {
        let first = format!(
            "select slot_start::text from scheduling.link_slots('{slug}', now() + interval '15 days') limit 1"
        );
        let at: String = wait_for("the calendar to be read", || {
            database
                .sql
                .query_opt(&first, &[])
                .ok()
                .flatten()
                .map(|row| row.get(0))
        });
        booked.extend(rows(
            &mut database,
            &format!("select meeting_id::text from scheduling.book('{slug}', '{at}', 'new@guest.example', 'New')"),
        ));
    }
    wait_for_quiet(&mut database);
    for _ in 0..2 {
        take(&mut database, "## And back");
    }
    let back = "select string_agg(id::text, ' ' order by n) from (
             select 1 as n, m.id from public.meetings m join public.contacts c on c.id = m.contact_id
             where c.email = 'new@guest.example' and calendar_event_id is not null and confirmation_sent_at is not null
             union all
             select 2, m.id from public.sales_meetings m join public.sales_prospects p on p.id = m.prospect_id
             where p.email = 'new@guest.example' and calendar_event_id is not null and confirmation_sent_at is not null
         ) booked";
    assert_eq!(database.one::<String>(back), booked.join(" "));
    assert_eq!(
        database.one::<i64>("select count(*) from public.meetings"),
        6
    );
}
