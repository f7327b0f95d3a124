//! What the receiver of webhooks must have when all is quiet again.

use std::collections::BTreeMap;

use super::World;

/// Each event has arrived, under its one id and with its bytes, those of a meeting in their order; and the last
/// one of each meeting is how that is.
pub fn have_been_told(world: &mut World<'_>) {
    let received = world.receiver.received();
    let problems: Vec<_> = received.iter().filter_map(|r| r.problem.clone()).collect();
    assert!(problems.is_empty(), "not as they should be: {problems:?}");
    let events = world.database.sql.query(
        "select 'msg_' || replace(e.id::text, '-', ''), e.body, j.lane, j.id
         from scheduling_private.webhook_events e
         join scheduling.jobs j on j.kind = 'webhook' and j.payload ->> 'event' = e.id::text",
        &[],
    );
    let events: BTreeMap<String, (String, String, i64)> = events
        .expect("events can be read")
        .iter()
        .map(|row| (row.get(0), (row.get(1), row.get(2), row.get(3))))
        .collect();

    let mut copies = BTreeMap::<&str, usize>::new();
    let mut last = BTreeMap::<&str, i64>::new();
    let mut told = BTreeMap::new();
    for delivery in received.iter().filter(|delivery| delivery.is_taken()) {
        let (body, lane, job) = events
            .get(delivery.id())
            .unwrap_or_else(|| panic!("nobody knows {}", delivery.id()));
        assert_eq!(body, &delivery.body, "{}", delivery.id());
        let last = last.entry(lane).or_default();
        assert!(
            job >= last,
            "in {lane} the event of job {job} came after that of {last}"
        );
        *last = *job;
        *copies.entry(delivery.id()).or_default() += 1;
        let data = &delivery.event()["data"];
        let told_of = |key: &str| data[key].as_str().unwrap_or_default().to_owned();
        told.insert(
            told_of("meeting_id"),
            (told_of("status"), told_of("title"), told_of("starts_at")),
        );
    }
    let again = copies.values().filter(|copies| **copies > 1).count();
    println!(
        "    {} events told, {again} of them more than once",
        copies.len()
    );
    let missing: Vec<_> = events
        .keys()
        .filter(|id| !copies.contains_key(id.as_str()))
        .collect();
    assert!(missing.is_empty(), "told to nobody: {missing:?}");
    assert!(!copies.is_empty());

    let meetings = world.database.sql.query(
        "select id::text, status, title, to_json(starts_at) #>> '{}' from scheduling.meetings
         union all
         select id::text, status, title, to_json(starts_at) #>> '{}' from scheduling.sales_meetings",
        &[],
    );
    for row in meetings.expect("meetings can be read") {
        let meeting: String = row.get(0);
        let is: (String, String, String) = (row.get(1), row.get(2), row.get(3));
        let told = told.get(&meeting);
        if is.0 == "cancelled" {
            // Of what changes after that nobody hears.
            assert_eq!(
                told.map(|told| &told.0),
                Some(&is.0),
                "told last of {meeting}"
            );
        } else {
            assert_eq!(told, Some(&is), "told last of {meeting}");
        }
    }
}
