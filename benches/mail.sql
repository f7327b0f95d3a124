-- Owners without a calendar and with a guest each, in an empty database with its worker:
-- psql -v owners=N.
\set ON_ERROR_STOP on
set client_min_messages = warning;
create extension scheduling cascade;
insert into scheduling.clients (name, primary_contact_email)
select 'Owner ' || n, 'owner' || n || '@bench.example' from generate_series(1, :owners) n;
insert into scheduling.contacts (client_id, email, name)
select id, 'guest.of.' || replace(id::text, '-', '') || '@guest.example', 'Grace Guest' from scheduling.clients;
select scheduling.configure_site('https://app.example', '/book/', '/manage/');
vacuum (analyze);
