-- ---------------------------------------------------------------------------------------------
-- OAuth: the state parameter of a round trip to a calendar provider
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
