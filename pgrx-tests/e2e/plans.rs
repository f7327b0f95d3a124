//! What PostgreSQL does for the calls that visitors make, where tables are large: every plan of every
//! statement in them, as auto_explain shows it.

use std::sync::{Arc, Mutex};

use postgres::Client;

use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, explain};

/// Of each mode, with ten meetings each.
const OWNERS: i32 = 10_000;
/// PostgreSQL plans a statement anew for its first five executions, then once for all.
const CALLS: usize = 7;
/// Tables that do not grow with what is booked.
const OF_ONE_ROW: [&str; 5] = [
    " on mail_settings ",
    " on site_settings ",
    " on crm_settings ",
    " on webhooks ",
    " on key_fingerprints ",
];

/// The n-th owner of each mode, known by number, with rows of every kind. Without triggers, which
/// would queue the work of every meeting, and without the worker: the calendars are known well enough.
fn fill(sql: &mut Client) {
    sql.batch_execute(&format!(
        "select scheduling.stop_worker();
         set session_replication_role = replica;
         create function owner(n int) returns uuid immutable language sql
             as $$ select md5(n::text)::uuid $$;
         insert into scheduling.clients (id, name) select owner(n), n from generate_series(1, {OWNERS}) n;
         insert into scheduling.user_profiles (user_id, full_name)
             select owner(n), n from generate_series(1, {OWNERS}) n;"
    ))
    .expect("owners");
    for mode in Mode::BOTH {
        let names = mode.names();
        let (key, guest_id) = (names.key, names.guest_id);
        let (meetings, guests, connections) = (names.meetings, names.guests, names.connections);
        sql.batch_execute(&format!(
            "insert into scheduling.booking_links (id, slug, {key}, title, duration_minutes, max_bookings_per_day)
                 select md5('{key}' || n)::uuid, '{key}_' || n, owner(n), 'Intro call', 30, 20
                 from generate_series(1, {OWNERS}) n;
             insert into scheduling.{guests} (id, {key}, email)
                 select owner(n), owner(n), 'regular@guest.example' from generate_series(1, {OWNERS}) n;
             insert into scheduling.{meetings}
                 ({key}, booking_link_id, {guest_id}, title, starts_at, ends_at, timezone,
                  buffer_before_minutes, buffer_after_minutes, conferencing)
                 select owner(n), md5('{key}' || n)::uuid, owner(n), 'Intro call', at, at + interval '30 minutes',
                        'UTC', 0, 0, 'none'
                 from generate_series(1, {OWNERS}) n, generate_series(1, 10) day,
                      lateral (select date_trunc('day', now(), 'UTC') + interval '9 hours' + day * interval '1 day' as at) m;
             insert into scheduling.availability_overrides ({key}, day, windows)
                 select owner(n), now()::date + 20, '[]' from generate_series(1, {OWNERS}) n;
             insert into scheduling.time_off ({key}, starts_at, ends_at)
                 select owner(n), at, at + interval '1 hour'
                 from generate_series(1, {OWNERS}) n, generate_series(-5, 5) day,
                      lateral (select date_trunc('day', now(), 'UTC') + interval '22 hours' + day * interval '1 day' as at) m;
             insert into scheduling.{connections} (id, {key}, provider)
                 select md5('{key}' || n)::uuid, owner(n), 'google' from generate_series(1, {OWNERS}) n;
             -- A new connection knows nothing, whatever it says of itself.
             update scheduling.{connections}
                 set busy_synced_at = now(), busy_until = later, busy_due_at = later
                 from (select now() + interval '1 year') l (later);
             insert into scheduling.busy_times (connection_id, {key}, event_id, starts_at, ends_at)
                 select md5('{key}' || n)::uuid, owner(n), day, at, at + interval '1 hour'
                 from generate_series(1, {OWNERS}) n, generate_series(1, 5) day,
                      lateral (select date_trunc('day', now(), 'UTC') + interval '12 hours' + day * interval '1 day' as at) m;
             insert into scheduling.jobs (kind, state, owner, {job_meeting}, finished_at)
                 select 'create_event', 'done', '{prefix}' || m.{key}, m.id, now() from scheduling.{meetings} m;",
            prefix = if mode == Mode::User { "user:" } else { "" },
            job_meeting = names.job_meeting,
        ))
        .expect("rows of one mode");
    }
    sql.batch_execute("reset session_replication_role; analyze")
        .expect("statistics");
}

/// Every call of a visitor's, and those of an owner's page.
fn visit(sql: &mut Client, mode: Mode, n: i32) {
    let key = mode.names().key;
    let owner_key = |n| match mode {
        Mode::Client => format!("owner({n})::text"),
        Mode::User => format!("'user:' || owner({n})"),
    };
    let owner = owner_key(n);
    let owners = format!("array[{owner}, {}]", owner_key(n + 1));
    for call in [
        format!("select count(*) from scheduling.available_slots({owner})"),
        format!("select count(*) from scheduling.available_slots_for({owners})"),
        format!("select count(*) from scheduling.earliest_slots_for({owners})"),
        format!("select count(*) from scheduling.link_slots('{key}_{n}')"),
        format!("select count(*) from scheduling.get_booking_link('{key}_{n}')"),
        format!("select count(*) from scheduling.booking_url('{key}_{n}')"),
        format!("select length(scheduling.booking_page('{key}_{n}')::bytea)::bigint"),
    ] {
        let answered: i64 = one(sql, &call);
        assert!(answered > 0, "{call}");
    }
    let free = |nth| {
        format!("(select slot_start from scheduling.link_slots('{key}_{n}') offset {nth} limit 1)")
    };
    let token: String = one(
        sql,
        &format!(
            "select manage_token from scheduling.book('{key}_{n}', {}, 'ada@guest.example',
                                                      'Ada Guest', idempotency_key => 'once')",
            free(20)
        ),
    );
    for call in ["booking_slots", "booking_invite"] {
        let call = format!("select count(*) from scheduling.{call}('{token}')");
        let answered: i64 = one(sql, &call);
        assert!(answered > 0, "{call}");
    }
    for call in [
        format!("scheduling.get_booking('{token}')"),
        format!("scheduling.reschedule_booking('{token}', {})", free(20)),
        format!("scheduling.cancel_booking('{token}')"),
    ] {
        one::<String>(sql, &format!("select status from {call}"));
    }
}

/// The only column of the only row.
fn one<T: for<'a> postgres::types::FromSql<'a>>(sql: &mut Client, call: &str) -> T {
    sql.query_one(call, &[])
        .unwrap_or_else(|error| panic!("{call}: {}", explain(&error)))
        .get(0)
}

#[test]
fn no_call_of_a_visitor_scans_a_table_from_end_to_end() {
    let mut database = Database::new(Cluster::shared());
    fill(&mut database.sql);

    let plans = Arc::new(Mutex::new(Vec::<String>::new()));
    let mut visitor = database.cluster.connect_with(&database.name, |config| {
        let plans = Arc::clone(&plans);
        config.notice_callback(move |notice| {
            plans.lock().unwrap().push(notice.message().to_owned());
        });
    });
    visitor
        .batch_execute(
            "load 'auto_explain'; set auto_explain.log_nested_statements = on;
             set auto_explain.log_level = notice; set auto_explain.log_min_duration = 0",
        )
        .expect("auto_explain comes with PostgreSQL");
    for n in 1..=CALLS as i32 {
        for mode in Mode::BOTH {
            visit(&mut visitor, mode, n * 1000);
        }
    }

    let plans = plans.lock().unwrap();
    for mode in Mode::BOTH {
        let names = mode.names();
        let tables = [
            names.meetings,
            names.guests,
            names.connections,
            "booking_links",
            "jobs",
        ];
        for table in tables
            .into_iter()
            .chain(["busy_times", "availability_overrides", "time_off"])
        {
            let seen = plans
                .iter()
                .filter(|plan| plan.contains(&format!(" on {table} ")))
                .count();
            assert!(
                seen >= CALLS,
                "only {seen} plans about {table}: they do not reach this test"
            );
        }
    }
    let scans: Vec<_> = plans
        .iter()
        .filter(|plan| {
            let mut scans = plan.lines().filter(|line| line.contains("Seq Scan"));
            scans.any(|scan| !OF_ONE_ROW.iter().any(|table| scan.contains(table)))
        })
        .collect();
    assert!(scans.is_empty(), "{}", scans[0]);
}
