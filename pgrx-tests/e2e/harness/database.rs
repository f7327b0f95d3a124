//! A database of a test's own with the extension in it, dropped at the end, and the rows that most
//! tests begin with: owners of both modes who are open all day, every day, in UTC, each with a
//! booking link.

use std::sync::atomic::{AtomicU32, Ordering};

use postgres::{Client, Row};
use uuid::Uuid;

use super::cluster::Cluster;
use super::wait::wait_for;

pub struct Database<'a> {
    pub cluster: &'a Cluster,
    pub name: String,
    pub sql: Client,
}

/// One owner with one link, as [`Database::client`] and [`Database::user`] make them.
#[derive(Clone, Debug)]
pub struct Owner {
    pub id: Uuid,
    pub mode: Mode,
    pub slug: String,
}

impl Owner {
    /// As the contract's functions take an owner.
    pub fn key(&self) -> String {
        match self.mode {
            Mode::Client => self.id.to_string(),
            Mode::User => format!("user:{}", self.id),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Client,
    User,
}

impl Mode {
    pub const BOTH: [Self; 2] = [Self::Client, Self::User];

    /// What the contract's first table says of this mode.
    pub fn names(self) -> Names {
        match self {
            Self::Client => Names {
                key: "client_id",
                connections: "calendar_connections",
                meetings: "meetings",
                guests: "contacts",
                guest_id: "contact_id",
                job_meeting: "meeting_id",
            },
            Self::User => Names {
                key: "user_id",
                connections: "user_calendar_connections",
                meetings: "sales_meetings",
                guests: "sales_prospects",
                guest_id: "prospect_id",
                job_meeting: "sales_meeting_id",
            },
        }
    }
}

/// The tables and columns that a mode's rows live in.
pub struct Names {
    pub key: &'static str,
    pub connections: &'static str,
    pub meetings: &'static str,
    pub guests: &'static str,
    pub guest_id: &'static str,
    pub job_meeting: &'static str,
}

const OPEN_ALL_DAY: &str = r#"(select jsonb_object_agg(day, '{"enabled":true,"start":"00:00","end":"24:00"}'::jsonb)
   from unnest('{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'::text[]) day)"#;

impl<'a> Database<'a> {
    /// A new database with the extension, whose worker is up.
    pub fn new(cluster: &'a Cluster) -> Self {
        let mut database = Self::without_extension(cluster);
        database
            .sql
            .batch_execute("create extension scheduling cascade")
            .expect("it installs");
        database.wait_for_worker();
        database
    }

    /// A new, empty database.
    pub fn without_extension(cluster: &'a Cluster) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("e2e_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let mut server = cluster.connect("postgres");
        server
            .batch_execute(&format!("create database {name}"))
            .expect("a superuser may");
        let sql = cluster.connect(&name);
        Self { cluster, name, sql }
    }

    /// One more session.
    pub fn connect(&self) -> Client {
        self.cluster.connect(&self.name)
    }

    /// After the server went away under the first session.
    pub fn reconnect(&mut self) {
        self.sql = self.connect();
    }

    /// Waits until this database's worker is up and returns its process id.
    pub fn wait_for_worker(&mut self) -> i32 {
        wait_for("the worker to be up", || self.worker())
    }

    /// The worker's process id while it is up, by its own word.
    pub fn worker(&mut self) -> Option<i32> {
        let row = self
            .sql
            .query_one("select running, pid from scheduling.worker_status()", &[]);
        let row = row.expect("worker_status always answers");
        row.get::<_, bool>("running").then(|| row.get("pid"))
    }

    /// A client in client mode with a link.
    pub fn client(&mut self) -> Owner {
        let id = self.one(&format!(
            "insert into scheduling.clients (name, primary_contact_email, timezone, availability_settings)
             values ('Acme Dental', 'front.desk@acme.example', 'UTC', {OPEN_ALL_DAY}) returning id"
        ));
        self.link(id, Mode::Client)
    }

    /// A user in internal mode with a link.
    pub fn user(&mut self) -> Owner {
        let id = self.one(&format!(
            "insert into scheduling.user_profiles (user_id, full_name, email, timezone, availability_settings)
             values (gen_random_uuid(), 'Robin Vale', 'robin@sales.example', 'UTC', {OPEN_ALL_DAY})
             returning user_id"
        ));
        self.link(id, Mode::User)
    }

    pub fn owner(&mut self, mode: Mode) -> Owner {
        match mode {
            Mode::Client => self.client(),
            Mode::User => self.user(),
        }
    }

    fn link(&mut self, id: Uuid, mode: Mode) -> Owner {
        let key = mode.names().key;
        let slug: String = self.one(&format!(
            "insert into scheduling.booking_links (slug, {key}, title, duration_minutes)
             values ('link-' || gen_random_uuid(), '{id}', 'Intro call', 30) returning slug"
        ));
        Owner { id, mode, slug }
    }

    /// Books the n-th half hour of the day after tomorrow on; returns the meeting's id.
    pub fn book(&mut self, owner: &Owner, n: i32) -> Uuid {
        book(&mut self.sql, owner, n).expect("the slot is free")
    }

    /// Writes so many meetings of ten minutes each, from the tenth day on, as an administrator would:
    /// in one transaction, and without a look at the owner's calendar. Each makes an event and two
    /// mails.
    pub fn import(&mut self, owner: &Owner, count: i32) -> Vec<Uuid> {
        let names = owner.mode.names();
        let insert = format!(
            "with guest as (
                 insert into scheduling.{guests} ({key}, email, name)
                 values ($1, gen_random_uuid() || '@guest.example', 'Ada Guest') returning id
             ), free as (
                 select greatest(max(ends_at), now() + interval '10 days') as starts_at
                 from scheduling.{meetings} where {key} = $1
             )
             insert into scheduling.{meetings} ({key}, {guest_id}, title, starts_at, ends_at)
             select $1, guest.id, 'Import', free.starts_at + n * interval '10 minutes',
                    free.starts_at + (n + 1) * interval '10 minutes'
             from guest, free, generate_series(0, $2 - 1) n returning id",
            guests = names.guests,
            key = names.key,
            meetings = names.meetings,
            guest_id = names.guest_id,
        );
        let rows = self.sql.query(&insert, &[&owner.id, &count]);
        let rows = rows.unwrap_or_else(|error| panic!("{}", explain(&error)));
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// Has the owner's calendars read now; how many busy times they have.
    #[track_caller]
    pub fn refresh_busy_times(&mut self, owner: &Owner) -> i32 {
        self.one(&format!(
            "select scheduling.refresh_busy_times('{}')",
            owner.key()
        ))
    }

    /// The only column of the only row.
    #[track_caller]
    pub fn one<T: for<'b> postgres::types::FromSql<'b>>(&mut self, query: &str) -> T {
        self.sql
            .query_one(query, &[])
            .unwrap_or_else(|e| panic!("{query}: {}", explain(&e)))
            .get(0)
    }

    /// Jobs of one meeting, oldest first.
    pub fn jobs(&mut self, owner: &Owner, meeting: Uuid) -> Vec<Job> {
        let of = owner.mode.names().job_meeting;
        let query = format!(
            "select kind, state, attempts, last_error from scheduling.jobs where {of} = $1 order by id"
        );
        let rows = self
            .sql
            .query(&query, &[&meeting])
            .expect("jobs can be read");
        rows.iter().map(Job::from).collect()
    }

    /// Waits until no job of the meeting is left to do, and returns them all.
    #[track_caller]
    pub fn wait_for_jobs(&mut self, owner: &Owner, meeting: Uuid) -> Vec<Job> {
        wait_for("the meeting's jobs to end", || {
            let jobs = self.jobs(owner, meeting);
            let open = jobs
                .iter()
                .any(|job| matches!(job.state.as_str(), "ready" | "running"));
            (!open && !jobs.is_empty()).then_some(jobs)
        })
    }

    /// A column of the meeting's row as text.
    #[track_caller]
    pub fn meeting_column(&mut self, owner: &Owner, meeting: Uuid, column: &str) -> Option<String> {
        let table = owner.mode.names().meetings;
        self.one(&format!(
            "select {column}::text from scheduling.{table} where id = '{meeting}'"
        ))
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        if let Ok(mut server) = self.cluster.try_connect("postgres") {
            let _ = server.batch_execute(&format!(
                "drop database if exists {} with (force)",
                self.name
            ));
        }
    }
}

/// A row of `scheduling.jobs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub kind: String,
    pub state: String,
    pub attempts: i32,
    pub last_error: Option<String>,
}

impl From<&Row> for Job {
    fn from(row: &Row) -> Self {
        Self {
            kind: row.get("kind"),
            state: row.get("state"),
            attempts: row.get("attempts"),
            last_error: row.get("last_error"),
        }
    }
}

/// `scheduling.book` for the n-th half hour from midnight (UTC) of the day after tomorrow on.
pub fn book(sql: &mut Client, owner: &Owner, n: i32) -> Result<Uuid, postgres::Error> {
    let booked = sql.query_one(
        "select meeting_id from scheduling.book($1, date_trunc('day', now(), 'UTC') + interval '2 days'
             + $2 * interval '30 minutes', 'ada@guest.example', 'Ada Guest')",
        &[&owner.slug, &f64::from(n)],
    );
    booked.map(|row| row.get(0))
}

/// The SQLSTATE of an error that the server answered.
#[track_caller]
pub fn sqlstate(error: &postgres::Error) -> &str {
    error.code().expect("the server answers").code()
}

/// The error as the server tells it.
pub fn explain(error: &postgres::Error) -> String {
    match error.as_db_error() {
        None => error.to_string(),
        Some(db) => {
            let detail = db.detail().unwrap_or_default();
            format!("{} {}. {detail}", db.code().code(), db.message())
        }
    }
}
