//! The calendar feed over HTTP: fetched as calendar programs do, read by a program of others.

use std::time::Instant;

use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode};
use crate::peers::calendar_reader::read;
use crate::peers::postgrest::{PostgRest, supabase};

fn feed(database: &mut Database<'_>, key: &str) -> String {
    database.one(&format!("select scheduling.calendar_feed_url('{key}')"))
}

fn opens(database: &mut Database<'_>, path: &str) -> bool {
    let token = path.rsplit_once('=').expect("it has a token").1;
    let ask = format!("select scheduling.calendar_feed('{token}')::bytea");
    database.sql.query_one(&ask, &[]).is_ok()
}

#[test]
fn any_program_fetches_a_feed_by_plain_get_and_reads_it() {
    let cluster = supabase();
    let mut database = Database::new(&cluster);
    let server = PostgRest::start(&database, "scheduling");
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        let path = feed(&mut database, &owner.key());
        let empty = server.fetch(&path, &[]);
        assert_eq!(empty.status, 200, "{empty:?}");
        let empty = read(&empty.text);
        assert_eq!(
            (empty.errors.len(), empty.events.len()),
            (0, 0),
            "{empty:?}"
        );

        let meeting = database.book(&owner, 20);
        let off = database.book(&owner, 30);
        database
            .sql
            .batch_execute(&format!(
                "update scheduling.{} set title = E'Größe, \"x\";\r\nATTENDEE:mailto:evil@example.com \\\\ ' || repeat('long ', 40),
                     location = 'Room 5', meeting_url = 'https://meet.example/x?a=1,2;b' where id = '{meeting}';
                 update scheduling.{} set status = 'cancelled' where id = '{off}'",
                mode.names().meetings,
                mode.names().meetings
            ))
            .unwrap();
        let mut tag = None;
        for headers in [
            &[][..],
            &[("Accept", "*/*")],
            &[("Accept", "text/calendar")],
            &[("Accept", "application/json")],
            // Google's fetcher, Outlook's, Apple's.
            &[
                ("User-Agent", "Google-Calendar-Importer"),
                ("Accept", "*/*"),
            ],
            &[
                ("User-Agent", "Microsoft.Exchange/15.20"),
                ("Accept", "text/calendar, text/plain"),
            ],
            &[
                ("User-Agent", "macOS/15.1 dataaccessd/1.0"),
                ("Accept", "*/*"),
            ],
        ] {
            let file = server.fetch(&path, headers);
            assert_eq!(file.status, 200, "{headers:?}: {file:?}");
            assert_eq!(file.headers["content-type"], "text/calendar; charset=utf-8");
            let feed = read(&file.text);
            assert_eq!(feed.errors, [""; 0], "{headers:?}");
            assert_eq!(feed.method, "PUBLISH");
            assert_eq!(feed.refresh_minutes, 60.0);
            let seen: Vec<_> = feed
                .events
                .iter()
                .map(|event| (&*event.uid, &*event.status))
                .collect();
            let uids = [meeting, off].map(|id| format!("{id}@scheduling"));
            assert_eq!(seen, [(&*uids[0], "CONFIRMED"), (&*uids[1], "CANCELLED")]);
            let event = &feed.events[0];
            assert_eq!(event.end - event.start, 30.0 * 60.0);
            assert!(
                event.summary.starts_with("Größe, \"x\"; ATTENDEE:mailto"),
                "{event:?}"
            );
            assert_eq!(event.location.as_deref(), Some("Room 5"));
            assert_eq!(event.url.as_deref(), Some("https://meet.example/x?a=1,2;b"));
            assert!(!event.has_people, "{event:?}");
            assert_eq!(
                *tag.get_or_insert(file.headers["etag"].clone()),
                file.headers["etag"]
            );
        }
        let tag = tag.unwrap();
        let known = server.fetch(&path, &[("If-None-Match", &tag)]);
        assert_eq!((known.status, &*known.text), (304, ""), "{known:?}");

        // Its address is asked for by GET, and given anew by POST; the old one is worth nothing then.
        let service = server.token("service_role");
        let key = owner.key();
        let answer = server.get(
            &format!("/rpc/calendar_feed_url?owner={key}"),
            Some(&service),
        );
        assert_eq!(answer.body, path, "{answer:?}");
        let rotate = serde_json::json!({"owner": key});
        let answer = server.post("/rpc/rotate_calendar_feed", Some(&service), &rotate);
        let new = answer.body.as_str().expect("a path");
        assert_eq!(server.fetch(new, &[]).status, 200);
        for headers in [&[][..], &[("If-None-Match", &*tag)]] {
            let old = server.fetch(&path, headers);
            assert_eq!(old.status, 404, "{old:?}");
            assert!(old.text.contains("\"PT404\""), "{old:?}");
        }
    }
}

/// As the very first thing that needs the key: PostgREST has functions that say that they only read do no more,
/// by POST as well.
#[test]
fn the_first_who_asks_for_an_address_has_the_key_made() {
    let cluster = supabase();
    let mut database = Database::new(&cluster);
    let server = PostgRest::start(&database, "scheduling");
    let user = database.user();
    let member = server.token_of("authenticated", user.id);
    let ask = serde_json::json!({"owner": user.key()});
    let path = server.post("/rpc/calendar_feed_url", Some(&member), &ask);
    assert_eq!(path.status, 200, "{path:?}");
    let path = path.body.as_str().expect("a path");
    assert_eq!(server.fetch(path, &[]).status, 200);
}

/// Subscribers have it in their programs, and nobody tells them that the server has another key.
#[test]
fn an_address_stays_good_when_the_key_is_changed() {
    let cluster = Cluster::preloaded();
    let mut database = Database::new(&cluster);
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        let before = feed(&mut database, &owner.key());
        database
            .sql
            .batch_execute("select scheduling.rotate_key()")
            .expect("a superuser may");
        let after = feed(&mut database, &owner.key());
        let paths = [before, after];
        assert_eq!(
            paths.each_ref().map(|path| opens(&mut database, path)),
            [true; 2]
        );
        database
            .sql
            .batch_execute(&format!(
                "select scheduling.rotate_calendar_feed('{}')",
                owner.key()
            ))
            .expect("a superuser may");
        assert_eq!(
            paths.each_ref().map(|path| opens(&mut database, path)),
            [false; 2]
        );
    }
}

#[test]
fn a_feed_of_a_hundred_thousand_meetings_is_there_in_a_second() {
    let mut database = Database::new(Cluster::shared());
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        let names = mode.names();
        database
            .sql
            .batch_execute(&format!(
                "insert into scheduling.{} ({}, title, starts_at, ends_at, confirmation_sent_at, buffer_before_minutes,
                     buffer_after_minutes)
                 select '{}', 'Import', now() + n * interval '1 hour', now() + n * interval '1 hour' + interval '30 minutes',
                        now(), 0, 0
                 from generate_series(-50000, 49999) n",
                names.meetings, names.key, owner.id
            ))
            .unwrap();
        let path = feed(&mut database, &owner.key());
        let token = path.rsplit_once('=').unwrap().1;
        let asked = Instant::now();
        let length: i32 = database.one(&format!(
            "select length(scheduling.calendar_feed('{token}')::bytea)"
        ));
        let took = asked.elapsed();
        eprintln!("{mode:?}: {length} bytes in {took:?}");
        assert!(took.as_secs_f64() < 1.0, "{took:?}");
        assert!((500_000..1_500_000).contains(&length), "{length}");
    }
}
