//! What must be so when all is quiet again.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use super::World;
use super::visitors::Answers;
use crate::harness::cluster::Cluster;

/// Refusals of the contract, and what PostgreSQL answers where it has just crashed or is asked too early.
const ALLOWED: &[&str] = &[
    "no answer",
    "PT404",
    "PT409",
    "PT503",
    "23P01",
    "40P01",
    "57P01",
    "57P02",
    "57P03",
];

pub fn answers_are_those_of_the_contract(answers: &Answers) {
    let answers = answers.lock().unwrap();
    println!("    answers: {answers:?}");
    let is_known =
        |answer: &str| answer.contains(|c: char| c.is_lowercase()) || ALLOWED.contains(&answer);
    let others: Vec<_> = answers
        .iter()
        .filter(|(answer, _)| !is_known(answer))
        .collect();
    assert!(others.is_empty(), "{others:?}");
    for needed in ["booked", "inserted", "rescheduled", "cancelled"] {
        assert!(answers.contains_key(needed), "nobody {needed}: {answers:?}");
    }
}

/// One event a confirmed meeting, at its time, and none for a cancelled one.
pub fn events_are_those_of_the_meetings(world: &mut World<'_>) {
    // By the owner's provider: the event, its start and its end, in microseconds since 1970.
    let meetings = "
        select provider, calendar_event_id, starts_at, ends_at
        from (select c.provider::text, m.* from scheduling.calendar_connections c
                  join (select client_id, calendar_event_id, starts_at, ends_at, status from scheduling.meetings) m using (client_id)
              union all
              select c.provider::text, m.* from scheduling.user_calendar_connections c
                  join (select user_id, calendar_event_id, starts_at, ends_at, status from scheduling.sales_meetings) m using (user_id)) m
        where status = 'confirmed'";
    let meetings = format!(
        "select provider, coalesce(calendar_event_id, 'none'), (extract(epoch from starts_at) * 1000000)::bigint,
                (extract(epoch from ends_at) * 1000000)::bigint from ({meetings}) m"
    );
    let rows = world
        .database
        .sql
        .query(&meetings, &[])
        .expect("meetings can be read");
    let of = |provider: &str| {
        let rows = rows.iter().filter(|row| row.get::<_, &str>(0) == provider);
        sorted(rows.map(|row| {
            (
                row.get::<_, String>(1),
                row.get::<_, i64>(2),
                row.get::<_, i64>(3),
            )
        }))
    };
    let google = world.google.events().into_iter();
    let google = sorted(google.map(|event| {
        (
            event.id.clone(),
            event.instant("start"),
            event.instant("end"),
        )
    }));
    let graph = world
        .graph
        .events()
        .into_iter()
        .filter(|event| event.calendar.is_some());
    let graph = sorted(graph.map(|event| {
        (
            event.id.clone(),
            event.instant("start"),
            event.instant("end"),
        )
    }));
    println!("    {} and {} events", google.len(), graph.len());
    assert!(!google.is_empty() && !graph.is_empty());
    assert_same(&of("google"), &google, "Google");
    assert_same(&of("outlook"), &graph, "Graph");
}

fn sorted<T: Ord>(rows: impl Iterator<Item = T>) -> Vec<T> {
    let mut rows: Vec<_> = rows.collect();
    rows.sort();
    rows
}

fn assert_same<T: Ord + Clone + std::fmt::Debug>(meetings: &[T], events: &[T], whose: &str) {
    let set = |rows: &[T]| rows.iter().cloned().collect::<BTreeSet<_>>();
    let (wanted, found) = (set(meetings), set(events));
    let missing: Vec<_> = wanted.difference(&found).collect();
    let superfluous: Vec<_> = found.difference(&wanted).collect();
    assert!(
        missing.is_empty() && superfluous.is_empty() && meetings.len() == events.len(),
        "{whose}: meetings without their event {missing:?}, events without a meeting {superfluous:?}, \
         {} meetings and {} events",
        meetings.len(),
        events.len()
    );
}

/// A mail that was taken, by its Message-ID.
struct Taken {
    at: Duration,
    id: String,
}

/// All that were taken by either way, in that order.
fn taken(world: &World<'_>) -> Vec<Taken> {
    let by_smtp = world.mail.deliveries().into_iter();
    let by_smtp = by_smtp.filter(|mail| mail.accepted).map(|mail| Taken {
        at: Duration::from_secs_f64(mail.at),
        id: mail.message_id(),
    });
    let mut all: Vec<_> = by_smtp.collect();
    let (smtp, mut keys) = (all.len(), BTreeSet::new());
    for mail in world.resend.mails() {
        let id = mail.body["headers"]["Message-ID"].as_str();
        let id = id.expect("every mail of ours has a Message-ID").to_owned();
        assert_eq!(mail.key, id.trim_matches(['<', '>']), "one key a mail");
        assert!(keys.insert(mail.key), "twice by Resend: {id}");
        let at = mail.at.duration_since(SystemTime::UNIX_EPOCH);
        let at = at.expect("the clock is right");
        all.push(Taken { at, id });
    }
    println!("    {smtp} mails by SMTP, {} by Resend", keys.len());
    all.sort_by_key(|mail| mail.at);
    all
}

/// Every mail that is due has been taken by the mail server or by Resend; one that went out again is the same
/// mail still, and Resend has taken none of them twice.
pub fn mails_have_arrived(world: &mut World<'_>) {
    let mut copies = BTreeMap::<_, usize>::new();
    let taken = taken(world);
    for mail in &taken {
        *copies.entry(mail.id.clone()).or_default() += 1;
    }
    let again = copies.values().filter(|copies| **copies > 1).count();
    println!("    {} mails, {again} of them more than once", copies.len());

    // No two Message-IDs for one mail, and nothing that is not ours.
    let rows = world
        .database
        .sql
        .query("select message_id, job_id from scheduling.emails", &[]);
    let rows = rows.expect("emails can be read");
    let ours: BTreeSet<String> = rows.iter().map(|row| row.get(0)).collect();
    let jobs: BTreeSet<Option<i64>> = rows.iter().map(|row| row.get(1)).collect();
    assert_eq!(
        (ours.len(), jobs.len()),
        (rows.len(), rows.len()),
        "one mail a job, one id a mail"
    );
    let strangers: Vec<_> = copies.keys().filter(|id| !ours.contains(*id)).collect();
    assert!(strangers.is_empty(), "sent under other ids: {strangers:?}");

    let failed: Vec<String> = world
        .database
        .sql
        .query(
            "select kind || ': ' || last_error from scheduling.jobs where state <> 'done'",
            &[],
        )
        .expect("jobs can be read")
        .iter()
        .map(|row| row.get(0))
        .collect();
    assert!(failed.is_empty(), "jobs that came to nothing: {failed:?}");

    in_the_order_of_their_lanes(world, &taken);

    // What each meeting is owed by its row alone, whatever the queue says of it.
    for (table, key) in [
        ("meetings", "meeting_id"),
        ("sales_meetings", "sales_meeting_id"),
    ] {
        let owed = format!(
            "select m.id::text, owed.kind, array_remove(array_agg(e.message_id), null), owed.copies
             from scheduling.{table} m
             cross join lateral (
                 select 'confirmation' as kind, 1 as copies where m.status = 'confirmed'
                 union all select 'owner_notification', 1 where m.status = 'confirmed'
                 union all select 'cancelled', 2 where m.status = 'cancelled'
             ) owed
             left join scheduling.emails e on e.{key} = m.id and e.kind = owed.kind and e.sent_at is not null
             group by m.id, owed.kind, owed.copies"
        );
        for row in world
            .database
            .sql
            .query(&owed, &[])
            .expect("it can be read")
        {
            let (meeting, kind): (String, String) = (row.get(0), row.get(1));
            let (sent, wanted): (Vec<String>, i32) = (row.get(2), row.get(3));
            let arrived = sent.iter().filter(|id| copies.contains_key(*id)).count();
            assert_eq!(arrived, wanted as usize, "{kind} of {table} {meeting}");
        }

        // Several changes may have made one mail, but what each reader was told last is how it is.
        let stale = format!(
            "select m.id::text || ': ' || coalesce(last.shown::text, 'nothing')
             from scheduling.{table} m
             cross join unnest('{{guest,owner}}'::text[]) as reader
             left join lateral (
                 select e.shown from scheduling.emails e
                 where e.{key} = m.id and e.shown ->> 'to' = reader and e.sent_at is not null
                 order by e.id desc limit 1
             ) last on true
             where m.status = 'confirmed'
               and (m.title, m.starts_at, m.ends_at) is distinct from
                   (last.shown ->> 'title', (last.shown ->> 'starts_at')::timestamptz,
                    (last.shown ->> 'ends_at')::timestamptz)"
        );
        let stale = world.database.sql.query(&stale, &[]);
        let stale: Vec<String> = stale
            .expect("it can be read")
            .iter()
            .map(|row| row.get(0))
            .collect();
        assert!(stale.is_empty(), "told last, and not so: {stale:?}");
    }
}

/// One lead an address, whatever became of answers; each note once; and the last of each meeting says how it is.
pub fn leads_are_those_of_the_meetings(world: &mut World<'_>) {
    let leads = world.close.leads();
    let mut by_address = BTreeMap::new();
    for lead in &leads {
        for address in lead.addresses() {
            let other = by_address.insert(address.clone(), lead.id.clone());
            assert_eq!(other, None, "two leads for {address}");
        }
    }
    let mut last = BTreeMap::new();
    let mut markers = BTreeSet::new();
    for note in world.close.notes() {
        let marker = note.note.lines().last().unwrap_or_default().to_owned();
        assert!(markers.insert(marker.clone()), "twice: {marker}");
        let [_, meeting, number] = marker.split('/').collect::<Vec<_>>()[..] else {
            panic!("{}", note.note);
        };
        let number: i32 = number.parse().expect("a number");
        let known = last.entry(meeting.to_owned()).or_insert((0, note.clone()));
        if number > known.0 {
            *known = (number, note);
        }
    }
    println!("    {} leads, {} notes", leads.len(), markers.len());
    let meetings = "select id::text, status = 'cancelled', guest_email,
                           to_char(starts_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI ')
                    from (select id, status, guest_email, starts_at from scheduling.meetings union all
                          select id, status, guest_email, starts_at from scheduling.sales_meetings) m";
    for row in world
        .database
        .sql
        .query(meetings, &[])
        .expect("meetings can be read")
    {
        let (meeting, is_cancelled): (String, bool) = (row.get(0), row.get(1));
        let (address, when): (String, String) = (row.get(2), row.get(3));
        match last.remove(&meeting) {
            Some((_, note)) if is_cancelled => {
                assert!(
                    note.note.starts_with("Meeting cancelled: "),
                    "{}",
                    note.note
                );
            }
            Some((_, note)) => {
                assert!(
                    !note.note.starts_with("Meeting cancelled: "),
                    "{}",
                    note.note
                );
                assert!(
                    note.note.contains(&format!("\nWhen: {when}")),
                    "{when}: {}",
                    note.note
                );
                assert_eq!(Some(&note.lead_id), by_address.get(&address), "{meeting}");
            }
            None => assert!(is_cancelled, "no note of {meeting}"),
        }
    }
}

/// Nobody is told "you are booked" after "cancelled", not even by a mail that goes out again.
fn in_the_order_of_their_lanes(world: &mut World<'_>, taken: &[Taken]) {
    let lanes = "select e.message_id, j.lane, j.id
                 from scheduling.emails e join scheduling.jobs j on j.id = e.job_id";
    let lanes = world
        .database
        .sql
        .query(lanes, &[])
        .expect("they can be read");
    let lanes: BTreeMap<String, (String, i64)> = lanes
        .iter()
        .map(|row| (row.get(0), (row.get(1), row.get(2))))
        .collect();
    let mut last = BTreeMap::<&str, i64>::new();
    for mail in taken {
        let (lane, job) = &lanes[&mail.id];
        let last = last.entry(lane).or_default();
        assert!(
            *job >= *last,
            "in {lane} the mail of job {job} came after that of {last}"
        );
        *last = *job;
    }
}

/// No process of the server ended by another signal than the SIGKILLs of this test, or by an assertion.
pub fn the_server_was_killed_by_nobody_else(cluster: &Cluster) {
    let log = cluster.log();
    let bad: Vec<_> = log
        .lines()
        .filter(|line| {
            let crashed = line.contains("was terminated by signal") && !line.contains("signal 9");
            crashed || line.contains("PANIC") || line.contains("panicked at")
        })
        .collect();
    assert!(bad.is_empty(), "{bad:#?}");
}

/// Every process of the server works in its data directory.
pub fn nothing_is_left_running(cluster: &Cluster) {
    assert!(cluster.stop(), "a clean shutdown");
    let data = cluster.data();
    let processes = std::fs::read_dir("/proc").expect("Linux has it").flatten();
    let left: Vec<_> = processes
        .filter(|process| {
            std::fs::read_link(process.path().join("cwd")).is_ok_and(|dir| dir == data)
        })
        .map(|process| std::fs::read_to_string(process.path().join("cmdline")).unwrap_or_default())
        .collect();
    assert!(left.is_empty(), "left running: {left:?}");
}
