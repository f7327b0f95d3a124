//! Secrets stay where they belong: no log line, job row, mail row, error or dump shows a token, a
//! client secret, a code, a verifier or a password, and no log shows a mail.

use std::process::Command;

use crate::connect::{connect, send_through, stand_in};
use crate::crm;
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode};
use crate::harness::machine::{free_port, machine};
use crate::harness::wait::wait_for;
use crate::peers::close::{Close, KEY_PREFIX};
use crate::peers::emulator::{self, Emulator};
use crate::peers::google::{ACCESS_PREFIX, CLIENT_SECRET, Fault, REFRESH_PREFIX};
use crate::peers::smtp::{ESCAPED_PASSWORD, MailServer, PASSWORD, Tls};

/// What our mails say, in the forms in which it travels.
const MAIL_TEXTS: [&str; 4] = [
    "BEGIN:VCALENDAR",
    "QkVHSU46VkNBTEVOREFS", // the same in base64
    "re booked",
    "no longer lets us in",
];

/// A server that logs all it can.
fn talkative() -> Cluster {
    Cluster::with_settings(&[
        ("shared_preload_libraries", "scheduling"),
        ("log_min_messages", "debug5"),
    ])
}

/// Where a secret could show, by name: the log, the dump, and what administrators look at.
fn places(database: &mut Database<'_>) -> Vec<(&'static str, String)> {
    let rows = "select string_agg(shown, E'\\n') from (
            select to_jsonb(j)::text as shown from scheduling.jobs j
            union all select (to_jsonb(e) - 'message')::text from scheduling.emails e
            union all select to_jsonb(c)::text from scheduling.calendar_connections c
            union all select to_jsonb(c)::text from scheduling.user_calendar_connections c
            union all select to_jsonb(p)::text from scheduling.providers p
            union all select to_jsonb(n)::text from scheduling.oauth_nonces n
            union all select to_jsonb(s)::text from scheduling.crm_settings s
            union all select to_jsonb(s)::text from scheduling.mail_settings s) everything";
    vec![
        ("a table", database.one(rows)),
        ("the dump", dump(database)),
        ("the log", database.cluster.log()),
    ]
}

fn dump(database: &Database<'_>) -> String {
    let dump = Command::new(machine().pg_bin.join("pg_dump"))
        .args([
            "--host=127.0.0.1",
            "--username=postgres",
            "--dbname",
            &database.name,
        ])
        .args(["--port", &database.cluster.port().to_string()])
        .output()
        .expect("pg_dump can be started");
    assert!(
        dump.status.success(),
        "{}",
        String::from_utf8_lossy(&dump.stderr)
    );
    let dump = String::from_utf8_lossy(&dump.stdout).into_owned();
    assert!(
        dump.contains("ada@guest.example"),
        "the dump holds the tables' rows"
    );
    dump
}

#[track_caller]
fn shows_none(place: &str, text: &str, secrets: &[&str]) {
    for secret in secrets {
        let shown = text.lines().find(|line| line.contains(secret));
        assert_eq!(shown, None, "{place} shows {secret:?}");
    }
}

#[test]
fn neither_log_nor_dump_nor_job_shows_a_secret() {
    let cluster = talkative();
    let mut database = Database::new(&cluster);
    let google = stand_in(&mut database);
    let mut server = MailServer::start(Tls::StartTls);
    send_through(&mut database, &server);
    for (n, mode) in Mode::BOTH.into_iter().enumerate() {
        let owner = database.owner(mode);
        connect(&mut database, &owner, &google);
        // Everything that can fail fails once, and each failure leaves its trace in log and row.
        google.next(Fault::Status(400));
        server.refuse("550 5.1.1 No such user here");
        let meeting = database.book(&owner, n as i32);
        database.wait_for_jobs(&owner, meeting);
        google.expire_access_tokens();
        let meeting = database.book(&owner, 10 + n as i32);
        database.wait_for_jobs(&owner, meeting);
        google.revoke_grants();
        google.expire_access_tokens();
        let meeting = database.book(&owner, 20 + n as i32);
        database.wait_for_jobs(&owner, meeting);
        // Before the next refusal of the mail server's: it is meant for another mail.
        wait_for("the owner to be told", || {
            let told: i64 = database.one(
                "select count(*) from scheduling.emails
                 where kind = 'calendar_disconnected' and sent_at is not null",
            );
            (told == n as i64 + 1).then_some(())
        });
    }
    // A CRM that does not take what is asked, and then not the key either.
    let close = Close::start(free_port());
    crm::configure(&mut database.sql, &close);
    close.next_read(Fault::Status(400));
    let owner = database.user();
    for (n, outcome) in ["state = 'failed'", "run_at = 'infinity'"]
        .into_iter()
        .enumerate()
    {
        database.book(&owner, n as i32);
        wait_for("the CRM's refusal", || {
            let refused = format!(
                "select exists (select from scheduling.jobs where kind = 'crm_lead' and {outcome})"
            );
            database.one::<bool>(&refused).then_some(())
        });
        close.revoke_grants();
    }
    let errors: i64 =
        database.one("select count(*) from scheduling.jobs where last_error is not null");
    assert!(errors >= 4, "the failures happened: {errors}");
    for (place, text) in places(&mut database) {
        let secrets = [
            ACCESS_PREFIX,
            REFRESH_PREFIX,
            KEY_PREFIX,
            CLIENT_SECRET,
            PASSWORD,
            ESCAPED_PASSWORD,
        ];
        shows_none(place, &text, &secrets);
    }
    let log = cluster.log();
    assert!(log.contains("DEBUG:"), "the server logs all it can");
    shows_none("the log", &log, &MAIL_TEXTS);
}

#[test]
fn connecting_refreshing_and_revoking_show_no_secret() {
    let cluster = talkative();
    let mut database = Database::new(&cluster);
    let emulator = Emulator::start();
    emulator.configure(&mut database.sql, "google");
    // The searches below find what they look for: a token, and RFC 7636's own example.
    assert_eq!(tokens(&emulator.consent().refresh_token).len(), 1);
    let example = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned();
    let shown = "a dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk, b";
    assert_eq!(verifiers(&mut database, shown, &[example]), 1);

    let mut secrets = vec![emulator::SECRET.to_owned()];
    let mut challenges = Vec::new();
    // One account for both: what is booked with one is taken for the other.
    for (n, mode) in (0..).zip(Mode::BOTH) {
        let owner = database.owner(mode);
        let connections = mode.names().connections;
        for made_up in [true, false] {
            let page: String = database.one(&format!(
                "select scheduling.oauth_authorize_url('{}', 'google')",
                owner.key()
            ));
            challenges.push(parameter(&page, "code_challenge"));
            let (code, state) = emulator.agree(&page);
            let code = match made_up {
                true => format!("made-up-{code}"),
                false => code,
            };
            let callback = database.sql.query_one(
                "select * from scheduling.oauth_callback($1, $2)",
                &[&code, &state],
            );
            if let Err(error) = &callback {
                shows_none("the error", &format!("{error:?}"), &[&code, &state]);
            }
            assert_eq!(callback.is_err(), made_up);
            secrets.push(code);
            secrets.extend(state.rsplit(':').next().map(str::to_owned));
        }
        let expire = format!(
            "update scheduling.{connections} set token_expires_at = now() - interval '1 minute'"
        );
        database
            .sql
            .batch_execute(&expire)
            .expect("connections can be changed");
        let meeting = database.book(&owner, n);
        let jobs = database.wait_for_jobs(&owner, meeting);
        assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
        let sealed: bool = database.one(&format!(
            "select token_expires_at > now() and access_token like 'sealed:%'
             from scheduling.{connections}"
        ));
        assert!(sealed, "the token was refreshed");
        for (place, text) in places(&mut database) {
            let secrets: Vec<_> = secrets.iter().map(String::as_str).collect();
            shows_none(place, &text, &secrets);
            assert_eq!(tokens(&text), [""; 0], "{place}");
            assert_eq!(verifiers(&mut database, &text, &challenges), 0, "{place}");
        }
        let disconnect = format!(
            "select scheduling.disconnect_calendar('{}', 'google')",
            owner.key()
        );
        assert!(database.one::<bool>(&disconnect));
    }
    let log = cluster.log();
    assert_eq!(tokens(&log), [""; 0], "the log, after revoking");
    shows_none("the log", &log, &MAIL_TEXTS);
}

/// A parameter of a URL's query.
fn parameter(url: &str, name: &str) -> String {
    let url = reqwest::Url::parse(url).expect("a URL");
    let found = url.query_pairs().find(|(key, _)| key == name);
    found.expect("the parameter is there").1.into_owned()
}

/// The emulator's access and refresh tokens: words such as `google_refresh_Ab3…`.
fn tokens(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c)));
    let is_token = |word: &&str| {
        let random = word.strip_prefix(emulator::TOKEN_PREFIX);
        random.is_some_and(|random| random.contains(|c: char| c.is_ascii_uppercase()))
    };
    words.filter(is_token).collect()
}

/// How many words of a text are the secret behind one of these challenges (RFC 7636, section 4.6).
fn verifiers(database: &mut Database<'_>, text: &str, challenges: &[String]) -> i64 {
    let words: Vec<_> = text
        .split(|c: char| !(c.is_ascii_alphanumeric() || "-._~".contains(c)))
        .filter(|word| (43..=128).contains(&word.len()))
        .collect();
    let count = "select count(*) from unnest($1::text[]) word
                 where translate(rtrim(encode(sha256(convert_to(word, 'UTF8')), 'base64'), '='), '+/', '-_')
                       = any ($2::text[])";
    let row = database.sql.query_one(count, &[&words, &challenges]);
    row.expect("it counts").get(0)
}
