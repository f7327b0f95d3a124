-- ---------------------------------------------------------------------------------------------
-- The queue: work outside the database, queued in the transaction that makes it necessary
-- ---------------------------------------------------------------------------------------------

-- API: Public (service)
-- One piece of work for the worker.
--
--            claim               finish
--   ready ---------> running ------------> done
--     ^                 |  fail, permanent or tried max_attempts times
--     |   fail          +------------> failed --- retry_job() ---> ready
--     +-----------------+
--   the lease of a running job that ends unfinished makes it ready again, and so does waiting for a
--   provider that is not ready
create table scheduling.jobs (
    id               bigint generated always as identity primary key,
    kind             text not null
        check (kind in ('create_event', 'update_event', 'delete_event', 'send_email', 'crm_lead', 'webhook')),
    state            text not null default 'ready'
        check (state in ('ready', 'running', 'done', 'failed', 'cancelled')),
    -- of a mail: which one, to whom, and at which address; of an event that waits for its conference: how often
    -- looked for; of a lead: whose address it is for; of a webhook: which one, and of
    -- which event
    payload          jsonb not null default '{}',
    meeting_id       uuid references scheduling.meetings on delete cascade,
    sales_meeting_id uuid references scheduling.sales_meetings on delete cascade,
    -- Whose job it is, the meeting's owner where it has a meeting: <client uuid> or user:<user uuid>.
    owner            text collate "C" not null
        check (owner ~ '^(user:)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'),
    -- Jobs of one lane run one after the other, in the order of their ids: the calendar of a meeting
    -- is one lane, the mails to each reader are others. So a provider that is down holds up no
    -- invitation, and a guest's mailbox that is full no notification. The lead of an address is one lane
    -- whatever the meeting and whoever the owner: two jobs that look for it at once would make two.
    lane             text not null generated always as (
        case
            when kind = 'crm_lead'
                then 'crm:' || coalesce(lower(payload ->> 'address'), '')
                     || case when payload ? 'check' then ':check' else '' end
            else coalesce(meeting_id::text, sales_meeting_id::text, owner)
                 || case
                        when kind = 'send_email'
                            then ':mail:' || coalesce(lower(payload ->> 'address'), payload ->> 'to', '')
                        when kind in ('create_event', 'update_event', 'delete_event') then ':calendar'
                        when kind = 'webhook' then ':webhook:' || coalesce(payload ->> 'webhook', '')
                    end
        end
    ) stored,
    -- Shares take turns, and each has a few places in the worker: an owner with ten thousand jobs
    -- delays nobody else's, and neither does an owner whose provider hangs, their own mails included. The CRM
    -- has one account for all owners, and so one share. Of webhooks each is one, whosever bookings it is told
    -- of: one that is down holds no places but its own.
    share            text collate "C" not null generated always as (
        case
            when kind = 'crm_lead' then 'crm'
            when kind = 'webhook' then 'webhook:' || coalesce(payload ->> 'webhook', '')
            else owner
                 || case
                        when kind = 'send_email' then ':mail'
                        when kind in ('create_event', 'update_event', 'delete_event') then ':calendar'
                    end
        end
    ) stored,
    attempts         int not null default 0,
    max_attempts     int not null default 20 check (max_attempts >= 1),
    run_at           timestamptz not null default now(),
    -- The transaction that made it ready: by this the worker finds what has been committed since it
    -- last looked, however much came and went before.
    queued_by        xid8 not null default pg_current_xact_id(),
    -- the lease: under which name the worker claimed the job, a new one each time, and until when
    locked_by        uuid,
    locked_until     timestamptz,
    last_error       text,
    -- what came out of it, where that is worth a word
    result           text,
    -- what is yet to be written to the meeting, which somebody had locked when the job was done
    outcome          jsonb,
    created_at       timestamptz not null default now(),
    finished_at      timestamptz,
    constraint jobs_meeting_check check (num_nonnulls(meeting_id, sales_meeting_id) <= 1),
    constraint jobs_lease_check check ((state = 'running') = (locked_by is not null))
) with (
    -- Every job leaves two dead rows behind, whatever the table's size: a fifth of a week's done jobs
    -- would be far too many of them.
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 50000,
    autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0
);
comment on table scheduling.jobs is
    'The queue of the worker: calendar events and mails to make, in the order they became necessary.';
comment on column scheduling.jobs.state is
    'ready, running, done, failed (will not be tried again) or cancelled.';
comment on column scheduling.jobs.lane is
    'Jobs of one lane run one after the other.';
comment on column scheduling.jobs.owner is
    'Whose job it is: <client uuid> or user:<user uuid>.';
comment on column scheduling.jobs.share is
    'Shares take turns, so that no owner waits for another one''s backlog.';
comment on column scheduling.jobs.run_at is
    'Not to be tried before.';
comment on column scheduling.jobs.queued_by is
    'The transaction that made it ready.';
comment on column scheduling.jobs.outcome is
    'What its meeting is yet to be told, because somebody has locked it.';
comment on column scheduling.jobs.last_error is
    'Why the last attempt failed; never holds a secret.';

create index jobs_unfinished_idx on scheduling.jobs (state, run_at, id) where state in ('ready', 'running', 'failed');
-- For the worker's look alone, which spells the condition like this: no other index will do for it, and
-- this one for nothing else, whatever the planner has seen of the queue.
create index jobs_queued_idx on scheduling.jobs (queued_by) where (state = 'ready') is true;
create index jobs_lane_idx on scheduling.jobs (lane, id) where state in ('ready', 'running') or outcome is not null;
create index jobs_outcome_idx on scheduling.jobs (id) where outcome is not null;
create index jobs_finished_idx on scheduling.jobs (finished_at) where finished_at is not null;
create index jobs_meeting_idx on scheduling.jobs (meeting_id) where meeting_id is not null;
create index jobs_sales_meeting_idx on scheduling.jobs (sales_meeting_id) where sales_meeting_id is not null;

-- Fills in what follows from the rest of a job, whoever writes it: its owner, which transaction makes
-- it ready, when it was finished.
create function scheduling_private.place_job() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if new.owner is null and new.meeting_id is not null then
        select m.client_id::text into new.owner
        from scheduling.meetings m where m.id = new.meeting_id;
    elsif new.owner is null then
        select 'user:' || m.user_id into new.owner
        from scheduling.sales_meetings m where m.id = new.sales_meeting_id;
    end if;
    if new.state = 'ready' then
        new.queued_by := pg_current_xact_id();
        new.finished_at := null;
    elsif new.state <> 'running' then
        new.finished_at := coalesce(new.finished_at, now());
    end if;
    return new;
end
$$;

-- Where there is something to fill in: what the worker and the triggers on meetings write is complete.
-- The condition is short, because PostgreSQL reads it anew for each statement.
create trigger place_job before insert on scheduling.jobs
    for each row when (new.owner is null or new.queued_by <> pg_current_xact_id())
    execute function scheduling_private.place_job();
create trigger place_changed_job before update of state, run_at on scheduling.jobs
    for each row when (
        new.state = 'ready' or new.finished_at is null and new.state <> 'running')
    execute function scheduling_private.place_job();
-- A replicated row would else be found only when the worker next reads the whole queue.
alter table scheduling.jobs enable always trigger place_job;
alter table scheduling.jobs enable always trigger place_changed_job;

-- Wakes the worker when the transaction commits.
create function scheduling_private.wake_worker() returns trigger
language c as 'MODULE_PATHNAME', 'wake_worker_wrapper';

create trigger wake_worker after insert on scheduling.jobs
    for each statement execute function scheduling_private.wake_worker();
create trigger wake_worker_again after update of state, run_at on scheduling.jobs
    for each statement execute function scheduling_private.wake_worker();
alter table scheduling.jobs enable always trigger wake_worker;
alter table scheduling.jobs enable always trigger wake_worker_again;

-- The addresses of a meeting's further guests, each once and without the guest's. In Rust: grouping them by a
-- query would cost each booking more than the rest of its mails.
create function scheduling_private.further_guests(guest_email text, guests text[]) returns text[]
immutable parallel safe language c as 'MODULE_PATHNAME', 'further_guests_wrapper';

-- Who holds an invitation to a meeting: the guest, who may be unknown, and each further guest once; "key"
-- tells addresses apart.
create function scheduling_private.invited(guest_email text, guests text[])
returns table (reader text, address text, key text)
language sql immutable begin atomic
    select 'guest', guest_email, coalesce(lower(guest_email), '')
    union all
    select 'further_guest', g.address, lower(g.address)
    from unnest(scheduling_private.further_guests(guest_email, guests)) as g (address);
end;

-- The payload of a mail's job.
create function scheduling_private.mail_to(mail text, reader text, address text) returns jsonb
language sql stable begin atomic
    select jsonb_strip_nulls(jsonb_build_object('mail', mail, 'to', reader, 'address', address));
end;

-- What a meeting that is newly on makes necessary outside; nothing for one that is over: that is
-- history, which somebody imports or corrects. The trigger below and book() put it into the queue.
create function scheduling_private.jobs_of_new_meeting(
    status text, ends_at timestamptz, conferencing scheduling.conferencing, meeting_url text,
    guest_email text, guests text[], owner_key text
) returns table (kind text, payload jsonb, run_at timestamptz)
language sql stable begin atomic
    -- Mails wait for the link of the conference. The worker sends them as soon as the event's job has
    -- ended, one way or the other; a provider that is down holds them up no longer.
    select work.kind, work.payload,
           case when work.kind = 'send_email' and conferencing <> 'none' and meeting_url is null
                then now() + interval '2 minutes' else now() end
    from (
        select * from (values
            ('create_event', jsonb '{}'),
            ('send_email', scheduling_private.mail_to('confirmation', 'guest', guest_email)),
            ('send_email', scheduling_private.mail_to('owner_notification', 'owner', null))
        ) as always (kind, payload)
        union all
        select 'send_email', scheduling_private.mail_to('confirmation', 'further_guest', g.address)
        from unnest(scheduling_private.further_guests(guest_email, guests)) as g (address)
        union all
        select 'crm_lead', jsonb_build_object('address', guest_email)
        from scheduling.crm_settings s
        where guest_email is not null
          and case when starts_with(owner_key, 'user:') then 'user' else 'client' end = any (s.modes)
        union all
        select 'webhook', w.payload
        from scheduling_private.webhooks_of_event('booking.created', owner_key) w
    ) work
    where status = 'confirmed' and ends_at > now();
end;

-- Whether somebody has been told something else of a meeting than holds now: nobody hears of what changes
-- while it is completed or no_show, and it is confirmed again.
create function scheduling_private.is_told_otherwise(
    meeting uuid, starts_at timestamptz, ends_at timestamptz, title text, location text, meeting_url text
) returns boolean
language sql stable set search_path = pg_catalog, pg_temp as $$
    select exists (
        select from (
            select distinct on (lower(e.recipient), e.shown ->> 'to' = 'owner') e.shown
            from scheduling.emails e
            where (e.meeting_id = meeting or e.sales_meeting_id = meeting) and e.shown is not null
            order by lower(e.recipient), e.shown ->> 'to' = 'owner', e.id desc
        ) last
        where ((last.shown ->> 'starts_at')::timestamptz, (last.shown ->> 'ends_at')::timestamptz,
               last.shown ->> 'title', last.shown ->> 'location', last.shown ->> 'meeting_url')
              is distinct from ($2, $3, $4, $5, $6))
$$;

-- Queues what a new, changed or cancelled meeting makes necessary outside: its event, and a mail to each
-- who holds an invitation, gets one or loses theirs, and to the owner. A mail says what its reader does not
-- know yet when its turn comes, so several changes in a row may make one mail, or none.
create function scheduling_private.queue_meeting_jobs() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    was_live boolean := false;
    is_live boolean := new.status = 'confirmed';
    event_changes boolean;
    news text;
    owner_key text;
    client_meeting uuid;
    user_meeting uuid;
begin
    -- A meeting that is over is history: somebody imports it, or corrects it.
    if new.ends_at <= now() then
        return null;
    end if;
    -- Of completed and no_show nobody outside hears, so for them the meeting is still on.
    if tg_op = 'UPDATE' then
        was_live := old.status <> 'cancelled';
    end if;
    if tg_table_name = 'meetings' then
        client_meeting := new.id;
        owner_key := new.client_id;
    else
        user_meeting := new.id;
        owner_key := 'user:' || new.user_id;
    end if;

    -- The owner, whom the meeting has already, is not looked up again for each job.
    if is_live and not was_live then
        insert into scheduling.jobs (kind, payload, run_at, meeting_id, sales_meeting_id, owner)
        select work.kind, work.payload, work.run_at, client_meeting, user_meeting, owner_key
        from scheduling_private.jobs_of_new_meeting(
            new.status, new.ends_at, new.conferencing, new.meeting_url, new.guest_email, new.guests, owner_key) work
        -- A row says itself what has been done for it elsewhere: an import writes to nobody again.
        where tg_op = 'UPDATE'
           or case work.kind when 'create_event' then new.calendar_event_id is null
                             else new.confirmation_sent_at is null end;
    elsif is_live then
        news := case
            when (new.starts_at, new.ends_at) is distinct from (old.starts_at, old.ends_at) then 'rescheduled'
            when (new.title, new.location) is distinct from (old.title, old.location)
                or scheduling_private.has_new_link(
                    old.meeting_url, new.meeting_url, old.conference_url, new.conference_url)
                or new.status <> old.status and scheduling_private.is_told_otherwise(
                    new.id, new.starts_at, new.ends_at, new.title, new.location, new.meeting_url) then 'updated'
        end;
        event_changes := news = 'rescheduled'
            or (new.status, new.title, new.location, new.conferencing, new.guest_name, new.guest_email, new.guests)
               is distinct from (old.status, old.title, old.location, old.conferencing, old.guest_name,
                                 old.guest_email, old.guests);
        with old_ones as materialized (
            select i.* from scheduling_private.invited(old.guest_email, old.guests) i
        ), new_ones as materialized (
            select i.* from scheduling_private.invited(new.guest_email, new.guests) i
        )
        insert into scheduling.jobs (kind, payload, meeting_id, sales_meeting_id, owner)
        select work.kind, work.payload, client_meeting, user_meeting, owner_key
        from (
            select 'update_event' as kind, jsonb '{}' as payload where event_changes
            union all
            -- Who is not invited any more; whatever they were, they are no guest who may move the meeting.
            select 'send_email', scheduling_private.mail_to('cancelled', 'further_guest', o.address)
            from old_ones o
            where o.address is not null and not exists (select from new_ones n where n.key = o.key)
            union all
            -- Who is invited now, or has become the guest; and who was before.
            select 'send_email', scheduling_private.mail_to(
                       case when o.key is null then 'confirmation' else news end, n.reader, n.address)
            from new_ones n
            left join old_ones o on o.key = n.key and o.reader = n.reader
            where o.key is null or news is not null
            union all
            select 'send_email', scheduling_private.mail_to(coalesce(news, 'updated'), 'owner', null)
            where news is not null
               or (new.guest_name, new.guest_email, new.guests)
                  is distinct from (old.guest_name, old.guest_email, old.guests)
        ) work;
    elsif was_live and new.status = 'cancelled' then
        insert into scheduling.jobs (kind, payload, meeting_id, sales_meeting_id, owner)
        select work.kind, work.payload, client_meeting, user_meeting, owner_key
        from (
            select 'delete_event' as kind, jsonb '{}' as payload
            union all
            -- of before: who is taken off with the same statement is told as well
            select 'send_email', scheduling_private.mail_to('cancelled', i.reader, i.address)
            from scheduling_private.invited(old.guest_email, old.guests) i
            union all
            select 'send_email', scheduling_private.mail_to('cancelled', 'owner', null)
        ) work;
    end if;
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
            'create trigger queue_new_meeting after insert on scheduling.%I
                 for each row when (not scheduling_private.book_follows_up(new.id))
                 execute function scheduling_private.queue_meeting_jobs()', meetings);
        -- A guest's row that is exchanged brings another name and address.
        execute format(
            'create trigger queue_changed_meeting
                 after update of starts_at, ends_at, status, title, location, conferencing, meeting_url,
                                 guest_name, guest_email, guests, %I on scheduling.%I
                 for each row when (
                     (old.starts_at, old.ends_at, old.status, old.title, old.location, old.conferencing,
                      old.meeting_url, old.guest_name, old.guest_email, old.guests)
                     is distinct from
                     (new.starts_at, new.ends_at, new.status, new.title, new.location, new.conferencing,
                      new.meeting_url, new.guest_name, new.guest_email, new.guests))
                 execute function scheduling_private.queue_meeting_jobs()', guest_id, meetings);
    end loop;
end
$$;

-- Queues the mail to an owner whose calendar broke: one for each time it breaks, however many jobs
-- notice. One that is still waiting will do. Rows that a dump brings in are inserted, so a restore
-- queues none; disconnect_calendar() makes the row inactive.
create function scheduling_private.queue_disconnect_notice() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    owner_key text;
    notice jsonb := jsonb_build_object('mail', 'calendar_disconnected', 'to', 'owner', 'provider', new.provider);
begin
    if tg_table_name = 'calendar_connections' then
        owner_key := new.client_id::text;
    else
        owner_key := 'user:' || new.user_id;
    end if;
    insert into scheduling.jobs (kind, payload, owner)
    select 'send_email', notice, owner_key
    where not exists (
        select from scheduling.jobs j
        where j.lane = owner_key || ':mail:owner' and j.state = 'ready' and j.payload = notice);
    return null;
end
$$;

create trigger queue_disconnect_notice after update of status on scheduling.calendar_connections
    for each row when (new.is_active and new.status = 'reconnect_required'
        and old.status is distinct from new.status)
    execute function scheduling_private.queue_disconnect_notice();
create trigger queue_disconnect_notice after update of status on scheduling.user_calendar_connections
    for each row when (new.is_active and new.status = 'reconnect_required'
        and old.status is distinct from new.status)
    execute function scheduling_private.queue_disconnect_notice();

-- The two ids of a call that takes either: exactly one is set (22023), and it names a row (PT404).
create function scheduling_private.require_meeting(meeting_id uuid, sales_meeting_id uuid) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    if num_nonnulls(meeting_id, sales_meeting_id) <> 1 then
        raise invalid_parameter_value using
            message = 'exactly one of meeting_id and sales_meeting_id must be given',
            detail = format('meeting_id: %s of the two were given.', num_nonnulls(meeting_id, sales_meeting_id)),
            hint = 'Pass meeting_id for a client''s meeting, sales_meeting_id for a user''s.';
    end if;
    if not exists (select from scheduling.meetings m where m.id = require_meeting.meeting_id)
       and not exists (select from scheduling.sales_meetings m where m.id = require_meeting.sales_meeting_id)
    then
        raise sqlstate 'PT404' using
            message = 'meeting not found',
            detail = format('booking: No meeting has the id %s.', coalesce(meeting_id, sales_meeting_id)),
            hint = 'Client meetings are in scheduling.meetings, user meetings in scheduling.sales_meetings.';
    end if;
end
$$;

-- API: Public (service)
-- Queues the calendar event of a meeting, unless that is queued already. The event carries the
-- meeting's id, so that however often this is called there is one event.
create function scheduling.create_calendar_event(meeting_id uuid default null, sales_meeting_id uuid default null)
returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    job bigint;
begin
    perform scheduling_private.require_meeting(meeting_id, sales_meeting_id);
    select j.id into job
    from scheduling.jobs j
    where (j.meeting_id = create_calendar_event.meeting_id
           or j.sales_meeting_id = create_calendar_event.sales_meeting_id)
      and j.kind = 'create_event' and j.state = 'ready'
    order by j.id limit 1;
    if job is null then
        insert into scheduling.jobs (kind, meeting_id, sales_meeting_id)
        values ('create_event', create_calendar_event.meeting_id, create_calendar_event.sales_meeting_id)
        returning id into job;
    end if;
    return job;
end
$$;
comment on function scheduling.create_calendar_event(uuid, uuid) is
    'Queues the calendar event of a meeting and returns the job. A second call makes no second event.';

-- API: Public (service)
-- Queues the invitations of all guests and the owner's notification, whatever they were told before; those
-- still queued are not doubled.
create function scheduling.send_booking_notification(meeting_id uuid default null, sales_meeting_id uuid default null)
returns bigint[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    wanted jsonb;
    job bigint;
    queued bigint[] := '{}';
begin
    perform scheduling_private.require_meeting(meeting_id, sales_meeting_id);
    for wanted in
        select scheduling_private.mail_to('confirmation', i.reader, i.address)
        from (select m.guest_email, m.guests from scheduling.meetings m
              where m.id = send_booking_notification.meeting_id
              union all
              select m.guest_email, m.guests from scheduling.sales_meetings m
              where m.id = send_booking_notification.sales_meeting_id) m
        cross join lateral scheduling_private.invited(m.guest_email, m.guests) i
        union all
        select scheduling_private.mail_to('owner_notification', 'owner', null)
    loop
        select j.id into job
        from scheduling.jobs j
        where (j.meeting_id = send_booking_notification.meeting_id
               or j.sales_meeting_id = send_booking_notification.sales_meeting_id)
          and j.kind = 'send_email' and j.payload - 'again' = wanted and j.state = 'ready'
        order by j.id limit 1;
        if job is null then
            insert into scheduling.jobs (kind, payload, meeting_id, sales_meeting_id)
            values ('send_email', wanted || '{"again": true}', send_booking_notification.meeting_id,
                    send_booking_notification.sales_meeting_id)
            returning id into job;
        end if;
        queued := queued || job;
    end loop;
    return queued;
end
$$;
comment on function scheduling.send_booking_notification(uuid, uuid) is
    'Queues the invitations of a meeting''s guests and the owner''s notification and returns the jobs.';

-- API: Public (service)
-- Has a failed job tried again, from now, with all its attempts.
create function scheduling.retry_job(id bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    state text;
begin
    perform scheduling_private.require_argument('id', id::text);
    select j.state into state from scheduling.jobs j where j.id = retry_job.id for update;
    if not found then
        raise sqlstate 'PT404' using
            message = 'job not found',
            detail = format('job: No job has the id %s.', id),
            hint = 'Finished jobs are kept for scheduling.job_retention.';
    end if;
    if state in ('running', 'done') then
        raise sqlstate 'PT409' using
            message = format('the job is %s', state),
            detail = format('not_allowed: Job %s has not failed.', id),
            hint = 'Only jobs that failed, were cancelled or wait for their next attempt can be retried.';
    end if;
    update scheduling.jobs j
    set state = 'ready', attempts = 0, run_at = now(), finished_at = null,
        payload = j.payload - 'looks'
    where j.id = retry_job.id;
    -- Somebody says that it is up again: it is tried now, and not when its pause ends.
    update scheduling.webhooks w set paused_until = null
    where w.id = (select (j.payload ->> 'webhook')::uuid from scheduling.jobs j
                  where j.id = retry_job.id and j.kind = 'webhook')
      and w.paused_until > now();
end
$$;
comment on function scheduling.retry_job(bigint) is
    'Has a failed job tried again, at once and with all its attempts.';

select pg_catalog.pg_extension_config_dump('scheduling.jobs', '');
select pg_catalog.pg_extension_config_dump('scheduling.jobs_id_seq', '');
