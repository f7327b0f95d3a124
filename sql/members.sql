-- ---------------------------------------------------------------------------------------------
-- Members at the tables: which rows are whose, and what may be done with them
-- ---------------------------------------------------------------------------------------------

-- Whether the role whose rights hold now is the trusted back end. For policies: a SECURITY DEFINER function
-- that an application makes for its service role reads what that role may, whoever calls it.
create function scheduling_private.user_is_service() returns boolean
language sql stable parallel safe begin atomic
    select has_function_privilege('scheduling_private.is_service()'::regprocedure, 'execute');
end;

-- The same, as it was when the statement was planned. "Immutable" has the planner ask it once and forget the
-- part of a policy that does not matter: "or" with a flag would keep every index from being used. Nothing rests
-- on it. Where it says yes, the statement asks user_is_service() as it runs; where it says no, what is seen is a
-- member's; and plans are made anew when the role changes, or the rights on a table do.
create function scheduling_private.is_planned_for_service() returns boolean
language sql immutable parallel safe begin atomic
    select has_function_privilege('scheduling_private.is_service()'::regprocedure, 'execute');
end;

-- Every table has row-level security, so that a careless GRANT opens nothing; the extension's owner, and with it
-- functions that run with its rights, keys, dumps and restores, do not come under it. What the back end may do is
-- grant_access()'s to say.
do $$
declare
    name regclass;
begin
    for name in
        select c.oid from pg_catalog.pg_class c
        where c.relnamespace in ('scheduling'::regnamespace, 'scheduling_private'::regnamespace)
          and c.relkind in ('r', 'p')
        order by c.oid
    loop
        execute format('alter table %s enable row level security', name);
        execute format(
            'create policy service on %s
                 using (scheduling_private.is_planned_for_service() and (select scheduling_private.user_is_service()))',
            name);
    end loop;
end
$$;

-- What members may do with the rows of owners whom they manage. Each condition is read once a statement and
-- compared with a column, so that an index finds the rows. A link with both ids is a client's.
do $$
declare
    of_clients text := '%s = any ((select scheduling_private.my_clients())::uuid[])';
    of_the_user text := '%s = (select scheduling_private.caller_id())';
    of_either text;
    rules record;
    verb text;
begin
    of_either := format(of_clients, 'client_id') || ' or client_id is null and ' || format(of_the_user, 'user_id');
    for rules in
        select * from (values
            ('clients', format(of_clients, 'id'), '{select, update}'::text[]),
            ('user_profiles', format(of_the_user, 'user_id'), '{select, update}'),
            ('client_members', format(of_clients, 'client_id'), '{select}'),
            ('booking_links', of_either, '{select, insert, update, delete}'),
            ('availability_overrides', of_either, '{select, insert, update, delete}'),
            ('time_off', of_either, '{select, insert, update, delete}'),
            ('calendar_connections', format(of_clients, 'client_id'), '{select}'),
            ('user_calendar_connections', format(of_the_user, 'user_id'), '{select}'),
            ('contacts', format(of_clients, 'client_id'), '{select, update, delete}'),
            ('sales_prospects', format(of_the_user, 'user_id'), '{select, update, delete}'),
            ('meetings', format(of_clients, 'client_id'), '{select, insert, update}'),
            ('sales_meetings', format(of_the_user, 'user_id'), '{select, insert, update}')
        ) as rule (name, condition, verbs)
    loop
        foreach verb in array rules.verbs loop
            execute format('create policy %I on scheduling.%I for %s', 'members_' || verb, rules.name, verb)
                || case when verb <> 'insert' then format(' using (%s)', rules.condition) else '' end
                || case when verb in ('insert', 'update') then format(' with check (%s)', rules.condition) else '' end;
        end loop;
    end loop;
end
$$;

-- What grant_access() gives members, as GRANT spells it: the verbs above, and of columns those that are theirs to
-- write. What the worker writes down, what identifies a row or an invitation, and what says when something was
-- done is not.
create function scheduling_private.rights_of_members() returns text[]
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    -- nothing of how it is opened
    of_connection text := 'id, provider, token_expires_at, calendar_id, busy_calendar_ids, connected_email, is_active, '
        'status, status_detail, busy_synced_at, created_at, updated_at';
    of_meeting text := 'booking_link_id, title, starts_at, ends_at, timezone, locale, status, location, '
        'conferencing, meeting_url, notes, answers, guest_name, guest_email, guest_phone, guests, '
        'buffer_before_minutes, buffer_after_minutes, reminder_minutes';
    written text;
    name text;
    rights text[] := array[
        'select on scheduling.clients, scheduling.user_profiles, scheduling.client_members, '
            'scheduling.booking_links, scheduling.availability_overrides, scheduling.time_off, '
            'scheduling.contacts, scheduling.sales_prospects, scheduling.meetings, scheduling.sales_meetings',
        format('select (client_id, %s) on scheduling.calendar_connections', of_connection),
        format('select (user_id, %s) on scheduling.user_calendar_connections', of_connection),
        'update (name, primary_contact_email, timezone, availability_settings, locale) on scheduling.clients',
        'update (full_name, email, timezone, availability_settings, locale) on scheduling.user_profiles',
        'update (email, name, phone), delete on scheduling.contacts, scheduling.sales_prospects',
        format('insert (client_id, contact_id, %1$s), update (contact_id, cancel_reason, %1$s)
                on scheduling.meetings', of_meeting),
        format('insert (user_id, prospect_id, %1$s), update (prospect_id, cancel_reason, %1$s)
                on scheduling.sales_meetings', of_meeting)];
begin
    -- Of what they set up themselves, everything but what the table says of itself.
    foreach name in array array['booking_links', 'availability_overrides', 'time_off'] loop
        select string_agg(quote_ident(a.attname), ', ' order by a.attnum) into written
        from pg_attribute a
        where a.attrelid = format('scheduling.%I', name)::regclass
          and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
          and a.attname not in ('id', 'created_at', 'updated_at');
        rights := rights || format('insert (%1$s), update (%1$s), delete on scheduling.%2$I', written, name);
    end loop;
    return rights;
end
$$;
