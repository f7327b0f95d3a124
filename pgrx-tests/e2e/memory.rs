//! What strangers type does not stay in a session's memory.

use postgres::Client;

use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, explain};

/// Calls of one statement, of which there are [`ROUNDS`]; `MEMORY_CALLS` in the environment sets it.
const CALLS: u64 = 2_500;
const ROUNDS: u64 = 8;
/// How much larger a session may be at the end than it was half way, in bytes. Less than a tenth of a
/// kilobyte a call, and more than allocators give and take.
const SLACK: u64 = 1024 * 1024;

/// A call of a public function picked by chance, with arguments made up by chance: of the right form,
/// nearly so, and of no form at all. What it raises is caught.
const CALL: &str = r#"
create function pg_temp.word() returns text language sql as $$
    select case (random() * 6)::int
        when 0 then md5(random()::text)
        when 1 then chr(65 + (random() * 25)::int) || 'BC' || (random() * 1000000)::int
        when 2 then repeat(md5(random()::text), (random() * 40)::int)
        when 3 then '<' || md5(random()::text) || '>-' || (random() * 12)::int
        when 4 then gen_random_uuid()::text
        when 5 then 'user:' || gen_random_uuid()
        else upper(left(md5(random()::text), 3)) || (random() * 12)::int
            || lower(left(md5(random()::text), 3))
    end
$$;
-- A name of a zone, some of its letters in the other case.
create function pg_temp.zone() returns text language sql as $$
    select string_agg(case when random() < 0.5 then upper(c) else lower(c) end, '' order by n)
    from regexp_split_to_table((array['Europe/Berlin', 'Asia/Kolkata', 'America/Argentina/Buenos_Aires',
        'US/Pacific-New', 'Europe/Berln', 'EST5EDT', 'Etc/GMT+7'])[1 + (random() * 6)::int], '')
        with ordinality c (c, n)
$$;
create function pg_temp.document() returns jsonb language sql as $$
    select case (random() * 4)::int
        when 0 then jsonb_build_object(pg_temp.word(), random())
        when 1 then jsonb_build_object('monday', jsonb_build_object('enabled', true, 'windows', jsonb_build_array(
            jsonb_build_object('start', '0' || (random() * 9)::int || ':' || (10 + random() * 49)::int,
                               'end', '1' || (random() * 9)::int || ':' || (10 + random() * 49)::int))))
        when 2 then '{"n": 1e400}'
        when 3 then (select (repeat('[', n) || repeat(']', n))::jsonb from (select 50 + (random() * 200)::int) d (n))
        else jsonb_build_array(jsonb_build_object('id', md5(random()::text), 'label', pg_temp.word()))
    end
$$;
create function pg_temp.call(owner text, slug text, token text) returns void language plpgsql as $$
declare
    at timestamptz := date_trunc('hour', now()) + (random() * 2000)::int * interval '30 minutes';
begin
    case (random() * 18)::int
        when 0 then perform scheduling.link_slots(slug, at, at + interval '1 day', pg_temp.zone());
        when 1 then perform scheduling.link_slots(slug, at, at + interval '1 day', pg_temp.word());
        when 2 then perform scheduling.link_slots(pg_temp.word());
        when 3 then perform scheduling.get_booking_link(pg_temp.word());
        when 4 then perform scheduling.book(slug, at, 'ada@guest.example', pg_temp.word(), pg_temp.zone(),
                        pg_temp.word(), pg_temp.word(), pg_temp.document(), array[pg_temp.word()]);
        when 5 then perform scheduling.book(pg_temp.word(), at, pg_temp.word() || '@guest.example', 'Ada');
        when 6 then perform scheduling.get_booking(pg_temp.word());
        when 7 then perform scheduling.get_booking(token);
        when 8 then perform scheduling.reschedule_booking(token, at);
        when 9 then perform scheduling.cancel_booking(pg_temp.word(), pg_temp.word());
        when 10 then perform scheduling.parse_oauth_state(pg_temp.word() || ':google:' || pg_temp.word());
        when 11 then perform scheduling.format_oauth_state(pg_temp.word(), 'outlook', pg_temp.word());
        when 12 then perform scheduling.oauth_callback(pg_temp.word(), pg_temp.word() || ':google:n',
                        pg_temp.word(), pg_temp.word());
        when 13 then perform scheduling.available_slots(pg_temp.word(), at);
        when 14 then perform scheduling.available_slots(owner, at, at + interval '2 days', (random() * 1500)::int);
        when 15 then perform scheduling.available_slots_for(array[owner, pg_temp.word()]);
        when 16 then perform scheduling.get_calendar_availability(gen_random_uuid());
        when 17 then update scheduling.clients set availability_settings = pg_temp.document(),
                        timezone = pg_temp.zone();
        else update scheduling.user_profiles set availability_settings = pg_temp.document(),
                        timezone = pg_temp.word();
    end case;
exception when others then null;
end
$$;
"#;

/// What PostgreSQL and the process say that they have allocated, in bytes.
fn sizes(sql: &mut Client) -> [u64; 2] {
    let row = sql.query_one(
        "select (select sum(total_bytes)::bigint from pg_backend_memory_contexts), pg_backend_pid()",
        &[],
    );
    let row = row.expect("a superuser may look");
    let status = std::fs::read_to_string(format!("/proc/{}/status", row.get::<_, i32>(1)));
    let status = status.expect("the process is there");
    // What is its own: pages of shared memory count once they are touched.
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    let resident: u64 = kilobytes
        .and_then(|text| text.parse().ok())
        .expect("a size");
    [row.get::<_, i64>(0) as u64, resident * 1024]
}

#[test]
fn calls_with_arguments_by_chance_leave_a_session_as_large_as_it_was() {
    let mut database = Database::new(Cluster::shared());
    let calls = std::env::var("MEMORY_CALLS").ok();
    let calls = calls.and_then(|calls| calls.parse().ok()).unwrap_or(CALLS);
    database.sql.batch_execute(CALL).expect("functions");
    let callers: Vec<_> = Mode::BOTH
        .map(|mode| {
            let owner = database.owner(mode);
            let token: String = database.one(&format!(
                "select manage_token from scheduling.book(
                     '{}', date_trunc('day', now(), 'UTC') + interval '40 days', 'ada@guest.example', 'Ada')",
                owner.slug
            ));
            format!(
                "select count(pg_temp.call('{}', '{}', '{token}')) from generate_series(1, {})",
                owner.key(),
                owner.slug,
                calls / 2
            )
        })
        .into();
    let mut grown = Vec::new();
    for _ in 0..ROUNDS {
        for call in &callers {
            database.sql.query_one(call, &[]).expect("nothing escapes");
        }
        grown.push(sizes(&mut database.sql));
    }
    println!("{grown:?} after each {calls} calls");
    let half = grown[ROUNDS as usize / 2 - 1];
    let end = grown[ROUNDS as usize - 1];
    for (half, end) in half.into_iter().zip(end) {
        assert!(end <= half + SLACK, "{grown:?}");
    }
}

#[test]
fn many_calls_in_one_transaction_leave_it_as_large_as_it_was() {
    let mut database = Database::new(Cluster::shared());
    for mode in Mode::BOTH {
        let owner = database.owner(mode);
        let (key, slug) = (owner.key(), &owner.slug);
        let at = "date_trunc('day', now(), 'UTC') + interval '40 days'";
        let token: String = database.one(&format!(
            "select manage_token from scheduling.book('{slug}', {at}, 'ada@guest.example', 'Ada')"
        ));
        for level in ["read committed", "repeatable read"] {
            for call in [
                format!("link_slots('{slug}', {at}, {at} + interval '1 day')"),
                format!("get_booking_link('{slug}')"),
                format!("available_slots('{key}', {at}, {at} + interval '1 day')"),
                format!("available_slots_for(array['{key}'], {at}, {at} + interval '1 day')"),
                format!("get_booking('{token}')"),
                format!("booking_slots('{token}', {at}, {at} + interval '1 day')"),
                format!("booking_invite('{token}')"),
                format!("booking_page('{slug}')"),
                format!("reschedule_booking('{token}', {at})"),
                format!("book('{slug}', {at}, 'ada@guest.example', 'Ada')"),
            ] {
                let calls = format!(
                    "do $$ begin
                         for n in 1..400 loop
                             begin
                                 perform * from scheduling.{call};
                             exception when sqlstate 'PT409' or sqlstate 'PT429' then null;
                             end;
                         end loop;
                     end $$"
                );
                let mut transaction = database.sql.transaction().unwrap();
                let set = format!("set transaction isolation level {level}");
                transaction.batch_execute(&set).unwrap();
                let mut size = || {
                    transaction
                        .batch_execute(&calls)
                        .unwrap_or_else(|error| panic!("{call}: {}", explain(&error)));
                    let size = "select sum(total_bytes)::bigint from pg_backend_memory_contexts
                                where name = 'TopTransactionContext'";
                    transaction.query_one(size, &[]).unwrap().get::<_, i64>(0)
                };
                let (before, after) = (size(), size());
                // What PostgreSQL itself keeps of each subtransaction are some bytes.
                assert!(
                    after <= before + 16 * 1024,
                    "{mode:?} {level} {call}: {before} {after}"
                );
            }
        }
    }
}
