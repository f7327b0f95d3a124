//! How PostgreSQL finds the rows of members where tables are large: by an index, whatever the policies ask, and
//! a page of a large client in about the time that a superuser's takes.

use postgres::Client;

use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, explain};

/// Of each mode, with ten meetings each; the first has many more.
const OWNERS: i32 = 20_000;
const OF_THE_FIRST: i32 = 100_000;

/// Owners known by number, without triggers, which would queue the work of every meeting.
fn fill(sql: &mut Client) {
    sql.batch_execute(&format!(
        "select scheduling.stop_worker();
         set session_replication_role = replica;
         create function owner(n int) returns uuid immutable language sql
             as $$ select md5(n::text)::uuid $$;
         insert into scheduling.clients (id, name) select owner(n), n from generate_series(1, {OWNERS}) n;
         insert into scheduling.user_profiles (user_id, full_name)
             select owner(n), n from generate_series(1, {OWNERS}) n;
         -- of two clients, and of a large and a small one
         insert into scheduling.client_members (client_id, user_id)
             select owner(n), owner(n) from generate_series(1, {OWNERS}) n
             union all select owner(n + 1), owner(n) from generate_series(1, 9) n;"
    ))
    .expect("owners");
    for mode in Mode::BOTH {
        let names = mode.names();
        let (key, guest_id) = (names.key, names.guest_id);
        let (meetings, guests) = (names.meetings, names.guests);
        sql.batch_execute(&format!(
            "insert into scheduling.booking_links (id, slug, {key}, title)
                 select md5('{key}' || n)::uuid, '{key}_' || n, owner(n), 'Intro call'
                 from generate_series(1, {OWNERS}) n;
             insert into scheduling.{guests} (id, {key}, email, name)
                 select owner(n), owner(n), 'regular@guest.example', 'Ada' from generate_series(1, {OWNERS}) n;
             insert into scheduling.availability_overrides ({key}, day, windows)
                 select owner(n), now()::date + 20, '[]' from generate_series(1, {OWNERS}) n;
             insert into scheduling.{meetings}
                 ({key}, booking_link_id, {guest_id}, title, starts_at, ends_at, timezone,
                  buffer_before_minutes, buffer_after_minutes, conferencing, status)
                 select owner(n), md5('{key}' || n)::uuid, owner(n), 'Intro call', at, at + interval '5 minutes',
                        'UTC', 0, 0, 'none', 'completed'
                 from generate_series(1, {OWNERS}) n,
                      generate_series(1, case n when 1 then {OF_THE_FIRST} else 10 end) nth,
                      lateral (select date_trunc('day', now(), 'UTC') + nth * interval '10 minutes' as at) m;"
        ))
        .expect("rows of one mode");
    }
    sql.batch_execute("reset session_replication_role; analyze")
        .expect("statistics");
}

/// The lines of a plan.
fn plan(sql: &mut Client, query: &str) -> Vec<String> {
    let rows = sql.query(&format!("explain (costs off) {query}"), &[]);
    let rows = rows.unwrap_or_else(|error| panic!("{query}: {}", explain(&error)));
    rows.iter().map(|row| row.get(0)).collect()
}

#[test]
fn the_rows_of_a_member_are_found_by_an_index() {
    let mut database = Database::new(Cluster::shared());
    let role = format!("member_of_{}", database.name);
    fill(&mut database.sql);
    let sql = &mut database.sql;
    sql.batch_execute(&format!(
        "create role {role};
         select scheduling.grant_access(member => '{role}');
         grant execute on function owner(int) to {role};
         set role {role}"
    ))
    .expect("a superuser may");
    for person in [1, 5, 15_000] {
        sql.batch_execute(&format!(
            "select set_config('request.jwt.claims', json_build_object('sub', md5('{person}')::uuid)::text, false)"
        ))
        .expect("anybody may");
        for mode in Mode::BOTH {
            let names = mode.names();
            let (key, meetings, guests) = (names.key, names.meetings, names.guests);
            // What PostgREST makes of select=*,booking_links(title),contacts(name), in short.
            let embedded = format!(
                "select m.*, l.*, g.* from scheduling.{meetings} m
                 left join lateral (select title from scheduling.booking_links l where l.id = m.booking_link_id) l on true
                 left join lateral (select name from scheduling.{guests} g where g.id = m.{}) g on true",
                names.guest_id
            );
            let newest = "order by m.starts_at desc limit 50";
            let of_one = format!("where m.{key} = md5('{person}')::uuid");
            for query in [
                format!("{embedded} {of_one} {newest}"),
                format!("{embedded} {newest}"),
                format!("select * from scheduling.{meetings} m {of_one} {newest}"),
                format!("select * from scheduling.{meetings} m {newest}"),
                format!(
                    "select * from scheduling.{guests} m {of_one} and lower(email) = 'regular@guest.example'"
                ),
                format!("select * from scheduling.{guests}"),
                "select * from scheduling.booking_links".to_owned(),
                "select * from scheduling.availability_overrides".to_owned(),
                format!("update scheduling.{meetings} set title = 'X' where id = owner(1)"),
                format!("select id from scheduling.{}", names.connections),
            ] {
                let plan = plan(sql, &query);
                let scans: Vec<_> = plan
                    .iter()
                    .filter(|line| line.contains("Seq Scan") && !line.contains("connections"))
                    .collect();
                assert!(scans.is_empty(), "{query}\n{}", plan.join("\n"));
                // Nothing is called for each row: all that is called is asked before.
                let called = plan.iter().any(|line| {
                    line.contains("Filter")
                        && (line.contains("my_clients") || line.contains("caller_id"))
                });
                assert!(!called, "{query}\n{}", plan.join("\n"));
            }
        }
    }
}
