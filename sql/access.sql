-- ---------------------------------------------------------------------------------------------
-- Who may call what
-- ---------------------------------------------------------------------------------------------

-- API: Public (superuser)
-- Lets three roles in: anonymous visitors, signed-in members, and the trusted back end. Each gets
-- what the one before it has and more; null leaves a role out. Safe to call again.
create function scheduling.grant_access(
    visitor name default null,
    member  name default null,
    service name default null
) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    for_visitors text[] := array[
        'parse_oauth_state(text)', 'format_oauth_state(text, text, text)',
        'link_slots(text, timestamptz, timestamptz, text, integer, integer)', 'get_booking_link(text)', 'booking_url(text)',
        'oauth_callback(' || rtrim(repeat('text, ', 24), ', ') || ')',
        'google_calendar_callback(' || rtrim(repeat('text, ', 11), ', ') || ')',
        'outlook_calendar_callback(' || rtrim(repeat('text, ', 21), ', ') || ')',
        'get_booking(text)', 'booking_slots(text, timestamptz, timestamptz, text)',
        'booking_page(' || rtrim(repeat('text, ', 22), ', ') || ')', 'manage_page(text, text, text, text)',
        'owner_page(text, text, text, text, text, text)',
        'booking_invite(text)', 'calendar_feed(text)', 'reschedule_booking(text, timestamptz)', 'cancel_booking(text, text)',
        'book(text, timestamptz, text, text, text, text, text, jsonb, text[], text, integer, text, jsonb)'];
    for_members text[] := array[
        'can_manage(text)', 'my_owners()', 'lock_owner(text)', 'configured_providers()',
        'oauth_authorize_url(text, text, text)',
        'disconnect_calendar(text, text)', 'provider_calendars(text, text)',
        'select_calendar(text, text, text, text[])',
        'calendar_feed_url(text)', 'rotate_calendar_feed(text)',
        'meeting_slots(uuid, uuid, timestamptz, timestamptz, text)',
        'available_slots(text, timestamptz, timestamptz, integer, integer, integer, integer, integer)',
        'available_slots_for(text[], timestamptz, timestamptz, integer, integer, integer, integer, integer, integer, boolean)',
        'earliest_slots_for(text[], timestamptz, timestamptz, integer, integer, integer, integer, integer, boolean)'];
    for_service text[] := array[
        'get_calendar_availability(uuid, uuid, timestamptz, timestamptz, integer)',
        'refresh_busy_times(text)',
        'create_calendar_event(uuid, uuid)', 'send_booking_notification(uuid, uuid)',
        'add_webhook(text, text[], text, text)', 'remove_webhook(uuid)', 'rotate_webhook_secret(uuid)',
        'retry_job(bigint)', 'worker_status()', 'queue_status()',
        'configure_provider(text, text, text, text, text, text, text, text, text, text)',
        'configure_mail(text, text, text, text, text, text)',
        'configure_site(text, text, text, text, text, text, text, text[])',
        'configure_close(text, text[], text)'];
    grants record;
    signature text;
    role name;
begin
    for grants in
        select * from (values
            (array[visitor, member, service], for_visitors),
            (array[member, service], for_members),
            (array[service], for_service)) as wanted (roles, functions)
    loop
        foreach role in array array_remove(grants.roles, null) loop
            if not exists (select from pg_roles r where r.rolname = role) then
                raise undefined_object using
                    message = format('role "%s" does not exist', role),
                    hint = 'Create the role first.';
            end if;
            execute format('grant usage on schema scheduling to %I', role);
            foreach signature in array grants.functions loop
                execute format('grant execute on function scheduling.%s to %I', signature, role);
            end loop;
        end loop;
    end loop;
    -- What an earlier version gave and this one does not.
    foreach role in array array_remove(array[visitor, member, service], null) loop
        execute format('revoke all on all tables in schema scheduling from %I', role);
    end loop;
    if member is not null then
        foreach signature in array scheduling_private.rights_of_members() loop
            execute format('grant %s to %I', signature, member);
        end loop;
    end if;
    if service is not null then
        execute format('grant execute on function scheduling_private.is_service() to %I', service);
        execute format('grant select, insert, update, delete on
            scheduling.clients, scheduling.user_profiles, scheduling.client_members,
            scheduling.booking_links, scheduling.availability_overrides, scheduling.time_off,
            scheduling.calendar_connections, scheduling.user_calendar_connections,
            scheduling.contacts, scheduling.sales_prospects,
            scheduling.meetings, scheduling.sales_meetings, scheduling.webhooks,
            scheduling.mail_templates to %I', service);
        execute format('grant select on scheduling.jobs, scheduling.emails, scheduling.audit_log to %I', service);
    end if;
end
$$;
comment on function scheduling.grant_access(name, name, name) is
    'Grants the public functions to a visitor role, the owners'' functions and rows to a member role, everything but administration to a service role.';

-- Nothing is anybody's by default; see grant_access(). The installing role may have default privileges for
-- what it makes (ALTER DEFAULT PRIVILEGES): these would give away what makes a role the service role.
do $$
declare
    granted record;
begin
    for granted in
        with own (class, id) as (
            select d.classid, d.objid
            from pg_catalog.pg_depend d join pg_catalog.pg_extension e on e.oid = d.refobjid
            where d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'e'
              and e.extname = 'scheduling'
        ), rights (kind, name, acl) as (
            select 'routine', p.oid::regprocedure::text, coalesce(p.proacl, acldefault('f', p.proowner))
            from pg_catalog.pg_proc p, own where class = 'pg_catalog.pg_proc'::regclass and id = p.oid
            union all
            select case c.relkind when 'S' then 'sequence' else 'table' end, c.oid::regclass::text, c.relacl
            from pg_catalog.pg_class c, own
            where class = 'pg_catalog.pg_class'::regclass and id = c.oid and c.relkind in ('r', 'S')
            union all
            select 'schema', n.oid::regnamespace::text, n.nspacl
            from pg_catalog.pg_namespace n, own
            where class = 'pg_catalog.pg_namespace'::regclass and id = n.oid
        )
        select distinct kind, name, case grantee when 0 then 'public' else grantee::regrole::text end as role
        from rights, aclexplode(acl)
        where grantee <> grantor
    loop
        execute format('revoke all on %s %s from %s', granted.kind, granted.name, granted.role);
    end loop;
end
$$;
-- Constraints, defaults, generated columns and conditions of triggers run with the rights of whoever writes the row. These
-- can be called through a table only: to name one takes the use of their schema, which nobody has.
grant execute on function
    scheduling_private.check_json(jsonb),
    scheduling_private.check_availability_settings(jsonb),
    scheduling_private.check_availability_windows(jsonb),
    scheduling_private.check_questions(jsonb),
    scheduling_private.check_attribution(jsonb),
    scheduling_private.is_locale(text),
    scheduling_private.are_reminders(int[]),
    scheduling_private.is_calendar_id(text), scheduling_private.are_calendar_ids(text[]),
    scheduling_private.are_durations(int[]),
    scheduling_private.default_availability_settings(),
    scheduling_private.blocked_range(timestamptz, timestamptz, int, int),
    scheduling_private.book_follows_up(uuid),
    -- and so do policies
    scheduling_private.is_planned_for_service(),
    scheduling_private.user_is_service(),
    scheduling_private.caller_id(),
    scheduling_private.my_clients()
to public;

-- Supabase's roles, where they exist.
select scheduling.grant_access(
    (select rolname from pg_catalog.pg_roles where rolname = 'anon'),
    (select rolname from pg_catalog.pg_roles where rolname = 'authenticated'),
    (select rolname from pg_catalog.pg_roles where rolname = 'service_role'));
