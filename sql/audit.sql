-- ---------------------------------------------------------------------------------------------
-- The audit log: who changed what, and when
-- ---------------------------------------------------------------------------------------------

-- Who writes a row: the role outside of any SECURITY DEFINER function, or "scheduling worker".
create function scheduling_private.actor() returns text
stable language c as 'MODULE_PATHNAME', 'actor_wrapper';

-- "sub" of the JWT that PostgREST has verified for this transaction, if there is one.
create function scheduling_private.jwt_sub() returns text
stable language c as 'MODULE_PATHNAME', 'jwt_sub_wrapper';

-- API: Public (service)
-- One row for each row that was inserted, changed or deleted in the tables below, written by the
-- same transaction. It has no foreign keys, so it outlives what it tells of; the worker deletes what is
-- older than scheduling.audit_retention.
--
-- What a row held when it was inserted is in the row, and in "old" of whatever changed it since, so
-- inserts carry no values. Tokens are left out entirely; of what guests typed it says only that it
-- changed. So forgetting a guest takes no more than deleting contacts, prospects and meetings.
create table scheduling.audit_log (
    id        bigint generated always as identity primary key,
    -- when the transaction began, as created_at and updated_at have it
    at        timestamptz not null default now(),
    -- the table, without its schema
    subject   text not null,
    -- the key of the row; in client_members the user's
    row_id    uuid not null,
    -- the row's owner, by the columns that it has
    client_id uuid,
    user_id   uuid,
    action    text not null check (action in ('insert', 'update', 'delete')),
    -- the calling role, or "scheduling worker"
    actor     text not null default scheduling_private.actor(),
    -- "sub" of the caller's JWT, where PostgREST passed one on; a session that connects by itself may
    -- claim what it likes
    jwt_sub   text default scheduling_private.jwt_sub(),
    -- {"column": {"old": ..., "new": ...}}; {"column": {"redacted": true}} for what guests typed;
    -- a deleted row has "old" only, an inserted one is null
    changes   jsonb
);
comment on table scheduling.audit_log is
    'Who inserted, changed or deleted which row of owners, links, overrides, time off, connections and meetings, and when.';
comment on column scheduling.audit_log.row_id is
    'The key of the row in the table "subject"; in client_members the user''s.';
comment on column scheduling.audit_log.actor is
    'The calling role (SET ROLE followed, SECURITY DEFINER not), or "scheduling worker".';
comment on column scheduling.audit_log.jwt_sub is
    'The "sub" of the caller''s JWT, where PostgREST passed one on.';
comment on column scheduling.audit_log.changes is
    '{"column": {"old": ..., "new": ...}}, or {"redacted": true} for what guests typed; null for an insert.';

-- the history of one row
create index audit_log_row_idx on scheduling.audit_log (row_id);
-- a stretch of time, for readers and for deleting: the oldest are found in order, however much there is,
-- and where later rows have been written into the place of deleted ones
create index audit_log_at_idx on scheduling.audit_log (at);

-- Writes down that there is a new meeting, unless book() does: without making JSON of a row of which
-- nothing is noted but its ids.
create function scheduling_private.audit_new_meeting() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if tg_table_name = 'meetings' then
        insert into scheduling.audit_log (subject, row_id, client_id, action)
        values ('meetings', new.id, new.client_id, 'insert');
    else
        insert into scheduling.audit_log (subject, row_id, user_id, action)
        values ('sales_meetings', new.id, new.user_id, 'insert');
    end if;
    return null;
end
$$;

-- Writes down what became of one row of any table. Its arguments are columns that are left out. Moments read
-- the same, wherever the session is that changes them.
create function scheduling_private.audit() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
    before jsonb;
    after jsonb;
    kept jsonb;
    found jsonb;
begin
    if tg_op <> 'DELETE' then
        after := to_jsonb(new);
    end if;
    if tg_op <> 'INSERT' then
        before := to_jsonb(old);
        select jsonb_object_agg(o.key, case
                   when o.key in ('notes', 'answers', 'attribution', 'guests', 'cancel_reason', 'guest_name',
                                  'guest_email', 'guest_phone', 'url', 'secret')
                       then '{"redacted": true}'
                   when tg_op = 'DELETE' then jsonb_build_object('old', o.value)
                   else jsonb_build_object('old', o.value, 'new', after -> o.key)
               end)
        into found
        from jsonb_each(before) o
        where o.value is distinct from after -> o.key
          and o.key not in ('created_at', 'updated_at')
          and o.key not like '%token%' and not starts_with(o.key, 'busy_')
          -- null, not empty, where there are none
          and o.key <> all (coalesce(tg_argv, '{}'));
        if found is null then
            return null;
        end if;
    end if;
    kept := coalesce(after, before);
    insert into scheduling.audit_log (subject, row_id, client_id, user_id, action, changes)
    values (
        tg_table_name,
        coalesce(kept ->> 'id', kept ->> 'user_id')::uuid,
        case when tg_table_name = 'clients' then kept ->> 'id' else kept ->> 'client_id' end::uuid,
        (kept ->> 'user_id')::uuid,
        lower(tg_op), found);
    return null;
end
$$;

create trigger audit after insert or update or delete on scheduling.clients
    for each row execute function scheduling_private.audit();
create trigger audit after insert or update or delete on scheduling.user_profiles
    for each row execute function scheduling_private.audit();
create trigger audit after insert or update or delete on scheduling.client_members
    for each row execute function scheduling_private.audit();
create trigger audit after insert or update or delete on scheduling.booking_links
    for each row execute function scheduling_private.audit();
create trigger audit after insert or update or delete on scheduling.availability_overrides
    for each row execute function scheduling_private.audit();
create trigger audit after insert or update or delete on scheduling.time_off
    for each row execute function scheduling_private.audit();
create trigger audit after insert or update or delete on scheduling.mail_templates
    for each row execute function scheduling_private.audit();
create trigger audit after insert or update or delete on scheduling.calendar_connections
    for each row execute function scheduling_private.audit();
create trigger audit after insert or update or delete on scheduling.user_calendar_connections
    for each row execute function scheduling_private.audit();
-- Of webhooks, not what the worker notes down of its own work; an address may be a secret like the secret.
create trigger audit
    after insert or delete or update of url, events, client_id, user_id, secret, is_active on scheduling.webhooks
    for each row execute function scheduling_private.audit(
        'owner', 'old_secret', 'old_secret_until', 'last_status', 'last_error', 'failing_since', 'failed_at',
        'failures', 'paused_until');

-- Of meetings, what follows from other columns and what the worker notes down of its own work are
-- left out. It does that with every booking, so such an update does not even call the function.
do $$
declare
    left_out text[] := array[
        'blocked', 'sequence', 'idempotency_key', 'idempotency_digest', 'updated_at',
        'calendar_provider', 'calendar_event_id', 'calendar_id', 'confirmation_sent_at', 'next_reminder_at'];
    meetings regclass;
begin
    foreach meetings in array array['scheduling.meetings', 'scheduling.sales_meetings']::regclass[] loop
        execute format(
            'create trigger audit_new after insert on %s
                 for each row when (not scheduling_private.book_follows_up(new.id))
                 execute function scheduling_private.audit_new_meeting()', meetings);
        execute format(
            'create trigger audit after delete or update of %s on %s
                 for each row execute function scheduling_private.audit(%s)',
            (select string_agg(quote_ident(a.attname), ', ' order by a.attnum)
             from pg_catalog.pg_attribute a
             where a.attrelid = meetings and a.attnum > 0 and not a.attisdropped
               and a.attname <> all (left_out)),
            meetings,
            (select string_agg(quote_literal(name), ', ') from unnest(left_out) as name));
    end loop;
end
$$;

select pg_catalog.pg_extension_config_dump('scheduling.audit_log', '');
select pg_catalog.pg_extension_config_dump('scheduling.audit_log_id_seq', '');
