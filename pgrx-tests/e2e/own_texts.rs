//! Own texts of mails: used for whom they are meant, and no mail is lost by one that fails.

use uuid::Uuid;

use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner};

/// Subjects of the mails about a meeting, by kind and reader.
fn subjects(database: &mut Database<'_>, owner: &Owner, meeting: Uuid) -> Vec<String> {
    let query = format!(
        "select e.subject from scheduling.emails e
         where {} = $1 and kind = 'confirmation' order by e.shown ->> 'to' desc",
        owner.mode.names().job_meeting
    );
    let rows = database
        .sql
        .query(&query, &[&meeting])
        .expect("mails can be read");
    rows.iter().map(|row| row.get(0)).collect()
}

/// Books the n-th half hour for somebody of this language, with a further guest.
fn book(database: &mut Database<'_>, owner: &Owner, n: i32, locale: &str) -> Uuid {
    let meeting = database.one(&format!(
        "select meeting_id from scheduling.book('{}',
             date_trunc('day', now(), 'UTC') + interval '2 days' + {n} * interval '30 minutes',
             'ada@guest.example', 'Ada Guest', guests => '{{kay@guest.example}}', locale => '{locale}')",
        owner.slug
    ));
    database.wait_for_jobs(owner, meeting);
    meeting
}

#[test]
fn a_text_is_used_for_its_owner_and_language_and_no_others() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let (owner, other) = (database.owner(mode), database.owner(mode));
        let key = mode.names().key;
        let write = format!(
            "insert into scheduling.mail_templates (kind, recipient, locale, {key}, subject, text, html) values
                 ('confirmation', 'guest', 'de', '{}', 'Bis bald, {{{{ guest }}}}',
                  'Um {{{{ start.time }}}}: {{{{ title }}}}', '<h1 id=own>{{{{ title }}}}</h1>');
             insert into scheduling.mail_templates (kind, locale, subject) values
                 ('confirmation', 'fr', 'Pour tous : {{{{ title }}}}')",
            owner.id
        );
        database
            .sql
            .batch_execute(&write)
            .expect("they can be rendered");
        let german = book(&mut database, &owner, 0, "de-AT");
        let theirs = subjects(&mut database, &owner, german);
        assert_eq!(theirs[0], "Bis bald, Ada Guest", "{mode:?}");
        assert!(
            !theirs[1].contains("Bis bald"),
            "the further guest reads ours: {theirs:?}"
        );
        let message: String = database.one(&format!(
            "select replace(message, E'=\\r\\n', '') from scheduling.emails where subject = '{}' and {} = '{german}'",
            theirs[0],
            mode.names().job_meeting
        ));
        assert!(message.contains("Um 00:00: Intro call"), "{message}");
        assert!(
            message.contains("<h1 id=3Down>Intro call</h1>"),
            "{message}"
        );
        assert!(message.contains("method=REQUEST"), "{message}");
        let english = book(&mut database, &owner, 1, "en");
        let ours = subjects(&mut database, &owner, english);
        assert!(ours[0].starts_with("Confirmed: Intro call"), "{ours:?}");
        let elsewhere = book(&mut database, &other, 0, "de");
        let ours = subjects(&mut database, &other, elsewhere);
        assert!(!ours[0].contains("Bis bald"), "{ours:?}");
        // Everybody's, for every reader.
        let french = book(&mut database, &other, 1, "fr");
        let all = subjects(&mut database, &other, french);
        assert_eq!(all, ["Pour tous : Intro call"; 2], "{mode:?}");

        // What is changed holds from the next mail on, and what is deleted does not.
        let change = "update scheduling.mail_templates set subject = 'Servus' where locale = 'de'";
        database
            .sql
            .batch_execute(change)
            .expect("it can be rendered");
        let changed = book(&mut database, &owner, 2, "de");
        assert_eq!(
            subjects(&mut database, &owner, changed)[0],
            "Servus",
            "{mode:?}"
        );
        database
            .sql
            .batch_execute("delete from scheduling.mail_templates")
            .expect("they go");
        let after = book(&mut database, &owner, 3, "de");
        assert_ne!(
            subjects(&mut database, &owner, after)[0],
            "Servus",
            "{mode:?}"
        );
    }
}

/// One that fails with what a meeting has, and one that a restore has brought in unread.
#[test]
fn a_text_that_fails_costs_nobody_the_mail_and_the_job_says_so() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let owner = database.owner(mode);
        let write = "insert into scheduling.mail_templates (kind, recipient, subject, text) values
                         ('confirmation', 'guest', 'Own', E'Hello\\n{{ title }}{{ (title|split('' '')|last)[3].x }}')";
        // The made-up meeting would fail as well: it is there without having been tried.
        let unread = format!(
            "set session_replication_role = replica; {write};
             insert into scheduling.mail_templates (kind, recipient, subject) values
                 ('confirmation', 'further_guest', '{{% if %}}');
             set session_replication_role = origin"
        );
        database
            .sql
            .batch_execute(&unread)
            .expect("a superuser may");
        let meeting = book(&mut database, &owner, 0, "en");
        let subjects = subjects(&mut database, &owner, meeting);
        assert!(
            subjects[0].starts_with("Confirmed: Intro call"),
            "{mode:?}: {subjects:?}"
        );
        assert!(
            subjects[1].starts_with("Invitation: Intro call"),
            "{mode:?}: {subjects:?}"
        );
        let results: Vec<String> = database.one(&format!(
            "select array_agg(regexp_replace(result, '[0-9a-f-]{{36}}', 'ID') order by id) from scheduling.jobs
             where {} = '{meeting}' and payload ->> 'mail' = 'confirmation'",
            mode.names().job_meeting
        ));
        assert_eq!(
            results,
            [
                "sent in our words: mail template ID: text: line 2: undefined value",
                "sent in our words: mail template ID: subject: line 1: syntax error",
            ],
            "{mode:?}"
        );
        // It went out: who is told of a change is told of that alone.
        let table = mode.names().meetings;
        let change =
            format!("update scheduling.{table} set location = 'Room 5' where id = '{meeting}'");
        database
            .sql
            .batch_execute(&change)
            .expect("it may be changed");
        database.wait_for_jobs(&owner, meeting);
        let updated: i64 = database.one(&format!(
            "select count(*) from scheduling.emails where {} = '{meeting}' and kind = 'updated'",
            mode.names().job_meeting
        ));
        assert_eq!(updated, 3, "{mode:?}");
    }
}
