-- ---------------------------------------------------------------------------------------------
-- The calendar feed: an owner's meetings for any calendar program to subscribe to
-- ---------------------------------------------------------------------------------------------

-- Owners whose feed has been given another address. What is here is signed together with the owner and is
-- no secret itself, so neither a dump nor a reader of the table has anybody's address.
create table scheduling_private.calendar_feeds (
    client_id  uuid unique references scheduling.clients on delete cascade,
    user_id    uuid unique references scheduling.user_profiles on delete cascade,
    -- tells the address of now from those before
    generation uuid not null default gen_random_uuid(),
    rotated_at timestamptz not null default now(),
    constraint calendar_feeds_owner_check check (num_nonnulls(client_id, user_id) = 1)
);
comment on table scheduling_private.calendar_feeds is
    'Owners whose calendar feed has been given another address, and which of its addresses is good.';

-- API: Public (owner)
-- The path of an owner's feed, below the address of PostgREST. Whoever has it reads the owner's meetings.
-- VOLATILE, as it makes the key where there is none: PostgREST has STABLE functions read only by POST as well.
create function scheduling.calendar_feed_url(
    -- <client uuid> or user:<user uuid>
    owner text
) returns text
volatile security definer set search_path = pg_catalog, pg_temp
language c as 'MODULE_PATHNAME', 'calendar_feed_url_wrapper';
comment on function scheduling.calendar_feed_url(text) is
    'The path of an owner''s calendar feed, with a secret: for a calendar program to subscribe to.';

-- API: Public (owner)
-- Gives an owner's feed another address, and returns it; those before are worth nothing from then on.
create function scheduling.rotate_calendar_feed(owner text) returns text
volatile security definer set search_path = pg_catalog, pg_temp
set session_replication_role = origin
language c as 'MODULE_PATHNAME', 'rotate_calendar_feed_wrapper';
comment on function scheduling.rotate_calendar_feed(text) is
    'Gives an owner''s calendar feed another path, and returns it; the one before is worth nothing any more.';

-- API: Public (the token is the right)
-- An owner's meetings as a calendar file: those of the last 90 days and to come, and for 30 days what was
-- cancelled. STABLE, so PostgREST serves it by GET, as text/calendar whatever the client accepts.
create function scheduling.calendar_feed(token text) returns scheduling."*/*"
stable security definer set search_path = pg_catalog, pg_temp
language c as 'MODULE_PATHNAME', 'calendar_feed_wrapper';
comment on function scheduling.calendar_feed(text) is
    'An owner''s meetings as a calendar file (text/calendar), for calendar programs to subscribe to.';

select pg_catalog.pg_extension_config_dump('scheduling_private.calendar_feeds', '');
