//! Which jobs the worker takes next: nobody waits for somebody else's backlog, and a long queue costs
//! no more than a short one. Who is next is `backlog`'s to say, which has tests of its own.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Mode, Owner};
    use super::super::harness::sql::{at, one, rows, run, sqlstate};
    use crate::timestamptz;
    use crate::worker::jobs::backlog::Backlog;
    use crate::worker::jobs::claim::{claim, left};
    use crate::worker::jobs::look::Look;
    use crate::worker::jobs::queue::{self, Claim, Held, Job, JobKind, Verdict};

    /// Queues so many mails, each to somebody else, so that none waits for another one.
    fn queue_mails(owner: &Owner, count: usize) {
        run(&format!(
            "insert into scheduling.jobs (kind, payload, owner)
             select 'send_email', jsonb_build_object('to', n), '{}' from generate_series(1, {count}) n",
            owner.key()
        ));
    }

    /// A worker that does its jobs at once.
    #[derive(Default)]
    struct Worker {
        look: Look,
        backlog: Backlog,
    }

    impl Worker {
        /// Looks at the whole queue, as when it starts, and claims.
        fn claim(&mut self, most: usize, places: usize) -> Vec<Job> {
            self.look = Look::default();
            self.look.see(&mut self.backlog).expect("it looks");
            let picked = self.backlog.pick(most, places, timestamptz::wall_clock());
            let claimed = claim(Claim::new(), &picked).expect("it claims");
            for id in picked {
                if !claimed.iter().any(|job| job.held.id == id) {
                    self.backlog.put_off(id, timestamptz::wall_clock());
                }
            }
            claimed
        }

        fn settle(&mut self, held: Held, verdict: &Verdict) {
            let settled = queue::settle(&[(held, verdict, None)]).expect("it settles");
            assert_eq!(settled, 1);
            self.backlog.finish(held.id);
        }
    }

    #[pg_test]
    fn one_owners_backlog_does_not_come_before_another_owners_job() {
        for mode in Mode::BOTH {
            let (busy, other) = (Owner::new(mode), Owner::new(mode));
            queue_mails(&busy, 100);
            queue_mails(&other, 1);
            let taken = Worker::default().claim(10, 8);
            let theirs = taken
                .iter()
                .filter(|job| job.owner.to_string() == other.key())
                .count();
            assert_eq!((taken.len(), theirs), (9, 1), "{mode:?}");
            run("delete from scheduling.jobs");
        }
    }

    #[pg_test]
    fn an_owner_whose_places_are_taken_gets_one_more_when_one_is_free() {
        let owner = Owner::new(Mode::Client);
        queue_mails(&owner, 20);
        let mut worker = Worker::default();
        let taken = worker.claim(256, 8);
        assert_eq!(taken.len(), 8);
        assert!(worker.claim(256, 8).is_empty());
        worker.settle(taken[3].held, &Verdict::Done(None));
        assert_eq!(worker.claim(256, 8).len(), 1);
    }

    #[pg_test]
    fn an_owners_mails_do_not_wait_for_their_calendar() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            for day in 1..=20 {
                owner.meeting(&at(day, "10:00"), &at(day, "11:00"));
            }
            let mut worker = Worker::default();
            let mut kinds = Vec::new();
            for _ in 0..3 {
                let taken = worker.claim(256, 4);
                for job in taken
                    .iter()
                    .filter(|job| job.kind == Ok(JobKind::SendEmail))
                {
                    worker.settle(job.held, &Verdict::Done(None));
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
        let mut worker = Worker::default();
        let mut order = Vec::new();
        while let Some(job) = worker.claim(1, 8).pop() {
            worker.settle(job.held, &Verdict::Done(None));
            order.push(job.payload["to"].to_string());
        }
        assert_eq!(order, ["4", "3", "2", "1", "1"]);
    }

    #[pg_test]
    fn a_job_is_taken_when_its_time_has_come_and_not_before() {
        let owner = Owner::new(Mode::User);
        queue_mails(&owner, 1);
        let taken = || Worker::default().claim(8, 8).len();
        run("update scheduling.jobs set run_at = now() + interval '1 minute'");
        assert_eq!(taken(), 0, "it waits");
        run("update scheduling.jobs set run_at = now()");
        assert_eq!(taken(), 1, "it was hurried");
    }

    /// What the worker knows of the queue is not the queue.
    #[pg_test]
    fn what_was_picked_is_claimed_only_if_it_is_still_to_be_had() {
        let owner = Owner::new(Mode::Client);
        queue_mails(&owner, 5);
        let ids: Vec<i64> = one("select array_agg(id order by id) from scheduling.jobs");
        run(&format!(
            "update scheduling.jobs set state = 'cancelled' where id = {};
             update scheduling.jobs set run_at = now() + interval '1 hour' where id = {};
             delete from scheduling.jobs where id = {}",
            ids[0], ids[1], ids[2]
        ));
        // The fourth is behind one that the worker does not know of.
        run(&format!(
            "insert into scheduling.jobs (id, kind, payload, owner) overriding system value
             values ({} - 100, 'send_email', '{{\"to\": 4}}', '{}')",
            ids[0],
            owner.key()
        ));
        let claimed = claim(Claim::new(), &ids).expect("it claims");
        assert_eq!(
            claimed.iter().map(|job| job.held.id).collect::<Vec<_>>(),
            [ids[4]]
        );
        let left = left(&ids[..4]).expect("it reads");
        let mut ready: Vec<_> = left.iter().map(|job| job.id).collect();
        ready.sort();
        assert_eq!(
            ready,
            [ids[0] - 100, ids[1], ids[3]],
            "with what is before the fourth"
        );
    }

    #[pg_test]
    fn each_claim_has_a_name_of_its_own_by_which_it_is_finished() {
        let owner = Owner::new(Mode::Client);
        queue_mails(&owner, 1);
        let first = Worker::default().claim(1, 1)[0].held;
        // It was given to somebody else: an administrator, or the rescue.
        run("update scheduling.jobs set state = 'ready', locked_by = null");
        let second = Worker::default().claim(1, 1)[0].held;
        assert_eq!(first.id, second.id);
        let done = Verdict::Done(None);
        assert_eq!(queue::settle(&[(first, &done, None)]).ok(), Some(0));
        let held = queue::hold(&[first, second]).expect("it locks");
        assert_eq!(held.len(), 1);
        assert_eq!(queue::settle(&[(second, &done, None)]).ok(), Some(1));
        assert_eq!(one::<i32>("select attempts from scheduling.jobs"), 2);
    }

    #[pg_test]
    fn a_job_that_has_had_its_attempts_is_not_rescued_again() {
        let owner = Owner::new(Mode::Client);
        queue_mails(&owner, 3);
        let claimed = Worker::default().claim(3, 3);
        let [spent, tried, flying] = [0, 1, 2].map(|n: usize| claimed[n].held.id);
        run(&format!(
            "update scheduling.jobs set locked_until = now() - interval '1 second';
             update scheduling.jobs set attempts = 20 where id = {spent};
             update scheduling.jobs set attempts = 5 where id = {tried}"
        ));
        assert_eq!(queue::rescue(vec![flying], false).ok(), Some(2));
        let states = rows(
            "select state || ' ' || coalesce(last_error, '')
             from scheduling.jobs order by id",
        );
        assert_eq!(
            states,
            [
                "failed the worker ended while it was at it",
                "ready ",
                "running ",
            ]
        );
    }

    #[pg_test]
    fn jobs_that_an_administrator_cancels_are_finished_then() {
        queue_mails(&Owner::new(Mode::Client), 1);
        run("update scheduling.jobs set state = 'cancelled'");
        assert!(one::<bool>(
            "select finished_at is not null from scheduling.jobs"
        ));
        run("update scheduling.jobs set state = 'ready'");
        assert!(one::<bool>(
            "select finished_at is null from scheduling.jobs"
        ));
    }

    #[pg_test]
    fn a_claim_reads_little_however_long_the_queue_is() {
        let (busy, other) = (Owner::new(Mode::Client), Owner::new(Mode::User));
        queue_mails(&busy, 50_000);
        queue_mails(&other, 1_000);
        // Behind one that waits: all of a lane.
        run(&format!(
            "insert into scheduling.jobs (kind, payload, owner, run_at)
             select 'send_email', '{{\"to\": \"owner\"}}', '{}', now() + interval '1 minute' * (n = 1)::int
             from generate_series(1, 20000) n",
            busy.key()
        ));
        let read = || -> i64 {
            one("select pg_stat_get_xact_tuples_returned(oid) + pg_stat_get_xact_tuples_fetched(oid)
                 from pg_class where oid = 'scheduling.jobs'::regclass")
        };
        let mut worker = Worker::default();
        for _ in 0..10 {
            worker.look.see(&mut worker.backlog).expect("it looks");
        }
        assert!(worker.backlog.len() > 50_000);
        // Enough for a generic plan, before the planner knows the table and after.
        for analyzed in [false, true] {
            if analyzed {
                run("analyze scheduling.jobs");
            }
            for _ in 0..10 {
                let before = read();
                let picked = worker.backlog.pick(256, 8, timestamptz::wall_clock());
                let taken = claim(Claim::new(), &picked).expect("it claims");
                let rows = read() - before;
                assert_eq!(taken.len(), 16);
                assert!(rows < 1_000, "read {rows} rows, analyzed: {analyzed}");
                for job in taken {
                    run(&format!(
                        "delete from scheduling.jobs where id = {}",
                        job.held.id
                    ));
                    worker.backlog.finish(job.held.id);
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
