//! Rows from before the checks that hold now: what cannot be read of a meeting is left out of what is told.

use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode};
use crate::harness::wait::wait_for;

#[test]
fn a_meeting_whose_answers_cannot_be_read_is_told_without_them() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let owner = database.owner(mode);
        let names = mode.names();
        let meetings = names.meetings;
        database
            .sql
            .batch_execute(&format!(
                "alter table scheduling.{meetings} drop constraint {meetings}_answers_check;
                 with guest as (
                     insert into scheduling.{guests} ({key}, email, name)
                     values ('{id}', 'ada@guest.example', 'Ada') returning id
                 )
                 insert into scheduling.{meetings} ({key}, {guest_id}, title, starts_at, ends_at, answers)
                 select '{id}', guest.id, 'Call', now() + interval '3 days',
                        now() + interval '3 days 30 minutes', '{{\"budget\": 1e400}}'
                 from guest",
                guests = names.guests,
                guest_id = names.guest_id,
                key = names.key,
                id = owner.id,
            ))
            .expect("it was taken once");
        wait_for("the mails", || {
            let mails: i64 = database.one("select count(*) from scheduling.emails");
            (mails == 2).then_some(())
        });
    }
}
