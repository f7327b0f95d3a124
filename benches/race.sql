-- Fifty owners for the race of 32 clients, in an empty database with its worker.
\set ON_ERROR_STOP on
set client_min_messages = warning;
create extension scheduling cascade;
create schema bench;

insert into scheduling.clients (name, primary_contact_email, availability_settings)
select 'Owner ' || n, 'owner@bench.example', hours
from generate_series(0, 49) n,
     (select jsonb_object_agg(day, '{"enabled": true, "start": "00:00", "end": "24:00"}'::jsonb)
      from unnest('{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'::text[]) day) weekly (hours);

-- Hour-long meetings that can start every quarter of an hour, so that slots overlap; buffers as well.
insert into scheduling.booking_links
    (slug, client_id, duration_minutes, slot_interval_minutes, buffer_after_minutes)
select 'owner-' || substr(name, 7), id, 60, 15, 5
from scheduling.clients;

create table bench.outcomes (code text not null);

-- Books as a visitor does; the SQLSTATE of the answer. What is neither a booking nor a readable
-- refusal goes on to the client, which ends the bench.
create function bench.visit(slug text, starts_at timestamptz) returns text
language plpgsql as $$
begin
    perform from scheduling.book(slug, starts_at, 'guest-' || gen_random_uuid() || '@guest.example', 'A guest');
    return '00000';
exception when sqlstate 'PT409' then
    return sqlstate;
end
$$;
