//! A meeting of a length that its guest chose, as the outside sees it.

use uuid::Uuid;

use crate::connect::{connect, stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode};
use crate::peers::mail_reader::read;

const MINUTES: i64 = 85;

#[test]
fn event_and_invitation_are_as_long_as_the_guest_chose_and_stay_so_when_it_moves() {
    let mut database = Database::new(Cluster::shared());
    let google = stand_in(&mut database);
    for (n, mode) in (2..).zip(Mode::BOTH) {
        let owner = database.owner(mode);
        connect(&mut database, &owner, &google);
        let offer = format!(
            "update scheduling.booking_links set duration_options = '{{{MINUTES}}}' where slug = '{}'",
            owner.slug
        );
        database.sql.batch_execute(&offer).expect("it is allowed");
        let midnight = format!("date_trunc('day', now(), 'UTC') + interval '{n} days'");
        let booked = database.sql.query_one(
            &format!(
                "select meeting_id, manage_token from scheduling.book($1, {midnight}, 'ada@guest.example', 'Ada',
                                                                      duration_minutes => {MINUTES})"
            ),
            &[&owner.slug],
        );
        let booked = booked.expect("it is offered");
        let (meeting, token): (Uuid, String) = (booked.get(0), booked.get(1));
        for (kind, moved) in [("confirmation", false), ("rescheduled", true)] {
            if moved {
                let call = format!(
                    "select scheduling.reschedule_booking('{token}', {midnight} + 2 * interval '{MINUTES} minutes')"
                );
                database.sql.batch_execute(&call).expect("it is free");
            }
            let jobs = database.wait_for_jobs(&owner, meeting);
            assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
            let events = google.events();
            let event = events.last().expect("an event");
            assert_eq!(
                event.instant("end") - event.instant("start"),
                MINUTES * 60 * 1_000_000
            );
            let mail: String = database.one(&format!(
                "select message from scheduling.emails
                 where kind = '{kind}' and {} = '{meeting}' and recipient = 'ada@guest.example'",
                mode.names().job_meeting
            ));
            let invitations = read(mail.as_bytes()).invitations;
            assert!(!invitations.is_empty());
            for invitation in invitations {
                assert_eq!(invitation.end - invitation.start, (MINUTES * 60) as f64);
            }
        }
    }
}
