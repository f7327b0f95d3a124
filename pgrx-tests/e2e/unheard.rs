//! What readers have not heard: what changed while a meeting was not on, and mails that were refused.

use uuid::Uuid;

use crate::connect::send_through;
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner};
use crate::peers::smtp::{MailServer, Tls};

fn set(database: &mut Database<'_>, owner: &Owner, meeting: Uuid, what: &str) {
    let table = owner.mode.names().meetings;
    let update = format!("update scheduling.{table} set {what} where id = '{meeting}'");
    let updated = database.sql.batch_execute(&update);
    updated.expect("meetings can be changed");
    database.wait_for_jobs(owner, meeting);
}

/// The kinds of all mails about a meeting, in the order of their jobs, and what each shows by this expression.
fn mails(database: &mut Database<'_>, owner: &Owner, meeting: Uuid, shown: &str) -> Vec<String> {
    let query = format!(
        "select concat_ws(' ', e.kind, e.shown ->> 'to', {shown}) from scheduling.emails e
         where e.{} = $1 order by e.job_id",
        owner.mode.names().job_meeting
    );
    let rows = database.sql.query(&query, &[&meeting]);
    let rows = rows.expect("mails can be read");
    rows.iter().map(|row| row.get(0)).collect()
}

#[test]
fn what_changed_while_a_meeting_was_not_on_is_told_when_it_is_on_again() {
    for mode in Mode::BOTH {
        for away in ["completed", "no_show"] {
            let mut database = Database::new(Cluster::shared());
            let owner = database.owner(mode);
            let meeting = database.book(&owner, 4);
            database.wait_for_jobs(&owner, meeting);
            let told = mails(&mut database, &owner, meeting, "null").len();
            let on = "status = 'confirmed'";
            set(
                &mut database,
                &owner,
                meeting,
                &format!("status = '{away}'"),
            );
            set(&mut database, &owner, meeting, on);
            let so_far = mails(&mut database, &owner, meeting, "null");
            assert_eq!(so_far.len(), told, "nothing has changed: {so_far:?}");

            set(
                &mut database,
                &owner,
                meeting,
                &format!("status = '{away}'"),
            );
            let later =
                "starts_at = starts_at + interval '1 day', ends_at = ends_at + interval '1 day'";
            set(&mut database, &owner, meeting, later);
            set(&mut database, &owner, meeting, on);
            let now = mails(&mut database, &owner, meeting, "null");
            assert_eq!(now[told..], ["rescheduled guest", "rescheduled owner"]);
        }
    }
}

/// Who has been refused a mail does not know what it says, so that what it says is still news.
#[test]
fn a_mail_that_was_refused_has_told_its_reader_nothing() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let mut server = MailServer::start(Tls::StartTls);
        send_through(&mut database, &server);
        let owner = database.owner(mode);
        let meeting = database.book(&owner, 4);
        database.wait_for_jobs(&owner, meeting);
        server.refuse("550 5.7.1 not now");
        set(&mut database, &owner, meeting, "location = 'Room 5'");
        let refused: i64 =
            database.one("select count(*) from scheduling.jobs where state = 'failed'");
        assert_eq!(refused, 1, "one of the two mails");
        let before = server.deliveries().len();
        // there and back at once: for those who know of Room 5 that is nothing new
        let table = owner.mode.names().meetings;
        let both = ["Room 6", "Room 5"].map(|room| {
            format!("update scheduling.{table} set location = '{room}' where id = '{meeting}';")
        });
        let done = database
            .sql
            .batch_execute(&format!("begin; {} commit", both.concat()));
        done.expect("meetings can be changed");
        database.wait_for_jobs(&owner, meeting);
        let after = server.deliveries().len();
        assert_eq!(after - before, 1, "the other one knows already");
    }
}
