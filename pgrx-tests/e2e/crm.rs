//! Leads in Close: one an address, and one note for each thing that is news, whatever goes wrong.

use std::collections::BTreeSet;
use std::time::Duration;

use postgres::Client;
use uuid::Uuid;

use crate::crash::kill_worker;
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner, explain};
use crate::harness::machine::free_port;
use crate::harness::wait::{wait_for, wait_up_to};
use crate::peers::close::{Close, Fault};

/// So far behind is the search, as a rule.
const LAG: Duration = Duration::from_millis(300);

/// Makes a new stand-in, whose search lags, the database's Close.
pub fn stand_in(database: &mut Database<'_>) -> Close {
    let close = Close::start(free_port());
    close.set_search_lag(LAG);
    configure(&mut database.sql, &close);
    close
}

/// With a new key.
pub fn configure(sql: &mut Client, close: &Close) {
    sql.execute(
        "select scheduling.configure_close($1, '{client,user}', $2)",
        &[&close.key(), &close.api_url()],
    )
    .expect("a CRM can be configured");
}

fn book(sql: &mut Client, owner: &Owner, n: i32, address: &str) -> Uuid {
    sql.query_one(
        "select meeting_id from scheduling.book($1, date_trunc('day', now(), 'UTC') + interval '2 days'
             + $2 * interval '30 minutes', $3, 'Ada Guest')",
        &[&owner.slug, &f64::from(n), &address],
    )
    .unwrap_or_else(|error| panic!("{}", explain(&error)))
    .get(0)
}

fn change(database: &mut Database<'_>, owner: &Owner, meeting: Uuid, what: &str) {
    let table = owner.mode.names().meetings;
    let update = format!("update scheduling.{table} set {what} where id = '{meeting}'");
    database
        .sql
        .batch_execute(&update)
        .expect("meetings can be changed");
}

/// Waits until every job for the CRM is done, those that wait for their next attempt hurried.
#[track_caller]
pub fn wait_until_told(database: &mut Database<'_>) {
    let open =
        "from scheduling.jobs where kind = 'crm_lead' and not payload ? 'check' and state in";
    wait_up_to(Duration::from_secs(60), "the CRM to be told", || {
        let left: i64 = database.one(&format!("select count(*) {open} ('ready', 'running')"));
        if left > 0 {
            let hurry = "update scheduling.jobs set run_at = now()
                         where kind = 'crm_lead' and not payload ? 'check' and state = 'ready'
                           and run_at > now() and run_at < 'infinity'";
            database
                .sql
                .batch_execute(hurry)
                .expect("jobs can be hurried");
            std::thread::sleep(Duration::from_millis(100));
        }
        (left == 0).then_some(())
    });
    let failed: i64 = database.one(&format!("select count(*) {open} ('failed')"));
    assert_eq!(failed, 0);
}

/// By now the search is sure to find what may have been made.
pub fn let_time_pass(database: &mut Database<'_>) {
    let later = "update scheduling_private.crm_leads set unsure_since = unsure_since - interval '3 minutes'";
    database.sql.batch_execute(later).expect("time can pass");
}

/// First lines of all notes, the oldest first.
fn notes(close: &Close) -> Vec<String> {
    let first = |text: String| text.lines().next().unwrap_or_default().to_owned();
    close
        .notes()
        .into_iter()
        .map(|note| first(note.note))
        .collect()
}

/// The lead in the row of a meeting's guest.
fn lead_of_guest(database: &mut Database<'_>, owner: &Owner, meeting: Uuid) -> Option<String> {
    let names = owner.mode.names();
    database.one(&format!(
        "select g.crm_lead_id from scheduling.{} m join scheduling.{} g on g.id = m.{} where m.id = '{meeting}'",
        names.meetings, names.guests, names.guest_id
    ))
}

#[test]
fn a_booking_makes_a_lead_and_each_change_a_note() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let close = stand_in(&mut database);
        let owner = database.owner(mode);
        let meeting = book(&mut database.sql, &owner, 0, "Ada@guest.example");
        wait_until_told(&mut database);
        let lead = close.leads().remove(0);
        assert_eq!(lead.addresses(), ["Ada@guest.example"]);
        assert_eq!(lead_of_guest(&mut database, &owner, meeting), Some(lead.id));
        let later =
            "starts_at = starts_at + interval '1 day', ends_at = ends_at + interval '1 day'";
        for what in [
            later,
            "title = 'Another'",
            "status = 'cancelled'",
            "status = 'confirmed'",
        ] {
            change(&mut database, &owner, meeting, what);
            wait_until_told(&mut database);
        }
        assert_eq!(
            notes(&close),
            [
                "Meeting booked: Intro call",
                "Meeting moved: Intro call",
                "Meeting cancelled: Another",
                "Meeting booked again: Another",
            ]
        );
        // Another meeting of the same person.
        book(&mut database.sql, &owner, 9, "ada@guest.example");
        wait_until_told(&mut database);
        assert_eq!((close.leads().len(), close.notes().len()), (1, 5));
    }
}

#[test]
fn a_note_says_what_holds_when_its_turn_comes() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let close = stand_in(&mut database);
        let owner = database.owner(mode);
        let table = owner.mode.names().meetings;
        let change = |what: &str, address: &str| {
            format!("update scheduling.{table} set {what} where guest_email = '{address}'")
        };
        let mut transaction = database.sql.transaction().expect("a transaction can begin");
        for (n, address) in ["moved@guest.example", "cancelled@guest.example"]
            .iter()
            .enumerate()
        {
            let book = format!(
                "select from scheduling.book('{}', date_trunc('day', now(), 'UTC') + interval '2 days {n} hours', '{address}', 'Ada')",
                owner.slug
            );
            transaction.batch_execute(&book).expect("the slot is free");
        }
        for hour in 1..=3 {
            let later = format!(
                "starts_at = date_trunc('day', now(), 'UTC') + interval '3 days {hour} hours',
                 ends_at = date_trunc('day', now(), 'UTC') + interval '3 days {hour} hours 30 minutes'"
            );
            let moved = change(&later, "moved@guest.example");
            transaction.batch_execute(&moved).expect("it can be moved");
        }
        let cancelled = change("status = 'cancelled'", "cancelled@guest.example");
        transaction
            .batch_execute(&cancelled)
            .expect("it can be cancelled");
        transaction.commit().expect("it commits");
        wait_until_told(&mut database);
        let addresses: Vec<_> = close
            .leads()
            .iter()
            .flat_map(|lead| lead.addresses())
            .collect();
        assert_eq!(
            addresses,
            ["moved@guest.example"],
            "nobody who was cancelled before"
        );
        assert_eq!(notes(&close), ["Meeting booked: Intro call"]);
        assert!(
            close.notes()[0].note.contains(" 03:00 – 03:30 (UTC, "),
            "{:?}",
            close.notes()
        );
    }
}

#[test]
fn bookings_at_once_for_one_address_make_one_lead() {
    let mut database = Database::new(Cluster::shared());
    let close = stand_in(&mut database);
    // Whoever looks while the first is being made finds nothing.
    close.set_search_lag(Duration::from_secs(5));
    let owners: Vec<_> = (0..6).map(|n| database.owner(Mode::BOTH[n % 2])).collect();
    std::thread::scope(|scope| {
        for (n, owner) in owners.iter().enumerate() {
            let mut sql = database.connect();
            scope.spawn(move || {
                let address = ["ada@guest.example", "Ada@Guest.Example"][n % 2];
                for m in 0..3 {
                    book(&mut sql, owner, m, address);
                }
            });
        }
    });
    wait_until_told(&mut database);
    assert_eq!((close.leads().len(), close.notes().len()), (1, 18));
    let known: i64 = database.one(
        "select count(distinct crm_lead_id) from (
             select crm_lead_id from scheduling.contacts union all
             select crm_lead_id from scheduling.sales_prospects) g where crm_lead_id is not null",
    );
    assert_eq!(known, 1);
}

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
fn a_lead_that_is_deleted_or_merged_in_close_is_found_anew() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let close = stand_in(&mut database);
        let owner = database.owner(mode);
        let meeting = book(&mut database.sql, &owner, 0, "ada@guest.example");
        wait_until_told(&mut database);
        let first = close.leads().remove(0).id;
        let kept = close.enter("Ada by hand", "ada@guest.example");
        close.merge(&first, &kept);
        change(&mut database, &owner, meeting, "status = 'cancelled'");
        wait_until_told(&mut database);
        assert_eq!(
            lead_of_guest(&mut database, &owner, meeting),
            Some(kept.clone())
        );
        assert_eq!(close.notes()[1].lead_id, kept);

        close.delete(&kept);
        let again = book(&mut database.sql, &owner, 1, "ada@guest.example");
        wait_for("the search to be waited for", || {
            let unsure = "select exists (select from scheduling_private.crm_leads where unsure_since is not null)";
            database.one::<bool>(unsure).then_some(())
        });
        // It shows the deleted one for a while.
        std::thread::sleep(LAG);
        let_time_pass(&mut database);
        wait_until_told(&mut database);
        let [lead] = &close.leads()[..] else {
            panic!("{:?}", close.leads());
        };
        assert_eq!(
            lead_of_guest(&mut database, &owner, again),
            Some(lead.id.clone())
        );
        assert_eq!(notes(&close), ["Meeting booked: Intro call"]);
    }
}

#[test]
fn an_address_that_is_corrected_has_its_own_lead_and_the_old_one_is_told() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let close = stand_in(&mut database);
        let owner = database.owner(mode);
        let meeting = book(&mut database.sql, &owner, 0, "adda@guest.example");
        wait_until_told(&mut database);
        let names = owner.mode.names();
        let correct = format!(
            "update scheduling.{} set email = 'ada@guest.example'",
            names.guests
        );
        database
            .sql
            .batch_execute(&correct)
            .expect("it can be corrected");
        wait_until_told(&mut database);
        let leads = close.leads();
        assert_eq!(leads.len(), 2);
        let told = |lead: &str| -> Vec<String> {
            let of_lead = close
                .notes()
                .into_iter()
                .filter(|note| note.lead_id == lead);
            let first = |text: String| text.lines().next().unwrap_or_default().to_owned();
            of_lead.map(|note| first(note.note)).collect()
        };
        assert_eq!(
            told(&leads[0].id),
            [
                "Meeting booked: Intro call",
                "Meeting is with another guest now: Intro call"
            ]
        );
        assert_eq!(told(&leads[1].id), ["Meeting booked: Intro call"]);
        let known = lead_of_guest(&mut database, &owner, meeting);
        assert_eq!(known, Some(leads[1].id.clone()));
    }
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
