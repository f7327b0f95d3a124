-- Owners with a connected calendar each, in an empty database with its worker:
-- psql -v owners=N -v api_url=URL.
\set ON_ERROR_STOP on
set client_min_messages = warning;
create extension scheduling cascade;
select scheduling.configure_provider(
    'google', 'id', 'secret', 'https://app.example/callback',
    token_url => :'api_url' || '/token', api_url => :'api_url');

insert into scheduling.clients (name) select 'Owner ' || n from generate_series(1, :owners) n;
insert into scheduling.calendar_connections (client_id, provider, access_token, token_expires_at, calendar_id)
select id, 'google', 'token', now() + interval '1 day', 'primary' from scheduling.clients;
