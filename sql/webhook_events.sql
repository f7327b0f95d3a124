-- ---------------------------------------------------------------------------------------------
-- What webhooks are told: a snapshot made in the transaction of the change
-- ---------------------------------------------------------------------------------------------

-- What is sent, the same bytes to every address and with each attempt. It goes with the last of its jobs.
create table scheduling_private.webhook_events (
    id   uuid primary key,
    type text not null,
    at   timestamptz not null default now(),
    body text not null
);
comment on table scheduling_private.webhook_events is
    'What webhooks are told. Jobs of the kind webhook name an event; it goes with the last of them.';

-- for the deletion of an event with the last of its jobs
create index jobs_event_idx on scheduling.jobs ((payload ->> 'event')) where kind = 'webhook';

-- A meeting as get_booking() shows it, without the token that is the right to it.
create function scheduling_private.booking_as_shown(meeting_id uuid, mode text)
returns table (
    meeting_id uuid, mode text, owner_id uuid, guest_id uuid, status text, title text,
    starts_at timestamptz, ends_at timestamptz, manage_token text,
    slug text, description text, duration_minutes int, timezone text,
    location text, meeting_url text, owner_name text, owner_timezone text,
    guest_name text, guest_email text, guests text[], cancel_reason text,
    can_reschedule boolean, can_cancel boolean,
    reschedule_until timestamptz, cancel_until timestamptz, expires_at timestamptz
)
stable rows 1 language c as 'MODULE_PATHNAME', 'booking_as_shown_wrapper';

-- What a webhook is told of a meeting.
create function scheduling_private.webhook_data(job scheduling.jobs) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
    shown jsonb;
begin
    if job.meeting_id is not null then
        select to_jsonb(b) || jsonb_build_object(
                   'answers', m.answers, 'notes', m.notes, 'guest_phone', m.guest_phone)
        into shown
        from scheduling.meetings m, scheduling_private.booking_as_shown(m.id, 'client') b
        where m.id = job.meeting_id;
    else
        select to_jsonb(b) || jsonb_build_object(
                   'answers', m.answers, 'notes', m.notes, 'guest_phone', m.guest_phone)
        into shown
        from scheduling.sales_meetings m, scheduling_private.booking_as_shown(m.id, 'user') b
        where m.id = job.sales_meeting_id;
    end if;
    return (shown - 'manage_token') || jsonb_build_object('owner', job.owner);
end
$$;

-- The body of an event. Its moment reads the same, wherever the session is.
create function scheduling_private.webhook_body(type text, data jsonb) returns text
language sql stable set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
    select json_build_object('type', type, 'timestamp', now(), 'data', data)::text
$$;

-- Writes down what there is to tell of a meeting, once its first job is queued: whoever queues jobs of one
-- event has named it. At the end of their statement the meeting is as it is to be told.
create function scheduling_private.write_webhook_event() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    event uuid := new.payload ->> 'event';
begin
    -- The rows of a dump bring their events along, and so does whoever tells of no meeting.
    if event is null or new.created_at <> now() or num_nonnulls(new.meeting_id, new.sales_meeting_id) = 0
       or exists (select from scheduling_private.webhook_events e where e.id = event) then
        return null;
    end if;
    insert into scheduling_private.webhook_events (id, type, body)
    values (event, new.payload ->> 'type',
            scheduling_private.webhook_body(new.payload ->> 'type', scheduling_private.webhook_data(new)));
    return null;
end
$$;

create trigger write_webhook_event after insert on scheduling.jobs
    for each row when (new.kind = 'webhook')
    execute function scheduling_private.write_webhook_event();

-- Deletes an event with the last of its jobs: when that is old, or when its meeting or owner is deleted. What
-- somebody has deleted is told to nobody any more.
create function scheduling_private.forget_webhook_event() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    -- Of two who delete the last two jobs, the second one sees that the first has.
    perform from scheduling_private.webhook_events e where e.id = (old.payload ->> 'event')::uuid for update;
    delete from scheduling_private.webhook_events e
    where e.id = (old.payload ->> 'event')::uuid
      and not exists (
          select from scheduling.jobs j
          where j.kind = 'webhook' and j.payload ->> 'event' = old.payload ->> 'event');
    return null;
end
$$;

create trigger forget_webhook_event after delete on scheduling.jobs
    for each row when (old.kind = 'webhook')
    execute function scheduling_private.forget_webhook_event();

-- Deletes all events with all jobs.
create function scheduling_private.forget_all_webhook_events() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    -- "where": Supabase has its API's sessions refuse statements without it (pg-safeupdate).
    delete from scheduling_private.webhook_events where true;
    return null;
end
$$;

create trigger forget_all_webhook_events after truncate on scheduling.jobs
    for each statement execute function scheduling_private.forget_all_webhook_events();

-- Queues what has become of a meeting. That it is new, or on again, is queued with its other jobs: see
-- jobs_of_new_meeting(). Of one that is over only what has become of it is told, and of one that is cancelled
-- nothing more.
create function scheduling_private.queue_webhooks() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    is_over boolean := new.ends_at <= now();
    event text;
    owner_key text;
    client_meeting uuid;
    user_meeting uuid;
begin
    event := case
        when new.status <> old.status then case new.status
            when 'cancelled' then 'booking.cancelled'
            when 'completed' then 'booking.completed'
            when 'no_show' then 'booking.no_show'
            when 'confirmed' then case when is_over or old.status <> 'cancelled' then 'booking.updated' end
        end
        when is_over or new.status = 'cancelled' then null
        when (new.starts_at, new.ends_at) is distinct from (old.starts_at, old.ends_at) then 'booking.rescheduled'
        else 'booking.updated'
    end;
    if event is null then
        return null;
    end if;
    if tg_table_name = 'meetings' then
        client_meeting := new.id;
        owner_key := new.client_id;
    else
        user_meeting := new.id;
        owner_key := 'user:' || new.user_id;
    end if;
    insert into scheduling.jobs (kind, payload, meeting_id, sales_meeting_id, owner)
    select 'webhook', w.payload, client_meeting, user_meeting, owner_key
    from scheduling_private.webhooks_of_event(event, owner_key) w;
    return null;
end
$$;

-- What is told of a meeting and can change, in both modes.
do $$
declare
    told text[] := array['status', 'starts_at', 'ends_at', 'title', 'timezone', 'location', 'meeting_url',
        'notes', 'answers', 'guest_name', 'guest_email', 'guest_phone', 'guests', 'cancel_reason'];
    meetings text;
    guest_id text;
begin
    for meetings, guest_id in values ('meetings', 'contact_id'), ('sales_meetings', 'prospect_id') loop
        execute format(
            'create trigger queue_webhooks after update of %s, %I on scheduling.%I
                 for each row when ((%s) is distinct from (%s))
                 execute function scheduling_private.queue_webhooks()',
            array_to_string(told, ', '), guest_id, meetings,
            (select string_agg('old.' || name, ', ') from unnest(told) as name),
            (select string_agg('new.' || name, ', ') from unnest(told) as name));
    end loop;
end
$$;

-- Queues that an owner's calendar must be connected again, once each time it breaks.
create function scheduling_private.queue_disconnect_webhooks() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    owner_key text;
    told jsonb[];
begin
    if tg_table_name = 'calendar_connections' then
        owner_key := new.client_id;
    else
        owner_key := 'user:' || new.user_id;
    end if;
    select array_agg(w.payload) into told
    from scheduling_private.webhooks_of_event('calendar.disconnected', owner_key) w;
    if told is null then
        return null;
    end if;
    -- Before its jobs, as it is about no meeting.
    insert into scheduling_private.webhook_events (id, type, body)
    values ((told[1] ->> 'event')::uuid, 'calendar.disconnected',
            scheduling_private.webhook_body('calendar.disconnected', jsonb_build_object(
                'owner', owner_key, 'connection_id', new.id, 'provider', new.provider,
                'connected_email', new.connected_email, 'status', new.status,
                'status_detail', new.status_detail)));
    insert into scheduling.jobs (kind, payload, owner)
    select 'webhook', payload, owner_key from unnest(told) as payload;
    return null;
end
$$;

create trigger queue_disconnect_webhooks after update of status on scheduling.calendar_connections
    for each row when (new.is_active and new.status = 'reconnect_required'
        and old.status is distinct from new.status)
    execute function scheduling_private.queue_disconnect_webhooks();
create trigger queue_disconnect_webhooks after update of status on scheduling.user_calendar_connections
    for each row when (new.is_active and new.status = 'reconnect_required'
        and old.status is distinct from new.status)
    execute function scheduling_private.queue_disconnect_webhooks();

select pg_catalog.pg_extension_config_dump('scheduling_private.webhook_events', '');
