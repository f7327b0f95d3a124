-- ---------------------------------------------------------------------------------------------
-- Calendar connections and the providers behind them
-- ---------------------------------------------------------------------------------------------

-- API: Private (written by configure_provider)
-- The organisation's own registration with a calendar provider.
create table scheduling.providers (
    provider      scheduling.provider primary key,
    client_id     text not null,
    client_secret text not null,
    redirect_uri  text not null,
    tenant        text,
    auth_url      text not null,
    token_url     text not null,
    revoke_url    text,
    userinfo_url  text,
    api_url       text not null,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now()
);
comment on table scheduling.providers is
    'OAuth applications of the organisation, one a provider; secrets are sealed. Written by configure_provider().';

-- Whether a text can be a provider's id of a calendar. Whether there is one is the provider's to say.
create function scheduling_private.is_calendar_id(calendar_id text) returns boolean
immutable parallel safe language sql set search_path = pg_catalog, pg_temp as $$
    select octet_length(calendar_id) between 1 and 1024 and calendar_id !~ '[[:cntrl:]]'
       and calendar_id not in ('.', '..')
$$;

-- Whether calendars can be named so: 1 to 50 ids as above, each once. None at all would mean that the
-- owner is never busy; and 50 are as many as Google tells of at once. The function above is looked up here and
-- now: whoever writes a row may not name it.
create function scheduling_private.are_calendar_ids(calendar_ids text[]) returns boolean
language sql immutable parallel safe begin atomic
    select calendar_ids is null
        or cardinality(calendar_ids) between 1 and 50
           and num_nulls(variadic calendar_ids) = 0
           and (select count(distinct a.id) = count(*) and bool_and(scheduling_private.is_calendar_id(a.id))
                from unnest(calendar_ids) as a (id));
end;

-- API: Public
-- The calendar of a client: one row a client and provider.
create table scheduling.calendar_connections (
    id               uuid primary key default gen_random_uuid(),
    client_id        uuid not null references scheduling.clients on delete cascade,
    provider         scheduling.provider not null,
    access_token     text,
    refresh_token    text,
    token_expires_at timestamptz,
    -- where new events go; null: the account's main one
    calendar_id      text
        constraint calendar_connections_calendar_id_check check (scheduling_private.is_calendar_id(calendar_id)),
    -- which of the account's calendars count as busy; null: the one above
    busy_calendar_ids text[]
        constraint calendar_connections_busy_calendar_ids_check
        check (coalesce(array_ndims(busy_calendar_ids), 1) = 1
               and scheduling_private.are_calendar_ids(busy_calendar_ids)),
    connected_email  text,
    is_active        boolean not null default true,
    status           text not null default 'ok'
        check (status in ('ok', 'reconnect_required', 'error')),
    status_detail    text,
    -- busy times are known as of then, and that far ahead; null: not at all
    busy_synced_at   timestamptz,
    busy_until       timestamptz,
    -- what the provider wants to be told to answer "nothing has changed", by calendar
    busy_token       jsonb,
    -- when the schedule has the calendar read again
    busy_due_at      timestamptz not null default now(),
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    constraint calendar_connections_client_provider_key unique (client_id, provider)
);
comment on table scheduling.calendar_connections is
    'Calendars of clients. Tokens written in clear are sealed as they are stored.';

-- API: Public
-- The calendar of a user: one row a user and provider.
create table scheduling.user_calendar_connections (
    id               uuid primary key default gen_random_uuid(),
    user_id          uuid not null references scheduling.user_profiles on delete cascade,
    provider         scheduling.provider not null,
    access_token     text,
    refresh_token    text,
    token_expires_at timestamptz,
    -- where new events go; null: the account's main one
    calendar_id      text
        constraint user_calendar_connections_calendar_id_check check (scheduling_private.is_calendar_id(calendar_id)),
    -- which of the account's calendars count as busy; null: the one above
    busy_calendar_ids text[]
        constraint user_calendar_connections_busy_calendar_ids_check
        check (coalesce(array_ndims(busy_calendar_ids), 1) = 1
               and scheduling_private.are_calendar_ids(busy_calendar_ids)),
    connected_email  text,
    is_active        boolean not null default true,
    status           text not null default 'ok'
        check (status in ('ok', 'reconnect_required', 'error')),
    status_detail    text,
    -- busy times are known as of then, and that far ahead; null: not at all
    busy_synced_at   timestamptz,
    busy_until       timestamptz,
    -- what the provider wants to be told to answer "nothing has changed", by calendar
    busy_token       jsonb,
    -- when the schedule has the calendar read again
    busy_due_at      timestamptz not null default now(),
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    constraint user_calendar_connections_user_provider_key unique (user_id, provider)
);
comment on table scheduling.user_calendar_connections is
    'Calendars of users. Tokens written in clear are sealed as they are stored.';

-- The columns of both tables, described once.
do $$
declare
    connections text;
begin
    foreach connections in array array['calendar_connections', 'user_calendar_connections'] loop
        execute format('comment on column scheduling.%I.calendar_id is %L', connections,
            'The calendar that new events go to; null is the account''s main one.');
        execute format('comment on column scheduling.%I.busy_calendar_ids is %L', connections,
            'Which of the account''s calendars count as busy, 1 to 50; null: the one that new events go to.');
    end loop;
end
$$;

-- Seals tokens on their way into a row, so that neither a select nor a dump shows one. Owner and
-- provider are bound into the seal: a sealed token copied to another row does not open. The row's id
-- would not do: an upsert seals for the row it proposes, then stores that in the row that is there.
create function scheduling_private.seal_connection() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    place text;
begin
    -- rotate_key() changes nothing but the seals
    if scheduling_private.is_resealing() then
        return new;
    end if;
    if tg_table_name = 'calendar_connections' then
        place := format('%s:%s', new.client_id, new.provider);
    else
        place := format('user:%s:%s', new.user_id, new.provider);
    end if;
    new.access_token := scheduling_private.seal(new.access_token, 'access_token:' || place);
    new.refresh_token := scheduling_private.seal(new.refresh_token, 'refresh_token:' || place);
    if tg_op = 'UPDATE' then
        new.updated_at := now();
    end if;
    return new;
end
$$;

create trigger seal_connection before insert or update on scheduling.calendar_connections
    for each row execute function scheduling_private.seal_connection();
create trigger seal_connection before insert or update on scheduling.user_calendar_connections
    for each row execute function scheduling_private.seal_connection();
-- Whatever brings a row in: nothing is stored in clear.
alter table scheduling.calendar_connections enable always trigger seal_connection;
alter table scheduling.user_calendar_connections enable always trigger seal_connection;

-- Seals the application's secret, as above.
create function scheduling_private.seal_provider() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    new.client_secret := scheduling_private.seal(new.client_secret, 'client_secret:' || new.provider);
    return new;
end
$$;

create trigger seal_provider before insert or update on scheduling.providers
    for each row execute function scheduling_private.seal_provider();
alter table scheduling.providers enable always trigger seal_provider;

-- API: Public (service)
-- Registers the organisation's OAuth application with a provider.
create function scheduling.configure_provider(
    provider      text,
    client_id     text,
    client_secret text,
    redirect_uri  text,
    -- Microsoft Entra tenant; null means common
    tenant        text default null,
    -- where null, the real provider's
    auth_url      text default null,
    token_url     text default null,
    revoke_url    text default null,
    userinfo_url  text default null,
    api_url       text default null
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    defaults scheduling_private.provider_defaults;
    tenant_path text := coalesce(nullif(configure_provider.tenant, ''), 'common');
begin
    perform scheduling_private.require_argument('provider', configure_provider.provider),
            scheduling_private.require_argument('client_id', configure_provider.client_id),
            scheduling_private.require_argument('client_secret', configure_provider.client_secret),
            scheduling_private.require_argument('redirect_uri', configure_provider.redirect_uri);
    perform scheduling_private.require_length(a.name, a.value, 2048)
    from (values ('provider', configure_provider.provider), ('client_id', configure_provider.client_id),
                 ('client_secret', configure_provider.client_secret),
                 ('redirect_uri', configure_provider.redirect_uri), ('tenant', configure_provider.tenant),
                 ('auth_url', configure_provider.auth_url), ('token_url', configure_provider.token_url),
                 ('revoke_url', configure_provider.revoke_url),
                 ('userinfo_url', configure_provider.userinfo_url), ('api_url', configure_provider.api_url)
         ) a (name, value);
    select * into defaults
    from scheduling_private.provider_defaults d where d.provider = configure_provider.provider;
    if not found then
        raise invalid_parameter_value using
            message = format('unknown provider "%s"', left(configure_provider.provider, 60)),
            detail = (select format('provider: A provider is %s.', string_agg(d.provider, ' or ' order by d.provider))
                      from scheduling_private.provider_defaults d),
            hint = (select format('Pass %s.', string_agg(quote_literal(d.provider), ' or ' order by d.provider))
                    from scheduling_private.provider_defaults d);
    end if;
    perform scheduling_private.require_url(a.name, a.value)
    from (values ('redirect_uri', configure_provider.redirect_uri), ('auth_url', configure_provider.auth_url),
                 ('token_url', configure_provider.token_url), ('revoke_url', configure_provider.revoke_url),
                 ('userinfo_url', configure_provider.userinfo_url), ('api_url', configure_provider.api_url)
         ) a (name, value);

    insert into scheduling.providers as p
        (provider, client_id, client_secret, redirect_uri, tenant,
         auth_url, token_url, revoke_url, userinfo_url, api_url)
    values (
        configure_provider.provider, configure_provider.client_id, configure_provider.client_secret,
        configure_provider.redirect_uri, configure_provider.tenant,
        coalesce(configure_provider.auth_url, replace(defaults.auth_url, '{tenant}', tenant_path)),
        coalesce(configure_provider.token_url, replace(defaults.token_url, '{tenant}', tenant_path)),
        coalesce(configure_provider.revoke_url, replace(defaults.revoke_url, '{tenant}', tenant_path)),
        coalesce(configure_provider.userinfo_url, replace(defaults.userinfo_url, '{tenant}', tenant_path)),
        coalesce(configure_provider.api_url, replace(defaults.api_url, '{tenant}', tenant_path)))
    on conflict (provider) do update set
        client_id = excluded.client_id, client_secret = excluded.client_secret,
        redirect_uri = excluded.redirect_uri, tenant = excluded.tenant,
        auth_url = excluded.auth_url, token_url = excluded.token_url,
        revoke_url = excluded.revoke_url, userinfo_url = excluded.userinfo_url,
        api_url = excluded.api_url, updated_at = now();
end
$$;
comment on function scheduling.configure_provider(text, text, text, text, text, text, text, text, text, text) is
    'Registers the organisation''s OAuth application with a calendar provider (google or outlook).';

-- API: Public (owner)
-- Whose calendars can be connected: the providers that configure_provider() was called for.
create function scheduling.configured_providers() returns text[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select array(select p.provider::text from scheduling.providers p order by p.provider::text collate "C")
$$;
comment on function scheduling.configured_providers() is
    'Whose calendars can be connected: google, outlook, both or none, in this order.';

select pg_catalog.pg_extension_config_dump('scheduling.providers', '');
select pg_catalog.pg_extension_config_dump('scheduling.calendar_connections', '');
select pg_catalog.pg_extension_config_dump('scheduling.user_calendar_connections', '');
