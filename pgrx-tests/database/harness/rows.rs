//! Owners of both modes, their links and their meetings: made by plain SQL, as an administrator
//! would make them.

use pgrx::JsonB;
use serde_json::Value;

use super::sql::{one, quote, rows, run};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Client,
    User,
}

/// What the contract's first table says of a mode.
pub struct Names {
    pub mode: &'static str,
    pub owners: &'static str,
    /// The key of `owners`.
    pub id: &'static str,
    /// The column of the other tables that refers to `owners`.
    pub owner_id: &'static str,
    pub connections: &'static str,
    pub meetings: &'static str,
    pub guests: &'static str,
    pub guest_id: &'static str,
    /// The column of `jobs`, and the argument of functions, that refers to `meetings`.
    pub meeting_id: &'static str,
}

impl Mode {
    pub const BOTH: [Self; 2] = [Self::Client, Self::User];

    pub fn names(self) -> Names {
        match self {
            Self::Client => Names {
                mode: "client",
                owners: "clients",
                id: "id",
                owner_id: "client_id",
                connections: "calendar_connections",
                meetings: "meetings",
                guests: "contacts",
                guest_id: "contact_id",
                meeting_id: "meeting_id",
            },
            Self::User => Names {
                mode: "user",
                owners: "user_profiles",
                id: "user_id",
                owner_id: "user_id",
                connections: "user_calendar_connections",
                meetings: "sales_meetings",
                guests: "sales_prospects",
                guest_id: "prospect_id",
                meeting_id: "sales_meeting_id",
            },
        }
    }
}

pub struct Owner {
    pub mode: Mode,
    pub id: String,
}

impl Owner {
    /// One of whom nothing is given but what must be.
    pub fn new(mode: Mode) -> Self {
        let id = one(match mode {
            Mode::Client => {
                "insert into scheduling.clients (name) values ('Acme') returning id::text"
            }
            Mode::User => {
                "insert into scheduling.user_profiles default values returning user_id::text"
            }
        });
        Self { mode, id }
    }

    /// One without weekly hours: open on the days that [`Self::open_on`] names, and on no other.
    pub fn closed(mode: Mode, zone: &str) -> Self {
        let owner = Self::new(mode);
        owner.set(&format!(
            "availability_settings = '{{}}', timezone = '{zone}'"
        ));
        owner
    }

    /// One who is open at all times.
    pub fn always_open(mode: Mode, zone: &str) -> Self {
        let owner = Self::new(mode);
        owner.set(&format!(
            "timezone = '{zone}', availability_settings = (
                 select jsonb_object_agg(day, '{{\"enabled\": true, \"start\": \"00:00\", \"end\": \"24:00\"}}'::jsonb)
                 from unnest('{{monday,tuesday,wednesday,thursday,friday,saturday,sunday}}'::text[]) day)"
        ));
        owner
    }

    /// The owner key of the contract.
    pub fn key(&self) -> String {
        match self.mode {
            Mode::Client => self.id.clone(),
            Mode::User => format!("user:{}", self.id),
        }
    }

    pub fn set(&self, assignments: &str) {
        run(&self.update(assignments));
    }

    /// The token of the owner's calendar feed.
    pub fn feed(&self) -> String {
        one(&format!(
            "select split_part(scheduling.calendar_feed_url('{}'), 'token=', 2)",
            self.key()
        ))
    }

    /// The statement that changes the owner's row.
    pub fn update(&self, assignments: &str) -> String {
        let Names { owners, id, .. } = self.mode.names();
        format!(
            "update scheduling.{owners} set {assignments} where {id} = '{}'",
            self.id
        )
    }

    /// Replaces the weekly hours of a day.
    pub fn open_on(&self, day: &str, windows: &[(&str, &str)]) {
        let windows: Value = windows
            .iter()
            .map(|(start, end)| serde_json::json!({"start": start, "end": end}))
            .collect();
        run(&self.override_day(day, &windows.to_string()));
    }

    /// The statement that does so, with any document.
    pub fn override_day(&self, day: &str, windows: &str) -> String {
        format!(
            "insert into scheduling.availability_overrides ({}, day, windows)
             values ('{}', '{day}', {})",
            self.mode.names().owner_id,
            self.id,
            quote(windows)
        )
    }

    /// A span in which the owner cannot be booked (SQL expressions).
    pub fn off(&self, starts_at: &str, ends_at: &str) {
        run(&format!(
            "insert into scheduling.time_off ({}, starts_at, ends_at)
             values ('{}', {starts_at}, {ends_at})",
            self.mode.names().owner_id,
            self.id
        ));
    }

    /// A call of `available_slots` for this owner.
    pub fn available_slots(&self, arguments: &str) -> String {
        format!("available_slots('{}', {arguments})", self.key())
    }

    /// A link with the contract's defaults, but that it can be booked ten years ahead.
    pub fn link(&self) -> Link {
        let slug = one(&format!(
            "insert into scheduling.booking_links (slug, {}, title, booking_window_days)
             values ('link-' || gen_random_uuid(), '{}', 'Intro call', 3650) returning slug",
            self.mode.names().owner_id,
            self.id
        ));
        Link {
            mode: self.mode,
            slug,
        }
    }

    /// A meeting without a link, from a start to an end (SQL expressions).
    pub fn meeting(&self, starts_at: &str, ends_at: &str) -> Meeting {
        self.meeting_with(starts_at, ends_at, &[])
    }

    /// A meeting with more columns given, as SQL expressions.
    pub fn meeting_with(&self, starts_at: &str, ends_at: &str, more: &[(&str, &str)]) -> Meeting {
        let insert = self.insert_meeting(starts_at, ends_at, more);
        Meeting {
            mode: self.mode,
            id: one(&format!("{insert} returning id::text")),
        }
    }

    /// The statement that makes it.
    pub fn insert_meeting(&self, starts_at: &str, ends_at: &str, more: &[(&str, &str)]) -> String {
        let names = self.mode.names();
        let (mut columns, mut values) = (String::new(), String::new());
        for (column, value) in more {
            columns += &format!(", {column}");
            values += &format!(", {value}");
        }
        format!(
            "insert into scheduling.{} ({}, starts_at, ends_at{columns})
             values ('{}', {starts_at}, {ends_at}{values})",
            names.meetings, names.owner_id, self.id
        )
    }
}

pub struct Link {
    pub mode: Mode,
    pub slug: String,
}

impl Link {
    pub fn set(&self, assignments: &str) {
        run(&self.update(assignments));
    }

    /// The statement that changes the link's row.
    pub fn update(&self, assignments: &str) -> String {
        format!(
            "update scheduling.booking_links set {assignments} where slug = '{}'",
            self.slug
        )
    }

    /// An SQL expression for the link's id.
    pub fn id(&self) -> String {
        format!(
            "(select id from scheduling.booking_links where slug = '{}')",
            self.slug
        )
    }

    /// The statement that books a start (an SQL expression); `more` are further arguments.
    pub fn book(&self, starts_at: &str, more: &str) -> String {
        let comma = if more.is_empty() { "" } else { ", " };
        format!(
            "select to_jsonb(booked) from scheduling.book(
                 '{}', {starts_at}, email => 'ada@guest.example', name => 'Ada Guest'{comma}{more}) booked",
            self.slug
        )
    }

    /// The row that `book` returns.
    #[track_caller]
    pub fn booked(&self, starts_at: &str, more: &str) -> Value {
        row(&self.book(starts_at, more))
    }

    /// A booking that the test only needs to be there.
    #[track_caller]
    pub fn booking(&self, starts_at: &str) -> Booking {
        self.booking_with(starts_at, "")
    }

    /// The same with further arguments.
    #[track_caller]
    pub fn booking_with(&self, starts_at: &str, more: &str) -> Booking {
        Booking::of(self.mode, &self.booked(starts_at, more))
    }
}

/// A meeting that was booked, and the token to manage it.
pub struct Booking {
    pub meeting: Meeting,
    pub token: String,
}

impl Booking {
    pub fn of(mode: Mode, row: &Value) -> Self {
        Self {
            meeting: Meeting {
                mode,
                id: text(row, "meeting_id"),
            },
            token: text(row, "manage_token"),
        }
    }

    /// The statement of a function that takes the token; `more` are further arguments.
    pub fn call(&self, function: &str, more: &str) -> String {
        let comma = if more.is_empty() { "" } else { ", " };
        format!(
            "select to_jsonb(booking) from scheduling.{function}({}{comma}{more}) booking",
            quote(&self.token)
        )
    }
}

pub struct Meeting {
    pub mode: Mode,
    pub id: String,
}

impl Meeting {
    pub fn set(&self, assignments: &str) {
        run(&self.update(assignments));
    }

    /// The statement that changes the meeting's row.
    pub fn update(&self, assignments: &str) -> String {
        format!(
            "update scheduling.{} set {assignments} where id = '{}'",
            self.mode.names().meetings,
            self.id
        )
    }

    /// An expression over the meeting's row, as text; null reads `null`.
    #[track_caller]
    pub fn text(&self, expression: &str) -> String {
        let query = format!(
            "select ({expression})::text from scheduling.{} where id = '{}'",
            self.mode.names().meetings,
            self.id
        );
        rows(&query).pop().expect("the meeting is there")
    }

    /// Its jobs, oldest first: the kind, and for mails which one to whom.
    pub fn jobs(&self) -> Vec<String> {
        rows(&format!(
            "select concat_ws(' ', kind, payload ->> 'mail', payload ->> 'to') from scheduling.jobs
             where {} = '{}' order by id",
            self.mode.names().meeting_id,
            self.id
        ))
    }

    /// Forgets the jobs queued so far.
    pub fn clear_jobs(&self) {
        run(&format!(
            "delete from scheduling.jobs where {} = '{}'",
            self.mode.names().meeting_id,
            self.id
        ));
    }
}

/// The JSON that a query returns.
#[track_caller]
pub fn row(query: &str) -> Value {
    one::<JsonB>(query).0
}

/// A member of such a row.
#[track_caller]
pub fn text(row: &Value, key: &str) -> String {
    let member = row[key].as_str();
    member.expect("the row has this text").to_owned()
}
