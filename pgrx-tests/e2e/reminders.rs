//! Reminders go out when their time comes, once, and not for what has changed meanwhile.

use std::time::Duration;

use uuid::Uuid;

use crate::crash::kill_worker;
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner};
use crate::harness::wait::wait_for;

const ADA: &str = "ada@guest.example";
const KAY: &str = "kay@further.example";

/// Writes the n-th of some meetings of which nobody is told by anything else, as an import does: it starts so
/// many minutes and a few seconds from now.
fn meeting(database: &mut Database<'_>, owner: &Owner, n: i32, minutes: &str, more: &str) -> Uuid {
    let names = owner.mode.names();
    let (columns, values) = more
        .split_once('=')
        .map_or((String::new(), String::new()), |(c, v)| {
            (format!(", {c}"), format!(", {v}"))
        });
    database.one(&format!(
        "insert into scheduling.{} ({}, title, starts_at, ends_at, guest_name, guest_email, guests,
                                    confirmation_sent_at, calendar_event_id, reminder_minutes{columns})
         values ('{}', 'Intro call', now() + interval '60 minutes 2 seconds' + {n} * interval '1 second',
                 now() + interval '60 minutes 2.9 seconds' + {n} * interval '1 second',
                 'Ada Guest', '{ADA}', '{{{KAY}}}', now(), 'imported', '{minutes}'{values}) returning id",
        names.meetings, names.key, owner.id
    ))
}

/// The reminders of a meeting that were written, as `reader` lists them.
fn reminded(database: &mut Database<'_>, owner: &Owner, meeting: Uuid) -> Vec<String> {
    let query = format!(
        "select recipient from scheduling.emails
         where {} = $1 and kind = 'reminder' and sent_at is not null order by recipient",
        owner.mode.names().job_meeting
    );
    let rows = database
        .sql
        .query(&query, &[&meeting])
        .expect("mails can be read");
    rows.iter().map(|row| row.get(0)).collect()
}

#[track_caller]
fn wait_until_reminded(database: &mut Database<'_>, owner: &Owner, meeting: Uuid) {
    wait_for("the guests to be reminded", || {
        (reminded(database, owner, meeting) == [ADA, KAY]).then_some(())
    });
}

/// Whether the worker has nothing left to do, reminders included.
#[track_caller]
fn wait_until_over(database: &mut Database<'_>, owner: &Owner) {
    let query = format!(
        "select not exists (select from scheduling.{} where next_reminder_at <= now())
            and not exists (select from scheduling.jobs where state in ('ready', 'running'))",
        owner.mode.names().meetings
    );
    wait_for("nothing to be left", || {
        database.one::<bool>(&query).then_some(())
    });
}

#[test]
fn guests_are_reminded_once_and_nobody_of_a_meeting_that_is_off() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let owner = database.owner(mode);
        let table = owner.mode.names().meetings;
        let on = meeting(&mut database, &owner, 0, "{60}", "");
        let off = meeting(&mut database, &owner, 1, "{60}", "");
        let cancel =
            format!("update scheduling.{table} set status = 'cancelled' where id = '{off}'");
        database
            .sql
            .batch_execute(&cancel)
            .expect("it can be cancelled");
        wait_until_reminded(&mut database, &owner, on);
        // As if the clock were set back.
        let again =
            format!("update scheduling.{table} set next_reminder_at = now() where id = '{on}'");
        database.sql.batch_execute(&again).expect("a superuser may");
        // It comes after both.
        let later = meeting(&mut database, &owner, 3, "{60}", "");
        wait_until_reminded(&mut database, &owner, later);
        wait_until_over(&mut database, &owner);
        assert_eq!(reminded(&mut database, &owner, on), [ADA, KAY], "{mode:?}");
        assert_eq!(reminded(&mut database, &owner, off), [""; 0], "{mode:?}");
    }
}

/// Nobody rings the worker for it.
#[test]
fn a_meeting_that_is_given_a_reminder_is_reminded_of() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let owner = database.owner(mode);
        let id = meeting(&mut database, &owner, 3, "{}", "");
        let set = format!(
            "update scheduling.{} set reminder_minutes = '{{60,30}}' where id = '{id}'",
            owner.mode.names().meetings
        );
        database.sql.batch_execute(&set).expect("it may be changed");
        wait_until_reminded(&mut database, &owner, id);
        let left: bool = database.one(&format!(
            "select next_reminder_at = starts_at - interval '30 minutes' from scheduling.{} where id = '{id}'",
            owner.mode.names().meetings
        ));
        assert!(left, "{mode:?}: the next one is to come");
    }
}

#[test]
fn a_locked_meeting_is_reminded_of_later_and_holds_up_nobody() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let owner = database.owner(mode);
        let locked = meeting(&mut database, &owner, 0, "{60}", "");
        let mut stranger = database.connect();
        let mut transaction = stranger.transaction().expect("it begins");
        let lock = format!(
            "select from scheduling.{} where id = '{locked}' for update",
            owner.mode.names().meetings
        );
        transaction
            .batch_execute(&lock)
            .expect("nobody else has it");
        let free = meeting(&mut database, &owner, 1, "{60}", "");
        wait_until_reminded(&mut database, &owner, free);
        assert_eq!(reminded(&mut database, &owner, locked), [""; 0], "{mode:?}");
        transaction.rollback().expect("it ends");
        wait_until_reminded(&mut database, &owner, locked);
    }
}

/// An application's trigger that raises is its meeting's trouble alone.
#[test]
fn a_meeting_that_refuses_holds_up_nobody() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let owner = database.owner(mode);
        let refusing = meeting(&mut database, &owner, 0, "{60}", "");
        let trigger = format!(
            "create function public.refuse() returns trigger language plpgsql as
                 $$ begin raise 'not this one'; end $$;
             create trigger refuse before update on scheduling.{} for each row
                 when (old.id = '{refusing}') execute function public.refuse()",
            owner.mode.names().meetings
        );
        database
            .sql
            .batch_execute(&trigger)
            .expect("a superuser may");
        let others: Vec<_> = (1..4)
            .map(|n| meeting(&mut database, &owner, n, "{60}", ""))
            .collect();
        for other in others {
            wait_until_reminded(&mut database, &owner, other);
        }
        assert_eq!(
            reminded(&mut database, &owner, refusing),
            [""; 0],
            "{mode:?}"
        );
    }
}

#[test]
fn of_the_reminders_that_no_worker_was_there_for_the_latest_is_sent_before_the_start() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let owner = database.owner(mode);
        let stopped: bool = database.one("select scheduling.stop_worker()");
        assert!(stopped);
        // Both have been due; the next one is to come.
        let missed = meeting(
            &mut database,
            &owner,
            0,
            "{120,90,30}",
            "next_reminder_at=now() - interval '59 minutes'",
        );
        let begun = meeting(
            &mut database,
            &owner,
            1,
            "{60}",
            "next_reminder_at=now() - interval '65 minutes'",
        );
        let names = owner.mode.names();
        let begin = format!(
            "set session_replication_role = replica;
             update scheduling.{} set starts_at = now() - interval '5 minutes', ends_at = now() + interval '1 minute'
             where id = '{begun}';
             set session_replication_role = origin",
            names.meetings
        );
        database.sql.batch_execute(&begin).expect("a superuser may");
        database
            .sql
            .batch_execute("select scheduling.start_worker()")
            .expect("a superuser may");
        wait_until_reminded(&mut database, &owner, missed);
        wait_until_over(&mut database, &owner);
        let jobs = format!(
            "select coalesce(string_agg(distinct payload ->> 'minutes', ','), '') from scheduling.jobs
             where {} = $1 and payload ->> 'mail' = 'reminder'",
            names.job_meeting
        );
        let mut minutes = |id: Uuid| -> String {
            database
                .sql
                .query_one(&jobs, &[&id])
                .expect("jobs can be read")
                .get(0)
        };
        assert_eq!(
            (minutes(missed), minutes(begun)),
            ("90".into(), String::new()),
            "{mode:?}"
        );
    }
}

/// What the mail server has not taken yet is not sent with a time that holds no more; the guests are told of
/// the move, and reminded anew.
#[test]
fn a_reminder_on_its_way_is_dropped_where_the_meeting_moves() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let owner = database.owner(mode);
        let names = owner.mode.names();
        // Nobody listens there.
        let refuse = "select scheduling.configure_mail('smtp', 'a@b.example', smtp_url => 'smtp://127.0.0.1:9')";
        database.sql.batch_execute(refuse).expect("a superuser may");
        let id = meeting(&mut database, &owner, 0, "{60}", "");
        let tried = format!(
            "select count(*) = 2 from scheduling.jobs
             where {} = '{id}' and payload ->> 'mail' = 'reminder' and attempts > 0 and last_error is not null",
            names.job_meeting
        );
        wait_for("the reminders to be tried", || {
            database.one::<bool>(&tried).then_some(())
        });
        let move_it = format!(
            "begin;
             select scheduling.configure_mail('capture', 'a@b.example');
             update scheduling.{} set starts_at = starts_at + interval '1 day', ends_at = ends_at + interval '1 day'
             where id = '{id}';
             commit",
            names.meetings
        );
        database.sql.batch_execute(&move_it).expect("it moves");
        database.wait_for_jobs(&owner, id);
        assert_eq!(reminded(&mut database, &owner, id), [""; 0], "{mode:?}");
        let results: String = database.one(&format!(
            "select string_agg(distinct result, '; ') from scheduling.jobs
             where {} = '{id}' and payload ->> 'mail' = 'reminder'",
            names.job_meeting
        ));
        assert_eq!(results, "the meeting has another time by now", "{mode:?}");
        let told: i64 = database.one(&format!(
            "select count(*) from scheduling.emails where {} = '{id}' and kind = 'rescheduled' and sent_at is not null
                and recipient in ('{ADA}', '{KAY}')",
            names.job_meeting
        ));
        assert_eq!(told, 2, "{mode:?}");
        let anew: bool = database.one(&format!(
            "select next_reminder_at = starts_at - interval '1 hour' from scheduling.{} where id = '{id}'",
            names.meetings
        ));
        assert!(anew, "{mode:?}");
    }
}

#[test]
fn a_worker_that_is_killed_loses_no_reminder_and_doubles_none() {
    let cluster = Cluster::preloaded();
    for mode in Mode::BOTH {
        let mut database = Database::new(&cluster);
        let owner = database.owner(mode);
        let meetings: Vec<_> = (0..12)
            .map(|n| meeting(&mut database, &owner, n, "{60}", ""))
            .collect();
        wait_for("the first to be reminded", || {
            (!reminded(&mut database, &owner, meetings[0]).is_empty()).then_some(())
        });
        for _ in 0..2 {
            kill_worker(&mut database);
            std::thread::sleep(Duration::from_millis(700));
        }
        for &meeting in &meetings {
            wait_until_reminded(&mut database, &owner, meeting);
        }
        wait_until_over(&mut database, &owner);
        for &meeting in &meetings {
            assert_eq!(
                reminded(&mut database, &owner, meeting),
                [ADA, KAY],
                "{mode:?}"
            );
        }
    }
}
