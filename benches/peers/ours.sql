-- Owners with a connected calendar and a guest each, and one more who is in everybody's way:
-- psql -v owners=N -v api_url=URL, in an empty database.
\set ON_ERROR_STOP on
set client_min_messages = warning;
create extension scheduling cascade;
select scheduling.configure_provider(
    'google', 'id', 'secret', 'https://app.example/callback',
    token_url => :'api_url' || '/token', api_url => :'api_url');

insert into scheduling.clients (name, primary_contact_email, availability_settings)
select name, 'owner@bench.example', hours
from (select 'Owner ' || lpad(n::text, 4, '0') from generate_series(1, :owners) n
      union all values ('The crowd'), ('The other')) owners (name),
     (select jsonb_object_agg(day, '{"enabled": true, "start": "00:00", "end": "24:00"}'::jsonb)
      from unnest('{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'::text[]) day) weekly (hours);
insert into scheduling.booking_links
    (slug, client_id, title, duration_minutes, max_hourly_attempts_per_guest, max_hourly_bookings_per_guest,
     max_upcoming_bookings_per_guest)
select 'other', id, 'Intro call', 10, null, null, null from scheduling.clients where name = 'The other';
insert into scheduling.contacts (client_id, email, name)
select id, 'guest@guest.example', 'A guest' from scheduling.clients;
insert into scheduling.calendar_connections
    (client_id, provider, access_token, token_expires_at, calendar_id)
select id, 'google', 'token', now() + interval '1 day', 'primary' from scheduling.clients;

-- Their calendars are read first, so that nothing else is to do.
do $$
begin
    while exists (select from scheduling.calendar_connections where busy_synced_at is null) loop
        commit;
        perform pg_sleep(0.1);
    end loop;
end
$$;
vacuum (analyze);
