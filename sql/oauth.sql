-- ---------------------------------------------------------------------------------------------
-- OAuth: connecting calendars
-- ---------------------------------------------------------------------------------------------

-- API: Public
-- Who a round trip is for. Reads {clientId}:{provider} and user:{userId}:{provider}, whose ids need
-- not be UUIDs, with an optional last segment, the nonce.
create function scheduling.parse_oauth_state(state text)
returns table (
    -- client or user
    mode          text,
    owner_id      text,
    provider      text,
    nonce         text,
    -- where the browser goes afterwards
    redirect_path text
)
immutable parallel safe rows 1 language c as 'MODULE_PATHNAME', 'parse_oauth_state_wrapper';
comment on function scheduling.parse_oauth_state(text) is
    'Reads an OAuth state: mode, owner, provider, nonce, and where the browser goes afterwards.';

-- API: Public
-- The inverse of parse_oauth_state.
create function scheduling.format_oauth_state(
    -- <client id> or user:<user id>
    owner    text,
    provider text,
    nonce    text default null
) returns text
immutable parallel safe language c as 'MODULE_PATHNAME', 'format_oauth_state_wrapper';
comment on function scheduling.format_oauth_state(text, text, text) is
    'Writes an OAuth state for an owner and a provider; the inverse of parse_oauth_state.';

-- API: Private
-- Round trips that were started: the nonce's hash, and what belongs to it. Spent once, by the worker.
create table scheduling.oauth_nonces (
    nonce_hash    text primary key,
    owner         text not null,
    provider      scheduling.provider not null,
    redirect_uri  text not null,
    -- PKCE (RFC 7636), sealed
    code_verifier text not null,
    expires_at    timestamptz not null default now() + interval '10 minutes'
);
comment on table scheduling.oauth_nonces is
    'OAuth round trips that were started and not finished; each lives for 10 minutes.';

create index oauth_nonces_expires_idx on scheduling.oauth_nonces (expires_at);

-- API: Public (owner)
-- The provider's consent page for connecting an owner's calendar. Good once and for 10 minutes, and
-- only after this transaction has committed.
create function scheduling.oauth_authorize_url(
    -- <client uuid> or user:<user uuid>
    owner        text,
    -- google or outlook
    provider     text,
    -- null: the one given to configure_provider
    redirect_uri text default null
) returns text
volatile security definer set search_path = pg_catalog, pg_temp
language c as 'MODULE_PATHNAME', 'oauth_authorize_url_wrapper';
comment on function scheduling.oauth_authorize_url(text, text, text) is
    'The provider''s consent page for connecting an owner''s calendar, with PKCE and a single-use nonce.';

-- The end of a round trip. The worker exchanges the code and stores the connection in a transaction
-- of its own, so this writes nothing itself and works in a read-only transaction.
create function scheduling_private.finish_round_trip(
    code text, state text, error text, error_description text,
    -- null: of any provider
    provider text
) returns table (mode text, owner_id text, provider_connected text, connected_email text, redirect_path text)
volatile security definer set search_path = pg_catalog, pg_temp
set session_replication_role = origin
rows 1 language c as 'MODULE_PATHNAME', 'oauth_callback_wrapper';

-- API: Public (service, or the visitor whom the provider sent back: the nonce is the right)
-- Finishes connecting a calendar with what the provider's redirect carries.
create function scheduling.oauth_callback(
    code              text,
    state             text,
    error             text default null,
    error_description text default null
) returns table (
    mode            text,
    owner_id        text,
    provider        text,
    connected_email text,
    -- where the browser goes now
    redirect_path   text
)
language sql volatile security definer set search_path = pg_catalog, pg_temp rows 1 as $$
    select * from scheduling_private.finish_round_trip(code, state, error, error_description, null)
$$;
comment on function scheduling.oauth_callback(text, text, text, text) is
    'Finishes connecting a calendar: exchanges the code and stores the connection.';

-- API: Public (as oauth_callback)
create function scheduling.google_calendar_callback(code text, state text)
returns table (mode text, owner_id text, provider text, connected_email text, redirect_path text)
language sql volatile security definer set search_path = pg_catalog, pg_temp rows 1 as $$
    select * from scheduling_private.finish_round_trip(code, state, null, null, 'google')
$$;
comment on function scheduling.google_calendar_callback(text, text) is
    'oauth_callback for Google; the state of another provider is refused.';

-- API: Public (as oauth_callback)
create function scheduling.outlook_calendar_callback(code text, state text)
returns table (mode text, owner_id text, provider text, connected_email text, redirect_path text)
language sql volatile security definer set search_path = pg_catalog, pg_temp rows 1 as $$
    select * from scheduling_private.finish_round_trip(code, state, null, null, 'outlook')
$$;
comment on function scheduling.outlook_calendar_callback(text, text) is
    'oauth_callback for Outlook; the state of another provider is refused.';

-- API: Public (owner)
-- Forgets the tokens and has the provider revoke the grant. False where nothing was connected.
create function scheduling.disconnect_calendar(owner text, provider text) returns boolean
volatile security definer set search_path = pg_catalog, pg_temp
set session_replication_role = origin
language c as 'MODULE_PATHNAME', 'disconnect_calendar_wrapper';
comment on function scheduling.disconnect_calendar(text, text) is
    'Forgets a calendar''s tokens and has the provider revoke the grant; false where nothing was connected.';

-- API: Public (owner)
-- The calendars of a connected account, asked of the provider now. One that is selected or counts as
-- busy and is not there any more is listed last, without a name.
create function scheduling.provider_calendars(owner text, provider text)
returns table (
    calendar_id text,
    name        text,
    is_primary  boolean,
    can_write   boolean,
    -- whether new events go there
    is_selected boolean,
    -- whether what is in it blocks slots
    is_busy     boolean
)
volatile security definer set search_path = pg_catalog, pg_temp
rows 10 language c as 'MODULE_PATHNAME', 'provider_calendars_wrapper';
comment on function scheduling.provider_calendars(text, text) is
    'The calendars of a connected account, asked of the provider now; which one is selected, and which count as busy.';

-- API: Public (owner)
-- Has new events go to this calendar of the account. Whether there are such calendars is not checked.
create function scheduling.select_calendar(
    owner             text,
    provider          text,
    calendar_id       text,
    -- which of the account's calendars count as busy, 1 to 50; null: the selected one, and no other
    busy_calendar_ids text[] default null
) returns void
volatile security definer set search_path = pg_catalog, pg_temp
set session_replication_role = origin
language c as 'MODULE_PATHNAME', 'select_calendar_wrapper';
comment on function scheduling.select_calendar(text, text, text, text[]) is
    'Selects the calendar of a connected account that meetings go to, and those that count as busy.';
