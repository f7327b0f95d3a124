//! An owner with a connected calendar at either provider's stand-in: what happens in that calendar,
//! and what the extension makes of it.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use postgres::types::ToSql;
use serde_json::{Value, json};

use crate::connect::{connect, connect_outlook, outlook_stand_in, stand_in};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner, explain, sqlstate};
use crate::harness::wait::wait_for;
use crate::peers::google::{Fault, Google};
use crate::peers::graph::Graph;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    Google,
    Outlook,
}

impl Provider {
    pub const BOTH: [Self; 2] = [Self::Google, Self::Outlook];

    pub fn name(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Outlook => "outlook",
        }
    }
}

/// The owner's calendar; it starts empty, in UTC.
pub enum Calendar {
    Google(Google),
    Outlook(Graph),
}

impl Calendar {
    /// Somebody enters an event in the provider's words, or changes these fields of it.
    pub fn enter(&self, id: &str, fields: &Value) {
        match self {
            Self::Google(google) => google.enter("primary", id, fields),
            Self::Outlook(graph) => graph.enter(None, id, fields),
        }
    }

    /// The same in another of the account's calendars.
    pub fn enter_in(&self, calendar: &str, id: &str, fields: &Value) {
        match self {
            Self::Google(google) => google.enter(calendar, id, fields),
            Self::Outlook(graph) => graph.enter(Some(calendar), id, fields),
        }
    }

    /// The owner moves an event from the main calendar to another one.
    pub fn move_to(&self, id: &str, calendar: &str) {
        match self {
            Self::Google(google) => google.move_to("primary", id, calendar),
            Self::Outlook(graph) => graph.move_to(id, calendar),
        }
    }

    pub fn provider(&self) -> Provider {
        match self {
            Self::Google(_) => Provider::Google,
            Self::Outlook(_) => Provider::Outlook,
        }
    }

    /// The paths of all requests so far.
    pub fn paths(&self) -> Vec<String> {
        let requests = match self {
            Self::Google(google) => google.requests(),
            Self::Outlook(graph) => graph.requests(),
        };
        requests.into_iter().map(|request| request.path).collect()
    }

    /// `start` and `end` in the provider's words, as entered in this zone.
    pub fn times(&self, start: DateTime<Utc>, end: DateTime<Utc>, zone: Tz) -> Value {
        let at = |instant: DateTime<Utc>| {
            let local = instant.with_timezone(&zone);
            let text = match self {
                Self::Google(_) => local.to_rfc3339(),
                Self::Outlook(_) => local.naive_local().format("%FT%T").to_string(),
            };
            json!({"dateTime": text, "timeZone": zone.name()})
        };
        json!({"start": at(start), "end": at(end)})
    }

    /// The account has another calendar, of this id.
    pub fn add(&self, id: &str) {
        match self {
            Self::Google(google) => google.add_calendar(id, &json!({})),
            Self::Outlook(graph) => graph.add_calendar(id, &json!({})),
        }
    }

    /// Somebody deletes an event.
    pub fn remove(&self, id: &str) {
        match self {
            Self::Google(google) => google.enter("primary", id, &json!({"status": "cancelled"})),
            Self::Outlook(graph) => graph.bin(id),
        }
    }

    /// Pages of what is read hold no more than this from now on.
    pub fn set_page_size(&self, page_size: usize) {
        match self {
            Self::Google(google) => google.set_page_size(page_size),
            Self::Outlook(graph) => graph.set_page_size(page_size),
        }
    }

    /// How many pages were asked for so far.
    pub fn reads(&self) -> usize {
        match self {
            Self::Google(google) => google.reads().len(),
            Self::Outlook(graph) => graph.reads().len(),
        }
    }

    /// Every reading meets this fault until it is lifted with `None`; events are still written.
    pub fn break_reads(&self, fault: Option<Fault>) {
        match self {
            Self::Google(google) => google.always_read(fault),
            Self::Outlook(graph) => graph.always_read(fault),
        }
    }

    /// Every writing of an event meets this fault until it is lifted with `None`.
    pub fn break_writes(&self, fault: Option<Fault>) {
        match self {
            Self::Google(google) => google.always(fault),
            Self::Outlook(graph) => graph.always(fault),
        }
    }

    /// The next request for a token meets this fault.
    pub fn break_token(&self, fault: Fault) {
        match self {
            Self::Google(google) => google.next_token(fault),
            Self::Outlook(graph) => graph.next_token(fault),
        }
    }

    pub fn revoke_grants(&self) {
        match self {
            Self::Google(google) => google.revoke_grants(),
            Self::Outlook(graph) => graph.revoke_grants(),
        }
    }

    pub fn grant(&self) -> (String, String) {
        match self {
            Self::Google(google) => google.grant(),
            Self::Outlook(graph) => graph.grant(),
        }
    }
}

/// A database with one connected owner, who is open all day, in UTC, for meetings of half an hour.
pub struct Scene<'a> {
    pub database: Database<'a>,
    pub calendar: Calendar,
    pub owner: Owner,
    /// Midnight of the day after tomorrow; its half hours are numbered from 0 to 47.
    pub day: DateTime<Utc>,
}

/// What a session was answered.
pub type Answer<T> = Result<T, postgres::Error>;

impl<'a> Scene<'a> {
    pub fn new(cluster: &'a Cluster, provider: Provider, mode: Mode) -> Self {
        let mut database = Database::new(cluster);
        let calendar = match provider {
            Provider::Google => Calendar::Google(stand_in(&mut database)),
            Provider::Outlook => Calendar::Outlook(outlook_stand_in(&mut database)),
        };
        let owner = database.owner(mode);
        let day = database.one("select date_trunc('day', now(), 'UTC') + interval '2 days'");
        let mut scene = Self {
            database,
            calendar,
            owner,
            day,
        };
        scene.connect();
        scene
    }

    /// The same calendar belongs to somebody new.
    pub fn new_owner(&mut self, mode: Mode) {
        self.owner = self.database.owner(mode);
        self.connect();
    }

    fn connect(&mut self) {
        let (database, owner) = (&mut self.database, &self.owner);
        match &self.calendar {
            Calendar::Google(google) => connect(database, owner, google),
            Calendar::Outlook(graph) => connect_outlook(database, owner, graph, None, 3600.0),
        }
    }

    /// The start of a half hour.
    pub fn at(&self, n: i64) -> DateTime<Utc> {
        self.day + TimeDelta::minutes(30 * n)
    }

    /// Somebody enters an event that keeps the owner busy for this half hour.
    pub fn enter(&self, id: &str, n: i64) {
        let times = self.calendar.times(self.at(n), self.at(n + 1), Tz::UTC);
        self.calendar.enter(id, &times);
    }

    /// The half hours of so many days that are offered, by each function that offers any.
    pub fn slots(&mut self, days: i64) -> [Answer<BTreeSet<i64>>; 3] {
        let key = self.owner.key();
        let by_id = format!(
            "select (slot->>'start')::timestamptz
             from jsonb_array_elements(scheduling.get_calendar_availability(
                 {} => $1::text::uuid, from_time => $2, until_time => $3)) slot",
            self.owner.mode.names().key
        );
        let (slug, id) = (self.owner.slug.clone(), self.owner.id.to_string());
        let (from, until) = (self.day, self.day + TimeDelta::days(days));
        [
            (
                "select slot_start from scheduling.link_slots($1, $2, $3)",
                slug,
            ),
            (
                "select slot_start from scheduling.available_slots($1, $2, $3)",
                key,
            ),
            (&*by_id, id),
        ]
        .map(|(query, of)| {
            let parameters: [&(dyn ToSql + Sync); 3] = [&of, &from, &until];
            let rows = self.database.sql.query(query, &parameters)?;
            let number = |row: &postgres::Row| {
                let start: DateTime<Utc> = row.get(0);
                let minutes = (start - from).num_minutes();
                (minutes % 30 == 0).then_some(minutes / 30)
            };
            Ok(rows.iter().filter_map(number).collect())
        })
    }

    /// The half hours of so many days that are not offered. All functions agree.
    #[track_caller]
    pub fn taken_within(&mut self, days: i64) -> Vec<i64> {
        let [by_link, others @ ..] = self
            .slots(days)
            .map(|slots| slots.unwrap_or_else(|error| panic!("{}", explain(&error))));
        for other in others {
            assert_eq!(other, by_link, "all functions agree");
        }
        (0..48 * days).filter(|n| !by_link.contains(n)).collect()
    }

    /// The half hours of the day that are not offered.
    #[track_caller]
    pub fn taken(&mut self) -> Vec<i64> {
        self.taken_within(1)
    }

    /// A visitor books a half hour: the token to manage it with.
    pub fn book(&mut self, n: i64) -> Answer<String> {
        let (slug, starts) = (&self.owner.slug, self.day + TimeDelta::minutes(30 * n));
        let book = "select manage_token from scheduling.book($1, $2, 'ada@guest.example', 'Ada')";
        let row = self.database.sql.query_one(book, &[slug, &starts])?;
        Ok(row.get(0))
    }

    /// The visitor moves the booking.
    pub fn reschedule(&mut self, token: &str, to: DateTime<Utc>) -> Answer<()> {
        let reschedule = "select * from scheduling.reschedule_booking($1, $2)";
        self.database.sql.query_one(reschedule, &[&token, &to])?;
        Ok(())
    }

    /// `refresh_busy_times`: how many busy times are known now.
    pub fn refresh(&mut self) -> Answer<i32> {
        let refresh = "select scheduling.refresh_busy_times($1)";
        let row = self.database.sql.query_one(refresh, &[&self.owner.key()])?;
        Ok(row.get(0))
    }

    /// Changes the connection's row.
    #[track_caller]
    pub fn set(&mut self, what: &str) {
        let names = self.owner.mode.names();
        let update = format!(
            "update scheduling.{} set {what} where {} = '{}'",
            names.connections, names.key, self.owner.id
        );
        let changed = self.database.sql.execute(&update, &[]);
        assert_eq!(changed.expect("it can be changed"), 1);
    }

    /// What is known of the calendar becomes older by so many seconds.
    #[track_caller]
    pub fn age(&mut self, seconds: u32) {
        self.set(&format!(
            "busy_synced_at = busy_synced_at - interval '{seconds} seconds'"
        ));
    }

    /// The connection's status, and its detail.
    pub fn status(&mut self) -> (String, String) {
        let names = self.owner.mode.names();
        let status = format!(
            "select status, coalesce(status_detail, '') from scheduling.{} where {} = $1",
            names.connections, names.key
        );
        let row = self.database.sql.query_one(&status, &[&self.owner.id]);
        let row = row.expect("the owner has one connection");
        (row.get(0), row.get(1))
    }

    /// Waits until nothing is left to do for any meeting.
    #[track_caller]
    pub fn wait_for_jobs(&mut self) {
        wait_for("all jobs to end", || {
            let open: i64 = self
                .database
                .one("select count(*) from scheduling.jobs where state in ('ready', 'running')");
            (open == 0).then_some(())
        });
    }
}

/// No half hour.
pub const NOTHING: [i64; 0] = [];

/// Every combination of the two.
pub fn everywhere() -> impl Iterator<Item = (Provider, Mode)> {
    let modes = |provider| Mode::BOTH.map(|mode| (provider, mode));
    Provider::BOTH.into_iter().flat_map(modes)
}

/// The answer; panics with the refusal where there is none.
#[track_caller]
pub fn done<T>(answer: Answer<T>) -> T {
    answer.unwrap_or_else(|error| panic!("{}", explain(&error)))
}

/// The SQLSTATE of what must be a refusal.
#[track_caller]
pub fn refused<T>(answer: Answer<T>) -> String {
    match answer {
        Ok(_) => panic!("this must be refused"),
        Err(error) => sqlstate(&error).to_owned(),
    }
}
