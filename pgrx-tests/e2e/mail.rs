//! Mail through a real SMTP server, and the invitation as the receiver's calendar program reads it.

use std::time::Duration;

use uuid::Uuid;

use crate::connect::{send_by_url, send_through};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner};
use crate::harness::wait::wait_for;
use crate::peers::mail_reader::{Invitation, Mail, read};
use crate::peers::smtp::{MailServer, PASSWORD, Tls, WRONG_PASSWORD};

const GUEST: &str = "ada@guest.example";

fn owner_address(mode: Mode) -> &'static str {
    match mode {
        Mode::Client => "front.desk@acme.example",
        Mode::User => "robin@sales.example",
    }
}

/// The newest mail that the server took for this address.
fn newest(server: &MailServer, recipient: &str) -> Mail {
    let delivery = server
        .accepted_for(recipient)
        .pop()
        .expect("a mail for this address");
    assert!(delivery.encrypted && delivery.authenticated, "{delivery:?}");
    let mail = read(&delivery.content);
    assert!(mail.defects.is_empty(), "{:?}", mail.defects);
    mail
}

/// The invitation of a mail, which stands in it twice: for programs that show it and as a file.
fn invitation(mail: &Mail) -> &Invitation {
    let [shown, attached] = &mail.invitations[..] else {
        panic!("two copies of the invitation, not {:?}", mail.structure);
    };
    assert_eq!(shown.content_type, "text/calendar");
    assert_eq!(
        shown.method_parameter.as_deref(),
        Some(shown.method.as_str())
    );
    assert_eq!(attached.filename.as_deref(), Some("invite.ics"));
    assert_eq!(
        (&shown.uid, shown.sequence, &shown.method),
        (&attached.uid, attached.sequence, &attached.method)
    );
    shown
}

fn start_and_end(database: &mut Database<'_>, owner: &Owner, meeting: Uuid) -> [f64; 2] {
    ["starts_at", "ends_at"].map(|column| {
        let epoch = format!("extract(epoch from {column})");
        let text = database
            .meeting_column(owner, meeting, &epoch)
            .expect("not null");
        text.parse().expect("a number")
    })
}

#[test]
fn the_confirmation_carries_an_invitation_that_calendar_programs_understand() {
    for (mode, tls) in [(Mode::Client, Tls::StartTls), (Mode::User, Tls::Implicit)] {
        let mut database = Database::new(Cluster::shared());
        let server = MailServer::start(tls);
        send_through(&mut database, &server);
        let owner = database.owner(mode);
        let meeting = database.book(&owner, 5);
        let jobs = database.wait_for_jobs(&owner, meeting);
        assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");

        let envelope = server
            .accepted_for(GUEST)
            .pop()
            .expect("the confirmation")
            .sender;
        assert_eq!(envelope, "bookings@example.com");
        let mail = newest(&server, GUEST);
        assert!(
            mail.headers["subject"].contains("Intro call"),
            "{:?}",
            mail.headers
        );
        assert!(
            mail.headers["from"].contains("bookings@example.com"),
            "{:?}",
            mail.headers
        );
        assert!(mail.headers["to"].contains(GUEST), "{:?}", mail.headers);
        assert!(
            mail.text
                .as_deref()
                .is_some_and(|text| text.contains("Intro call")),
            "{:?}",
            mail.text
        );
        assert!(
            mail.html
                .as_deref()
                .is_some_and(|html| html.contains("Intro call")),
            "{:?}",
            mail.html
        );

        let invitation = invitation(&mail);
        assert_eq!(invitation.method, "REQUEST");
        assert!(
            invitation.uid.contains(&meeting.to_string()),
            "{}",
            invitation.uid
        );
        assert_eq!(
            [invitation.start, invitation.end],
            start_and_end(&mut database, &owner, meeting)
        );
        assert_eq!(invitation.attendees, [format!("mailto:{GUEST}")]);
        assert_eq!(
            invitation.organizer.as_deref(),
            Some(&*format!("mailto:{}", owner_address(mode)))
        );
        assert!(
            invitation
                .summary
                .as_deref()
                .is_some_and(|text| text.contains("Intro call"))
        );

        let notification = newest(&server, owner_address(mode));
        assert!(
            notification
                .text
                .as_deref()
                .is_some_and(|text| text.contains(GUEST)),
            "{notification:?}"
        );
        let sent = database.meeting_column(&owner, meeting, "confirmation_sent_at");
        assert!(sent.is_some(), "{mode:?}");
        let unsent: i64 =
            database.one("select count(*) from scheduling.emails where sent_at is null");
        assert_eq!(unsent, 0);
    }
}

#[test]
fn the_owner_reads_answers_under_the_labels_of_their_questions_and_in_their_order() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let server = MailServer::start(Tls::StartTls);
        send_through(&mut database, &server);
        let owner = database.owner(mode);
        let questions = r#"[
            {"id": "q2", "label": "What is it about?", "required": true},
            {"id": "q1", "label": "Company size", "type": "choice", "options": ["1-10", "11+"]},
            {"id": "q3", "label": "Topics", "type": "choices", "options": ["Sales", "Support"]}]"#;
        let change = format!(
            "update scheduling.booking_links set questions = '{questions}' where slug = '{}'",
            owner.slug
        );
        database
            .sql
            .batch_execute(&change)
            .expect("links can be changed");
        let meeting: Uuid = database.one(&format!(
            "select meeting_id from scheduling.book('{}', date_trunc('day', now(), 'UTC') + interval '2 days',
                 'ada@guest.example', 'Ada Guest',
                 answers => '{{\"q1\": \"11+\", \"q2\": \" Pianos \", \"q3\": [\"Support\", \"Sales\"]}}')",
            owner.slug
        ));
        database.wait_for_jobs(&owner, meeting);

        let mail = newest(&server, owner_address(mode));
        for body in [mail.text, mail.html] {
            let body = body.expect("both bodies");
            let shown = [
                "What is it about?",
                "Pianos",
                "Company size",
                "11+",
                "Topics",
                "Sales, Support",
            ];
            let places = shown.map(|text| body.find(text));
            assert!(
                places.iter().all(Option::is_some) && places.is_sorted(),
                "{places:?} in {body}"
            );
        }
        // What the guest answered is not in the mail that anybody could have sent to that address.
        let guests = newest(&server, GUEST);
        assert!(guests.text.is_some_and(|text| !text.contains("Pianos")));
    }
}

#[test]
fn two_people_who_share_an_address_are_two_people_in_the_owners_mails() {
    let mut database = Database::new(Cluster::shared());
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        for (hours, name) in [(50, "Anna First"), (51, "Bob Second")] {
            database
                .sql
                .execute(
                    "select scheduling.book($1, date_trunc('day', now(), 'UTC') + $2 * interval '1 hour',
                                            'office@guest.example', $3)",
                    &[&owner.slug, &f64::from(hours), &name],
                )
                .expect("the slot is free");
        }
        let names = mode.names();
        let subjects = format!(
            "select e.subject from scheduling.emails e join scheduling.{} m on m.id = e.{}
             where m.{} = '{}' and e.kind = 'owner_notification' order by m.starts_at",
            names.meetings, names.job_meeting, names.key, owner.id
        );
        let subjects: Vec<String> = wait_for("both notifications", || {
            let rows = database.sql.query(&subjects, &[]).expect("it is a query");
            (rows.len() == 2).then(|| rows.iter().map(|row| row.get(0)).collect())
        });
        assert!(subjects[0].contains("Anna First"), "{subjects:?}");
        assert!(subjects[1].contains("Bob Second"), "{subjects:?}");
    }
}

#[test]
fn a_moved_meeting_updates_the_invitation_and_a_cancelled_one_withdraws_it() {
    let mut database = Database::new(Cluster::shared());
    let server = MailServer::start(Tls::StartTls);
    send_through(&mut database, &server);
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        let meeting = database.book(&owner, 7);
        database.wait_for_jobs(&owner, meeting);
        let made = newest(&server, GUEST);
        let made = invitation(&made);

        let table = mode.names().meetings;
        let mut change = |what: &str| {
            let update = format!("update scheduling.{table} set {what} where id = $1");
            database
                .sql
                .execute(&update, &[&meeting])
                .expect("meetings can be changed");
            database.wait_for_jobs(&owner, meeting);
        };
        change(
            "starts_at = starts_at + interval '2 hours', ends_at = ends_at + interval '2 hours'",
        );
        let mail = newest(&server, GUEST);
        let moved = invitation(&mail);
        assert_eq!((moved.method.as_str(), &moved.uid), ("REQUEST", &made.uid));
        assert!(
            moved.sequence > made.sequence,
            "{} after {}",
            moved.sequence,
            made.sequence
        );
        assert_eq!(
            [moved.start - made.start, moved.end - made.end],
            [7200.0; 2]
        );

        change("status = 'cancelled'");
        let mail = newest(&server, GUEST);
        let cancelled = invitation(&mail);
        assert_eq!(
            (cancelled.method.as_str(), &cancelled.uid),
            ("CANCEL", &made.uid)
        );
        assert_eq!(cancelled.status.as_deref(), Some("CANCELLED"));
        assert!(cancelled.sequence > moved.sequence);
        let copies = server.accepted_for(owner_address(mode)).len();
        assert_eq!(copies, 3, "the owner hears of each change too");
    }
}

#[test]
fn a_mail_that_is_put_off_goes_out_later_as_the_same_mail() {
    let mut database = Database::new(Cluster::shared());
    let mut server = MailServer::start(Tls::StartTls);
    send_through(&mut database, &server);
    let owner = database.client();
    server.refuse("451 4.7.1 Greylisted, try again later");
    server.refuse("421 4.3.2 Closing for maintenance");
    let meeting = database.book(&owner, 0);
    wait_for("both mails to go", || {
        let hurry =
            "update scheduling.jobs set run_at = now() where state = 'ready' and run_at > now()";
        database
            .sql
            .batch_execute(hurry)
            .expect("jobs can be hurried");
        std::thread::sleep(Duration::from_millis(50));
        database
            .jobs(&owner, meeting)
            .iter()
            .all(|job| job.state == "done")
            .then_some(())
    });
    let deliveries = server.deliveries();
    let refused = deliveries.iter().filter(|delivery| !delivery.accepted);
    assert_eq!(refused.clone().count(), 2);
    for earlier in refused {
        let accepted = server.accepted_for(&earlier.recipients[0]);
        assert_eq!(accepted.len(), 1, "{:?}", earlier.recipients);
        let ids = [&earlier.content, &accepted[0].content]
            .map(|mail| read(mail).headers["message-id"].clone());
        assert_eq!(ids[0], ids[1]);
    }
}

#[test]
fn a_mail_that_is_refused_for_good_fails_with_the_servers_words_and_no_secret() {
    let mut database = Database::new(Cluster::shared());
    let mut server = MailServer::start(Tls::Implicit);
    send_through(&mut database, &server);
    let owner = database.user();
    for _ in 0..2 {
        server.refuse("550 5.1.1 No such user here");
    }
    let meeting = database.book(&owner, 0);
    let jobs = database.wait_for_jobs(&owner, meeting);
    for job in jobs.iter().filter(|job| job.kind == "send_email") {
        assert_eq!((job.state.as_str(), job.attempts), ("failed", 1), "{job:?}");
        let error = job.last_error.as_deref().expect("it says why");
        assert!(
            error.contains("550") && error.contains("No such user here"),
            "{error}"
        );
        assert!(
            !error.contains(PASSWORD) && !error.contains("BEGIN:VCALENDAR"),
            "{error}"
        );
    }
    assert_eq!(server.deliveries().len(), 2, "not tried again");
    assert_eq!(
        database.meeting_column(&owner, meeting, "confirmation_sent_at"),
        None
    );
    assert_eq!(
        database
            .meeting_column(&owner, meeting, "status")
            .as_deref(),
        Some("confirmed")
    );
}

#[test]
fn a_mail_server_that_nobody_vouches_for_gets_no_password() {
    let mut database = Database::new(Cluster::shared());
    let server = MailServer::start(Tls::StartTls);
    let untrusting = server
        .url()
        .split("&ca=")
        .next()
        .expect("the part before")
        .to_owned();
    let configure =
        "select scheduling.configure_mail('smtp', 'bookings@example.com', smtp_url => $1)";
    database
        .sql
        .execute(configure, &[&untrusting])
        .expect("mail can be configured");
    let owner = database.client();
    let meeting = database.book(&owner, 0);
    let error = wait_for("a refused handshake", || {
        let jobs = database.jobs(&owner, meeting);
        jobs.into_iter()
            .filter(|job| job.kind == "send_email")
            .find_map(|job| job.last_error)
    });
    assert!(!error.contains(PASSWORD), "{error}");
    assert!(server.deliveries().is_empty() && server.logins() == 0);
}

/// Servers lock accounts for that, and for a mail there is nothing wrong with it.
#[test]
fn a_password_that_is_refused_costs_a_few_logins_and_no_mail_and_the_queue_says_why() {
    let cluster = Cluster::preloaded();
    let mut database = Database::new(&cluster);
    let server = MailServer::start(Tls::StartTls);
    send_by_url(&mut database, &server.url_of_a_stranger());
    for mode in [Mode::BOTH; 5].concat() {
        let owner = database.owner(mode);
        database.import(&owner, 10);
    }
    let told = wait_for("a word on the login", || {
        held_reason(&mut database).filter(|told| told.contains("535"))
    });
    // Jobs of the calendars, which nobody has connected, are done meanwhile.
    wait_for("the calendars' jobs to end", || {
        database
            .one::<bool>("select not exists (select from scheduling.jobs where kind <> 'send_email' and state <> 'done')")
            .then_some(())
    });
    std::thread::sleep(Duration::from_secs(2));
    let logins = server.logins();
    assert!((1..=3).contains(&logins), "{logins} logins for 200 mails");
    let open: i64 = database.one(
        "select count(*) from scheduling.jobs where kind = 'send_email' and state = 'ready' and attempts = 0",
    );
    assert_eq!(open, 200, "none has failed, and none has lost an attempt");
    let last_error: String = database.one("select max(last_error) from scheduling.jobs");
    assert_eq!(last_error, told);
    let log = cluster.log();
    assert_eq!(log.matches("sends no mail for now").count(), 1);
    assert!(!log.contains(WRONG_PASSWORD), "no password in the log");

    // Another worker tries once, and that it has been refused is no news to those who look.
    run(&mut database, "select scheduling.stop_worker()");
    assert_eq!(held_reason(&mut database), Some(told));
    run(&mut database, "select scheduling.start_worker()");
    wait_for("a login of the next worker's", || {
        (server.logins() > logins).then_some(())
    });

    send_through(&mut database, &server);
    assert_eq!(held_reason(&mut database), None);
    wait_for("all mails to leave", || {
        (server.deliveries().len() == 200).then_some(())
    });
    assert_eq!(held_reason(&mut database), None);
    assert!(server.logins() <= logins + 3 + 3, "{}", server.logins());
}

/// What an earlier worker has noted is over when a mail goes out.
#[test]
fn a_pause_that_is_over_is_not_told_any_more() {
    let mut database = Database::new(Cluster::shared());
    let server = MailServer::start(Tls::StartTls);
    send_through(&mut database, &server);
    run(
        &mut database,
        "update scheduling.mail_settings set held_reason = 'busy', held_until = now() + interval '1 hour'",
    );
    assert_eq!(held_reason(&mut database).as_deref(), Some("busy"));
    let owner = database.client();
    let meeting = database.book(&owner, 5);
    database.wait_for_jobs(&owner, meeting);
    wait_for("the pause to be over", || {
        held_reason(&mut database).is_none().then_some(())
    });
}

/// Why no mail is sent just now.
pub fn held_reason(database: &mut Database<'_>) -> Option<String> {
    database.one("select held_reason from scheduling.queue_status() where kind = 'send_email'")
}

fn run(database: &mut Database<'_>, statement: &str) {
    let done = database.sql.batch_execute(statement);
    done.unwrap_or_else(|error| panic!("{statement}: {error}"));
}
