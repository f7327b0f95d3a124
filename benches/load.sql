-- The data of a bench: psql -v owners=N -v meetings=M (a multiple of N). Runs once, in an empty
-- database. Triggers and foreign keys are off meanwhile, as for a restore; the constraints are not.
\set ON_ERROR_STOP on
set client_min_messages = warning;
-- VACUUM marks no page all-visible whose commits have not reached the disk.
set synchronous_commit = on;
create extension scheduling cascade;
create schema bench;

-- The id of the n-th owner, so that scripts need not look it up.
create function bench.owner(n bigint) returns uuid
language sql immutable parallel safe as $$ select md5('owner ' || n)::uuid $$;
create function bench.link(n bigint) returns uuid
language sql immutable parallel safe as $$ select md5('link ' || n)::uuid $$;

-- Midnight UTC of the day after tomorrow: where all questions start, so that "now" cuts nothing off.
create function bench.start() returns timestamptz
language sql stable as $$ select date_trunc('day', now(), 'UTC') + interval '2 days' $$;

-- Everybody is open twelve hours of every day.
create function bench.hours() returns jsonb language sql immutable as $$
    select jsonb_object_agg(day, '{"enabled": true, "start": "08:00", "end": "20:00"}'::jsonb)
    from unnest('{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'::text[]) day
$$;

begin;
set local session_replication_role = replica;

insert into scheduling.clients (id, name, primary_contact_email, timezone, availability_settings)
select bench.owner(n), 'Owner ' || n, 'owner@bench.example', 'UTC', hours
from (select bench.hours()) as all_days (hours), generate_series(1, :owners) n;

insert into scheduling.booking_links (id, slug, client_id, title, duration_minutes, slot_interval_minutes)
select bench.link(n), 'owner-' || n, bench.owner(n), 'Intro call', 30, 15
from generate_series(1, :owners) n;

insert into scheduling.contacts (client_id, email, name)
select bench.owner(n), 'regular@guest.example', 'A regular'
from generate_series(1, :owners) n;

-- The same number of meetings for each owner, one a day from tomorrow on: 09:00 to 09:20, and on
-- through the day where there are more meetings than days.
insert into scheduling.meetings
    (client_id, booking_link_id, title, starts_at, ends_at, timezone, conferencing,
     buffer_before_minutes, buffer_after_minutes)
select bench.owner(n), bench.link(n), 'Intro call', at, at + interval '20 minutes', 'UTC', 'none', 0, 0
from generate_series(1, :owners) n,
     generate_series(0, :meetings / :owners - 1) k,
     lateral (select bench.start() + k % 31 * interval '1 day' + interval '9 hours' + k / 31 * interval '1 hour' as at) m;

-- Owners with 0, 4, 8 and 12 meetings a day over a year: -B is the one with B. Twenty minutes at each
-- full hour of the first B, so that a half hour is left of that hour.
insert into scheduling.clients (id, name, timezone, availability_settings)
select bench.owner(-busy), 'Busy ' || busy, 'Europe/Madrid', bench.hours()
from generate_series(0, 12, 4) busy;

insert into scheduling.meetings
    (client_id, title, starts_at, ends_at, timezone, conferencing, buffer_before_minutes, buffer_after_minutes)
select bench.owner(-busy), 'Busy', at, at + interval '20 minutes', 'UTC', 'none', 0, 0
from generate_series(4, 12, 4) busy, generate_series(0, 366) day, generate_series(0, busy - 1) k,
     lateral (select (bench.start()::date + day + make_interval(hours => 8 + k)) at time zone 'Europe/Madrid' as at) m;

-- Owners with everything that can happen to hours, for comparing answers: several windows a day, open
-- over midnight, overrides, buffers of their own, in zones with every kind of clock change.
insert into scheduling.clients (id, name, timezone, availability_settings)
select bench.owner(-100 - place), 'Zone ' || zone, zone, hours
from unnest('{UTC,America/New_York,Europe/Berlin,Australia/Lord_Howe,America/Santiago,Asia/Kolkata}'::text[])
         with ordinality zones (zone, place),
     (select jsonb_object_agg(day, '{"enabled": true, "windows": [
          {"start": "00:00", "end": "03:30"}, {"start": "09:00", "end": "12:00"},
          {"start": "12:00", "end": "17:20"}, {"start": "22:00", "end": "24:00"}]}'::jsonb)
          || '{"sunday": {"enabled": true, "start": "01:30", "end": "02:30"}, "monday": {"enabled": false}}'
      from unnest('{tuesday,wednesday,thursday,friday,saturday}'::text[]) day) weekly (hours);
insert into scheduling.availability_overrides (client_id, day, windows)
select c.id, bench.start()::date + k * 5,
       case when k % 3 = 0 then '[]' else '[{"start": "02:15", "end": "09:45"}, {"start": "23:00", "end": "24:00"}]'::jsonb end
from scheduling.clients c, generate_series(0, 72) k
where c.name like 'Zone %';
insert into scheduling.meetings
    (client_id, title, starts_at, ends_at, timezone, conferencing, buffer_before_minutes, buffer_after_minutes, status)
select c.id, 'Zone', at, at + interval '25 minutes', 'UTC', 'none', k % 3 * 10, k % 2 * 15,
       case when k % 7 = 0 then 'cancelled' else 'confirmed' end
from scheduling.clients c, generate_series(0, 1400) k,
     lateral (select bench.start() + k * interval '6 hours 10 minutes' as at) m
where c.name like 'Zone %';
commit;

-- The keys of the first so many owners, for searches over all of them in one call.
create table bench.searches as
select owners, array(select bench.owner(n)::text from generate_series(1, owners) n) as keys
from unnest('{10,100,1000,10000}'::int[]) owners where owners <= :owners;

\ir slots.sql
vacuum (analyze, freeze);

