-- ---------------------------------------------------------------------------------------------
-- Webhooks: who is told by HTTP of what happens to bookings
-- ---------------------------------------------------------------------------------------------

-- Refuses an address that webhooks are not sent to (22023): one that is malformed, no https, or not public.
create function scheduling_private.check_webhook_url(url text) returns void
stable language c as 'MODULE_PATHNAME', 'check_webhook_url_wrapper';

-- Refuses what is no secret of Standard Webhooks (22023).
create function scheduling_private.check_webhook_secret(secret text, may_be_sealed boolean) returns void
immutable language c as 'MODULE_PATHNAME', 'check_webhook_secret_wrapper';

-- A new secret of Standard Webhooks: whsec_ and 32 random bytes.
create function scheduling_private.new_webhook_secret() returns text
volatile language c as 'MODULE_PATHNAME', 'new_webhook_secret_wrapper';

-- API: Public (service)
-- An address that is told what happens to bookings, and how it has been answering.
create table scheduling.webhooks (
    id              uuid primary key default gen_random_uuid(),
    url             text not null,
    -- null: of all
    events          text[]
        constraint webhooks_events_check check (
            array_ndims(events) = 1 and cardinality(events) > 0 and events <@ array[
                'booking.created', 'booking.requested', 'booking.rescheduled', 'booking.updated',
                'booking.cancelled', 'booking.declined', 'booking.completed', 'booking.no_show',
                'calendar.disconnected']),
    -- whose bookings it is told of; neither: everybody's
    client_id       uuid references scheduling.clients on delete cascade,
    user_id         uuid references scheduling.user_profiles on delete cascade,
    owner           text collate "C" generated always as (
        coalesce(client_id::text, 'user:' || user_id::text)
    ) stored,
    secret          text not null,
    -- what it was before: signs as well for a day after it was changed
    old_secret      text,
    old_secret_until timestamptz,
    is_active       boolean not null default true,
    -- The last answer; null where there was none.
    last_status     int,
    -- null: the last delivery was taken
    last_error      text,
    -- when it was given up; null while it is not
    disabled_at     timestamptz,
    -- the first and the latest failure since a delivery was taken, and how many in a row
    failing_since   timestamptz,
    failed_at       timestamptz,
    failures        int not null default 0,
    -- nothing is sent before, and then one delivery to see
    paused_until    timestamptz,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    constraint webhooks_owner_check check (num_nonnulls(client_id, user_id) <= 1)
) with (fillfactor = 70);
comment on table scheduling.webhooks is
    'Addresses that are told by HTTP what happens to bookings, as Standard Webhooks has it; secrets are sealed.';
comment on column scheduling.webhooks.events is 'The types of events that it is told of; null: of all.';
comment on column scheduling.webhooks.owner is 'Whose bookings it is told of, as an owner key; null: everybody''s.';
comment on column scheduling.webhooks.old_secret is 'The secret before this one, which signs as well until old_secret_until.';
comment on column scheduling.webhooks.is_active is 'Whether it is told; true anew forgets what went wrong before.';
comment on column scheduling.webhooks.last_status is 'The HTTP status of its last answer; null where there was none.';
comment on column scheduling.webhooks.last_error is 'Why the last delivery was not taken, or why it was disabled.';
comment on column scheduling.webhooks.disabled_at is 'When it was disabled, because it said that it is gone or failed for a week.';

create index webhooks_client_idx on scheduling.webhooks (client_id) where client_id is not null;
create index webhooks_user_idx on scheduling.webhooks (user_id) where user_id is not null;
-- for each booking: those of its owner and those of everybody's, however many owners have one
create index webhooks_owner_idx on scheduling.webhooks (owner) where is_active;

-- Refuses what cannot be sent to or signed with, and keeps the secret that is changed for a day.
create function scheduling_private.check_webhook() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform scheduling_private.check_webhook_secret(new.secret, true);
    if new.old_secret is not null then
        perform scheduling_private.check_webhook_secret(new.old_secret, true);
    end if;
    if tg_op = 'INSERT' then
        -- A secret that is sealed comes with a dump: what was taken is kept, though this server may have another
        -- setting. The worker looks at each address before it sends.
        if not starts_with(new.secret, 'sealed:') then
            perform scheduling_private.check_webhook_url(new.url);
        end if;
    else
        if new.id <> old.id then
            raise invalid_parameter_value using
                message = 'a webhook keeps its id',
                detail = 'id: What waits for the webhook names it, and its secret is sealed for it.',
                hint = 'Add another webhook.';
        end if;
        new.updated_at := now();
        -- The worker disables one whatever its address is.
        if new.url <> old.url or new.is_active and not old.is_active then
            perform scheduling_private.check_webhook_url(new.url);
        end if;
        if new.secret <> old.secret and new.old_secret is not distinct from old.old_secret then
            new.old_secret := old.secret;
            new.old_secret_until := now() + interval '24 hours';
        end if;
        -- Another address, or somebody has said that it is up again: it begins anew.
        if new.url <> old.url or new.is_active and not old.is_active then
            new.disabled_at := null;
            new.failing_since := null;
            new.failed_at := null;
            new.failures := 0;
            new.paused_until := null;
            new.last_status := null;
            new.last_error := null;
        end if;
    end if;
    return new;
end
$$;

-- What the worker notes down comes by none of these columns.
create trigger check_webhook
    before insert or update of id, url, events, client_id, user_id, secret, old_secret, is_active
    on scheduling.webhooks
    for each row execute function scheduling_private.check_webhook();

-- Seals the secrets, as connections' tokens are.
create function scheduling_private.seal_webhook() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    new.secret := scheduling_private.seal(new.secret, 'webhook_secret:' || new.id);
    new.old_secret := scheduling_private.seal(new.old_secret, 'webhook_secret:' || new.id);
    return new;
end
$$;

create trigger seal_webhook before insert or update of secret, old_secret on scheduling.webhooks
    for each row execute function scheduling_private.seal_webhook();
alter table scheduling.webhooks enable always trigger seal_webhook;

-- What an event of an owner makes necessary: a job an address that is to be told. All of them name one event.
create function scheduling_private.webhooks_of_event(type text, owner_key text)
returns table (payload jsonb)
language sql stable begin atomic
    -- A subquery that refers to nothing outside is asked once, whatever it calls.
    select jsonb_build_object('type', webhooks_of_event.type, 'webhook', w.id, 'event', (select gen_random_uuid()))
    from scheduling.webhooks w
    where w.is_active
      and (w.owner is null or w.owner = webhooks_of_event.owner_key)
      and (w.events is null or webhooks_of_event.type = any (w.events));
end;

-- Takes what add_webhook() is given.
create function scheduling_private.add_webhook(url text, events text[], owner text, secret text)
returns table (webhook_id uuid, shown text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    known text[] := array['booking.created', 'booking.requested', 'booking.rescheduled', 'booking.updated',
        'booking.cancelled', 'booking.declined', 'booking.completed', 'booking.no_show', 'calendar.disconnected'];
    client uuid;
    "user" uuid;
    new_secret text;
begin
    perform scheduling_private.require_argument('url', add_webhook.url);
    if array_ndims(add_webhook.events) > 1 or cardinality(add_webhook.events) = 0
       or not coalesce(add_webhook.events <@ known, true)
    then
        raise invalid_parameter_value using
            message = 'malformed events',
            detail = format('events: Each is one of %s.', array_to_string(known, ', ')),
            hint = 'Pass an array of them, or null for all.';
    end if;
    if add_webhook.owner is not null then
        if scheduling_private.owner_mode(add_webhook.owner) = 'client' then
            client := scheduling_private.owner_id(add_webhook.owner);
        else
            "user" := scheduling_private.owner_id(add_webhook.owner);
        end if;
        if not exists (select from scheduling.clients c where c.id = client)
           and not exists (select from scheduling.user_profiles p where p.user_id = "user")
        then
            raise sqlstate 'PT404' using
                message = 'owner not found',
                detail = format('owner: No owner has the key %s.', add_webhook.owner),
                hint = 'Pass <client uuid> or user:<user uuid>, or null for all owners.';
        end if;
    end if;
    new_secret := coalesce(add_webhook.secret, scheduling_private.new_webhook_secret());
    -- One that is sealed already is somebody else's.
    perform scheduling_private.check_webhook_secret(new_secret, false);
    return query
    insert into scheduling.webhooks as w (url, events, client_id, user_id, secret)
    values (add_webhook.url, add_webhook.events, client, "user", new_secret)
    returning w.id, new_secret;
end
$$;

-- API: Public (service)
-- Has an address told what happens to bookings, as Standard Webhooks has it. The secret is shown this once.
create function scheduling.add_webhook(
    -- https://example.com/hooks
    url    text,
    -- null: all types
    events text[] default null,
    -- null: of all owners
    owner  text default null,
    -- whsec_ and 24 to 64 bytes in base64; null: a new one is made
    secret text default null
) returns table (id uuid, secret text)
language sql volatile security definer set search_path = pg_catalog, pg_temp
rows 1 as $$
    select a.webhook_id, a.shown from scheduling_private.add_webhook($1, $2, $3, $4) a
$$;
comment on function scheduling.add_webhook(text, text[], text, text) is
    'Has an address told by HTTP what happens to bookings (Standard Webhooks). The secret is shown this once.';

-- Refuses a webhook that is not there (PT404).
create function scheduling_private.no_such_webhook(id uuid) returns void
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    perform scheduling_private.require_argument('id', id::text);
    raise sqlstate 'PT404' using
        message = 'webhook not found',
        detail = format('webhook: No webhook has the id %s.', id),
        hint = 'Webhooks are in scheduling.webhooks.';
end
$$;

-- API: Public (service)
-- Takes a webhook out. What it has not been told yet it is told no more.
create function scheduling.remove_webhook(id uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    delete from scheduling.webhooks w where w.id = remove_webhook.id;
    if not found then
        perform scheduling_private.no_such_webhook(remove_webhook.id);
    end if;
end
$$;
comment on function scheduling.remove_webhook(uuid) is
    'Takes a webhook out; what it has not been told yet it is told no more.';

-- Does what rotate_webhook_secret() is for.
create function scheduling_private.rotate_webhook_secret(webhook uuid)
returns table (webhook_id uuid, shown text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    new_secret text := scheduling_private.new_webhook_secret();
begin
    return query
    update scheduling.webhooks w set secret = new_secret where w.id = webhook
    returning w.id, new_secret;
    if not found then
        perform scheduling_private.no_such_webhook(webhook);
    end if;
end
$$;

-- API: Public (service)
-- Gives a webhook a new secret, which is shown this once. For a day the old one signs as well.
create function scheduling.rotate_webhook_secret(id uuid) returns table (id uuid, secret text)
language sql volatile security definer set search_path = pg_catalog, pg_temp
rows 1 as $$
    select r.webhook_id, r.shown from scheduling_private.rotate_webhook_secret($1) r
$$;
comment on function scheduling.rotate_webhook_secret(uuid) is
    'Gives a webhook a new secret, shown this once; for 24 hours the old one signs as well.';

select pg_catalog.pg_extension_config_dump('scheduling.webhooks', '');
