//! Whose turn it is, of jobs that are not in any table.

use super::*;

fn at(minute: i64) -> Instant {
    Instant::from_unix_micros(minute * 60_000_000)
}

fn job(id: i64, minute: i64, lane: &'static str, share: &'static str) -> Open<'static> {
    Open {
        id,
        run_at: at(minute),
        lane,
        share,
    }
}

/// Jobs with a lane each.
fn alone(backlog: &mut Backlog, ids: std::ops::Range<i64>, share: &str) {
    for id in ids {
        let lane = format!("{share} {id}");
        assert!(backlog.add(Open {
            id,
            run_at: at(0),
            lane: &lane,
            share,
        }));
    }
}

#[test]
fn a_backlog_takes_its_places_and_leaves_the_others_theirs() {
    let mut backlog = Backlog::default();
    alone(&mut backlog, 0..100, "busy");
    alone(&mut backlog, 100..101, "other");
    let picked = backlog.pick(10, 8, at(1));
    assert_eq!(picked, [0, 100, 1, 2, 3, 4, 5, 6, 7]);
    assert!(backlog.pick(10, 8, at(1)).is_empty());
    backlog.finish(3);
    assert_eq!(backlog.pick(10, 8, at(1)), [8]);
    assert_eq!(backlog.len(), 100);
}

#[test]
fn everybody_has_a_turn_before_anybody_has_another() {
    let mut backlog = Backlog::default();
    for (share, first) in [("a", 0), ("b", 10), ("c", 20)] {
        alone(&mut backlog, first..first + 3, share);
    }
    let order: Vec<_> = (0..9).flat_map(|_| backlog.pick(1, 9, at(1))).collect();
    assert_eq!(order, [0, 10, 20, 1, 11, 21, 2, 12, 22]);
}

#[test]
fn a_lane_keeps_its_order_whatever_its_jobs_times_are() {
    let mut backlog = Backlog::default();
    for (id, minute) in [(2, 1), (3, 2), (1, 9)] {
        backlog.add(job(id, minute, "lane", "share"));
    }
    assert!(backlog.pick(9, 9, at(5)).is_empty(), "the first one waits");
    assert_eq!(backlog.next_due(), Some(at(9)));
    for id in [1, 2, 3] {
        assert_eq!(backlog.pick(9, 9, at(9)), [id]);
        assert!(backlog.pick(9, 9, at(9)).is_empty(), "while {id} runs");
        backlog.finish(id);
    }
    assert_eq!(backlog.len(), 0);
    assert!(backlog.shares.is_empty() && backlog.lanes.is_empty());
}

#[test]
fn the_oldest_of_a_share_comes_first() {
    let mut backlog = Backlog::default();
    for (id, minute, lane) in [(1, 3, "x"), (2, 1, "y"), (3, 2, "z")] {
        backlog.add(job(id, minute, lane, "share"));
    }
    assert_eq!(backlog.pick(9, 9, at(5)), [2, 3, 1]);
}

#[test]
fn a_job_that_comes_late_still_comes_before_the_later_ones_of_its_lane() {
    let mut backlog = Backlog::default();
    backlog.add(job(7, 0, "lane", "share"));
    // Its transaction took longer.
    backlog.add(job(6, 0, "lane", "share"));
    assert_eq!(backlog.pick(9, 9, at(1)), [6]);
    // It was retried while a later one ran.
    backlog.finish(6);
    assert_eq!(backlog.pick(9, 9, at(1)), [7]);
    backlog.add(job(6, 0, "lane", "share"));
    assert!(backlog.pick(9, 9, at(1)).is_empty());
    backlog.finish(7);
    assert_eq!(backlog.pick(9, 9, at(1)), [6]);
}

#[test]
fn a_new_time_moves_a_job_either_way() {
    let mut backlog = Backlog::default();
    backlog.add(job(1, 9, "lane", "share"));
    backlog.add(job(1, 1, "lane", "share"));
    assert_eq!(backlog.next_due(), Some(at(1)));
    backlog.add(job(1, 5, "lane", "share"));
    assert!(backlog.pick(9, 9, at(4)).is_empty());
    // Seen to be due, and put off by somebody all the same.
    assert!(backlog.pick(0, 9, at(5)).is_empty());
    backlog.add(job(1, 8, "lane", "share"));
    assert!(backlog.pick(9, 9, at(7)).is_empty());
    assert_eq!(backlog.pick(9, 9, at(8)), [1]);
    assert_eq!(backlog.len(), 1);
}

#[test]
fn a_job_that_was_made_ready_while_it_ran_is_done_again() {
    let mut backlog = Backlog::default();
    backlog.add(job(1, 0, "lane", "share"));
    assert_eq!(backlog.pick(9, 9, at(1)), [1]);
    backlog.add(job(1, 3, "lane", "share"));
    assert!(backlog.pick(9, 9, at(4)).is_empty(), "it runs");
    backlog.finish(1);
    assert_eq!(backlog.pick(9, 9, at(4)), [1]);
    backlog.finish(1);
    assert!(backlog.pick(9, 9, at(9)).is_empty());
    assert_eq!(backlog.len(), 0);
}

#[test]
fn a_job_that_is_put_off_leaves_its_place_to_others() {
    let mut backlog = Backlog::default();
    alone(&mut backlog, 0..2, "share");
    assert_eq!(backlog.pick(1, 1, at(1)), [0]);
    backlog.put_off(0, at(5));
    assert_eq!(backlog.pick(1, 1, at(1)), [1]);
    assert!(
        backlog.pick(1, 1, at(9)).is_empty(),
        "the one place is taken"
    );
    backlog.finish(1);
    assert_eq!(backlog.pick(1, 1, at(9)), [0]);
}

#[test]
fn a_share_that_rests_is_left_alone_and_then_tried_with_one_job_until_it_is_well() {
    let mut backlog = Backlog::default();
    alone(&mut backlog, 0..20, "ill");
    alone(&mut backlog, 20..22, "well");
    assert_eq!(backlog.pick(9, 3, at(1)), [0, 20, 1, 21, 2]);
    backlog.rest(0, Some(at(5)));
    backlog.finish(0);
    assert!(backlog.pick(9, 3, at(4)).is_empty(), "it rests");
    assert_eq!(backlog.next_due(), Some(at(5)));
    // Those that were under way when it fell ill.
    backlog.finish(1);
    backlog.finish(2);
    assert_eq!(backlog.pick(9, 3, at(5)), [3], "one to try it");
    backlog.rest(3, Some(at(8)));
    backlog.finish(3);
    assert!(backlog.pick(9, 3, at(7)).is_empty());
    assert_eq!(backlog.pick(9, 3, at(8)), [4]);
    backlog.rest(4, None);
    backlog.finish(4);
    assert_eq!(backlog.pick(9, 3, at(8)), [5, 6, 7]);
    assert_eq!(backlog.next_due(), None);
}

#[test]
fn a_share_that_rests_for_longer_than_it_was_to_is_left_alone_for_longer() {
    let mut backlog = Backlog::default();
    alone(&mut backlog, 0..9, "ill");
    assert_eq!(backlog.pick(2, 2, at(1)), [0, 1]);
    backlog.rest(0, Some(at(3)));
    backlog.rest(1, Some(at(6)));
    backlog.finish(0);
    backlog.finish(1);
    assert!(backlog.pick(9, 2, at(4)).is_empty());
    assert_eq!(backlog.pick(9, 2, at(6)), [2]);
}

#[test]
fn what_does_not_fit_has_to_wait_but_not_somebody_who_has_few() {
    let mut backlog = Backlog::default();
    alone(&mut backlog, 0..MOST_JOBS as i64, "busy");
    assert!(!backlog.add(job(-1, 0, "one more", "busy")));
    for (id, lane) in [(-2, "a"), (-3, "b")] {
        assert!(backlog.add(job(id, 0, lane, "other")));
    }
    let picked = backlog.pick(4, 8, at(1));
    assert_eq!(picked, [-3, 0, -2, 1]);
}

/// Jobs with a lane each of so many owners' shares of one kind.
fn of_owners(backlog: &mut Backlog, ids: std::ops::Range<i64>, kind: &str) {
    for id in ids {
        alone(backlog, id..id + 1, &format!("owner {id}:{kind}"));
    }
}

#[test]
fn mails_of_all_owners_together_leave_places_to_calendars() {
    let mut backlog = Backlog::default();
    backlog.limit("mail", 3);
    of_owners(&mut backlog, 0..10, "mail");
    of_owners(&mut backlog, 10..14, "calendar");
    assert_eq!(backlog.pick(99, 8, at(1)), [0, 1, 2, 10, 11, 12, 13]);
    assert!(backlog.pick(99, 8, at(1)).is_empty());
    backlog.finish(1);
    backlog.finish(11);
    assert_eq!(backlog.pick(99, 8, at(1)), [3]);
    for id in [0, 2, 3] {
        backlog.finish(id);
    }
    assert_eq!(backlog.pick(99, 8, at(1)), [4, 5, 6]);
}

#[test]
fn a_way_that_is_closed_keeps_its_jobs_until_it_opens() {
    let mut backlog = Backlog::default();
    of_owners(&mut backlog, 0..3, "mail");
    of_owners(&mut backlog, 3..4, "calendar");
    backlog.close("mail", at(5));
    assert_eq!(backlog.pick(99, 8, at(1)), [3]);
    assert_eq!(backlog.next_due(), Some(at(5)));
    assert!(backlog.pick(99, 8, at(4)).is_empty());
    assert_eq!(backlog.pick(1, 8, at(5)), [0], "its time has come");
    backlog.close("mail", at(9));
    backlog.finish(0);
    assert!(backlog.pick(99, 8, at(6)).is_empty());
    backlog.open("mail");
    assert_eq!(backlog.pick(99, 8, at(6)), [1, 2], "it was opened before");
    assert_eq!(backlog.next_due(), None);
}

/// Whoever was parked may have nothing to do by the time there is a place, which is the next one's then.
#[test]
fn a_place_on_a_way_is_not_lost_to_a_share_that_has_nothing_to_do() {
    let mut backlog = Backlog::default();
    backlog.limit("mail", 1);
    of_owners(&mut backlog, 0..3, "mail");
    assert_eq!(backlog.pick(99, 8, at(1)), [0]);
    backlog.finish(1); // somebody else has done it
    backlog.finish(0);
    assert_eq!(backlog.pick(99, 8, at(1)), [2]);
}
