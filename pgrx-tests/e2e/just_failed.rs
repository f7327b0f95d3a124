//! Providers that have just failed: nobody waits for them again, and no visitor reads what they said.

use std::time::{Duration, Instant};

use crate::harness::cluster::Cluster;
use crate::harness::database::{Mode, explain, sqlstate};
use crate::harness::wait::wait_for;
use crate::outside::{Answer, Provider, Scene, done, everywhere};
use crate::peers::google::Fault;

/// What is known may be this old at most, and a minute more.
const TOO_OLD: u32 = 16 * 60;

fn impatient() -> Cluster {
    Cluster::with_settings(&[
        ("shared_preload_libraries", "scheduling"),
        ("scheduling.http_timeout", "1s"),
    ])
}

/// Every call that wants to know the calendar, the owner's and visitors'.
fn everything(scene: &mut Scene<'_>, token: &str) -> Vec<Answer<()>> {
    let mut answers: Vec<_> = scene.slots(1).map(|slots| slots.map(drop)).into();
    answers.push(scene.book(5).map(drop));
    let to = scene.at(7);
    answers.push(scene.reschedule(token, to));
    let many = "select count(*) from scheduling.available_slots_for(array[$1])";
    let key = scene.owner.key();
    answers.push(scene.database.sql.query(many, &[&key]).map(drop));
    answers
}

/// The schedule leaves the calendar alone.
fn only_sessions_ask(scene: &mut Scene<'_>) {
    scene.set("busy_due_at = now() + interval '1 hour'");
}

#[test]
fn a_provider_that_has_just_failed_is_not_waited_for_again() {
    let cluster = impatient();
    for (provider, mode) in everywhere() {
        let mut scene = Scene::new(&cluster, provider, mode);
        wait_for("the worker to answer", || scene.refresh().ok());
        scene.enter("meeting", 4);
        let token = done(scene.book(6));
        scene.wait_for_jobs();
        for fault in [Fault::Hang(Duration::from_secs(3)), Fault::Status(500)] {
            scene.calendar.break_reads(Some(fault));
            scene.age(TOO_OLD);
            let [by_link, ..] = scene.slots(1);
            assert!(by_link.is_err(), "{provider:?} {mode:?}");
            // The session may give up before the worker does.
            wait_for("the failure to be known", || {
                (scene.status().0 == "error").then_some(())
            });
            only_sessions_ask(&mut scene);
            let reads = scene.calendar.reads();
            for answer in everything(&mut scene, &token) {
                let error = answer.expect_err("unknown is not free");
                assert_eq!(sqlstate(&error), "PT503", "{}", explain(&error));
            }
            assert_eq!(scene.calendar.reads(), reads, "{provider:?} {mode:?}");

            // Who insists is served, and then it is known again.
            scene.calendar.break_reads(None);
            assert_eq!(done(scene.refresh()), 2, "{provider:?} {mode:?}");
            assert_eq!(scene.taken(), [4, 6]);
        }
    }
}

#[test]
fn visitors_who_ask_together_for_a_provider_that_hangs_cost_one_reading() {
    let cluster = impatient();
    for provider in Provider::BOTH {
        let mut scene = Scene::new(&cluster, provider, Mode::Client);
        wait_for("the worker to answer", || scene.refresh().ok());
        assert_eq!(scene.taken().len(), 0);
        scene
            .calendar
            .break_reads(Some(Fault::Hang(Duration::from_secs(3))));
        scene.age(TOO_OLD);
        only_sessions_ask(&mut scene);
        let reads = scene.calendar.reads();
        let slug = &scene.owner.slug;
        std::thread::scope(|threads| {
            for _ in 0..20 {
                let mut session = scene.database.connect();
                threads.spawn(move || {
                    let slots = "select * from scheduling.link_slots($1)";
                    let error = session.query(slots, &[slug]).expect_err("nobody knows");
                    assert_eq!(sqlstate(&error), "PT503", "{}", explain(&error));
                });
            }
        });
        assert_eq!(scene.calendar.reads() - reads, 1, "{provider:?}");
    }
}

#[test]
fn visitors_do_not_wait_again_for_a_reading_that_others_have_given_up_on() {
    let mut scenes: Vec<_> = everywhere()
        .map(|(provider, mode)| {
            // The reading goes on for twice as long as visitors wait.
            let mut scene = Scene::new(Cluster::shared(), provider, mode);
            wait_for("the worker to answer", || scene.refresh().ok());
            scene
                .calendar
                .break_reads(Some(Fault::Hang(Duration::from_secs(12))));
            scene.age(TOO_OLD);
            only_sessions_ask(&mut scene);
            scene
        })
        .collect();
    std::thread::scope(|threads| {
        for scene in &mut scenes {
            threads.spawn(move || {
                let slug = scene.owner.slug.clone();
                let mut ask = || {
                    let began = Instant::now();
                    let slots = "select * from scheduling.link_slots($1)";
                    let asked = scene.database.sql.query(slots, &[&slug]);
                    let error = asked.expect_err("nobody knows");
                    assert_eq!(sqlstate(&error), "PT503", "{}", explain(&error));
                    began.elapsed()
                };
                let (first, second) = (ask(), ask());
                assert!(first > Duration::from_secs(4), "{first:?}");
                assert!(second < Duration::from_secs(2), "{second:?}");
                // The reading goes on, for whoever has more time.
                assert_eq!(scene.status().0, "ok");
            });
        }
    });
}

#[test]
fn a_booking_is_answered_by_its_key_while_its_calendar_cannot_be_read() {
    let cluster = impatient();
    for (provider, mode) in everywhere() {
        let mut scene = Scene::new(&cluster, provider, mode);
        wait_for("the worker to answer", || scene.refresh().ok());
        let (slug, starts) = (scene.owner.slug.clone(), scene.at(6));
        let book = |scene: &mut Scene<'_>, key: &str| {
            let book =
                "select manage_token from scheduling.book($1, $2, 'ada@guest.example', 'Ada',
                                                                 idempotency_key => $3)";
            let row = scene
                .database
                .sql
                .query_one(book, &[&slug, &starts, &key])?;
            Ok::<String, postgres::Error>(row.get(0))
        };
        let token = done(book(&mut scene, "key"));
        scene.calendar.break_reads(Some(Fault::Status(500)));
        scene.age(TOO_OLD);
        assert_eq!(
            done(book(&mut scene, "key")),
            token,
            "{provider:?} {mode:?}"
        );
        let other = book(&mut scene, "another key").expect_err("unknown is not free");
        assert_eq!(sqlstate(&other), "PT503", "{}", explain(&other));
    }
}

#[test]
fn a_calendar_that_is_connected_again_is_asked_at_once() {
    let cluster = impatient();
    for (provider, mode) in everywhere() {
        let mut scene = Scene::new(&cluster, provider, mode);
        wait_for("the worker to answer", || scene.refresh().ok());
        scene.enter("meeting", 4);
        scene.age(TOO_OLD);
        scene.calendar.break_reads(Some(Fault::Status(500)));
        let [by_link, ..] = scene.slots(1);
        assert!(by_link.is_err());
        scene.calendar.break_reads(None);
        // What the OAuth callback stores.
        let (access, refresh) = scene.calendar.grant();
        scene.set(&format!(
            "access_token = '{access}', refresh_token = '{refresh}', status = 'ok',
             status_detail = null, token_expires_at = now() + interval '1 hour'"
        ));
        assert_eq!(scene.taken(), [4], "{provider:?} {mode:?}");
    }
}

#[test]
fn a_calendar_known_as_of_a_time_to_come_is_not_known() {
    for (provider, mode) in everywhere() {
        let mut scene = Scene::new(Cluster::shared(), provider, mode);
        assert_eq!(scene.taken().len(), 0);
        scene.enter("meeting", 4);
        // As it is when the clock is set back by an hour.
        scene.set(
            "busy_synced_at = busy_synced_at + interval '1 hour',
             busy_due_at = busy_due_at + interval '1 hour'",
        );
        assert_eq!(scene.taken(), [4], "{provider:?} {mode:?}");
    }
}

/// What visitors are answered says one of the contract's words, and nothing of anybody else's.
#[track_caller]
fn assert_discreet(answer: Answer<()>, word: &str, what: &str) {
    let error = answer.expect_err("unknown is not free");
    let db = error.as_db_error().expect("an error of the server's");
    let told = [
        db.message(),
        db.detail().unwrap_or_default(),
        db.hint().unwrap_or_default(),
    ];
    assert_eq!(db.code().code(), "PT503", "{what}: {told:?}");
    assert_eq!(
        told[1],
        format!("{word}: When the host is busy is not known, and unknown is not free."),
        "{what}"
    );
    let owned = [
        "owner",
        "provider",
        "google",
        "outlook",
        "worker",
        "configure",
        "HTTP",
        "scheduling.",
    ];
    for text in [told[1], told[2]] {
        for word in owned.iter().filter(|_| !text.is_empty()) {
            let said = text.split_once(": ").map_or(text, |(_, said)| said);
            assert!(!said.contains(word), "{what}: {told:?}");
        }
    }
}

#[test]
fn visitors_are_told_that_the_host_is_not_known_and_not_what_went_wrong() {
    let cluster = impatient();
    let page = "<html>Upstream of internal-host:8443 is down</html>";
    for (provider, mode) in everywhere() {
        let mut scene = Scene::new(&cluster, provider, mode);
        wait_for("the worker to answer", || scene.refresh().ok());
        let token = done(scene.book(6));
        scene.wait_for_jobs();
        let expired = "token_expires_at = now() - interval '1 hour'";
        let unsealed = "access_token = 'sealed:v1:AAAA'";
        type Trouble<'a> = (&'a str, &'a str, Box<dyn Fn(&mut Scene<'_>)>);
        let cases: Vec<Trouble<'_>> = vec![
            (
                "invalid_client",
                "unreachable",
                Box::new(move |scene| {
                    scene.set(expired);
                    let body = r#"{"error": "invalid_client", "error_description": "The OAuth client internal-app was disabled"}"#;
                    scene.calendar.break_token(Fault::answer(401, body));
                }),
            ),
            (
                "a page",
                "unreachable",
                Box::new(move |scene| {
                    scene.calendar.break_reads(Some(Fault::answer(500, page)));
                }),
            ),
            (
                "nonsense",
                "unreachable",
                Box::new(|scene| scene.calendar.break_reads(Some(Fault::Page))),
            ),
            (
                "no right",
                "unreachable",
                Box::new(|scene| scene.calendar.break_reads(Some(Fault::Status(403)))),
            ),
            (
                "nobody listens",
                "unreachable",
                Box::new(|scene| {
                    run(
                        scene,
                        "update scheduling.providers set api_url = 'http://127.0.0.1:9'",
                    );
                }),
            ),
            (
                "not configured",
                "unreachable",
                Box::new(|scene| run(scene, "delete from scheduling.providers")),
            ),
            (
                "another key",
                "unreachable",
                Box::new(move |scene| {
                    run(scene, "set session_replication_role = replica");
                    scene.set(unsealed);
                    run(scene, "reset session_replication_role");
                }),
            ),
            (
                "the grant is gone",
                "reconnect_required",
                Box::new(|scene| {
                    scene.set("status = 'reconnect_required', status_detail = 'invalid_grant'");
                }),
            ),
            (
                "no worker",
                "worker_stopped",
                Box::new(|scene| {
                    let _: bool = scene.database.one("select scheduling.stop_worker()");
                    wait_for("the worker to leave", || {
                        scene.database.worker().is_none().then_some(())
                    });
                }),
            ),
        ];
        for (what, word, break_it) in cases {
            scene.calendar.break_reads(None);
            scene.set("status = 'ok', status_detail = null");
            scene.age(TOO_OLD);
            break_it(&mut scene);
            let what = format!("{provider:?} {mode:?} {what}");
            let [by_link, by_owner, _] = scene.slots(1);
            assert_discreet(by_link.map(drop), word, &what);
            assert_discreet(scene.book(5).map(drop), word, &what);
            let to = scene.at(7);
            assert_discreet(scene.reschedule(&token, to), word, &what);
            let error = by_owner.expect_err("unknown is not free");
            assert_eq!(sqlstate(&error), "PT503", "{what}: {}", explain(&error));
        }
    }
}

fn run(scene: &mut Scene<'_>, statement: &str) {
    done(scene.database.sql.batch_execute(statement));
}
