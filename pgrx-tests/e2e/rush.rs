//! A rush of visitors: many at once, for a while, on the slots of many owners.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, sqlstate};
use crate::harness::wait::wait_up_to;

const OWNERS: usize = 50;
const VISITORS: usize = 32;
const RUSH: Duration = Duration::from_secs(10);
/// For some thousands of jobs, in a debug build, on a small machine.
const WORK: Duration = Duration::from_secs(180);

#[test]
fn a_rush_makes_no_overlap_shows_no_deadlock_and_loses_no_job() {
    let mut database = Database::new(Cluster::shared());
    let slugs: Vec<_> = (0..OWNERS)
        .map(|n| database.owner(Mode::BOTH[n % 2]).slug)
        .collect();
    // Slots that overlap one another, and buffers: two bookings rarely want the very same time.
    database
        .sql
        .batch_execute(
            "update scheduling.booking_links
             set duration_minutes = 60, slot_interval_minutes = 15, buffer_after_minutes = 5",
        )
        .expect("links can be changed");

    let ends = Instant::now() + RUSH;
    let visit = |mut session: postgres::Client| {
        let slugs = &slugs;
        move || {
            let mut answers: BTreeMap<String, i64> = BTreeMap::new();
            while Instant::now() < ends {
                let booked = session.execute(
                    "select from scheduling.book(
                         ($1::text[])[1 + floor(random() * cardinality($1))::int],
                         date_trunc('day', now(), 'UTC') + interval '2 days'
                             + floor(random() * 20 * 96) * interval '15 minutes',
                         'guest-' || gen_random_uuid() || '@guest.example', 'A guest')",
                    &[slugs],
                );
                let answer = booked.map_or_else(|e| sqlstate(&e).to_owned(), |_| "booked".into());
                *answers.entry(answer).or_default() += 1;
            }
            answers
        }
    };
    let sessions: Vec<_> = (0..VISITORS).map(|_| database.connect()).collect();
    let mut answers: BTreeMap<String, i64> = BTreeMap::new();
    std::thread::scope(|scope| {
        let visitors: Vec<_> = sessions
            .into_iter()
            .map(|session| scope.spawn(visit(session)))
            .collect();
        for visitor in visitors {
            for (answer, count) in visitor.join().expect("no panic") {
                *answers.entry(answer).or_default() += count;
            }
        }
    });

    let kinds: Vec<_> = answers.keys().map(String::as_str).collect();
    assert_eq!(kinds, ["PT409", "booked"], "{answers:?}");
    // Each live meeting against all those of its owner that begin before it.
    let (meetings, overlapping): (i64, i64) = {
        let both = "(select client_id as owner, id, blocked from scheduling.meetings
                     union all select user_id, id, blocked from scheduling.sales_meetings) m";
        (
            database.one(&format!("select count(*) from {both}")),
            database.one(&format!(
                "select count(*) from (
                     select lower(blocked) < max(upper(blocked)) over (
                         partition by owner order by lower(blocked)
                         rows between unbounded preceding and 1 preceding) as touches
                     from {both}) pairs
                 where touches"
            )),
        )
    };
    assert_eq!((meetings, overlapping), (answers["booked"], 0));

    wait_up_to(WORK, "every job to end", || {
        let open: i64 = database
            .one("select count(*) from scheduling.jobs where state in ('ready', 'running')");
        (open == 0).then_some(())
    });
    let work: Vec<_> = database
        .sql
        .query(
            "select kind, state, count(*), count(distinct coalesce(meeting_id, sales_meeting_id))
             from scheduling.jobs group by kind, state order by kind, state",
            &[],
        )
        .expect("jobs can be read")
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2), row.get(3)))
        .collect();
    let expected: [(String, String, i64, i64); 2] = [
        ("create_event".into(), "done".into(), meetings, meetings),
        ("send_email".into(), "done".into(), 2 * meetings, meetings),
    ];
    assert_eq!(work, expected, "one event and two mails a meeting");
}
