-- ---------------------------------------------------------------------------------------------
-- Availability: checks of what owners store, and the slots of an owner
-- ---------------------------------------------------------------------------------------------

-- True, or 22023 with the path of the offending key. For CHECK constraints.
create function scheduling_private.check_availability_settings(settings jsonb) returns boolean
immutable strict parallel safe language c as 'MODULE_PATHNAME', 'check_availability_settings_wrapper';

-- The same for the windows of one day.
create function scheduling_private.check_availability_windows(windows jsonb) returns boolean
immutable strict parallel safe language c as 'MODULE_PATHNAME', 'check_availability_windows_wrapper';

-- What a new owner starts with: Monday to Friday, 09:00 to 17:00.
create function scheduling_private.default_availability_settings() returns jsonb
immutable parallel safe language sql set search_path = pg_catalog, pg_temp as $$
    select jsonb_object_agg(day, jsonb_build_object(
        'enabled', day not in ('saturday', 'sunday'), 'start', '09:00', 'end', '17:00'))
    from unnest(array['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']) as day
$$;

-- The name as the server spells it; 22023 for what is no IANA name that the server knows.
create function scheduling_private.canonical_time_zone(name text) returns text
stable parallel safe language c as 'MODULE_PATHNAME', 'canonical_time_zone_wrapper';

-- [starts_at - before, ends_at + after), for the generated column "blocked" of meetings.
create function scheduling_private.blocked_range(
    starts_at timestamptz, ends_at timestamptz, buffer_before_minutes int, buffer_after_minutes int
) returns tstzrange
immutable strict parallel safe language c as 'MODULE_PATHNAME', 'blocked_range_wrapper';

-- The steps of the aggregate below.
create function scheduling_private.blocked_times_add(
    gathered internal, starts_at timestamptz, ends_at timestamptz, buffer_before_minutes int, buffer_after_minutes int
) returns internal
immutable parallel safe language c as 'MODULE_PATHNAME', 'blocked_times_add_wrapper';
create function scheduling_private.blocked_times_pack(gathered internal) returns bytea
immutable parallel safe language c as 'MODULE_PATHNAME', 'blocked_times_pack_wrapper';

-- Times with their buffers, [starts_at - before, ends_at + after), many in one value for the engine.
create aggregate scheduling_private.blocked_times(timestamptz, timestamptz, int, int) (
    sfunc = scheduling_private.blocked_times_add, stype = internal, finalfunc = scheduling_private.blocked_times_pack
);

-- API: Public (owner, service)
-- Free slots of an owner, in order, by the rules given here.
create function scheduling.available_slots(
    -- <client uuid> or user:<user uuid>
    owner                  text,
    from_time              timestamptz default now(),
    -- null: 14 days after from_time; at most 366
    until_time             timestamptz default null,
    duration_minutes       int default 30,
    -- null: the duration
    interval_minutes       int default null,
    buffer_before_minutes  int default 0,
    buffer_after_minutes   int default 0,
    minimum_notice_minutes int default 0
) returns table (slot_start timestamptz, slot_end timestamptz)
stable security definer set search_path = pg_catalog, pg_temp
rows 500 language c as 'MODULE_PATHNAME', 'available_slots_wrapper';
comment on function scheduling.available_slots(text, timestamptz, timestamptz, int, int, int, int, int) is
    'Free slots of an owner, in order: hours in the owner''s zone, overrides, meetings with their buffers.';

-- API: Public (owner, service)
-- Free slots of many owners by the same rules, in one call: owner by owner as they are given, each
-- owner's slots in order. An owner given twice is answered once.
create function scheduling.available_slots_for(
    -- <client uuid> or user:<user uuid> each; at most 10,000
    owners                 text[],
    from_time              timestamptz default now(),
    -- null: 14 days after from_time; at most 366
    until_time             timestamptz default null,
    duration_minutes       int default 30,
    -- null: the duration
    interval_minutes       int default null,
    buffer_before_minutes  int default 0,
    buffer_after_minutes   int default 0,
    minimum_notice_minutes int default 0,
    -- the earliest so many of each owner; null: all
    slots_per_owner        int default null,
    -- leave out owners whose connected calendars cannot be read now, instead of failing (PT503)
    skip_unknown           boolean default false
) returns table (owner text, slot_start timestamptz, slot_end timestamptz)
stable security definer set search_path = pg_catalog, pg_temp
rows 1000 language c as 'MODULE_PATHNAME', 'available_slots_for_wrapper';
comment on function scheduling.available_slots_for(
    text[], timestamptz, timestamptz, int, int, int, int, int, int, boolean) is
    'Free slots of many owners in one call: owners as they are given, each owner''s slots in order.';

-- API: Public (owner, service)
-- Who is free first: the earliest free slot of each owner who has one, the earliest of all first;
-- of owners who are free at the same time, first who is given first.
create function scheduling.earliest_slots_for(
    owners                 text[],
    from_time              timestamptz default now(),
    until_time             timestamptz default null,
    duration_minutes       int default 30,
    interval_minutes       int default null,
    buffer_before_minutes  int default 0,
    buffer_after_minutes   int default 0,
    minimum_notice_minutes int default 0,
    skip_unknown           boolean default false
) returns table (owner text, slot_start timestamptz, slot_end timestamptz)
language sql stable rows 100 set search_path = pg_catalog, pg_temp as $$
    select s.owner, s.slot_start, s.slot_end
    from scheduling.available_slots_for(
        owners, from_time, until_time, duration_minutes, interval_minutes, buffer_before_minutes,
        buffer_after_minutes, minimum_notice_minutes, 1, skip_unknown)
        with ordinality s (owner, slot_start, slot_end, place)
    order by s.slot_start, s.place
$$;
comment on function scheduling.earliest_slots_for(
    text[], timestamptz, timestamptz, int, int, int, int, int, boolean) is
    'Who is free first: the earliest free slot of each owner who has one, the earliest of all first.';

-- API: Public (service)
-- The slots of available_slots as one JSON array, for callers of the edge function of this name.
create function scheduling.get_calendar_availability(
    -- one of the two; both: the client
    client_id        uuid default null,
    user_id          uuid default null,
    from_time        timestamptz default now(),
    until_time       timestamptz default null,
    duration_minutes int default 30
) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
begin
    if num_nonnulls(client_id, user_id) = 0 then
        raise invalid_parameter_value using
            message = 'client_id and user_id must not both be null',
            detail = 'client_id: Whose availability is asked for is not known.',
            hint = 'Pass client_id or user_id.';
    end if;
    return (
        select coalesce(jsonb_agg(jsonb_build_object('start', s.slot_start, 'end', s.slot_end)
                                  order by s.slot_start), '[]')
        from scheduling.available_slots(
            coalesce(client_id::text, 'user:' || user_id), from_time, until_time, duration_minutes) s
    );
end
$$;
comment on function scheduling.get_calendar_availability(uuid, uuid, timestamptz, timestamptz, int) is
    'Free slots of a client or user as a JSON array of {"start", "end"}.';
