//! What one owner's day is made of, told step by step: every function, plain SQL as well, refusals too; and
//! what it leaves behind in the tables. Names that are chosen by chance are left out.

use std::cell::OnceCell;

use chrono::{DateTime, Days, NaiveDateTime, Utc};
use postgres::types::Type;
use postgres::{Client, Row};

use crate::harness::database::{Mode, explain};

/// One line a step, or a row.
pub type Told = Vec<String>;

const HOURS: &str = r#"{"monday": {"enabled": true, "start": "09:00", "end": "17:00"},
    "tuesday": {"enabled": true, "windows": [{"start": "09:00", "end": "12:00"}, {"start": "13:00", "end": "24:00"}]},
    "wednesday": {"enabled": true, "start": "09:00", "end": "17:00"},
    "thursday": {"enabled": true, "start": "09:00", "end": "17:00"},
    "friday": {"enabled": true, "start": "09:00", "end": "17:00"},
    "saturday": {"enabled": true, "start": "09:00", "end": "17:00"},
    "sunday": {"enabled": true, "start": "09:00", "end": "17:00"}}"#;

const QUESTIONS: &str = r#"[{"id": "company", "label": "Company", "type": "text", "required": true},
    {"id": "since", "label": "Since", "type": "date"}, {"id": "size", "label": "Size", "type": "number"}]"#;

/// The same for all that are compared: midnight (UTC) eight days on.
fn base() -> DateTime<Utc> {
    thread_local! {
        static BASE: OnceCell<DateTime<Utc>> = const { OnceCell::new() };
    }
    BASE.with(|base| {
        *base.get_or_init(|| {
            let day = Utc::now().date_naive() + Days::new(8);
            day.and_time(chrono::NaiveTime::MIN).and_utc()
        })
    })
}

/// So many days and a time of day after that, as an SQL literal that every `DateStyle` reads alike.
fn at(days: u64, time: &str) -> String {
    let day = (base() + Days::new(days)).date_naive();
    format!("'{day}T{time}:00Z'::timestamptz")
}

struct Teller<'a> {
    sql: &'a mut Client,
    told: Told,
}

impl Teller<'_> {
    /// Runs a statement and tells what came of it; the last row, where there is one.
    fn tell(&mut self, statement: &str) -> Option<Row> {
        match self.sql.query(statement, &[]) {
            Ok(rows) => {
                for row in &rows {
                    self.told.push(format!("{statement}: {}", cells(row)));
                }
                if rows.is_empty() {
                    self.told.push(format!("{statement}: no rows"));
                }
                rows.into_iter().next_back()
            }
            Err(error) => {
                let db = error.as_db_error().expect("the server answers");
                // Of a constraint PostgreSQL says what it holds, in the formats of the session.
                let said = match db.constraint() {
                    Some(constraint) => format!("{} {constraint}", db.code().code()),
                    None => format!("{} ({})", explain(&error), db.hint().unwrap_or("")),
                };
                self.told.push(format!("{statement}: {said}"));
                None
            }
        }
    }
}

/// A row, whatever the session's formats are.
fn cells(row: &Row) -> String {
    let cell = |(n, column): (usize, &postgres::Column)| {
        let value = match *column.type_() {
            // By chance.
            _ if column.name() == "manage_token" => Some("<token>".into()),
            Type::UUID | Type::INT8 | Type::INT8_ARRAY => Some("<number>".into()),
            Type::BOOL => row.get::<_, Option<bool>>(n).map(|value| value.to_string()),
            Type::INT4 => row.get::<_, Option<i32>>(n).map(|value| value.to_string()),
            Type::TIMESTAMPTZ => row
                .get::<_, Option<DateTime<Utc>>>(n)
                .map(|value| value.to_string()),
            Type::TIMESTAMP => row
                .get::<_, Option<NaiveDateTime>>(n)
                .map(|value| value.to_string()),
            Type::JSONB => row
                .get::<_, Option<serde_json::Value>>(n)
                .map(|value| value.to_string()),
            Type::TEXT | Type::VARCHAR | Type::NAME => row.get::<_, Option<String>>(n),
            Type::INT4_ARRAY => row
                .get::<_, Option<Vec<i32>>>(n)
                .map(|value| format!("{value:?}")),
            Type::TEXT_ARRAY => row
                .get::<_, Option<Vec<String>>>(n)
                .map(|value| format!("{value:?}")),
            Type::VOID => Some(String::new()),
            ref other => panic!("{}: {other}", column.name()),
        };
        format!("{}={}", column.name(), value.as_deref().unwrap_or("null"))
    };
    let cells: Vec<_> = row.columns().iter().enumerate().map(cell).collect();
    cells.join(" ")
}

/// Replaces UUIDs, and what was sealed.
fn without_chance(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let is_uuid = rest
            .get(..36)
            .is_some_and(|head| uuid::Uuid::try_parse(head).is_ok_and(|id| id.to_string() == head));
        let taken = if is_uuid {
            out.push_str("<id>");
            36
        } else {
            out.push(c);
            c.len_utf8()
        };
        rest = &rest[taken..];
    }
    out
}

pub fn story(sql: &mut Client, mode: Mode) -> Told {
    let mut teller = Teller {
        sql,
        told: Vec::new(),
    };
    let token = tell_all(&mut teller, mode);
    let told = teller.told.iter();
    told.map(|line| without_chance(&line.replace(&token, "<token>")))
        .collect()
}

/// Returns the manage token of the booking that was made.
fn tell_all(teller: &mut Teller<'_>, mode: Mode) -> String {
    let names = mode.names();
    let (key, meetings, guests, guest_id) =
        (names.key, names.meetings, names.guests, names.guest_id);
    let owner = match mode {
        Mode::Client => format!(
            "insert into scheduling.clients (name, primary_contact_email, timezone, availability_settings)
             values ('Zoë & Co', 'desk@acme.example', 'america/new_york', '{HOURS}') returning id"
        ),
        Mode::User => format!(
            "insert into scheduling.user_profiles (full_name, email, timezone, availability_settings)
             values ('Zoë Vale', 'zoe@sales.example', 'america/new_york', '{HOURS}') returning user_id"
        ),
    };
    let owner: uuid::Uuid = teller.tell(&owner).expect("an owner").get(0);
    let owner_key = match mode {
        Mode::Client => owner.to_string(),
        Mode::User => format!("user:{owner}"),
    };
    let slug = format!("call-{key}");
    let day = (base() + Days::new(2)).date_naive();
    let (from, until) = (at(0, "00:00"), at(4, "00:00"));
    for statement in [
        format!(
            "insert into scheduling.booking_links (slug, {key}, title, duration_minutes, slot_interval_minutes,
                 buffer_before_minutes, buffer_after_minutes, minimum_notice_minutes, max_bookings_per_day, location,
                 questions, conferencing)
             values ('{slug}', '{owner}', 'Intro', 30, 45, 10, 5, 60, 4, 'Room 1', '{QUESTIONS}', 'google_meet')"
        ),
        format!("update scheduling.booking_links set title = 'Intro call', duration_minutes = 45 where {key} = '{owner}'"),
        format!(
            "insert into scheduling.availability_overrides ({key}, day, windows, reason)
             values ('{owner}', '{day}', '[{{\"start\": \"10:00\", \"end\": \"11:30\"}}]', 'short day')"
        ),
        format!(
            "insert into scheduling.time_off ({key}, starts_at, ends_at, reason)
             values ('{owner}', {}, {}, 'dentist')",
            at(3, "20:00"),
            at(3, "21:30")
        ),
        format!("update scheduling.time_off set ends_at = {} where {key} = '{owner}'", at(3, "22:00")),
        format!(
            "insert into scheduling.{} ({key}, provider, access_token, refresh_token, is_active, token_expires_at)
             values ('{owner}', 'google', 'in clear', 'in clear', false, '2026-01-02T03:04:05Z')",
            names.connections
        ),
        format!("select * from scheduling.link_slots('{slug}', {from}, {until}, 'asia/kolkata')"),
        format!("select * from scheduling.link_slots('{slug}', {from}, {until}, 'Asia/Nowhere')"),
        format!("select * from scheduling.available_slots('{owner_key}', {from}, {until}, 45, 20, 5, 5, 30)"),
        format!("select * from scheduling.available_slots('{owner_key}') limit 5"),
        format!("select slot_start from scheduling.available_slots_for(array['{owner_key}'], {from}, {until}, slots_per_owner => 3)"),
        format!("select slot_start from scheduling.earliest_slots_for(array['{owner_key}'], {from}, {until}, 50)"),
        format!("select scheduling.get_calendar_availability({key} => '{owner}', from_time => {from}, until_time => {until})"),
        format!("select * from scheduling.get_booking_link('{slug}')"),
    ] {
        teller.tell(&statement);
    }
    let book = |time: &str, rest: &str| {
        format!(
            "select * from scheduling.book('{slug}', {time}, 'Ada@Guest.example', 'Ada Guest', 'europe/berlin', '+49 1',
                 'Bring the \"plan\"', {rest})"
        )
    };
    let answers = r#"answers => '{"company": "Acme", "since": "2020-02-03", "size": 1.5}'"#;
    let free = at(1, "16:15");
    let booked = teller.tell(&book(
        &free,
        &format!("{answers}, guests => '{{kay@guest.example}}', idempotency_key => 'k'"),
    ));
    let token: String = booked.expect("it is free").get("manage_token");
    for statement in [
        book(&free, &format!("{answers}, guests => '{{kay@guest.example}}', idempotency_key => 'k'")),
        book(&free, answers),
        book(&at(1, "03:00"), answers),
        book(&at(400, "15:00"), answers),
        book(&at(1, "18:30"), "answers => '{}'"),
        book(&at(1, "18:30"), r#"answers => '{"company": "Acme", "since": "03.02.2020"}'"#),
        format!("select * from scheduling.get_booking('{token}')"),
        format!("select * from scheduling.reschedule_booking('{token}', {})", at(2, "15:00")),
        format!("select * from scheduling.reschedule_booking('{token}', {})", at(2, "18:00")),
        format!("select * from scheduling.cancel_booking('{token}', 'ill')"),
        format!("select * from scheduling.cancel_booking('{token}')"),
        format!("select * from scheduling.reschedule_booking('{token}', {})", at(2, "15:00")),
        // Plain SQL, as an administrator's.
        format!(
            "insert into scheduling.{guests} ({key}, email, name) values ('{owner}', 'Bob@Guest.example', 'Bob')"
        ),
        format!(
            "insert into scheduling.{meetings} ({key}, {guest_id}, booking_link_id, starts_at, ends_at, answers)
             select '{owner}', g.id, l.id, {}, {}, '{{\"size\": 1.25}}'
             from scheduling.{guests} g, scheduling.booking_links l
             where g.{key} = '{owner}' and g.name operator(pg_catalog.=) 'Bob' and l.{key} = '{owner}'",
            at(3, "15:00"),
            at(3, "16:00")
        ),
        format!(
            "update scheduling.{meetings} set starts_at = {}, ends_at = {}, location = 'Room 2'
             where {key} = '{owner}' and starts_at = {}",
            at(3, "17:00"),
            at(3, "18:00"),
            at(3, "15:00")
        ),
        format!(
            "insert into scheduling.{meetings} ({key}, title, starts_at, ends_at) values ('{owner}', 'Over it', {}, {})",
            at(3, "17:30"),
            at(3, "18:30")
        ),
        format!(
            "update scheduling.{meetings} set status = 'cancelled', cancel_reason = 'office closed'
             where {key} = '{owner}' and starts_at = {}",
            at(3, "17:00")
        ),
        format!("delete from scheduling.availability_overrides where {key} = '{owner}'"),
        format!(
            "update scheduling.{} set is_active = true, busy_synced_at = null where {key} = '{owner}'",
            names.connections
        ),
        format!(
            "update scheduling.{} set status = 'reconnect_required' where {key} = '{owner}'",
            names.connections
        ),
        format!(
            "update scheduling.{} set availability_settings = '{{\"monday\": {{\"enabled\": true, \"start\": \"9:00\", \"end\": \"17:00\"}}}}'
             where {} = '{owner}'",
            if mode == Mode::Client { "clients" } else { "user_profiles" },
            if mode == Mode::Client { "id" } else { "user_id" },
        ),
        format!("update scheduling.booking_links set questions = '[{{\"id\": \"a b\", \"label\": \"A\"}}]' where {key} = '{owner}'"),
        format!("select set_config('request.jwt.claims', '{{\"sub\": \"{owner}\"}}', false), scheduling.can_manage('{owner_key}')"),
        format!("select scheduling.parse_oauth_state('{owner_key}:google')::text"),
        format!("select scheduling.format_oauth_state('{owner_key}', 'outlook', 'nonce')"),
        "select scheduling.configure_site('https://app.example/', '/book/', '/manage/sold')".into(),
        "select scheduling.configure_site('https://app.example/', '/book/', '/with space')".into(),
        "select scheduling.configure_site('ftp://app.example/', '/book/', '/manage/')".into(),
        "select scheduling.configure_provider('google', 'id', 'secret', 'https://app.example/oauth/sold?x=1')".into(),
        "select scheduling.configure_provider('google', 'id', 'secret', 'https://app example/')".into(),
        "select scheduling.configure_provider('apple', 'id', 'secret', 'https://app.example/')".into(),
        "select scheduling.configure_mail('smtp', 'Zoë <z@acme.example>', smtp_url => 'smtp://u:p@mail.example')".into(),
        "select scheduling.configure_mail('pigeon', 'z@acme.example')".into(),
        format!("select count(*) from scheduling.oauth_authorize_url('{owner_key}', 'google')"),
        format!(
            "insert into scheduling.jobs (kind, state, owner, last_error) values
             ('send_email', 'failed', '{owner_key}', 'HTTP 450 from <ada@guest.example>: see https://mail.example/17 (id 4f5e6d7c8b)')"
        ),
        "select kind, ready, failed, failures from scheduling.queue_status()".into(),
        "select ready_jobs, held_reason from scheduling.worker_status()".into(),
    ] {
        teller.tell(&statement);
    }
    let meeting = format!(
        "select {} => m.id) from scheduling.{meetings} m where m.{key} = '{owner}' order by m.starts_at limit 1",
        names.job_meeting
    );
    for call in ["create_calendar_event", "send_booking_notification"] {
        teller.tell(&meeting.replacen("select ", &format!("select scheduling.{call}("), 1));
    }
    teller.tell("select scheduling.retry_job(j.id) from scheduling.jobs j where j.state operator(pg_catalog.=) 'failed'");
    token
}

/// What is in the tables afterwards, as a session sees it that has PostgreSQL's own settings.
pub fn left_behind(sql: &mut Client, mode: Mode) -> Told {
    let names = mode.names();
    let (key, meetings, guests) = (names.key, names.meetings, names.guests);
    let chance = "'id', 'row_id', 'created_at', 'updated_at', 'at', 'run_at', 'finished_at', 'cancelled_at', \
        'queued_by', 'idempotency_key', 'busy_due_at', 'smtp_url', 'client_secret', 'expires_at'";
    let mut told = Vec::new();
    for rows in [
        format!("{meetings} t where true order by t.starts_at, t.title"),
        format!("{guests} t where true order by t.email"),
        format!("booking_links t where t.{key} is not null"),
        format!("availability_overrides t where t.{key} is not null"),
        format!("time_off t where t.{key} is not null"),
        format!("{} t where true", names.connections),
        "clients t where true".into(),
        "user_profiles t where true".into(),
        "jobs t where true order by t.id".into(),
        "audit_log t where true order by t.id".into(),
        "site_settings t where true".into(),
        "mail_settings t where true".into(),
        "providers t where true order by t.provider".into(),
        "oauth_nonces t where true order by t.provider".into(),
    ] {
        let query = format!("select to_jsonb(t) - array[{chance}] from scheduling.{rows}");
        let found = sql.query(&query, &[]);
        let found = found.unwrap_or_else(|error| panic!("{query}: {}", explain(&error)));
        for row in found {
            let mut row: serde_json::Value = row.get(0);
            for secret in [
                "access_token",
                "refresh_token",
                "nonce_hash",
                "verifier",
                "nonce",
                "code_verifier",
            ] {
                if let Some(value) = row.get_mut(secret) {
                    let sealed = value.as_str().is_some_and(|text| !text.contains("clear"));
                    *value = sealed.into();
                }
            }
            // A moment reads as one of UTC, wherever it was written.
            if let Some(now) = row.pointer_mut("/changes/cancelled_at/new") {
                let is_utc = now.as_str().is_some_and(|text| text.ends_with("+00:00"));
                *now = is_utc.into();
            }
            told.push(without_chance(&format!("{rows}: {row}")));
        }
    }
    told
}
