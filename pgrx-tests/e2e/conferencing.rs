//! Video conferences: asked for once with the event, their link in the meeting and in everybody's
//! mail, and no mail lost or late where there is none.

use axum::http::Method;
use uuid::Uuid;

use crate::connect::{connect, connect_outlook, outlook_stand_in, stand_in};
use crate::crash::kill_worker;
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner};
use crate::harness::wait::wait_for;
use crate::outlook::change;
use crate::peers::google::{Fault, Google, Making};
use crate::peers::mail_reader::{Mail, read};

/// An owner whose link gives this conference.
fn owner_with(database: &mut Database<'_>, mode: Mode, conferencing: &str) -> Owner {
    let owner = database.owner(mode);
    let update = "update scheduling.booking_links set conferencing = $1::text where slug = $2";
    let arguments: [&(dyn postgres::types::ToSql + Sync); 2] = [&conferencing, &owner.slug];
    database
        .sql
        .execute(update, &arguments)
        .expect("links can be changed");
    owner
}

/// The same, with a Google calendar.
fn meeting_by_meet(database: &mut Database<'_>, mode: Mode, google: &Google) -> (Owner, Uuid) {
    let owner = owner_with(database, mode, "google_meet");
    connect(database, &owner, google);
    let meeting = database.book(&owner, 4);
    (owner, meeting)
}

/// The link that the stand-in gives to the n-th room of a meeting.
fn room(meeting: Uuid, n: u32) -> String {
    format!("https://meet.google.com/{}-{n}", meeting.simple())
}

/// The mails of a meeting, oldest first, each with its kind, as their receivers read them.
fn mails(database: &mut Database<'_>, owner: &Owner, meeting: Uuid) -> Vec<(String, Mail)> {
    let query = format!(
        "select kind, message from scheduling.emails where {} = $1 order by id",
        owner.mode.names().job_meeting
    );
    let rows = database.sql.query(&query, &[&meeting]);
    let rows = rows.expect("mails can be read");
    rows.iter()
        .map(|row| (row.get(0), read(row.get::<_, String>(1).as_bytes())))
        .collect()
}

fn kinds(mails: &[(String, Mail)]) -> Vec<&str> {
    let mut kinds: Vec<_> = mails.iter().map(|(kind, _)| kind.as_str()).collect();
    kinds.sort_unstable();
    kinds
}

/// That both readings of a mail, and its invitation if it has one, show the link.
#[track_caller]
fn assert_shows(mail: &Mail, link: &str) {
    let text = mail.text.as_deref().unwrap_or_default();
    // As a reader of HTML would.
    let html = mail
        .html
        .as_deref()
        .unwrap_or_default()
        .replace("&#x2f;", "/");
    assert!(text.contains(link), "{text}");
    assert!(
        html.contains(&format!("href=\"{link}\"")),
        "not in the HTML of: {text}"
    );
    for invitation in &mail.invitations {
        assert_eq!(invitation.conference.as_deref(), Some(link));
        assert_eq!(invitation.location.as_deref(), Some(link));
    }
}

/// The oldest calendar job's column as text.
fn event_job(database: &mut Database<'_>, owner: &Owner, meeting: Uuid, what: &str) -> String {
    let of = owner.mode.names().job_meeting;
    let value: Option<String> = database.one(&format!(
        "select ({what})::text from scheduling.jobs
         where {of} = '{meeting}' and kind = 'create_event' order by id limit 1"
    ));
    value.unwrap_or_default()
}

fn wait_for_a_look(database: &mut Database<'_>, owner: &Owner, meeting: Uuid) {
    wait_for("the job to wait for the conference", || {
        let waits = "state = 'ready' and payload ? 'looks' and attempts = 0 and last_error is null";
        (event_job(database, owner, meeting, waits) == "true").then_some(())
    });
}

/// Lets the pauses of some jobs pass.
fn hurry(database: &mut Database<'_>, which: &str) {
    let hurry =
        format!("update scheduling.jobs set run_at = now() where state = 'ready' and {which}");
    let hurried = database.sql.batch_execute(&hurry);
    hurried.expect("jobs can be hurried");
}

fn set(database: &mut Database<'_>, owner: &Owner, meeting: Uuid, what: &str) {
    let table = owner.mode.names().meetings;
    let update = format!("update scheduling.{table} set {what} where id = $1");
    let changed = database.sql.execute(&update, &[&meeting]);
    changed.expect("meetings can be changed");
}

#[test]
fn the_link_of_a_meet_conference_is_in_the_meeting_and_in_both_mails() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let google = stand_in(&mut database);
        let (owner, meeting) = meeting_by_meet(&mut database, mode, &google);
        let jobs = database.wait_for_jobs(&owner, meeting);
        assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
        assert!(jobs.iter().all(|job| job.attempts == 1), "{jobs:?}");
        assert_eq!(jobs.len(), 3, "the link queues nothing: {jobs:?}");

        let link = room(meeting, 1);
        let column = |name| database.meeting_column(&owner, meeting, name);
        let columns = ["meeting_url", "sequence"].map(column);
        assert_eq!(columns, [Some(link.clone()), Some("0".into())]);
        let mails = mails(&mut database, &owner, meeting);
        assert_eq!(kinds(&mails), ["confirmation", "owner_notification"]);
        for (_, mail) in &mails {
            assert_shows(mail, &link);
        }
        let id = meeting.simple().to_string();
        assert_eq!(google.count(Method::GET, &id), 1);
        assert_eq!(google.count(Method::PATCH, &id), 0);
        assert_eq!(google.count(Method::POST, "/events"), 1);
    }
}

#[test]
fn a_move_keeps_the_conference() {
    let mut database = Database::new(Cluster::shared());
    let google = stand_in(&mut database);
    let (owner, meeting) = meeting_by_meet(&mut database, Mode::User, &google);
    database.wait_for_jobs(&owner, meeting);
    let later = "starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour'";
    set(&mut database, &owner, meeting, later);
    let jobs = database.wait_for_jobs(&owner, meeting);
    assert_eq!(jobs.len(), 6, "{jobs:?}");
    assert_eq!(google.events()[0].rooms, 1);
    let url = database.meeting_column(&owner, meeting, "meeting_url");
    assert_eq!(url, Some(room(meeting, 1)));
    let mails = mails(&mut database, &owner, meeting);
    assert_eq!(mails.len(), 4);
    for (_, mail) in &mails {
        assert_shows(mail, &room(meeting, 1));
    }
}

#[test]
fn a_meeting_that_is_live_again_has_its_link_again_and_tells_it_once() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let google = stand_in(&mut database);
        let (owner, meeting) = meeting_by_meet(&mut database, mode, &google);
        database.wait_for_jobs(&owner, meeting);
        let url =
            |database: &mut Database<'_>| database.meeting_column(&owner, meeting, "meeting_url");
        set(&mut database, &owner, meeting, "status = 'cancelled'");
        database.wait_for_jobs(&owner, meeting);
        assert_eq!(url(&mut database), None, "the room went with the event");
        set(&mut database, &owner, meeting, "status = 'confirmed'");
        let jobs = database.wait_for_jobs(&owner, meeting);
        assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
        assert_eq!(url(&mut database), Some(room(meeting, 1)));
        let sequence = database.meeting_column(&owner, meeting, "sequence");
        assert_eq!(sequence.as_deref(), Some("2"));
        let mails = mails(&mut database, &owner, meeting);
        assert_eq!(kinds(&mails[4..]), ["confirmation", "owner_notification"]);
        for (_, mail) in &mails[4..] {
            assert_shows(mail, &room(meeting, 1));
        }
    }
}

#[test]
fn where_no_conference_comes_the_mails_go_out_at_once_and_the_job_says_why() {
    let mut database = Database::new(Cluster::shared());
    let google = stand_in(&mut database);
    google.make_conferences(Making::Failure);
    for mode in Mode::BOTH {
        // The provider fails, the calendar has another conference, there is no calendar, or it is
        // disconnected.
        let cases = [
            (
                "google_meet",
                true,
                "made no video conference (Google Meet)",
            ),
            (
                "teams",
                true,
                "Teams does not come with a calendar of google",
            ),
            ("google_meet", false, "no calendar is connected"),
            ("google_meet", true, "invalid_grant"),
        ];
        // One account for all: what is booked with one is taken for the others.
        for (n, (conferencing, connected, why)) in (0..).zip(cases) {
            let owner = owner_with(&mut database, mode, conferencing);
            if connected {
                connect(&mut database, &owner, &google);
            }
            if why == "invalid_grant" {
                database.refresh_busy_times(&owner);
                google.revoke_grants();
            }
            let slot = if mode == Mode::Client { n } else { n + 4 };
            let meeting = database.book(&owner, slot);
            database.wait_for_jobs(&owner, meeting);
            let said = "coalesce(result, last_error)";
            let said = event_job(&mut database, &owner, meeting, said);
            assert!(said.contains(why), "{said}");
            let url = database.meeting_column(&owner, meeting, "meeting_url");
            assert_eq!(url, None);
            let mails = mails(&mut database, &owner, meeting);
            assert_eq!(
                kinds(&mails),
                ["confirmation", "owner_notification"],
                "{why}"
            );
        }
    }
}

#[test]
fn of_two_calendars_the_one_that_has_the_conference_gets_the_event() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let google = stand_in(&mut database);
        let graph = outlook_stand_in(&mut database);
        let events = |(n, conferencing)| {
            let owner = owner_with(&mut database, mode, conferencing);
            connect(&mut database, &owner, &google);
            connect_outlook(&mut database, &owner, &graph, None, 3600.0);
            let meeting = database.book(&owner, n);
            database.wait_for_jobs(&owner, meeting);
            database.meeting_column(&owner, meeting, "calendar_provider")
        };
        // Google's is the older connection.
        let cases = [(0, "none"), (1, "google_meet"), (2, "teams")];
        let providers: Vec<_> = cases.into_iter().map(events).map(Option::unwrap).collect();
        assert_eq!(providers, ["google", "google", "outlook"]);
    }
}

#[test]
fn while_the_provider_is_down_the_invitation_goes_out_and_the_link_follows_as_its_update() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let google = stand_in(&mut database);
        google.always(Some(Fault::Status(503)));
        let (owner, meeting) = meeting_by_meet(&mut database, mode, &google);
        wait_for("the event to fail", || {
            let failed = "state = 'ready' and last_error is not null";
            (event_job(&mut database, &owner, meeting, failed) == "true").then_some(())
        });
        let waiting: i64 = database.one(
            "select count(*) from scheduling.jobs where kind = 'send_email' and state = 'ready'
             and run_at between created_at + interval '119 seconds' and created_at + interval '121 seconds'",
        );
        assert_eq!(waiting, 2, "both mails wait for two minutes and no longer");
        hurry(&mut database, "kind = 'send_email'");
        let told = wait_for("the mails without a link", || {
            let mails = mails(&mut database, &owner, meeting);
            (mails.len() == 2).then_some(mails)
        });
        google.always(None);
        hurry(&mut database, "kind = 'create_event'");
        let link = room(meeting, 1);
        let all = wait_for("the mails with the link", || {
            hurry(&mut database, "kind = 'create_event'");
            let mails = mails(&mut database, &owner, meeting);
            (mails.len() == 4).then_some(mails)
        });
        let jobs = database.wait_for_jobs(&owner, meeting);
        assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
        assert_eq!(jobs.len(), 5, "no job for the calendar: {jobs:?}");
        assert_eq!(kinds(&all[2..]), ["updated", "updated"]);

        let invitation = |mails: &[(String, Mail)]| {
            let mut shown = mails
                .iter()
                .filter_map(|(_, mail)| mail.invitations.first());
            let shown = shown.next().expect("the guest has an invitation");
            let told = (
                shown.uid.clone(),
                shown.method.clone(),
                shown.start.to_bits(),
            );
            (told, shown.sequence, shown.conference.clone())
        };
        let (before, after) = (invitation(&told), invitation(&all[2..]));
        assert_eq!(before.0, after.0, "the same meeting");
        assert_eq!((before.1, after.1), (0, 1));
        assert_eq!((before.2, after.2), (None, Some(link.clone())));
        for (_, mail) in &all[2..] {
            assert_shows(mail, &link);
        }
        let column = |name| database.meeting_column(&owner, meeting, name);
        let columns = ["meeting_url", "sequence"].map(column);
        assert_eq!(columns, [Some(link), Some("1".into())]);
        assert_eq!(google.events()[0].rooms, 1);
    }
}

#[test]
fn a_worker_that_dies_while_the_conference_is_pending_asks_for_no_other() {
    let cluster = Cluster::preloaded();
    let mut database = Database::new(&cluster);
    let google = stand_in(&mut database);
    google.make_conferences(Making::Pending);
    let (owner, meeting) = meeting_by_meet(&mut database, Mode::Client, &google);
    wait_for_a_look(&mut database, &owner, meeting);
    kill_worker(&mut database);
    google.make_conferences(Making::Success);
    let jobs = database.wait_for_jobs(&owner, meeting);
    assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
    let url = database.meeting_column(&owner, meeting, "meeting_url");
    assert_eq!(url, Some(room(meeting, 1)));
    assert_eq!(google.events()[0].rooms, 1);
    assert_eq!(google.count(Method::POST, "/events"), 1);
    assert_eq!(google.count(Method::PATCH, "/events"), 0);
    assert_eq!(mails(&mut database, &owner, meeting).len(), 2);
}

#[test]
fn a_move_does_not_wait_for_the_conference() {
    let mut database = Database::new(Cluster::shared());
    let google = stand_in(&mut database);
    google.make_conferences(Making::Pending);
    let (owner, meeting) = meeting_by_meet(&mut database, Mode::Client, &google);
    wait_for_a_look(&mut database, &owner, meeting);
    let made = google.events()[0].instant("start");
    let later = "starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour'";
    set(&mut database, &owner, meeting, later);
    wait_for("the event to move", || {
        (google.events()[0].instant("start") == made + 3600 * 1_000_000).then_some(())
    });
    let said = event_job(&mut database, &owner, meeting, "state || ': ' || result");
    assert_eq!(said, "done: a later job looks for the video conference");
    assert_eq!(
        mails(&mut database, &owner, meeting).len(),
        0,
        "they still wait"
    );
    google.make_conferences(Making::Success);
    database.wait_for_jobs(&owner, meeting);
    let mails = mails(&mut database, &owner, meeting);
    // The first mails tell the new time, so there is nothing for others to tell.
    assert_eq!(kinds(&mails), ["confirmation", "owner_notification"]);
    for (_, mail) in &mails {
        assert_shows(mail, &room(meeting, 1));
    }
    assert_eq!(google.events()[0].rooms, 1);
}

#[test]
fn a_link_that_was_set_by_hand_stays() {
    let mut database = Database::new(Cluster::shared());
    let google = stand_in(&mut database);
    google.make_conferences(Making::Pending);
    let (owner, meeting) = meeting_by_meet(&mut database, Mode::User, &google);
    wait_for_a_look(&mut database, &owner, meeting);
    let own = "https://zoom.example/j/1";
    set(
        &mut database,
        &owner,
        meeting,
        &format!("meeting_url = '{own}'"),
    );
    google.make_conferences(Making::Success);
    database.wait_for_jobs(&owner, meeting);
    let url = database.meeting_column(&owner, meeting, "meeting_url");
    assert_eq!(url.as_deref(), Some(own));
    let mails = mails(&mut database, &owner, meeting);
    assert_eq!(kinds(&mails), ["confirmation", "owner_notification"]);
    for (_, mail) in &mails {
        assert_shows(mail, own);
    }
}

#[test]
fn a_conference_that_is_never_made_is_given_up() {
    let mut database = Database::new(Cluster::shared());
    let google = stand_in(&mut database);
    google.make_conferences(Making::Pending);
    let (owner, meeting) = meeting_by_meet(&mut database, Mode::User, &google);
    wait_for_a_look(&mut database, &owner, meeting);
    hurry(&mut database, "kind = 'send_email'");
    let mails = wait_for("the mails to go out without the link", || {
        let mails = mails(&mut database, &owner, meeting);
        (mails.len() == 2).then_some(mails)
    });
    assert_eq!(kinds(&mails), ["confirmation", "owner_notification"]);
    // The pauses add up to half an hour.
    wait_for("the job to give up", || {
        hurry(&mut database, "kind = 'create_event'");
        (event_job(&mut database, &owner, meeting, "state") == "done").then_some(())
    });
    let said = event_job(&mut database, &owner, meeting, "result");
    assert_eq!(said, "the provider has not made the video conference");
    let looks = google.count(Method::GET, &meeting.simple().to_string());
    assert_eq!(looks, 14);
}

#[test]
fn a_teams_meeting_that_is_made_again_has_another_link_and_everybody_is_told() {
    let mut database = Database::new(Cluster::shared());
    let graph = outlook_stand_in(&mut database);
    let owner = owner_with(&mut database, Mode::Client, "teams");
    connect_outlook(&mut database, &owner, &graph, None, 3600.0);
    let meeting = database.book(&owner, 4);
    database.wait_for_jobs(&owner, meeting);
    let first = graph.events().pop().expect("an event");
    graph.age();
    graph.bin(&first.id);
    change(&mut database, &owner, meeting, "title = 'Second call'");
    let second = graph.events().pop().expect("an event");
    assert_ne!(first.id, second.id);
    let link = format!("https://teams.microsoft.com/l/meetup-join/{}", second.id);
    let url = database.meeting_column(&owner, meeting, "meeting_url");
    assert_eq!(url.as_ref(), Some(&link));
    let mails = mails(&mut database, &owner, meeting);
    // The title may be told before the new event is made, and its link after that.
    assert!(mails[2..].iter().all(|(kind, _)| kind == "updated"));
    for reader in [&mails[0], &mails[1]].map(|(_, mail)| &mail.headers["to"]) {
        let theirs = |(_, mail): &&(_, Mail)| mail.headers["to"] == *reader;
        let (_, last) = mails.iter().rfind(theirs).expect("a mail");
        assert_shows(last, &link);
    }
}

#[test]
fn the_link_of_a_teams_meeting_is_in_the_meeting_and_in_both_mails_and_outlives_changes() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let graph = outlook_stand_in(&mut database);
        let owner = owner_with(&mut database, mode, "teams");
        connect_outlook(&mut database, &owner, &graph, None, 3600.0);
        let meeting = database.book(&owner, 4);
        let jobs = database.wait_for_jobs(&owner, meeting);
        assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
        assert!(jobs.iter().all(|job| job.attempts == 1), "{jobs:?}");
        let event = graph.events().pop().expect("an event");
        let link = format!("https://teams.microsoft.com/l/meetup-join/{}", event.id);
        change(&mut database, &owner, meeting, "location = 'Room 2'");
        let url = database.meeting_column(&owner, meeting, "meeting_url");
        assert_eq!(url.as_ref(), Some(&link));
        let event = graph.events().pop().expect("an event");
        assert_eq!(event.fields["isOnlineMeeting"], true);
        assert_eq!(event.fields["onlineMeetingProvider"], "teamsForBusiness");
        let mails = mails(&mut database, &owner, meeting);
        assert_eq!(mails.len(), 4);
        for (_, mail) in &mails[..2] {
            assert_shows(mail, &link);
        }
        for (_, mail) in &mails[2..] {
            assert!(mail.text.as_ref().is_some_and(|text| text.contains(&link)));
        }
    }
}
