//! Mail by Resend: against the emulator, which others wrote, and where that does less than Resend, against
//! our stand-in.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::crash::kill_worker;
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode};
use crate::harness::wait::wait_for;
use crate::mail::held_reason;
use crate::peers::mail_reader::{Invitation, read};
use crate::peers::resend::{Emulator, Fault, Mail, Resend, error};

const GUEST: &str = "ada@guest.example";

/// Mail leaves by this account from now on.
fn send_by(database: &mut Database<'_>, api_url: &str, api_key: &str) {
    let configure =
        "select scheduling.configure_mail('resend', 'Bookings, Inc. <bookings@example.com>',
                         api_key => $1, api_url => $2)";
    let configured = database.sql.execute(configure, &[&api_key, &api_url]);
    configured.expect("mail can be configured");
}

pub fn send_to(database: &mut Database<'_>, resend: &Resend) {
    send_by(database, &resend.api_url(), &resend.api_key());
}

/// The mails of a reader, oldest first.
fn mails_to(resend: &Resend, reader: &str) -> Vec<Mail> {
    let mut mails = resend.mails();
    mails.retain(|mail| {
        mail.body["to"][0]
            .as_str()
            .unwrap_or_default()
            .contains(reader)
    });
    mails
}

/// The invitation that is attached to a mail, as PyPI's icalendar reads it.
fn invitation(mail: &Mail) -> Invitation {
    let [attached] = &mail.body["attachments"].as_array().expect("a list")[..] else {
        panic!("one attachment: {}", mail.body);
    };
    let content_type = attached["content_type"].as_str().expect("a type");
    let calendar = STANDARD.decode(attached["content"].as_str().expect("a content"));
    let calendar = String::from_utf8(calendar.expect("base64")).expect("UTF-8");
    let message = format!("Content-Type: {content_type}\r\nMIME-Version: 1.0\r\n\r\n{calendar}");
    let mut read = read(message.as_bytes());
    assert!(read.defects.is_empty(), "{:?}", read.defects);
    let invitation = read.invitations.pop().expect("the calendar object");
    assert_eq!(invitation.content_type, "text/calendar");
    assert_eq!(
        invitation.method_parameter.as_deref(),
        Some(&*invitation.method)
    );
    invitation
}

/// Job by job of mail: its state, attempts, and what is said of it.
fn mail_jobs(database: &mut Database<'_>) -> Vec<(String, i32, String)> {
    let rows = database.sql.query(
        "select state, attempts, coalesce(result, last_error, '') from scheduling.jobs
         where kind = 'send_email' order by id",
        &[],
    );
    let rows = rows.expect("jobs can be read");
    rows.iter()
        .map(|row| (row.get(0), row.get(1), row.get(2)))
        .collect()
}

#[test]
fn mails_of_a_booking_arrive_at_the_emulator_of_resend() {
    let emulator = Emulator::start();
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        send_by(&mut database, emulator.url(), "re_emulated");
        let owner = database.owner(mode);
        let meeting = database.book(&owner, 5);
        database.wait_for_jobs(&owner, meeting);
        let inbox = emulator.inbox(&meeting.to_string());
        assert_eq!(inbox.len(), 2, "{inbox:?}");
        for (_, _, result) in mail_jobs(&mut database) {
            let id = result
                .strip_prefix("sent as ")
                .expect("Resend's id is kept");
            let mail = inbox
                .iter()
                .find(|mail| mail["id"] == id)
                .expect("it is that mail's");
            assert_eq!(mail["from"], "\"Bookings, Inc.\" <bookings@example.com>");
            assert_eq!(mail["headers"]["Auto-Submitted"], "auto-generated");
            for body in ["text", "html"] {
                let text = mail[body].as_str().unwrap_or_default();
                assert!(text.contains("Intro call"), "{body}: {mail}");
            }
        }
        let to_guest = |mail: &&Value| mail["to"][0].as_str().is_some_and(|to| to.contains(GUEST));
        let guests = inbox.iter().find(to_guest).expect("the guest's");
        assert!(
            guests["subject"]
                .as_str()
                .is_some_and(|s| s.contains("Intro call")),
            "{guests}"
        );
        assert!(guests["reply_to"][0].is_string(), "{guests}");
    }
}

#[test]
fn an_invitation_its_change_and_its_end_are_attached_as_calendar_programs_want_them() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let resend = Resend::start(0);
        send_to(&mut database, &resend);
        let owner = database.owner(mode);
        let meeting = database.book(&owner, 5);
        database.wait_for_jobs(&owner, meeting);
        let meetings = mode.names().meetings;
        for change in [
            "starts_at = starts_at + interval '1 day', ends_at = ends_at + interval '1 day'",
            "status = 'cancelled'",
        ] {
            let update = format!("update scheduling.{meetings} set {change} where id = $1");
            database
                .sql
                .execute(&update, &[&meeting])
                .expect("it can be changed");
            database.wait_for_jobs(&owner, meeting);
        }
        let mails = mails_to(&resend, GUEST);
        let invitations: Vec<_> = mails.iter().map(invitation).collect();
        let told: Vec<_> = invitations
            .iter()
            .map(|i| (i.method.as_str(), i.sequence))
            .collect();
        assert_eq!(told, [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)]);
        assert!(
            invitations.iter().all(|i| i.uid == invitations[0].uid),
            "{invitations:?}"
        );
        assert!(
            invitations
                .iter()
                .all(|i| i.organizer == invitations[0].organizer)
        );
        assert_eq!(invitations[0].attendees, [format!("mailto:{GUEST}")]);
    }
}

/// The archive, and not the moment, says what is sent.
#[test]
fn a_mail_that_was_written_for_smtp_leaves_by_resend_as_it_is_stored() {
    let mut database = Database::new(Cluster::shared());
    let configure = "select scheduling.configure_mail('smtp', 'bookings@example.com',
                         smtp_url => 'smtp://127.0.0.1:9')";
    database
        .sql
        .execute(configure, &[])
        .expect("mail can be configured");
    let owner = database.client();
    let meeting = database.book(&owner, 5);
    wait_for("attempts that fail", || {
        let jobs = mail_jobs(&mut database);
        jobs.iter()
            .all(|(_, _, error)| !error.is_empty())
            .then_some(())
    });
    let resend = Resend::start(0);
    send_to(&mut database, &resend);
    database
        .sql
        .execute(
            "update scheduling.jobs set run_at = now() where state = 'ready'",
            &[],
        )
        .expect("jobs can be hurried");
    database.wait_for_jobs(&owner, meeting);
    let [mail] = &mails_to(&resend, GUEST)[..] else {
        panic!("{:?}", resend.mails());
    };
    let id: String = database.one(&format!(
        "select trim(both '<>' from message_id) from scheduling.emails where recipient = '{GUEST}'"
    ));
    assert_eq!(mail.key, id);
    assert_eq!(
        mail.body["from"], "bookings@example.com",
        "as it was written"
    );
}

#[test]
fn a_mail_whose_answer_is_lost_is_sent_once_though_the_worker_dies_as_well() {
    let cluster = Cluster::preloaded();
    let mut database = Database::new(&cluster);
    let resend = Resend::start(0);
    send_to(&mut database, &resend);
    resend.always(Some(Fault::Late(Duration::from_secs(60))));
    let owner = database.client();
    let meeting = database.book(&owner, 5);
    wait_for("both mails to be taken", || {
        (resend.mails().len() == 2).then_some(())
    });
    resend.always(None);
    kill_worker(&mut database);
    let jobs = database.wait_for_jobs(&owner, meeting);
    assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
    assert_eq!(resend.mails().len(), 2, "each once");
    assert!(resend.requests().len() > 2, "they were asked for again");
}

#[test]
fn a_refused_key_stops_mail_and_nothing_else_until_it_is_put_right() {
    let mut database = Database::new(Cluster::shared());
    let resend = Resend::start(0);
    send_by(&mut database, &resend.api_url(), "re_wrong");
    let owners: Vec<_> = (0..10).map(|_| database.client()).collect();
    for owner in &owners {
        database.import(owner, 10);
    }
    let refused = |database: &mut Database<'_>| {
        let jobs = mail_jobs(database);
        let told = jobs.iter().find(|job| job.2.contains("API key")).cloned();
        told.map(|job| (jobs, job))
    };
    let (_, (state, attempts, told)) = wait_for("a word on the key", || refused(&mut database));
    assert_eq!((state.as_str(), attempts), ("ready", 0), "{told}");
    assert!(told.contains("no mail is sent until"), "{told}");
    wait_for("the queue to say so", || {
        (held_reason(&mut database)? == told).then_some(())
    });
    // Jobs of the calendars, which nobody has connected, are done meanwhile.
    wait_for("the calendars' jobs to end", || {
        database
            .one::<bool>("select not exists (select from scheduling.jobs where kind <> 'send_email' and state <> 'done')")
            .then_some(())
    });
    std::thread::sleep(Duration::from_secs(2));
    let requests = resend.take_requests().len();
    assert!(
        (1..=3).contains(&requests),
        "{requests} requests for 200 mails"
    );
    let open: i64 = database.one("select count(*) from scheduling.jobs where kind = 'send_email' and state = 'ready' and attempts = 0");
    assert_eq!(open, 200, "none has failed, and none has lost an attempt");

    send_to(&mut database, &resend);
    assert_eq!(held_reason(&mut database), None);
    wait_for("all mails to leave", || {
        (resend.mails().len() == 200).then_some(())
    });
    assert_eq!(resend.requests().len(), 200);
}

#[test]
fn what_resend_says_of_a_mail_is_told_and_is_no_other_mails_trouble() {
    let mut database = Database::new(Cluster::shared());
    let resend = Resend::start(0);
    send_to(&mut database, &resend);
    let problem = "Invalid `to` field.";
    resend.next(Fault::answer(422, error(422, "validation_error", problem)));
    let owner = database.client();
    let meeting = database.book(&owner, 5);
    database.wait_for_jobs(&owner, meeting);
    let mut jobs = mail_jobs(&mut database);
    jobs.sort();
    assert_eq!(jobs[0].0, "done");
    assert_eq!((jobs[1].0.as_str(), jobs[1].1), ("failed", 1));
    assert_eq!(
        jobs[1].2,
        "Resend refused the mail (HTTP 422, validation_error: Invalid `to` field.)"
    );
}

/// All wait that long, and nobody for longer; no attempt is counted.
#[test]
fn a_limit_of_resends_is_kept_by_all_mails() {
    let mut database = Database::new(Cluster::shared());
    let resend = Resend::start(0);
    send_to(&mut database, &resend);
    resend.always(Some(Fault::RateLimited { retry_after: 3 }));
    let owner = database.client();
    database.import(&owner, 20);
    wait_for("the limit", || {
        (!resend.requests().is_empty()).then_some(())
    });
    resend.always(None);
    wait_for("all mails to leave", || {
        (resend.mails().len() == 40).then_some(())
    });
    let requests = resend.requests();
    assert!(
        requests.len() <= 43,
        "{} requests for 40 mails",
        requests.len()
    );
    let waited = requests.last().expect("some").arrived - requests[0].arrived;
    assert!(waited >= Duration::from_millis(2_800), "{waited:?}");
    wait_for("all to be recorded", || {
        let jobs = mail_jobs(&mut database);
        jobs.iter()
            .all(|(state, attempts, _)| (state.as_str(), *attempts) == ("done", 1))
            .then_some(())
    });
}

#[test]
fn no_key_of_resends_is_seen_anywhere() {
    let mut database = Database::new(Cluster::shared());
    let resend = Resend::start(0);
    let key = "re_s3cret_key_of_the_test";
    send_by(&mut database, &resend.api_url(), key);
    let owner = database.client();
    database.book(&owner, 5);
    wait_for("a refusal", || {
        let jobs = mail_jobs(&mut database);
        jobs.iter()
            .any(|job| job.2.contains("API key"))
            .then_some(())
    });
    let stored: String = database.one("select s::text from scheduling.mail_settings s");
    let jobs: String = database.one("select string_agg(j::text, ' ') from scheduling.jobs j");
    for text in [stored, jobs, Cluster::shared().log()] {
        assert!(!text.contains("s3cret_key"), "{text}");
    }
}
