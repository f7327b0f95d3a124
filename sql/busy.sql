-- ---------------------------------------------------------------------------------------------
-- Busy times of outside calendars, as the worker last read them
-- ---------------------------------------------------------------------------------------------

-- API: Private
-- What a connected calendar says. How much of it is known, and since when, is on the connection
-- (busy_synced_at, busy_until).
create table scheduling.busy_times (
    -- of either connections table
    connection_id uuid not null,
    -- the owner, as on the connection
    client_id     uuid references scheduling.clients on delete cascade,
    user_id       uuid references scheduling.user_profiles on delete cascade,
    -- which of the account's calendars says so; empty: its main one
    calendar_id   text not null default '',
    -- the provider's id, or the time where it tells no more than that
    event_id      text not null,
    -- set where the event is one that we have made, or claims to be
    meeting_id    uuid,
    -- an event of ours at another time than its meeting, with nothing on its way that explains it: the owner
    -- has moved it, and its time is busy as any other
    is_moved      boolean not null default false,
    starts_at     timestamptz not null,
    ends_at       timestamptz not null,
    primary key (connection_id, calendar_id, event_id),
    constraint busy_times_time_check check (starts_at < ends_at),
    constraint busy_times_owner_check check (num_nonnulls(client_id, user_id) = 1)
);
comment on table scheduling.busy_times is
    'Busy times of connected calendars, kept fresh by the worker. Not in dumps: they are read again.';

create index busy_times_client_idx on scheduling.busy_times (client_id, starts_at);
create index busy_times_user_idx on scheduling.busy_times (user_id, starts_at);
create index calendar_connections_due_idx on scheduling.calendar_connections (busy_due_at)
    where is_active and status <> 'reconnect_required';
create index user_calendar_connections_due_idx on scheduling.user_calendar_connections (busy_due_at)
    where is_active and status <> 'reconnect_required';

-- What is known of some calendars says nothing of others, nor a dump of what is true now.
create function scheduling_private.forget_busy_times() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if tg_op = 'UPDATE'
       and (coalesce(new.busy_calendar_ids, array[new.calendar_id]), new.connected_email, new.is_active)
           is not distinct from
           (coalesce(old.busy_calendar_ids, array[old.calendar_id]), old.connected_email, old.is_active)
    then
        return new;
    end if;
    if tg_op <> 'INSERT' then
        delete from scheduling.busy_times b where b.connection_id = old.id;
    end if;
    if tg_op <> 'DELETE' then
        new.busy_synced_at := null;
        new.busy_until := null;
        new.busy_token := null;
        new.busy_due_at := now();
    end if;
    return coalesce(new, old);
end
$$;

create trigger forget_busy_times before insert or update or delete on scheduling.calendar_connections
    for each row execute function scheduling_private.forget_busy_times();
create trigger forget_busy_times before insert or update or delete on scheduling.user_calendar_connections
    for each row execute function scheduling_private.forget_busy_times();
-- For what a dump or a publication brings in as well: busy times do not come with it.
alter table scheduling.calendar_connections enable always trigger forget_busy_times;
alter table scheduling.user_calendar_connections enable always trigger forget_busy_times;

-- API: Public (service)
-- Has the worker read an owner's calendars now, and waits for it.
create function scheduling.refresh_busy_times(owner text) returns int
volatile security definer set search_path = pg_catalog, pg_temp
language c as 'MODULE_PATHNAME', 'refresh_busy_times_wrapper';
comment on function scheduling.refresh_busy_times(text) is
    'Has the worker read an owner''s calendars now; returns how many busy times are known.';
