-- ---------------------------------------------------------------------------------------------
-- The CRM: a lead in Close for the guest of a meeting, and notes of what becomes of the meeting
-- ---------------------------------------------------------------------------------------------

-- API: Private (written by configure_close and the worker)
create table scheduling.crm_settings (
    singleton   boolean primary key default true check (singleton),
    api_key     text not null,
    api_url     text not null,
    -- whose meetings make leads: client, user
    modes       text[] not null
        constraint crm_settings_modes_check
        check (modes <> '{}' and modes <@ array['client', 'user'] and array_ndims(modes) = 1),
    -- Another one with each configure_close(): what the CRM said to an older key says nothing of this one.
    generation  uuid not null default gen_random_uuid(),
    -- why nothing is asked of the CRM any more, until configure_close() is called again
    held_reason text,
    held_since  timestamptz,
    updated_at  timestamptz not null default now()
);
comment on table scheduling.crm_settings is
    'The account at the CRM, and whose meetings make leads: one row, or none, written by configure_close(); the key is sealed.';
comment on column scheduling.crm_settings.held_reason is
    'Why the worker asks nothing of the CRM: it has refused the key. Null where all is well.';

-- Seals the key, as connections' tokens are.
create function scheduling_private.seal_crm_settings() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    -- rotate_key() changes nothing but the seals
    if scheduling_private.is_resealing() then
        return new;
    end if;
    new.api_key := scheduling_private.seal(new.api_key, 'close_api_key');
    new.updated_at := now();
    return new;
end
$$;

create trigger seal_crm_settings before insert or update on scheduling.crm_settings
    for each row execute function scheduling_private.seal_crm_settings();
alter table scheduling.crm_settings enable always trigger seal_crm_settings;

-- What an address is known by in the tables below: they hold none.
create function scheduling_private.address_digest(address text) returns bytea
language sql immutable begin atomic
    select sha256(convert_to(lower(address), 'UTF8'));
end;

-- What is known of the CRM's lead for an address, over all owners and both modes: the CRM's own search finds
-- a lead only some time after it was made. It holds no address, only what one can be compared with, so
-- forgetting a guest takes no more than deleting their rows elsewhere.
create table scheduling_private.crm_leads (
    address_digest bytea primary key,
    -- null: none is known
    lead_id        text,
    -- When a lead may have been made whose id never reached us, or the one that was known was gone, and may
    -- have been merged into another. Until the CRM's search is sure to find that one, none is made.
    unsure_since   timestamptz,
    updated_at     timestamptz not null default now()
);
comment on table scheduling_private.crm_leads is
    'Which lead of the CRM an address has, by a hash of the address; written by the worker.';

-- What the CRM has been told of a meeting, for the lead of one address.
create table scheduling_private.crm_notes (
    meeting        uuid,
    address_digest bytea,
    lead_id        text,
    -- the last note, and how many there are that we have heard of
    note_id        text,
    notes          int not null,
    -- what the last one says
    starts_at      timestamptz not null,
    ends_at        timestamptz not null,
    takes_place    boolean not null,
    -- What one more says that may be there: its request was sent at trying_since or later, and its answer has
    -- not been heard.
    trying         jsonb,
    trying_since   timestamptz,
    updated_at     timestamptz not null default now(),
    primary key (meeting, address_digest)
);
comment on table scheduling_private.crm_notes is
    'What the CRM has been told of a meeting; written by the worker.';

-- What was told of a meeting goes with it. No foreign key does this: its check would have the worker wait
-- for whoever has locked the meeting.
create function scheduling_private.forget_crm_notes() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if tg_op = 'TRUNCATE' then
        delete from scheduling_private.crm_notes n
        where not exists (select from scheduling.meetings m where m.id = n.meeting)
          and not exists (select from scheduling.sales_meetings m where m.id = n.meeting);
    else
        delete from scheduling_private.crm_notes n where n.meeting = old.id;
    end if;
    return null;
end
$$;

-- Queues a note for the CRM where a meeting moves, ends before its time, or has another guest; what it says is
-- what holds when its turn comes. That a meeting is on, for the first time or again, is queued with its mails.
create function scheduling_private.queue_crm_lead() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    owner_key text;
    owner_mode text;
    client_meeting uuid;
    user_meeting uuid;
begin
    -- Of completed and no_show nobody outside hears; and a meeting that is over is history.
    if old.status = 'cancelled' or new.ends_at <= now() then
        return null;
    end if;
    if tg_table_name = 'meetings' then
        client_meeting := new.id;
        owner_key := new.client_id;
        owner_mode := 'client';
    else
        user_meeting := new.id;
        owner_key := 'user:' || new.user_id;
        owner_mode := 'user';
    end if;
    insert into scheduling.jobs (kind, payload, meeting_id, sales_meeting_id, owner)
    select 'crm_lead', jsonb_build_object('address', guest.address), client_meeting, user_meeting, owner_key
    from (
        -- whose meeting it is no more
        select old.guest_email as address
        where lower(old.guest_email) is distinct from lower(new.guest_email)
        union all
        select new.guest_email
    ) guest
    where guest.address is not null
      and exists (select from scheduling.crm_settings s where owner_mode = any (s.modes));
    return null;
end
$$;

do $$
declare
    meetings text;
    guest_id text;
begin
    for meetings, guest_id in values ('meetings', 'contact_id'), ('sales_meetings', 'prospect_id') loop
        execute format(
            'create trigger queue_crm_lead
                 after update of starts_at, ends_at, status, guest_email, %I on scheduling.%I
                 for each row when (
                     (old.starts_at, old.ends_at, old.status = ''cancelled'', lower(old.guest_email))
                     is distinct from
                     (new.starts_at, new.ends_at, new.status = ''cancelled'', lower(new.guest_email)))
                 execute function scheduling_private.queue_crm_lead()', guest_id, meetings);
        execute format(
            'create trigger forget_crm_notes after delete on scheduling.%I
                 for each row execute function scheduling_private.forget_crm_notes()', meetings);
        execute format(
            'create trigger forget_all_crm_notes after truncate on scheduling.%I
                 for each statement execute function scheduling_private.forget_crm_notes()', meetings);
    end loop;
end
$$;

-- API: Public (service)
-- Has meetings make leads in Close, or no more.
create function scheduling.configure_close(
    -- null: no more
    api_key text,
    -- whose meetings: client, user
    modes   text[] default '{user}',
    -- null: https://api.close.com/api/v1
    api_url text default null
) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    wanted_modes text[] := coalesce(configure_close.modes, '{user}');
    wanted_url text := coalesce(configure_close.api_url, 'https://api.close.com/api/v1');
begin
    if configure_close.api_key is null then
        delete from scheduling.crm_settings where singleton;
    else
        perform scheduling_private.require_length('api_key', configure_close.api_key, 2048),
                scheduling_private.require_length('api_url', wanted_url, 2048),
                scheduling_private.require_url('api_url', wanted_url);
        if configure_close.api_key !~ '^[!-9;-~]+$' then
            raise invalid_parameter_value using
                message = 'malformed api_key',
                detail = 'api_key: A key is of printable ASCII, without white space and colons.',
                hint = 'Pass the key as Close shows it, or null to switch leads off.';
        end if;
        if wanted_modes = '{}' or array_ndims(wanted_modes) > 1
           or not wanted_modes <@ array['client', 'user'] then
            raise invalid_parameter_value using
                message = 'malformed modes',
                detail = format('modes: "%s" names no mode, or one that there is not.',
                                left(array_to_string(wanted_modes, ', ', 'null'), 60)),
                hint = 'Pass ''{user}'', ''{client}'' or ''{client,user}''.';
        end if;
        insert into scheduling.crm_settings as s (api_key, api_url, modes)
        values (configure_close.api_key, rtrim(wanted_url, '/'),
                array(select distinct m from unnest(wanted_modes) m order by m))
        on conflict (singleton) do update set
            api_key = excluded.api_key, api_url = excluded.api_url, modes = excluded.modes,
            generation = excluded.generation, held_reason = null, held_since = null;
    end if;
    -- What waited for this goes on.
    update scheduling.jobs j set run_at = now()
    where j.kind = 'crm_lead' and j.state = 'ready' and j.run_at = 'infinity';
end
$$;
comment on function scheduling.configure_close(text, text[], text) is
    'Has meetings of these modes make leads in the CRM Close, with notes of what becomes of them; a null key switches it off.';

select pg_catalog.pg_extension_config_dump('scheduling.crm_settings', '');
select pg_catalog.pg_extension_config_dump('scheduling_private.crm_leads', '');
select pg_catalog.pg_extension_config_dump('scheduling_private.crm_notes', '');
