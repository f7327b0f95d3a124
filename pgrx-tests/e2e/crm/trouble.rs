//! What goes wrong on the way to the CRM: answers that are lost, workers that die, keys that are refused, a Close
//! that has no room or hangs, and rows that somebody has locked.

use super::*;

#[test]
fn answers_that_are_lost_make_no_second_lead_and_no_second_note() {
    let mut database = Database::new(Cluster::shared());
    let close = stand_in(&mut database);
    for (n, mode) in (0..).zip(Mode::BOTH) {
        let owner = database.owner(mode);
        for (m, fault) in (0..).zip([Fault::LoseAnswer, Fault::Truncated, Fault::Flood]) {
            // The lead, its note.
            for well in [0, 1] {
                close.next_after(well, fault.clone());
                let address = format!("guest{n}{m}{well}@guest.example");
                book(&mut database.sql, &owner, 2 * m + well as i32, &address);
                wait_until_told(&mut database);
            }
        }
    }
    assert_eq!((close.leads().len(), close.notes().len()), (12, 12));
}

/// Nothing that was told for certain has changed since, and yet the note is there.
#[test]
fn a_note_that_was_written_unheard_does_not_go_on_saying_what_has_changed() {
    let mut database = Database::new(Cluster::shared());
    let close = stand_in(&mut database);
    let starts_at = |shift: &str| {
        format!(
            "starts_at = starts_at {shift} interval '1 day', ends_at = ends_at {shift} interval '1 day'"
        )
    };
    for (n, mode) in (0..).zip(Mode::BOTH) {
        let owner = database.owner(mode);
        close.next_after(1, Fault::LoseAnswer);
        let cancelled = book(
            &mut database.sql,
            &owner,
            0,
            &format!("ada{n}@guest.example"),
        );
        wait_for("the first note", || {
            (close.notes().len() == 4 * n + 1).then_some(())
        });
        change(&mut database, &owner, cancelled, "status = 'cancelled'");
        wait_until_told(&mut database);
        assert_eq!(notes(&close)[4 * n..], ["Meeting cancelled: Intro call"]);
        change(&mut database, &owner, cancelled, "status = 'confirmed'");
        wait_until_told(&mut database);

        let moved = book(
            &mut database.sql,
            &owner,
            5,
            &format!("kay{n}@guest.example"),
        );
        wait_until_told(&mut database);
        let booked = close.notes()[4 * n + 2].note.clone();
        // The lead, the notes that there are, the new one.
        close.next_after(2, Fault::LoseAnswer);
        change(&mut database, &owner, moved, &starts_at("+"));
        wait_for("the note of the move", || {
            (close.notes().len() == 4 * n + 4).then_some(())
        });
        change(&mut database, &owner, moved, &starts_at("-"));
        wait_until_told(&mut database);
        let when = |note: &str| {
            note.lines()
                .find(|line| line.starts_with("When: "))
                .map(str::to_owned)
        };
        assert_eq!(when(&close.notes()[4 * n + 3].note), when(&booked));
        assert_eq!(
            notes(&close)[4 * n..],
            [
                "Meeting cancelled: Intro call",
                "Meeting booked again: Intro call",
                "Meeting booked: Intro call",
                "Meeting moved: Intro call",
            ]
        );
    }
}

#[test]
fn a_worker_that_dies_while_it_makes_a_lead_makes_no_second_one() {
    let cluster = Cluster::preloaded();
    let mut database = Database::new(&cluster);
    let close = stand_in(&mut database);
    let owner = database.user();
    // The next worker looks before the search finds anything.
    close.set_search_lag(Duration::from_secs(5));
    // The lead's answer, and the note's, come too late for the worker that asked.
    for (n, well) in [0, 1].into_iter().enumerate() {
        close.take_requests();
        close.next_after(well, Fault::Late(Duration::from_secs(60)));
        let address = format!("guest{n}@guest.example");
        book(&mut database.sql, &owner, n as i32, &address);
        wait_for("the request to be carried out", || {
            // A search, the lead, the note.
            (close.requests().len() == 2 + well).then_some(())
        });
        kill_worker(&mut database);
        wait_until_told(&mut database);
        assert_eq!((close.leads().len(), close.notes().len()), (n + 1, n + 1));
    }
}

#[test]
fn a_lead_that_was_not_made_is_made_when_the_search_would_have_found_it() {
    let mut database = Database::new(Cluster::shared());
    let close = stand_in(&mut database);
    let owner = database.user();
    close.next(Fault::Status(500));
    book(&mut database.sql, &owner, 0, "ada@guest.example");
    let waits = |database: &mut Database<'_>| {
        wait_for("the job to wait", || {
            database
                .one::<bool>(
                    "select exists (select from scheduling.jobs
                                    where kind = 'crm_lead' and last_error ~ 'looked for again')",
                )
                .then_some(())
        });
    };
    wait_for("the first attempt", || {
        (close.requests().len() == 2).then_some(())
    });
    for _ in 0..3 {
        let hurry =
            "update scheduling.jobs set run_at = now() where kind = 'crm_lead' and state = 'ready'";
        database
            .sql
            .batch_execute(hurry)
            .expect("jobs can be hurried");
        waits(&mut database);
    }
    assert_eq!(close.leads().len(), 0, "it may have been made");
    let_time_pass(&mut database);
    wait_until_told(&mut database);
    assert_eq!((close.leads().len(), close.notes().len()), (1, 1));
}

#[test]
fn a_refused_key_stops_everything_and_the_next_one_lets_it_go_on() {
    let cluster = Cluster::preloaded();
    let mut database = Database::new(&cluster);
    let close = stand_in(&mut database);
    let owner = database.user();
    close.revoke_grants();
    let many = format!(
        "insert into scheduling.sales_meetings (user_id, title, starts_at, ends_at, guest_name, guest_email)
         select '{}', 'Import', now() + n * interval '1 hour', now() + (n + 1) * interval '1 hour',
                'Guest', 'guest' || n || '@guest.example'
         from generate_series(1, 1000) n",
        owner.id
    );
    database
        .sql
        .batch_execute(&many)
        .expect("meetings can be written");
    wait_for("all to be held", || {
        let held: i64 = database.one(
            "select count(*) from scheduling.jobs where kind = 'crm_lead' and state = 'ready'
                 and run_at = 'infinity' and attempts = 0 and last_error ~ 'the API key is refused'",
        );
        (held == 1000).then_some(())
    });
    let requests = close.requests().len();
    assert!((1..=8).contains(&requests), "{requests} requests");
    let said: String =
        database.one("select held_reason from scheduling.queue_status() where kind = 'crm_lead'");
    assert_eq!(
        said,
        "Close: the API key is refused (HTTP 401); see configure_close"
    );
    assert_eq!(cluster.log().matches("makes no leads until").count(), 1);
    // Somebody books meanwhile.
    let owner = database.user();
    book(&mut database.sql, &owner, 0, "late@guest.example");
    wait_for("the booking's lead to be held", || {
        let held =
            "select count(*) from scheduling.jobs where kind = 'crm_lead' and run_at = 'infinity'";
        (database.one::<i64>(held) == 1001).then_some(())
    });
    assert_eq!(close.requests().len(), requests);

    configure(&mut database.sql, &close);
    wait_for("leads to be made", || {
        (close.leads().len() > 50).then_some(())
    });
    let lost: i64 = database.one(
        "select count(*) from scheduling.jobs where kind = 'crm_lead' and (state = 'failed' or run_at = 'infinity')",
    );
    assert_eq!(lost, 0);
}

#[test]
fn a_limit_that_is_reached_makes_everybody_wait_and_nobody_fail() {
    let mut database = Database::new(Cluster::shared());
    let close = stand_in(&mut database);
    close.set_limit(15, Duration::from_secs(1));
    let owner = database.user();
    for n in 0..15 {
        book(
            &mut database.sql,
            &owner,
            n,
            &format!("guest{n}@guest.example"),
        );
    }
    wait_until_told(&mut database);
    assert_eq!(close.leads().len(), 15);
    let most: i32 = database.one(
        "select max(attempts) from scheduling.jobs where kind = 'crm_lead' and not payload ? 'check'",
    );
    assert_eq!(most, 1);
    // 45 that are taken, three times over; those in flight when a window ends may be refused.
    let requests = close.requests().len();
    assert!(requests <= 45 + 3 * 8, "{requests}");
}

#[test]
fn a_guest_whom_somebody_has_locked_holds_up_nothing_and_is_told_later() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let close = stand_in(&mut database);
        let owner = database.owner(mode);
        let names = owner.mode.names();
        let hang = Fault::Hang(Duration::from_millis(500));
        close.next_read(hang);
        let meeting = book(&mut database.sql, &owner, 0, "ada@guest.example");
        let mut stranger = database.connect();
        let mut lock = stranger.transaction().expect("a transaction can begin");
        let rows = format!("select from scheduling.{} for update", names.guests);
        lock.execute(&rows, &[]).expect("rows can be locked");
        wait_until_told(&mut database);
        assert_eq!(lead_of_guest(&mut database, &owner, meeting), None);
        change(&mut database, &owner, meeting, "status = 'cancelled'");
        wait_until_told(&mut database);
        assert_eq!(close.notes().len(), 2);
        lock.rollback().expect("it can be given up");
        wait_for("the guest to be told", || {
            lead_of_guest(&mut database, &owner, meeting)
                .filter(|lead| *lead == close.leads()[0].id)
        });
    }
}

#[test]
fn two_databases_that_race_for_an_address_end_with_one_lead() {
    let mut databases = [(); 2].map(|()| Database::new(Cluster::shared()));
    let close = stand_in(&mut databases[0]);
    close.set_search_lag(Duration::from_secs(2));
    configure(&mut databases[1].sql, &close);
    let mut told = Vec::new();
    for database in &mut databases {
        let owner = database.user();
        let meeting = book(&mut database.sql, &owner, 0, "ada@guest.example");
        told.push((owner, meeting));
    }
    for database in &mut databases {
        wait_until_told(database);
    }
    assert_eq!(close.leads().len(), 2);
    let oldest = close.leads().remove(0).id;
    std::thread::sleep(Duration::from_secs(2));
    for (database, (owner, meeting)) in databases.iter_mut().zip(told) {
        let checks = "update scheduling.jobs set run_at = now() where payload ? 'check'";
        database
            .sql
            .batch_execute(checks)
            .expect("jobs can be hurried");
        wait_for("the second look", || {
            let lead = lead_of_guest(database, &owner, meeting);
            (lead.as_ref() == Some(&oldest)).then_some(())
        });
    }
    let leads: BTreeSet<_> = close.leads().into_iter().map(|lead| lead.id).collect();
    assert_eq!(leads, BTreeSet::from([oldest.clone()]));
    assert!(close.notes().iter().all(|note| note.lead_id == oldest));
    assert_eq!(close.notes().len(), 2);
}

#[test]
fn a_close_that_is_down_or_mad_is_asked_again_until_it_is_well() {
    let mut database = Database::new(Cluster::shared());
    let mut close = stand_in(&mut database);
    let owner = database.user();
    for (n, fault) in (0..).zip([
        Fault::Status(502),
        Fault::Page,
        Fault::Flood,
        Fault::Truncated,
        Fault::LoseAnswer,
        Fault::answer(200, "{\"data\": [{\"id\": \"../../me\"}]}"),
    ]) {
        close.next_read(fault);
        book(
            &mut database.sql,
            &owner,
            n,
            &format!("guest{n}@guest.example"),
        );
    }
    wait_until_told(&mut database);
    close.down();
    book(&mut database.sql, &owner, 9, "down@guest.example");
    wait_for("an attempt in vain", || {
        let tried =
            "select exists (select from scheduling.jobs where last_error ~ 'could not connect')";
        database.one::<bool>(tried).then_some(())
    });
    close.up();
    wait_until_told(&mut database);
    assert_eq!((close.leads().len(), close.notes().len()), (7, 7));
}

#[test]
fn a_crm_that_hangs_or_is_being_configured_holds_up_nobody() {
    let cluster = Cluster::preloaded();
    let mut database = Database::new(&cluster);
    let close = stand_in(&mut database);
    let owner = database.user();
    let done_soon = |database: &mut Database<'_>, n: i32| {
        let other = database.client();
        let meeting = book(
            &mut database.sql,
            &other,
            0,
            &format!("other{n}@guest.example"),
        );
        wait_up_to(Duration::from_secs(5), "another owner's mails", || {
            let of = format!(
                "select count(*) from scheduling.jobs where meeting_id = '{meeting}' and kind = 'send_email'
                     and state = 'done'"
            );
            (database.one::<i64>(&of) == 2).then_some(())
        });
    };
    close.always_read(Some(Fault::Hang(Duration::from_secs(60))));
    for n in 0..40 {
        book(
            &mut database.sql,
            &owner,
            n,
            &format!("guest{n}@guest.example"),
        );
    }
    done_soon(&mut database, 0);
    assert!(close.requests().len() <= 8, "{}", close.requests().len());
    close.always_read(None);

    // Somebody configures it, and takes their time.
    let mut operator = database.connect();
    let mut open = operator.transaction().expect("a transaction can begin");
    let key = close.key();
    open.execute(
        "select scheduling.configure_close($1, '{client,user}', $2)",
        &[&key, &close.api_url()],
    )
    .expect("a CRM can be configured");
    close.revoke_grants();
    done_soon(&mut database, 1);
    open.rollback().expect("it can be given up");
    configure(&mut database.sql, &close);
    wait_until_told(&mut database);
    assert_eq!(close.leads().len(), 42);
}

#[test]
fn what_came_of_a_lead_is_kept_while_somebody_has_locked_what_is_known_of_it() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let close = stand_in(&mut database);
        let owner = database.owner(mode);
        close.next_read(Fault::Hang(Duration::from_secs(1)));
        book(&mut database.sql, &owner, 0, "ada@guest.example");
        wait_for("the search", || (close.requests().len() == 1).then_some(()));
        let mut stranger = database.connect();
        let mut lock = stranger.transaction().expect("a transaction can begin");
        lock.execute("select from scheduling_private.crm_leads for update", &[])
            .expect("rows can be locked");
        let kept =
            "select exists (select from scheduling.jobs where state = 'done' and outcome ? 'crm')";
        wait_for("the lead to be kept with its job", || {
            database.one::<bool>(kept).then_some(())
        });
        // The next of the lane would not know of the lead.
        book(&mut database.sql, &owner, 1, "ada@guest.example");
        std::thread::sleep(Duration::from_millis(500));
        let waiting: i64 = database.one(
            "select count(*) from scheduling.jobs where kind = 'crm_lead' and state = 'ready' and attempts = 0",
        );
        assert_eq!(waiting, 1);
        lock.rollback().expect("it can be given up");
        wait_until_told(&mut database);
        assert_eq!((close.leads().len(), close.notes().len()), (1, 2));
    }
}
