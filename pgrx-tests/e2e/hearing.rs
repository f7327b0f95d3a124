//! Who hears what: each mail as its one reader finds it, and the invitations of each over a meeting's life.

use std::time::Duration;

use uuid::Uuid;

use crate::connect::{connect, send_through, stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner};
use crate::harness::wait::wait_for;
use crate::peers::mail_reader::{Invitation, Mail, read};
use crate::peers::smtp::{MailServer, Tls};

const ADA: &str = "ada@guest.example";
const KAY: &str = "kay@further.example";
const LIN: &str = "lin@further.example";

/// A mail that was written, as its reader finds it.
struct Letter {
    kind: String,
    to: Vec<String>,
    mail: Mail,
}

impl Letter {
    /// Everything in it that a person or a program can read.
    fn all(&self) -> String {
        format!("{:?}", self.mail).replace("&#x2f;", "/")
    }

    #[track_caller]
    fn invitation(&self) -> &Invitation {
        let shown = self.mail.invitations.first();
        shown.unwrap_or_else(|| panic!("no invitation in the {} to {:?}", self.kind, self.to))
    }
}

/// All mails about a meeting, oldest first.
fn letters(database: &mut Database<'_>, owner: &Owner, meeting: Uuid) -> Vec<Letter> {
    let query = format!(
        "select kind, envelope_to, message from scheduling.emails where {} = $1 order by id",
        owner.mode.names().job_meeting
    );
    let rows = database.sql.query(&query, &[&meeting]);
    let letters = rows.expect("mails can be read").into_iter().map(|row| {
        let mail = read(row.get::<_, String>(2).as_bytes());
        assert!(mail.defects.is_empty(), "{:?}", mail.defects);
        Letter {
            kind: row.get(0),
            to: row.get(1),
            mail,
        }
    });
    letters.collect()
}

fn to<'a>(letters: &'a [Letter], address: &str) -> Vec<&'a Letter> {
    let theirs = letters.iter().filter(|letter| letter.to == [address]);
    theirs.collect()
}

fn kinds<'a>(letters: &[&'a Letter]) -> Vec<&'a str> {
    letters.iter().map(|letter| letter.kind.as_str()).collect()
}

fn owner_address(mode: Mode) -> &'static str {
    match mode {
        Mode::Client => "front.desk@acme.example",
        Mode::User => "robin@sales.example",
    }
}

/// Books the n-th half hour of the day after tomorrow; `more` are further arguments.
fn book(database: &mut Database<'_>, owner: &Owner, n: i32, more: &str) -> (Uuid, String) {
    let row = database.sql.query_one(
        &format!(
            "select meeting_id, manage_token from scheduling.book('{}',
                 date_trunc('day', now(), 'UTC') + interval '2 days' + {n} * interval '30 minutes',
                 '{ADA}', {more})",
            owner.slug
        ),
        &[],
    );
    let row = row.expect("the slot is free");
    (row.get(0), row.get(1))
}

fn set(database: &mut Database<'_>, owner: &Owner, meeting: Uuid, what: &str) {
    let table = owner.mode.names().meetings;
    let update = format!("update scheduling.{table} set {what} where id = '{meeting}'");
    let changed = database.sql.batch_execute(&update);
    changed.expect("meetings can be changed");
}

fn set_and_wait(database: &mut Database<'_>, owner: &Owner, meeting: Uuid, what: &str) {
    set(database, owner, meeting, what);
    let jobs = database.wait_for_jobs(owner, meeting);
    assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
}

fn call(database: &mut Database<'_>, call: &str) {
    let called = database
        .sql
        .query(&format!("select * from scheduling.{call}"), &[]);
    called.unwrap_or_else(|error| panic!("{call}: {error:?}"));
}

const LATER: &str =
    "starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour'";

#[test]
fn no_address_that_a_visitor_typed_gets_what_a_visitor_typed() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let owner = database.owner(mode);
        call(
            &mut database,
            "configure_site('https://app.example.com', '/book/', '/manage/')",
        );
        let typed = format!(
            "'Zebulon Quagga', phone => '+1 555 phonemark', notes => 'https://prize.example/notes',
             answers => '{{\"q\": \"https://prize.example/answer\"}}', guests => '{{{KAY},{LIN}}}',
             attribution => '{{\"utm_source\": \"sourcemark\", \"referrer\": \"https://sourcemark.example/\"}}'"
        );
        let question = format!(
            "update scheduling.booking_links set questions = '[{{\"id\": \"q\", \"label\": \"Q\"}}]' where slug = '{}'",
            owner.slug
        );
        database.sql.batch_execute(&question).expect("a question");
        let (meeting, token) = book(&mut database, &owner, 4, &typed);
        database.wait_for_jobs(&owner, meeting);
        set_and_wait(&mut database, &owner, meeting, LATER);
        set_and_wait(&mut database, &owner, meeting, "title = 'Second talk'");
        call(
            &mut database,
            &format!("cancel_booking('{token}', 'https://prize.example/reason')"),
        );
        database.wait_for_jobs(&owner, meeting);

        let letters = letters(&mut database, &owner, meeting);
        let all_kinds = ["confirmation", "rescheduled", "updated", "cancelled"];
        for (address, is_guest) in [(ADA, true), (KAY, false), (LIN, false)] {
            let theirs = to(&letters, address);
            assert_eq!(kinds(&theirs), all_kinds, "{address}");
            for letter in theirs {
                let all = letter.all();
                for mark in ["prize.example", "phonemark", "sourcemark"] {
                    assert!(!all.contains(mark), "{mark} in {all}");
                }
                for other in [ADA, KAY, LIN].into_iter().filter(|&a| a != address) {
                    assert!(!all.contains(other), "{other} in {all}");
                }
                let manages = is_guest && letter.kind != "cancelled";
                let described = letter.invitation().description.as_deref();
                let is_in_it = described.is_some_and(|text| text.contains(&token));
                assert_eq!(is_in_it, manages, "{described:?}");
                assert_eq!(all.contains("Quagga"), is_guest, "{all}");
                assert_eq!(all.contains(&token), manages, "{} {all}", letter.kind);
            }
        }
        let theirs = to(&letters, owner_address(mode));
        assert_eq!(theirs.len(), 4);
        for letter in theirs {
            let all = letter.all();
            for mark in [
                "Zebulon Quagga",
                "phonemark",
                "prize.example/notes",
                "prize.example/answer",
                KAY,
                LIN,
            ] {
                assert!(all.contains(mark), "{mark} not in {all}");
            }
            assert!(!all.contains(&token) && !all.contains("sourcemark"));
            let reason = all.contains("prize.example/reason");
            assert_eq!(reason, letter.kind == "cancelled");
        }
        assert_eq!(letters.len(), 16, "and nobody else");
    }
}

#[test]
fn a_reason_that_the_owner_gives_is_for_everybody() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let owner = database.owner(mode);
        let guests = format!("'Ada', guests => '{{{KAY}}}'");
        let (meeting, _) = book(&mut database, &owner, 4, &guests);
        database.wait_for_jobs(&owner, meeting);
        let cancel = "status = 'cancelled', cancel_reason = 'The office is closed'";
        set_and_wait(&mut database, &owner, meeting, cancel);
        let letters = letters(&mut database, &owner, meeting);
        for address in [ADA, KAY, owner_address(mode)] {
            let last = to(&letters, address).pop().expect("a mail");
            let text = last.mail.text.as_deref().unwrap_or_default();
            assert!(text.contains("Reason: The office is closed"), "{text}");
        }
    }
}

/// Each holder's invitations, told apart by nothing but what calendar programs look at.
#[test]
fn every_holder_can_follow_the_invitation_to_its_end() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let owner = database.owner(mode);
        call(
            &mut database,
            "configure_mail('capture', 'a@first.example')",
        );
        let guests = format!("'Ada', guests => '{{{KAY}}}'");
        let (meeting, _) = book(&mut database, &owner, 4, &guests);
        database.wait_for_jobs(&owner, meeting);
        // Whose meeting it is, and who sends mails, is another matter from here on.
        let (table, name, email) = match mode {
            Mode::Client => ("clients", "name", "primary_contact_email"),
            Mode::User => ("user_profiles", "full_name", "email"),
        };
        let successor = format!(
            "update scheduling.{table} set {name} = 'Successor', {email} = 'successor@acme.example'"
        );
        database.sql.batch_execute(&successor).expect("an owner");
        call(
            &mut database,
            "configure_mail('capture', 'b@second.example', 'c@third.example')",
        );
        let changes: [(&str, &str, &[&str]); 6] = [
            (LATER, "rescheduled", &["has a new time", " → "]),
            (
                "title = 'Contract talk'",
                "updated",
                &["Title: Intro call → Contract talk"],
            ),
            ("location = 'Room 5'", "updated", &["Place: none → Room 5"]),
            (
                "location = 'Room 6', meeting_url = 'https://meet.example/6'",
                "updated",
                &[
                    "Place: Room 5 → Room 6",
                    "Link to join: none → https://meet.example/6",
                ],
            ),
            (
                "location = null, starts_at = starts_at + interval '10 minutes'",
                "rescheduled",
                &["has a new time", "Place: Room 6 → none"],
            ),
            (
                "status = 'cancelled'",
                "cancelled",
                &["will not take place"],
            ),
        ];
        for (n, (change, kind, says)) in (2..).zip(changes) {
            set_and_wait(&mut database, &owner, meeting, change);
            let letters = letters(&mut database, &owner, meeting);
            for address in [ADA, KAY] {
                let theirs = to(&letters, address);
                assert_eq!(theirs.len(), n, "{change}");
                let [before, now] = &theirs[n - 2..] else {
                    panic!("two mails");
                };
                assert_eq!(now.kind, kind, "{change}");
                let text = now.mail.text.as_deref().unwrap_or_default();
                for said in says {
                    assert!(text.contains(said), "{said} in {text}");
                }
                let moves = text.contains("has a new time");
                assert_eq!(moves, kind == "rescheduled", "{text}");
                let (before, now) = (before.invitation(), now.invitation());
                assert_eq!(now.uid, before.uid);
                assert_eq!(now.organizer, before.organizer);
                assert_eq!(now.organizer_name, before.organizer_name);
                let organizer = format!("mailto:{}", owner_address(mode));
                assert_eq!(now.organizer.as_deref(), Some(&*organizer));
                assert!(now.sequence > before.sequence, "{change}");
                let is_off = kind == "cancelled";
                assert_eq!(now.method, if is_off { "CANCEL" } else { "REQUEST" });
                assert_eq!(now.attendees, [format!("mailto:{address}")]);
            }
            let successors = to(&letters, "successor@acme.example");
            let kinds = kinds(&successors);
            assert_eq!(kinds.last(), Some(&kind), "the owner of by now hears of it");
        }
    }
}

#[test]
fn who_comes_to_an_invitation_and_who_loses_it_is_told() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let owner = database.owner(mode);
        let (meeting, token) = book(&mut database, &owner, 4, "'Ada'");
        call(
            &mut database,
            "configure_site('https://app.example.com', '/book/', '/manage/')",
        );
        database.wait_for_jobs(&owner, meeting);
        let added = format!("guests = '{{{KAY}}}'");
        set_and_wait(&mut database, &owner, meeting, &added);
        // They hear of the meeting as they know it, and of nothing that came with this.
        let off = format!("guests = '{{{LIN}}}', title = 'Without Kay'");
        set_and_wait(&mut database, &owner, meeting, &off);
        let right = "guest_email = 'ada@right.example'";
        set_and_wait(&mut database, &owner, meeting, right);

        let letters = letters(&mut database, &owner, meeting);
        let kays = to(&letters, KAY);
        assert_eq!(kinds(&kays), ["confirmation", "cancelled"]);
        assert!(!kays[1].all().contains("Without Kay"));
        assert_eq!(kays[1].invitation().uid, kays[0].invitation().uid);
        assert!(kays[1].invitation().sequence > kays[0].invitation().sequence);
        assert_eq!(kinds(&to(&letters, LIN)), ["confirmation"]);
        let old = to(&letters, ADA);
        assert_eq!(kinds(&old), ["confirmation", "updated", "cancelled"]);
        assert_eq!(old[2].invitation().method, "CANCEL");
        let new = to(&letters, "ada@right.example");
        assert_eq!(kinds(&new), ["confirmation"]);
        assert_eq!(new[0].invitation().method, "REQUEST");
        assert_eq!(new[0].invitation().uid, old[2].invitation().uid);
        assert!(new[0].all().contains(&token), "it is theirs to manage now");
        assert!(!old[2].all().contains(&token));
        assert!(!to(&letters, LIN)[0].all().contains(&token));

        // The end is told to whoever was invited, though another is the guest by then.
        let end = "status = 'cancelled', guest_email = 'other@guest.example', guests = '{}'";
        set_and_wait(&mut database, &owner, meeting, end);
        let letters = self::letters(&mut database, &owner, meeting);
        for (address, ended) in [
            ("ada@right.example", true),
            (LIN, true),
            ("other@guest.example", false),
        ] {
            let last = to(&letters, address).pop();
            let is_told = last.is_some_and(|letter| letter.kind == "cancelled");
            assert_eq!(is_told, ended, "{address}");
        }
    }
}

#[test]
fn what_is_taken_back_before_its_mail_is_written_makes_none() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let owner = database.owner(mode);
        let (meeting, _) = book(&mut database, &owner, 4, "'Ada'");
        database.wait_for_jobs(&owner, meeting);
        let told = letters(&mut database, &owner, meeting).len();
        let table = owner.mode.names().meetings;
        let update =
            |what: &str| format!("update scheduling.{table} set {what} where id = '{meeting}';");
        let there_and_back = [
            update("title = 'Other'"),
            update("title = 'Intro call'"),
            update(LATER),
            update(&LATER.replace('+', "-")),
            update(&format!("guests = '{{{KAY}}}'")),
            update("guests = '{}'"),
            update("guest_email = 'other@guest.example'"),
            update(&format!("guest_email = '{ADA}'")),
            update("status = 'cancelled'"),
            update("status = 'confirmed'"),
        ];
        let transaction = format!("begin; {} commit", there_and_back.concat());
        let done = database.sql.batch_execute(&transaction);
        done.expect("meetings can be changed");
        let jobs = database.wait_for_jobs(&owner, meeting);
        assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
        let letters = letters(&mut database, &owner, meeting);
        let more: Vec<_> = letters[told..].iter().map(|l| (&l.kind, &l.to)).collect();
        assert!(more.is_empty(), "{more:?}");
    }
}

#[test]
fn several_changes_in_a_row_make_one_mail_that_says_all() {
    let mut database = Database::new(Cluster::shared());
    let owner = database.client();
    let (meeting, _) = book(&mut database, &owner, 4, "'Ada'");
    database.wait_for_jobs(&owner, meeting);
    let update =
        |what: &str| format!("update scheduling.meetings set {what} where id = '{meeting}';");
    let transaction = [
        "begin;".to_owned(),
        update("title = 'Second'"),
        update(LATER),
        update("title = 'Third', location = 'Room 5'"),
        "commit".to_owned(),
    ];
    let done = database.sql.batch_execute(&transaction.concat());
    done.expect("meetings can be changed");
    database.wait_for_jobs(&owner, meeting);
    let letters = letters(&mut database, &owner, meeting);
    let adas = to(&letters, ADA);
    assert_eq!(kinds(&adas), ["confirmation", "rescheduled"]);
    let text = adas[1].mail.text.as_deref().unwrap_or_default();
    for said in [
        "Time: ",
        "Title: Intro call → Third",
        "Place: none → Room 5",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
}

#[test]
fn an_owner_without_a_calendar_gets_the_invitation_and_its_changes() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let google = stand_in(&mut database);
        let owner = database.owner(mode);
        let guests = format!("'Ada', guests => '{{{KAY}}}'");
        let (meeting, _) = book(&mut database, &owner, 4, &guests);
        database.wait_for_jobs(&owner, meeting);
        connect(&mut database, &owner, &google);
        let (in_calendar, _) = book(&mut database, &owner, 8, &guests);
        for meeting in [meeting, in_calendar] {
            database.wait_for_jobs(&owner, meeting);
            set_and_wait(&mut database, &owner, meeting, LATER);
            set_and_wait(&mut database, &owner, meeting, "status = 'cancelled'");
        }
        let theirs = letters(&mut database, &owner, in_calendar);
        for letter in to(&theirs, owner_address(mode)) {
            assert!(letter.mail.invitations.is_empty(), "their calendar has it");
        }
        // What they have by mail is changed by mail, though they have a calendar by then.
        let theirs = letters(&mut database, &owner, meeting);
        let theirs = to(&theirs, owner_address(mode));
        let methods: Vec<_> = theirs.iter().map(|l| &*l.invitation().method).collect();
        assert_eq!(methods, ["REQUEST", "REQUEST", "CANCEL"]);
        for letter in theirs {
            let mut attendees = letter.invitation().attendees.clone();
            attendees.sort();
            let mut all = [ADA, KAY, owner_address(mode)].map(|a| format!("mailto:{a}"));
            all.sort();
            assert_eq!(attendees, all);
        }
    }
}

#[test]
fn two_people_who_share_an_address_stay_two() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let owner = database.owner(mode);
        let people = ["Anna First", "Bob Second"];
        for (n, name) in (4..).zip(people) {
            let (meeting, _) = book(
                &mut database,
                &owner,
                n,
                &format!("'{name}', phone => '+49 {n}'"),
            );
            database.wait_for_jobs(&owner, meeting);
            let letters = letters(&mut database, &owner, meeting);
            let owners = to(&letters, owner_address(mode));
            let subject = &owners[0].mail.headers["subject"];
            assert!(subject.contains(name), "{subject}");
            assert!(owners[0].all().contains(&format!("+49 {n}")));
            let guests = to(&letters, ADA);
            let names = &guests[0].invitation().attendee_names;
            assert_eq!(names[..], [Some(name.to_owned())]);
        }
    }
}

#[test]
fn a_guest_who_is_put_off_or_refused_holds_up_no_other() {
    for (answer, state) in [
        ("450 4.2.0 greylisted, try again later", "ready"),
        ("550 5.1.1 no such user", "failed"),
    ] {
        let mut database = Database::new(Cluster::shared());
        let mut server = MailServer::start(Tls::StartTls);
        send_through(&mut database, &server);
        let owner = database.client();
        server.refuse(answer);
        let guests = format!("'Ada', guests => '{{{KAY},{LIN}}}'");
        let (meeting, _) = book(&mut database, &owner, 4, &guests);
        let of = |what: &str| {
            format!("select count(*) from scheduling.jobs where kind = 'send_email' and {what}")
        };
        let refused = of(&format!("state = '{state}' and last_error is not null"));
        let done = of("state = 'done'");
        wait_for("three mails to go and one to be refused", || {
            let counts: [i64; 2] = [database.one(&refused), database.one(&done)];
            (counts == [1, 3]).then_some(())
        });
        wait_for("what was put off to go as well", || {
            let hurry = "update scheduling.jobs set run_at = now() where state = 'ready' and run_at > now()";
            database
                .sql
                .batch_execute(hurry)
                .expect("jobs can be hurried");
            std::thread::sleep(Duration::from_millis(50));
            let open: i64 = database.one(&of("state in ('ready', 'running')"));
            (open == 0).then_some(())
        });
        database.wait_for_jobs(&owner, meeting);
        let copies = [ADA, KAY, LIN, owner_address(Mode::Client)]
            .map(|address| server.accepted_for(address).len());
        let arrived = if state == "ready" { 4 } else { 3 };
        assert_eq!(copies.iter().sum::<usize>(), arrived, "{copies:?}");
        assert!(copies.iter().all(|copies| *copies <= 1), "{copies:?}");
        for delivery in server.deliveries() {
            assert_eq!(delivery.recipients.len(), 1, "each mail has one reader");
        }
    }
}
