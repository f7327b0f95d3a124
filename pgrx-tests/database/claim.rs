//! Which jobs the worker takes next: nobody waits for somebody else's backlog, and a long queue costs
//! no more than a short one.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Mode, Owner};
    use super::super::harness::sql::{at, one, rows, run, sqlstate};
    use crate::worker::jobs::claim::{Turns, claim};
    use crate::worker::jobs::queue::{Job, JobKind, Run, Verdict};

    /// Queues so many mails, each to somebody else, so that none waits for another one.
    fn queue_mails(owner: &Owner, count: usize) {
        run(&format!(
            "insert into scheduling.jobs (kind, payload, owner)
             select 'send_email', jsonb_build_object('to', n), '{}' from generate_series(1, {count}) n",
            owner.key()
        ));
    }

    fn owners(jobs: &[Job]) -> Vec<String> {
        jobs.iter().map(|job| job.owner.to_string()).collect()
    }

    #[pg_test]
    fn one_owners_backlog_does_not_come_before_another_owners_job() {
        for mode in Mode::BOTH {
            let (busy, other) = (Owner::new(mode), Owner::new(mode));
            queue_mails(&busy, 100);
            queue_mails(&other, 1);
            // Wherever the turns begin: before, between and after the two.
            for last in [
                String::new(),
                busy.key() + ":mail",
                other.key() + ":mail",
                "~".into(),
            ] {
                let taken = claim(Run::new(), 10, 8, &mut Turns::after(&last)).expect("it claims");
                let theirs = owners(&taken)
                    .iter()
                    .filter(|owner| **owner == other.key())
                    .count();
                assert_eq!((taken.len(), theirs), (9, 1), "{mode:?} after {last:?}");
                run("update scheduling.jobs set state = 'ready', locked_by = null");
            }
            run("delete from scheduling.jobs");
        }
    }

    #[pg_test]
    fn an_owner_whose_places_are_taken_gets_one_more_when_one_is_free() {
        let owner = Owner::new(Mode::Client);
        queue_mails(&owner, 20);
        let (worker, mut turns) = (Run::new(), Turns::default());
        let taken = claim(worker, 256, 8, &mut turns).expect("it claims");
        assert_eq!(taken.len(), 8);
        assert!(
            claim(worker, 256, 8, &mut turns)
                .expect("it claims")
                .is_empty()
        );
        let done = worker
            .settle(taken[3].id, &Verdict::Done(None))
            .expect("it settles");
        assert!(done);
        assert_eq!(
            claim(worker, 256, 8, &mut turns).expect("it claims").len(),
            1
        );
    }

    #[pg_test]
    fn an_owners_mails_do_not_wait_for_their_calendar() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            for day in 1..=20 {
                owner.meeting(&at(day, "10:00"), &at(day, "11:00"));
            }
            let (worker, mut turns) = (Run::new(), Turns::default());
            let mut kinds = Vec::new();
            for _ in 0..3 {
                let taken = claim(worker, 256, 4, &mut turns).expect("it claims");
                for job in taken
                    .iter()
                    .filter(|job| job.kind == Ok(JobKind::SendEmail))
                {
                    worker
                        .settle(job.id, &Verdict::Done(None))
                        .expect("it settles");
                }
                kinds.extend(taken.into_iter().map(|job| job.kind));
            }
            let count = |kind| kinds.iter().filter(|k| **k == Ok(kind)).count();
            assert_eq!(
                (count(JobKind::CreateEvent), count(JobKind::SendEmail)),
                (4, 12),
                "{mode:?}"
            );
            run("delete from scheduling.jobs");
        }
    }

    #[pg_test]
    fn everybody_has_a_turn_before_anybody_has_another() {
        let all = [
            Mode::Client,
            Mode::User,
            Mode::Client,
            Mode::User,
            Mode::Client,
        ]
        .map(Owner::new);
        for owner in &all {
            queue_mails(owner, 9);
        }
        let mut expected: Vec<_> = all.iter().map(Owner::key).collect();
        expected.sort();
        let mut turns = Turns::default();
        for round in 0..3 {
            let mut served = Vec::new();
            for _ in 0..all.len() {
                // A run of its own each, so that no place is ever missing.
                let taken = claim(Run::new(), 1, 100, &mut turns).expect("it claims");
                served.extend(owners(&taken));
            }
            served.sort();
            assert_eq!(served, expected, "round {round}");
        }
    }

    #[pg_test]
    fn an_owners_oldest_job_comes_first_and_a_lane_keeps_its_order() {
        let owner = Owner::new(Mode::Client);
        queue_mails(&owner, 4);
        run(
            "update scheduling.jobs set run_at = now() - make_interval(mins => (payload ->> 'to')::int)",
        );
        // The oldest of all, but behind the first one in its lane.
        run(&format!(
            "insert into scheduling.jobs (kind, payload, owner, run_at)
             values ('send_email', '{{\"to\": 1}}', '{}', now() - interval '1 day')",
            owner.key()
        ));
        let (worker, mut turns) = (Run::new(), Turns::default());
        let mut order = Vec::new();
        while let Some(job) = claim(worker, 1, 8, &mut turns).expect("it claims").pop() {
            worker
                .settle(job.id, &Verdict::Done(None))
                .expect("it settles");
            order.push(job.payload["to"].to_string());
        }
        assert_eq!(order, ["4", "3", "2", "1", "1"]);
    }

    #[pg_test]
    fn a_job_is_taken_when_its_time_has_come_and_not_before() {
        let owner = Owner::new(Mode::User);
        queue_mails(&owner, 1);
        let taken = || {
            claim(Run::new(), 8, 8, &mut Turns::default())
                .expect("it claims")
                .len()
        };
        run("update scheduling.jobs set run_at = now() + interval '1 hour'");
        assert_eq!(taken(), 0, "it waits");
        run("update scheduling.jobs set run_at = now()");
        assert_eq!(taken(), 1, "it was hurried");
        // As an hour later: now() stands still in a test.
        run("update scheduling.jobs set state = 'ready', locked_by = null, is_due = false");
        assert_eq!(taken(), 1, "its time has come by itself");
    }

    #[pg_test]
    fn a_claim_reads_little_however_long_the_queue_is() {
        let (busy, other) = (Owner::new(Mode::Client), Owner::new(Mode::User));
        queue_mails(&busy, 100_000);
        queue_mails(&other, 1_000);
        run("update scheduling.jobs set run_at = now() + interval '1 day' where id % 2 = 0");
        let read = || -> i64 {
            one("select pg_stat_get_xact_tuples_returned(oid) + pg_stat_get_xact_tuples_fetched(oid)
                 from pg_class where oid = 'scheduling.jobs'::regclass")
        };
        // Enough for a generic plan, before the planner knows the table and after.
        for analyzed in [false, true] {
            if analyzed {
                run("analyze scheduling.jobs");
            }
            for _ in 0..10 {
                let before = read();
                let taken = claim(Run::new(), 256, 8, &mut Turns::default()).expect("it claims");
                let rows = read() - before;
                assert_eq!(taken.len(), 16);
                assert!(rows < 1_000, "read {rows} rows, analyzed: {analyzed}");
                for job in taken {
                    run(&format!(
                        "delete from scheduling.jobs where id = {}",
                        job.id
                    ));
                }
            }
        }
    }

    #[pg_test]
    fn every_job_knows_whose_it_is() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            let meeting = owner.meeting(&at(7, "10:00"), &at(7, "11:00"));
            run(&format!(
                "select scheduling.create_calendar_event({id} => '{0}'), scheduling.send_booking_notification({id} => '{0}')",
                meeting.id,
                id = mode.names().meeting_id,
            ));
            let owners = rows("select distinct owner from scheduling.jobs");
            assert_eq!(owners, [owner.key()]);
            run("delete from scheduling.jobs");
        }
    }

    /// The worker could not read such a row, and would never get past it.
    #[pg_test]
    fn a_job_of_nobody_is_refused() {
        for owner in [
            "null",
            "'nobody'",
            "'user:'",
            "'6F1F64A5-0D0E-4B0A-8A5C-2F6C1D2E3F40'",
        ] {
            let insert =
                format!("insert into scheduling.jobs (kind, owner) values ('send_email', {owner})");
            let expected = if owner == "null" { "23502" } else { "23514" };
            assert_eq!(sqlstate(&insert), expected, "{owner}");
        }
    }
}
