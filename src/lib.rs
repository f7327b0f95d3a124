//! Scheduling inside PostgreSQL: free slots, booking links, calendar events and invitations.
//!
//! The house at a glance. Pure rooms know neither PostgreSQL nor the network: `owner`,
//! `availability::{hours, zone, slots}`, `oauth::state`, `mail` but for its transports. SQL-facing
//! functions are thin: read rows, call a pure room, write rows. Only `worker` talks to the outside,
//! with `http`, `oauth::{flow, refresh}`, `calendar` and `mail`'s transports; sessions that need an
//! answer from there ask it. SQL does what SQL is best at, in `sql/`: tables, constraints, triggers,
//! grants, and the signatures of all functions.

mod access;
mod audit;
mod availability;
mod booking;
mod calendar;
mod crm;
mod error;
mod feed;
#[cfg(any(test, fuzzing))]
mod fuzz_input;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
#[cfg(test)]
mod house;
mod http;
mod instant;
mod ipc;
mod json;
mod length;
mod locale;
mod mail;
mod oauth;
mod owner;
mod pages;
mod plan;
mod postgrest;
mod provider;
mod rows;
mod settings;
mod shorten;
mod subtransaction;
mod timestamptz;
mod vault;
mod webhook;
mod worker;

use pgrx::prelude::*;

pgrx::pg_module_magic!(name, version);

/// Called when the library is loaded: at the start of a server that preloads it, else in each
/// session that calls one of its functions first.
#[pg_guard]
pub extern "C-unwind" fn _PG_init() {
    keep_backtraces_out_of_errors();
    settings::define();
    worker::register();
}

/// pgrx adds a backtrace to the DETAIL of what PostgreSQL raises in here wherever the server's environment has
/// `RUST_BACKTRACE`, and visitors would read it. Who looks for a fault asks for them by `RUST_LIB_BACKTRACE`.
fn keep_backtraces_out_of_errors() {
    const ASKS: &str = "RUST_LIB_BACKTRACE";
    if std::env::var_os(ASKS).is_none() {
        // SAFETY: the process has one thread when the library is loaded.
        unsafe { std::env::set_var(ASKS, "0") };
    }
}

// The install script, in order. Every signature is written in SQL: names, defaults and comments of
// the API are read there, and a C function stands right before what needs it.
extension_sql_file!("../sql/schemas.sql", name = "schemas");
extension_sql_file!(
    "../sql/arguments.sql",
    name = "arguments",
    requires = ["schemas"]
);
extension_sql_file!("../sql/vault.sql", name = "vault", requires = ["arguments"]);
extension_sql_file!(
    "../sql/providers.sql",
    name = "providers",
    requires = ["vault"]
);
extension_sql_file!(
    "../sql/availability.sql",
    name = "availability",
    requires = ["providers"]
);
extension_sql_file!(
    "../sql/owners.sql",
    name = "owners",
    requires = ["availability"]
);
extension_sql_file!(
    "../sql/reminders.sql",
    name = "reminders",
    requires = ["owners"]
);
extension_sql_file!(
    "../sql/booking_links.sql",
    name = "booking_links",
    requires = ["reminders"]
);
extension_sql_file!(
    "../sql/oauth.sql",
    name = "oauth",
    requires = ["booking_links"]
);
extension_sql_file!(
    "../sql/connections.sql",
    name = "connections",
    requires = ["oauth"]
);
extension_sql_file!("../sql/busy.sql", name = "busy", requires = ["connections"]);
extension_sql_file!("../sql/booking.sql", name = "booking", requires = ["busy"]);
extension_sql_file!(
    "../sql/meetings.sql",
    name = "meetings",
    requires = ["booking"]
);
extension_sql_file!(
    "../sql/meeting_rules.sql",
    name = "meeting_rules",
    requires = ["meetings"]
);
extension_sql_file!(
    "../sql/feed.sql",
    name = "feed",
    requires = ["meeting_rules"]
);
extension_sql_file!("../sql/crm.sql", name = "crm", requires = ["feed"]);
extension_sql_file!("../sql/webhooks.sql", name = "webhooks", requires = ["crm"]);
extension_sql_file!("../sql/jobs.sql", name = "jobs", requires = ["webhooks"]);
extension_sql_file!(
    "../sql/webhook_events.sql",
    name = "webhook_events",
    requires = ["jobs"]
);
extension_sql_file!(
    "../sql/mail.sql",
    name = "mail",
    requires = ["webhook_events"]
);
extension_sql_file!("../sql/site.sql", name = "site", requires = ["mail"]);
extension_sql_file!("../sql/pages.sql", name = "pages", requires = ["site"]);
extension_sql_file!(
    "../sql/templates.sql",
    name = "templates",
    requires = ["pages"]
);
extension_sql_file!(
    "../sql/worker.sql",
    name = "worker",
    requires = ["templates"]
);
extension_sql_file!("../sql/queue.sql", name = "queue", requires = ["worker"]);
extension_sql_file!("../sql/audit.sql", name = "audit", requires = ["queue"]);
extension_sql_file!("../sql/callers.sql", name = "callers", requires = ["audit"]);
extension_sql_file!(
    "../sql/members.sql",
    name = "members",
    requires = ["callers"]
);
extension_sql_file!(
    "../sql/access.sql",
    name = "access",
    requires = ["members"],
    finalize
);

#[cfg(any(test, feature = "pg_test"))]
#[path = "../pgrx-tests/database/mod.rs"]
mod database;

#[cfg(test)]
#[path = "../pgrx-tests/documents/mod.rs"]
mod documents;

/// Required by `cargo pgrx test` at the root of the crate.
#[cfg(test)]
pub mod pg_test {
    pub fn setup(_options: Vec<&str>) {}

    #[must_use]
    pub fn postgresql_conf_options() -> Vec<&'static str> {
        vec!["shared_preload_libraries = 'scheduling'"]
    }
}
