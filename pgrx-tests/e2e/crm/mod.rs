//! Leads in Close: one an address, and one note for each thing that is news; `trouble` is what goes wrong.

mod trouble;

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
