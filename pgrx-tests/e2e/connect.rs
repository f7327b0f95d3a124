//! How a test connects owners to the peers: what an administrator and the OAuth callback would have
//! stored. Everything after that is the extension's own doing.

use postgres::Client;

use crate::harness::database::{Database, Owner};
use crate::harness::machine::free_port;
use crate::peers::emulator::{self, Consent, Emulator};
use crate::peers::google::{CLIENT_ID, CLIENT_SECRET, Google};
use crate::peers::graph::{self, Graph};
use crate::peers::smtp::MailServer;

/// A database on `database.cluster` whose Google is a new stand-in.
pub fn stand_in(database: &mut Database<'_>) -> Google {
    let google = Google::start(free_port());
    configure(&mut database.sql, &google.token_url(), &google.api_url());
    google
}

/// Makes this Google the database's.
pub fn configure(sql: &mut Client, token_url: &str, api_url: &str) {
    sql.execute(
        "select scheduling.configure_provider('google', $1, $2, 'https://app.example/callback',
             token_url => $3, api_url => $4)",
        &[&CLIENT_ID, &CLIENT_SECRET, &token_url, &api_url],
    )
    .expect("a provider can be configured");
}

/// Connects the owner's primary calendar, with an access token that is good for an hour.
pub fn connect(database: &mut Database<'_>, owner: &Owner, google: &Google) {
    let (access_token, refresh_token) = google.grant();
    store(
        database,
        owner,
        &access_token,
        &refresh_token,
        "primary",
        "owner@gmail.example",
        3600,
    );
}

/// Makes a new stand-in the database's Outlook.
pub fn outlook_stand_in(database: &mut Database<'_>) -> Graph {
    let graph = Graph::start(free_port());
    let configure = "select scheduling.configure_provider('outlook', $1, $2,
         'https://app.example/callback', token_url => $3, api_url => $4)";
    let (token_url, api_url) = (graph.token_url(), graph.api_url());
    database
        .sql
        .execute(
            configure,
            &[
                &graph::CLIENT_ID,
                &graph::CLIENT_SECRET,
                &token_url,
                &api_url,
            ],
        )
        .expect("a provider can be configured");
    graph
}

/// Connects an owner's Outlook calendar (none: the main one) as the OAuth callback would, anew where
/// it was connected before, with an access token that lives so many seconds.
pub fn connect_outlook(
    database: &mut Database<'_>,
    owner: &Owner,
    graph: &Graph,
    calendar: Option<&str>,
    lives: f64,
) {
    let names = owner.mode.names();
    let (access, refresh) = graph.grant();
    let insert = format!(
        "insert into scheduling.{} ({key}, provider, access_token, refresh_token, token_expires_at,
             calendar_id, connected_email)
         values ($1, 'outlook', $2, $3, now() + $4 * interval '1 second', $5, 'owner@outlook.example')
         on conflict ({key}, provider) do update set
             access_token = excluded.access_token, refresh_token = excluded.refresh_token,
             token_expires_at = excluded.token_expires_at, status = 'ok', status_detail = null",
        names.connections,
        key = names.key,
    );
    database
        .sql
        .execute(&insert, &[&owner.id, &access, &refresh, &lives, &calendar])
        .expect("a connection can be stored");
}

/// Connects the emulator's user by way of Google's consent page, from the link to the callback.
pub fn connect_by_consent(database: &mut Database<'_>, owner: &Owner, google: &Emulator) {
    let key = owner.key();
    let page = format!("select scheduling.oauth_authorize_url('{key}', 'google')");
    let (code, state) = google.agree(&database.one::<String>(&page));
    database
        .sql
        .execute(
            "select * from scheduling.oauth_callback($1, $2)",
            &[&code, &state],
        )
        .expect("the code is good");
}

/// Connects the emulator's user, with an access token that expired a minute ago.
pub fn connect_emulator(database: &mut Database<'_>, owner: &Owner, google: &Emulator) -> Consent {
    configure(&mut database.sql, &google.token_url(), &google.api_url());
    let consent = google.consent();
    store(
        database,
        owner,
        "expired",
        &consent.refresh_token,
        "primary",
        emulator::USER,
        -60,
    );
    consent
}

/// Writes a connection as the OAuth callback would, anew where there is one, `lives` seconds before its token expires.
pub fn store(
    database: &mut Database<'_>,
    owner: &Owner,
    access_token: &str,
    refresh_token: &str,
    calendar: &str,
    email: &str,
    lives: i32,
) {
    let names = owner.mode.names();
    let insert = format!(
        "insert into scheduling.{} ({key}, provider, access_token, refresh_token, token_expires_at, calendar_id, connected_email)
         values ($1, 'google', $2, $3, now() + $6 * interval '1 second', $4, $5)
         on conflict ({key}, provider) do update set
             access_token = excluded.access_token, refresh_token = excluded.refresh_token,
             token_expires_at = excluded.token_expires_at, status = 'ok', status_detail = null",
        names.connections,
        key = names.key,
    );
    database
        .sql
        .execute(
            &insert,
            &[
                &owner.id,
                &access_token,
                &refresh_token,
                &calendar,
                &email,
                &f64::from(lives),
            ],
        )
        .expect("a connection can be stored");
}

/// Mail leaves through this server from now on.
pub fn send_through(database: &mut Database<'_>, server: &MailServer) {
    send_by_url(database, &server.url());
}

/// Mail leaves by the server of this URL from now on.
pub fn send_by_url(database: &mut Database<'_>, url: &str) {
    database
        .sql
        .execute(
            "select scheduling.configure_mail('smtp', 'Bookings <bookings@example.com>', smtp_url => $1)",
            &[&url],
        )
        .expect("mail can be configured");
}
