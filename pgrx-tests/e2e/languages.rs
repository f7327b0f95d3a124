//! Every mail of every kind in every language, as programs of others read it: Python's parser of mails and
//! PyPI's of invitations, which say what is wrong with one.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner};
use crate::harness::wait::wait_for;
use crate::peers::mail_reader::{Mail, read_all};

/// A language, with a region where that makes another alphabet, order or clock.
const LOCALES: [&str; 12] = [
    "en-US", "en-GB", "de", "fr-CA", "es-MX", "pt-BR", "it", "nl", "pl", "ja", "ar-EG", "sv",
];
const ADA: &str = "ada@guest.example";
const KAY: &str = "kay@further.example";
const LIN: &str = "lin@further.example";

/// A mail that was written.
struct Letter {
    kind: String,
    to: String,
    meeting: Option<Uuid>,
    mail: Mail,
}

/// Books a meeting of everything that a mail can show, in one of the languages.
fn book(database: &mut Database<'_>, owner: &Owner, n: i32, locale: &str) -> Uuid {
    let row = database.sql.query_one(
        &format!(
            "select meeting_id from scheduling.book('{}',
                 date_trunc('day', now(), 'UTC') + interval '2 days' + {n} * interval '1 hour',
                 '{ADA}', 'Ada Größe', timezone => 'America/New_York', phone => '+1 555 0100',
                 notes => 'One line' || chr(10) || 'another: עברית',
                 guests => '{{{KAY},{LIN}}}', locale => '{locale}')",
            owner.slug
        ),
        &[],
    );
    row.expect("the slot is free").get(0)
}

fn set(database: &mut Database<'_>, table: &str, what: &str) {
    let update = format!("update scheduling.{table} set {what}");
    let changed = database.sql.batch_execute(&update);
    changed.unwrap_or_else(|error| panic!("{update}: {error:?}"));
    wait_for("all mails to be written", || {
        let waiting: i64 = database
            .one("select count(*) from scheduling.jobs where state in ('ready', 'running')");
        (waiting == 0).then_some(())
    });
}

/// The owners' table and its key.
fn owners(mode: Mode) -> (&'static str, &'static str) {
    match mode {
        Mode::Client => ("clients", "id"),
        Mode::User => ("user_profiles", "user_id"),
    }
}

/// All mails of a meeting's life, each reader's in order.
fn lives(database: &mut Database<'_>, mode: Mode) -> Vec<Letter> {
    let names = mode.names();
    let meetings = names.meetings;
    for (n, locale) in (0..).zip(LOCALES) {
        let owner = database.owner(mode);
        let (owners, key) = owners(mode);
        let what = format!("locale = '{locale}' where {key} = '{}'", owner.id);
        set(database, owners, &what);
        book(database, &owner, n, locale);
    }
    set(database, meetings, "location = 'Café, 2nd floor'");
    let remind = format!(
        "insert into scheduling.jobs (kind, {meeting}, payload)
         select 'send_email', m.id, jsonb_build_object('mail', 'reminder', 'to', r.to, 'address', r.address)
         from scheduling.{meetings} m,
              (values ('guest', '{ADA}'), ('further_guest', '{KAY}')) r (\"to\", address)",
        meeting = names.job_meeting,
    );
    database
        .sql
        .batch_execute(&remind)
        .expect("jobs can be queued");
    set(
        database,
        meetings,
        "starts_at = starts_at + interval '30 days', ends_at = ends_at + interval '30 days'",
    );
    set(
        database,
        meetings,
        "meeting_url = 'https://meet.example/a?b=1&c=2'",
    );
    set(database, meetings, &format!("guests = '{{{KAY}}}'"));
    set(
        database,
        meetings,
        "status = 'cancelled', cancel_reason = 'Ill'",
    );
    let query = format!(
        "select kind, recipient, {}, message from scheduling.emails order by id",
        names.job_meeting
    );
    let rows = database.sql.query(&query, &[]).expect("mails can be read");
    let messages: Vec<String> = rows.iter().map(|row| row.get(3)).collect();
    let mails = read_all(messages.iter().map(String::as_bytes));
    let letters = rows.iter().zip(mails).map(|(row, mail)| Letter {
        kind: row.get(0),
        to: row.get(1),
        meeting: row.get(2),
        mail,
    });
    letters.collect()
}

#[test]
fn every_mail_in_every_language_is_read_without_a_complaint_and_its_invitations_follow_each_other()
{
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let site = "select scheduling.configure_site('https://app.example/', '/book/', '/manage/')";
        let configured = database.sql.batch_execute(site);
        configured.expect("a site can be configured");
        let letters = lives(&mut database, mode);

        let mut written: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut sequences: BTreeMap<(Uuid, String), Vec<(u32, String)>> = BTreeMap::new();
        let mut organizers: BTreeMap<Uuid, BTreeSet<String>> = BTreeMap::new();
        for Letter {
            kind,
            to,
            meeting,
            mail,
        } in &letters
        {
            let language = &mail.headers["content-language"];
            let what = format!("{kind} to {to} in {language}");
            assert_eq!(mail.defects, [""; 0], "{what}");
            assert!(mail.text.is_some() && mail.html.is_some(), "{what}");
            let subject = &mail.headers["subject"];
            assert!(
                !subject.is_empty() && !subject.contains("=?"),
                "{what}: {subject}"
            );
            let reader = match to.as_str() {
                ADA => "guest",
                KAY | LIN => "further guest",
                _ => "owner",
            };
            let kinds = written.entry(language.clone()).or_default();
            kinds.insert(format!("{kind} to {reader}"));
            let meeting = meeting.expect("all are about a meeting");
            for invitation in &mail.invitations {
                assert!(invitation.uid.contains(&meeting.to_string()), "{what}");
                let organizer = invitation.organizer.clone().expect("somebody invites");
                organizers.entry(meeting).or_default().insert(organizer);
            }
            if let [shown, attached] = &mail.invitations[..] {
                assert_eq!(shown.method, attached.method, "{what}");
                assert_eq!(
                    shown.method_parameter.as_ref(),
                    Some(&shown.method),
                    "{what}"
                );
                let told = sequences.entry((meeting, to.clone())).or_default();
                told.push((shown.sequence, shown.method.clone()));
            } else {
                assert!(mail.invitations.is_empty() && kind == "reminder", "{what}");
            }
        }

        let kinds = [
            "cancelled to further guest",
            "cancelled to guest",
            "cancelled to owner",
            "confirmation to further guest",
            "confirmation to guest",
            "owner_notification to owner",
            "reminder to further guest",
            "reminder to guest",
            "rescheduled to further guest",
            "rescheduled to guest",
            "rescheduled to owner",
            "updated to further guest",
            "updated to guest",
            "updated to owner",
        ];
        // Swedish is none of ours, so it is English.
        let languages = LOCALES.map(|locale| if locale == "sv" { "en" } else { locale });
        let expected = languages.map(|tag| (tag.to_owned(), kinds.map(str::to_owned).into()));
        assert_eq!(written, BTreeMap::from(expected), "{mode:?}");

        assert!(
            organizers.values().all(|one| one.len() == 1),
            "{organizers:?}"
        );
        assert_eq!(sequences.len(), 4 * LOCALES.len(), "{mode:?}");
        for ((_, reader), told) in &sequences {
            let rises = told.windows(2).all(|two| two[0].0 < two[1].0);
            let (last, first) = told.split_last().expect("there is one");
            let methods = first.iter().all(|(_, method)| method == "REQUEST");
            let ends = methods && last.1 == "CANCEL";
            assert!(rises && ends && told.len() > 2, "{reader}: {told:?}");
        }
    }
}

#[test]
fn a_calendar_that_must_be_connected_again_is_told_in_the_owner_s_language() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let names = mode.names();
        let (owners, key) = owners(mode);
        for locale in LOCALES {
            let owner = database.owner(mode);
            let change = format!(
                "update scheduling.{owners} set locale = '{locale}' where {key} = '{id}';
                 insert into scheduling.{table} ({owner}, provider, connected_email, is_active)
                 values ('{id}', 'google', 'owner@gmail.example', true);
                 update scheduling.{table} set status = 'reconnect_required' where {owner} = '{id}'",
                table = names.connections,
                owner = names.key,
                id = owner.id,
            );
            let changed = database.sql.batch_execute(&change);
            changed.unwrap_or_else(|error| panic!("{change}: {error:?}"));
        }
        let query = "select message from scheduling.emails
                     where kind = 'calendar_disconnected' and sent_at is not null order by id";
        let messages = wait_for("each owner to be told", || {
            let rows = database.sql.query(query, &[]).expect("mails can be read");
            (rows.len() == LOCALES.len()).then_some(rows)
        });
        let messages: Vec<String> = messages.iter().map(|row| row.get(0)).collect();
        let mut languages = BTreeSet::new();
        for mail in read_all(messages.iter().map(String::as_bytes)) {
            assert_eq!(mail.defects, [""; 0], "{mail:?}");
            assert!(mail.headers["subject"].contains("owner@gmail.example"));
            languages.insert(mail.headers["content-language"].clone());
        }
        let expected = LOCALES.map(|locale| if locale == "sv" { "en" } else { locale });
        assert_eq!(languages, expected.map(str::to_owned).into(), "{mode:?}");
    }
}
