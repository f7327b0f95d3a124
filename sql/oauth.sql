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
-- Finishes connecting a calendar with what the provider's redirect carries. A page hands it over, or the
-- provider redirects here: a browser that comes by GET is sent on (303) to the application, with one word on
-- what became of it, calendar=connected or calendar_error=...; who accepts JSON gets the row, or the error.
--
-- PostgREST finds a function by the names of its arguments and answers 404 where one has no place. So what
-- Google and Microsoft are known to add has one (RFC 6749, section 4.1.2: what is not known is ignored;
-- MSAL's AuthorizeResponse lists Microsoft's; RFC 9207 has iss). Code and state may be left out only so that
-- what lacks them is refused by us.
create function scheduling.oauth_callback(
    code              text default null,
    state             text default null,
    error             text default null,
    error_description text default null,
    -- what providers add, and nothing is done with
    scope text default null, authuser text default null, prompt text default null, hd text default null,
    iss text default null, session_state text default null, client_info text default null,
    error_uri text default null, error_subcode text default null, suberror text default null,
    claims text default null, admin_consent text default null, tenant text default null,
    cloud_instance_name text default null, cloud_instance_host_name text default null,
    cloud_graph_host_name text default null, msgraph_host text default null, "timestamp" text default null,
    trace_id text default null, correlation_id text default null
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
comment on function scheduling.oauth_callback is
    'Finishes connecting a calendar: exchanges the code and stores the connection.';

-- API: Public (as oauth_callback)
create function scheduling.google_calendar_callback(
    code              text default null,
    state             text default null,
    error             text default null,
    error_description text default null,
    -- what providers add, and nothing is done with
    scope text default null, authuser text default null, prompt text default null, hd text default null,
    iss text default null, session_state text default null, error_uri text default null
) returns table (mode text, owner_id text, provider text, connected_email text, redirect_path text)
language sql volatile security definer set search_path = pg_catalog, pg_temp rows 1 as $$
    select * from scheduling_private.finish_round_trip(code, state, error, error_description, 'google')
$$;
comment on function scheduling.google_calendar_callback is
    'oauth_callback for Google; the state of another provider is refused.';

-- API: Public (as oauth_callback)
create function scheduling.outlook_calendar_callback(
    code              text default null,
    state             text default null,
    error             text default null,
    error_description text default null,
    -- what providers add, and nothing is done with
    session_state text default null, client_info text default null, error_uri text default null,
    error_subcode text default null, suberror text default null, claims text default null,
    admin_consent text default null, tenant text default null, cloud_instance_name text default null,
    cloud_instance_host_name text default null, cloud_graph_host_name text default null,
    msgraph_host text default null, "timestamp" text default null, trace_id text default null,
    correlation_id text default null, scope text default null, iss text default null
) returns table (mode text, owner_id text, provider text, connected_email text, redirect_path text)
language sql volatile security definer set search_path = pg_catalog, pg_temp rows 1 as $$
    select * from scheduling_private.finish_round_trip(code, state, error, error_description, 'outlook')
$$;
comment on function scheduling.outlook_calendar_callback is
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
