//! Servers that send the worker elsewhere: the calendars' APIs and token endpoints, where grants are revoked,
//! Resend and Close. It goes nowhere, and what it was to bring there (tokens, secrets, keys, mails) stays.

use std::collections::BTreeSet;

use super::listener::Listener;
use crate::connect::store;
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode};
use crate::harness::wait::wait_for;

/// Each endpoint below a path of its own.
fn configure(database: &mut Database<'_>, url: &str) {
    let statement = format!(
        "select scheduling.configure_provider(provider, 'client', 'client-secret', 'https://app.example/callback',
             token_url => '{url}/token', revoke_url => '{url}/revoke', userinfo_url => '{url}/userinfo',
             api_url => '{url}/api')
         from unnest('{{google,outlook}}'::text[]) provider;
         select scheduling.configure_mail('resend', 'Bookings <bookings@example.com>', api_key => 're_key',
             api_url => '{url}/resend');
         select scheduling.configure_close('close-key', '{{client,user}}', '{url}/close')"
    );
    database
        .sql
        .batch_execute(&statement)
        .expect("it can be configured");
}

#[test]
fn nothing_is_carried_to_where_a_provider_redirects() {
    let mut database = Database::new(Cluster::shared());
    let elsewhere = Listener::start();
    for status in [301, 302, 303, 307, 308] {
        let target = elsewhere.url();
        let provider = Listener::saying(move |request| {
            let path = request.split_whitespace().nth(1).unwrap_or("/");
            format!(
                "HTTP/1.1 {status} Elsewhere\r\nlocation: {target}{path}\r\nrefresh: 0; url={target}\r\n\
                 content-length: 0\r\nconnection: close\r\n\r\n"
            )
        });
        configure(&mut database, &provider.url());
        for mode in Mode::BOTH {
            // One with a token that is good, and one whose token is to be refreshed.
            for lives in [3600, -60] {
                let owner = database.owner(mode);
                store(
                    &mut database,
                    &owner,
                    "access-token",
                    "refresh-token",
                    "primary",
                    "owner@gmail.example",
                    lives,
                );
                // Times are not known, so a meeting is written down as an administrator would.
                database.import(&owner, 1);
                let disconnect = format!(
                    "select scheduling.disconnect_calendar('{}', 'google')",
                    owner.key()
                );
                wait_for("the event to be asked for", || {
                    let path = if lives > 0 { "/api/" } else { "/token" };
                    provider
                        .asked()
                        .iter()
                        .any(|asked| asked.contains(path))
                        .then_some(())
                });
                // Whether it can be revoked or not.
                let _ = database.sql.batch_execute(&disconnect);
            }
        }
        let wanted = ["/api/", "/token", "/revoke", "/resend/", "/close/"];
        wait_for("every endpoint to be asked", || {
            let asked = provider.asked();
            let lines: BTreeSet<&str> = asked
                .iter()
                .filter_map(|asked| asked.lines().next())
                .collect();
            let is_asked = |path: &&str| lines.iter().any(|line| line.contains(*path));
            wanted.iter().all(is_asked).then_some(())
        });
        // So that they are asked anew, by what is tried again.
        let hurry = "update scheduling.jobs set run_at = now() where state = 'ready'";
        database
            .sql
            .batch_execute(hurry)
            .expect("jobs can be hurried");
    }
    assert_eq!(elsewhere.asked(), [""; 0]);
    let told: String = database.one(
        "select coalesce(string_agg(distinct j.last_error, ' | '), '') from scheduling.jobs j",
    );
    for secret in [
        "client-secret",
        "access-token",
        "refresh-token",
        "re_key",
        "close-key",
    ] {
        assert!(!told.contains(secret), "{told}");
    }
}
