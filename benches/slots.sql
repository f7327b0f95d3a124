-- The slots of available_slots() in SQL alone: what somebody who knows PostgreSQL well would write in
-- place of the engine, and what `make bench` times the engine against. Busy time and opening hours are
-- multiranges, and one is subtracted from the other. The bench first makes sure that it answers with
-- exactly the same rows, clock changes included.
--
-- One query, which PostgreSQL inlines into the caller's prepared statement: it is planned once.
-- Owners in client mode only.
create function bench.slots(
    owner uuid, from_time timestamptz, until_time timestamptz, duration interval, step interval,
    buffer_before interval, buffer_after interval, minimum_notice interval
) returns table (slot_start timestamptz, slot_end timestamptz)
language sql stable as $$
    with who as materialized (
        select c.timezone, c.availability_settings,
               greatest(from_time, now() + minimum_notice) as first_start,
               (from_time at time zone c.timezone)::date - 3 as first_day,
               (until_time at time zone c.timezone)::date + 4 as last_day
        from scheduling.clients c
        where c.id = owner
    ),
    -- What the zone's clock shows at noon of each day around, UTC, and the day before.
    noons as (
        select noon, shown - noon as ahead, lag(shown - noon) over (order by noon) as ahead_before
        from who, generate_series(first_day - 2 + time '12:00', last_day + 2 + time '12:00', interval '1 day') noon,
             lateral (select noon at time zone 'UTC' at time zone timezone as shown) at_noon
    ),
    -- The clock changes, to the minute.
    changes as (
        select change.instant, n.ahead_before, n.ahead
        from noons n, who w, lateral (
            select min(minute) at time zone 'UTC' as instant
            from generate_series(n.noon - interval '1 day', n.noon, interval '1 minute') minute
            where (minute at time zone 'UTC' at time zone w.timezone) - minute = n.ahead
        ) change
        where n.ahead <> n.ahead_before
    ),
    -- Stretches of one offset from UTC.
    spells as materialized (
        select coalesce(lag(c.instant) over (order by c.instant), '-infinity') as since,
               c.instant as until, c.ahead_before as ahead
        from changes c
        union all
        select coalesce((select max(c.instant) from changes c), '-infinity'), 'infinity',
               (select n.ahead from noons n order by n.noon desc limit 1)
    ),
    -- Opening hours as the wall shows them: the day's override, else the weekly hours.
    walls as (
        select midnight + (hours.hour ->> 'start')::time as opens,
               midnight + (hours.hour ->> 'end')::interval as closes
        from who w
        cross join generate_series(w.first_day::timestamp, w.last_day, interval '1 day') midnight
        left join scheduling.availability_overrides o on o.client_id = owner and o.day = midnight::date
        cross join lateral (
            select w.availability_settings
                -> (array['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'])
                       [extract(isodow from midnight)::int] as settings
        ) weekday
        cross join lateral jsonb_array_elements(case
            when o.windows is not null then o.windows
            when not coalesce((settings -> 'enabled')::boolean, false) then '[]'
            when settings ? 'windows' then settings -> 'windows'
            else jsonb_build_array(settings)
        end) as hours (hour)
    ),
    -- As instants. A start that occurs twice is its first occurrence, an end its second; one that is
    -- skipped is the instant of the change.
    windows as materialized (
        select opening.instant as opens, closing.instant as closes
        from walls w
        cross join lateral (
            select greatest(s.since, (w.opens - s.ahead) at time zone 'UTC') as instant
            from spells s
            where (w.opens - s.ahead) at time zone 'UTC' < s.until
            order by s.since limit 1
        ) opening
        cross join lateral (
            -- 24:00 is the first instant of the next day; any other end is the last one it is shown at
            (select greatest(s.since, (w.closes - s.ahead) at time zone 'UTC') as instant
             from spells s
             where w.closes::time = time '00:00' and (w.closes - s.ahead) at time zone 'UTC' < s.until
             order by s.since limit 1)
            union all
            (select least(s.until, (w.closes - s.ahead) at time zone 'UTC')
             from spells s
             where w.closes::time <> time '00:00' and (w.closes - s.ahead) at time zone 'UTC' >= s.since
             order by s.since desc limit 1)
        ) closing
        where opening.instant < closing.instant
    ),
    -- Windows that a clock change made overlap count as one, with the earlier one's grid.
    grids as (
        select opens, closes
        from (select w.*, max(w.closes) over (order by w.opens rows between unbounded preceding and 1 preceding) as reached
              from windows w) w
        where reached is null or opens >= reached
    ),
    free as materialized (
        select (select range_agg(tstzrange(w.opens, w.closes)) from windows w)
               - coalesce((
                     select range_agg(tstzrange(lower(m.blocked) - buffer_after, upper(m.blocked) + buffer_before))
                     from scheduling.meetings m
                     where m.client_id = owner and m.status = 'confirmed'
                       and m.blocked && tstzrange(from_time - buffer_before,
                                                  until_time + duration + buffer_after)
                 ), '{}') as times
    )
    select start, start + duration
    from who, free, grids g,
         generate_series(
             -- the first start of the window's grid that is not too early
             g.opens + greatest(0, ceil(extract(epoch from who.first_start - g.opens)
                                        / extract(epoch from step)))::int * step,
             least(g.closes, until_time) - interval '1 microsecond', step) start
    where tstzrange(start, start + duration) <@ free.times
    order by start
$$;
