//! Who is attacked: owners of both modes with a row in every table that users' rows are in, each column of which
//! holds a text that nobody can guess.

use postgres::Client;
use uuid::Uuid;

use super::catalogue::Catalogue;
use crate::harness::database::{Database, Mode, Owner};

pub struct Victim {
    pub owners: Vec<Owner>,
    /// Begins every text of theirs.
    pub marker: String,
    /// A meeting's, of each mode.
    pub tokens: Vec<String>,
    pub meetings: Vec<Uuid>,
}

impl Victim {
    pub fn new(database: &mut Database<'_>) -> Self {
        let mut victim = Self {
            owners: Mode::BOTH.map(|mode| database.owner(mode)).to_vec(),
            marker: format!("V{}", Uuid::new_v4().simple()),
            tokens: Vec::new(),
            meetings: Vec::new(),
        };
        let marker = victim.marker.clone();
        database
            .sql
            .batch_execute(&format!(
                "select scheduling.configure_provider('google', 'client-id', '{marker}-secret', 'https://app.example/cb');
                 select scheduling.add_webhook('https://hooks.example/{marker}', '{{calendar.disconnected}}');
                 insert into scheduling.mail_templates (kind, recipient, subject, text)
                     values ('reminder', 'guest', '{marker}', '{marker}');"
            ))
            .expect("a superuser may");
        for owner in victim.owners.clone() {
            let names = owner.mode.names();
            let (key, id) = (names.key, owner.id);
            database
                .sql
                .batch_execute(&format!(
                    "insert into scheduling.client_members
                         select '{id}', gen_random_uuid() where '{key}' = 'client_id';
                     insert into scheduling.availability_overrides ({key}, day, reason)
                         values ('{id}', '2031-01-07', '{marker}');
                     insert into scheduling.time_off ({key}, starts_at, ends_at, reason)
                         values ('{id}', '2031-01-07', '2031-01-08', '{marker}');
                     select scheduling.rotate_calendar_feed('{}');",
                    owner.key()
                ))
                .expect("rows of theirs");
            let row = database.sql.query_one(
                "select meeting_id, manage_token from scheduling.book($1,
                     date_trunc('day', now(), 'UTC') + interval '2 days', 'ada@victim.example', 'Ada', notes => 'Notes',
                     guests => '{bob@victim.example}', idempotency_key => 'key')",
                &[&owner.slug],
            );
            let row = row.expect("the slot is free");
            let meeting: Uuid = row.get(0);
            database.wait_for_jobs(&owner, meeting);
            victim.meetings.push(meeting);
            victim.tokens.push(row.get(1));
            // Connected only now, so that the meeting's event is not to be made there.
            database
                .sql
                .batch_execute(&format!(
                    "insert into scheduling.{} ({key}, provider, access_token, refresh_token)
                         values ('{id}', 'google', '{marker}', '{marker}')",
                    names.connections
                ))
                .expect("a connection of theirs");
        }
        victim
    }

    /// Puts the marker into every column that takes it, without triggers.
    pub fn mark(&mut self, sql: &mut Client, catalogue: &Catalogue) {
        let mut marked = Vec::new();
        sql.batch_execute("set session_replication_role = replica")
            .expect("a superuser may");
        for table in catalogue.public() {
            // What the worker goes by.
            if ["mail_settings", "crm_settings", "site_settings"].contains(&table.name.as_str()) {
                continue;
            }
            for column in &table.columns {
                // Every page says it, and the server has to know it.
                if column.name == "timezone" {
                    continue;
                }
                let text = format!("'{}-{}-{}-'", self.marker, table.name, column.name);
                let value = match column.kind.as_str() {
                    "text" => format!("{text} || md5(random()::text)"),
                    "text[]" => format!("array[{text} || md5(random()::text)]"),
                    "jsonb" => format!("jsonb_build_object('m', {text} || md5(random()::text))"),
                    "bytea" => format!("convert_to({text}, 'UTF8')"),
                    _ => continue,
                };
                // Some are names from a list, or addresses of the rest: these tell nothing.
                let set = format!(
                    "update scheduling.{} set {} = {value}",
                    table.name, column.name
                );
                if sql.execute(&set, &[]).is_ok_and(|rows| rows > 0) {
                    marked.push(format!("{}.{}", table.name, column.name));
                }
            }
        }
        // The worker would note down that it cannot read them.
        sql.batch_execute(
            "update scheduling.calendar_connections set busy_due_at = 'infinity';
             update scheduling.user_calendar_connections set busy_due_at = 'infinity';
             reset session_replication_role",
        )
        .expect("a superuser may");
        for known in [
            "meetings.title",
            "sales_meetings.notes",
            "contacts.email",
            "sales_prospects.name",
            "booking_links.title",
            "time_off.reason",
            "emails.message",
            "audit_log.changes",
            "calendar_connections.connected_email",
            "jobs.payload",
            "clients.primary_contact_email",
        ] {
            assert!(
                marked.iter().any(|name| name == known),
                "{known}: {marked:?}"
            );
        }
        assert!(marked.len() > 70, "{}", marked.len());
    }

    /// Every row of every table that does not name the attacker.
    pub fn rows(&self, sql: &mut Client, attackers: &[Uuid]) -> Vec<String> {
        let tables = sql
            .query(
                "select oid::regclass::text from pg_class
                 where relnamespace in ('scheduling'::regnamespace, 'scheduling_private'::regnamespace)
                   and relkind = 'r' order by 1",
                &[],
            )
            .expect("the catalogue can be read");
        let own: Vec<_> = attackers.iter().map(Uuid::to_string).collect();
        let mut all = Vec::new();
        for table in tables {
            let table: String = table.get(0);
            let rows = sql.query(&format!("select t::text from {table} t"), &[]);
            for row in rows.expect("a superuser may") {
                let text: String = row.get(0);
                if !own.iter().any(|own| text.contains(own)) {
                    all.push(format!("{table} {text}"));
                }
            }
        }
        all.sort();
        all
    }
}
