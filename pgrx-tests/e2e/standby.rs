//! On a standby: what reads works, what writes is refused as PostgreSQL refuses it, and what needs the
//! worker is refused at once.

use std::time::{Duration, Instant};

use crate::connect::{connect, stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, explain, sqlstate};
use crate::harness::wait::wait_for;

/// Well below the time that a session waits for a worker which is on its way.
const AT_ONCE: Duration = Duration::from_millis(1500);

#[test]
fn a_standby_reads_refuses_to_write_and_waits_for_nobody() {
    let cluster = Cluster::preloaded();
    let mut primary = Database::new(&cluster);
    let google = stand_in(&mut primary);
    let (open, connected) = (primary.client(), primary.user());
    connect(&mut primary, &connected, &google);
    let token: String = primary.one(&format!(
        "select manage_token from scheduling.book('{}', date_trunc('day', now(), 'UTC') + interval '3 days',
             'ada@guest.example', 'Ada')",
        open.slug
    ));
    // So old that it has to be asked anew.
    primary.refresh_busy_times(&connected);
    assert!(primary.one::<bool>("select scheduling.stop_worker()"));
    primary
        .sql
        .batch_execute(
            "update scheduling.user_calendar_connections set busy_synced_at = now() - interval '1 day'",
        )
        .expect("a superuser may");

    let standby = cluster.base_backup(true, &[]);
    let mut sql = standby.connect(&primary.name);
    let (key, slug) = (open.key(), open.slug.clone());
    let (stale, stale_slug) = (connected.key(), connected.slug.clone());
    let time = "date_trunc('day', now(), 'UTC') + interval '5 days'";
    let state = "ready";
    for (statement, expected) in [
        (format!("available_slots('{key}')"), "00000"),
        (format!("link_slots('{slug}')"), "00000"),
        (format!("get_booking_link('{slug}')"), "00000"),
        (format!("booking_url('{slug}')"), "00000"),
        ("configured_providers()".to_owned(), "00000"),
        (format!("get_booking('{token}')"), "00000"),
        (format!("booking_slots('{token}')"), "00000"),
        (format!("booking_invite('{token}')"), "00000"),
        ("meeting_slots(gen_random_uuid())".to_owned(), "PT404"),
        (format!("booking_page('{slug}')"), "00000"),
        ("manage_page()".to_owned(), "00000"),
        ("owner_page()".to_owned(), "00000"),
        (format!("lock_owner('{key}')"), "25006"),
        ("worker_status()".to_owned(), "00000"),
        (format!("available_slots_for('{{{key}}}')"), "00000"),
        (
            format!("available_slots_for('{{{key},{stale}}}', skip_unknown => true)"),
            "00000",
        ),
        (format!("available_slots('{stale}')"), "PT503"),
        (format!("link_slots('{stale_slug}')"), "PT503"),
        (format!("available_slots_for('{{{key},{stale}}}')"), "PT503"),
        (format!("refresh_busy_times('{stale}')"), "PT503"),
        (format!("disconnect_calendar('{stale}', 'google')"), "PT503"),
        (format!("provider_calendars('{stale}', 'google')"), "PT503"),
        (
            format!("book('{slug}', {time}, 'eve@guest.example', 'Eve')"),
            "25006",
        ),
        (format!("cancel_booking('{token}')"), "25006"),
        (format!("reschedule_booking('{token}', {time})"), "25006"),
        (format!("oauth_authorize_url('{key}', 'google')"), "25006"),
        (
            format!("select_calendar('{stale}', 'google', 'primary')"),
            "25006",
        ),
        (
            "configure_mail('capture', 'a@example.com')".to_owned(),
            "25006",
        ),
        (
            "configure_site('https://a.example', '/b', '/m')".to_owned(),
            "25006",
        ),
        ("retry_job(1)".to_owned(), "25006"),
        ("start_worker()".to_owned(), "25006"),
        ("stop_worker()".to_owned(), "25006"),
    ] {
        let started = Instant::now();
        let answered = sql.query(&format!("select * from scheduling.{statement}"), &[]);
        let took = started.elapsed();
        let (found, said) = match &answered {
            Ok(_) => ("00000", String::new()),
            Err(error) => (sqlstate(error), explain(error)),
        };
        assert_eq!(found, expected, "{statement}: {said}");
        assert!(took < AT_ONCE, "{statement} took {took:?}");
    }
    let row = sql
        .query_one(
            "select running, held_reason, ready_jobs from scheduling.worker_status()",
            &[],
        )
        .expect("it answers");
    assert!(!row.get::<_, bool>("running"));
    assert_eq!(row.get::<_, Option<String>>("held_reason"), None);

    // The same session goes on once its server is the primary.
    sql.batch_execute("select pg_promote()")
        .expect("a superuser may");
    assert!(
        !sql.query_one("select pg_is_in_recovery()", &[])
            .unwrap()
            .get::<_, bool>(0)
    );
    wait_for("the worker", || {
        let running = "select running from scheduling.worker_status()";
        sql.query_one(running, &[])
            .unwrap()
            .get::<_, bool>(0)
            .then_some(())
    });
    sql.batch_execute("select scheduling.start_worker()")
        .expect("it goes on");
    sql.query(
        &format!("select scheduling.book('{slug}', {time}, 'eve@guest.example', 'Eve')"),
        &[],
    )
    .unwrap_or_else(|error| panic!("{}", explain(&error)));
    wait_for("the jobs to be done", || {
        let open = format!("select count(*) from scheduling.jobs where state = '{state}'");
        (sql.query_one(&open, &[]).unwrap().get::<_, i64>(0) == 0).then_some(())
    });
}
