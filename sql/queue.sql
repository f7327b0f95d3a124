-- ---------------------------------------------------------------------------------------------
-- The queue, seen from outside: for dashboards and alerts
-- ---------------------------------------------------------------------------------------------

-- What kind of reason an error gives: numbers, ids and addresses, which make each error another one, are
-- taken out.
create function scheduling_private.failure_class(last_error text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
    select coalesce(nullif(btrim(left(
        regexp_replace(regexp_replace(regexp_replace(regexp_replace(left(last_error, 500),
            '<?[^[:space:]<>"''(),;]+@[^[:space:]<>"''(),;]+>?', '<address>', 'g'),
            '[[:alnum:]_]+://[^[:space:]<>"''(),;]+', '<url>', 'g'),
            '[[:<:]](?=[[:alnum:]_-]*[[:digit:]])[[:alnum:]_-]{8,}[[:>:]]', '<id>', 'g'),
            '[[:digit:]]+([.][[:digit:]]+)*', '<n>', 'g'),
        150)), ''), 'no reason was noted')
$$;

-- API: Public (service)
-- The queue in numbers, a row for each kind of job. It reads what is open or has failed, and what was done
-- in the last hour; of what was done before it reads nothing, so it may be asked often.
create function scheduling.queue_status()
returns table (
    kind            text,
    -- due now, and not begun
    ready           bigint,
    running         bigint,
    -- run_at is to come: for the first time, or again after a failure
    waiting         bigint,
    -- will not be tried again, and is kept for scheduling.job_retention
    failed          bigint,
    done_last_hour  bigint,
    -- since when the job that is ready for the longest time has been due
    oldest_ready_at timestamptz,
    -- From due to done, in milliseconds, of the jobs done in the last hour; null where there were none. A
    -- job that was tried again counts from when it was due for the last time: what a provider that is down
    -- costs shows in `waiting`, and this says how fast the queue is.
    p50_ms          float8,
    p95_ms          float8,
    -- {"reason": how many} of the failed ones, at most twenty
    failures        jsonb,
    -- why jobs of this kind are not begun, until somebody has set that right: the CRM, the mail server or
    -- Resend has refused whoever asks, or takes no more mails for a while
    held_reason     text
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with kinds (kind, position) as (
        select * from unnest('{create_event,update_event,delete_event,send_email,crm_lead,webhook}'::text[]) with ordinality
    ), open as (
        select j.kind,
               count(*) filter (where j.state = 'ready' and j.run_at <= now()) as ready,
               count(*) filter (where j.state = 'running') as running,
               count(*) filter (where j.state = 'ready' and j.run_at > now()) as waiting,
               count(*) filter (where j.state = 'failed') as failed,
               min(j.run_at) filter (where j.state = 'ready' and j.run_at <= now()) as oldest_ready_at
        from scheduling.jobs j
        where j.state in ('ready', 'running', 'failed')
        group by j.kind
    ), done as (
        select j.kind, count(*) as jobs,
               percentile_cont(array[0.5, 0.95]) within group (
                   order by greatest(extract(epoch from j.finished_at - j.run_at), 0)::float8 * 1000) as took
        from scheduling.jobs j
        where j.finished_at >= now() - interval '1 hour' and j.state = 'done' and isfinite(j.run_at)
        group by j.kind
    ), errors as (
        -- Most failures at one time have one text, which is looked at once.
        select j.kind, scheduling_private.failure_class(j.last_error) as reason, count(*) as jobs
        from scheduling.jobs j
        where j.state = 'failed'
        group by j.kind, j.last_error
    ), reasons as (
        select e.kind, e.reason, sum(e.jobs)::bigint as jobs,
               row_number() over (partition by e.kind order by sum(e.jobs) desc, e.reason) as place,
               count(*) over (partition by e.kind) as different
        from errors e
        group by e.kind, e.reason
    ), named as (
        select r.kind, case when r.place < 20 or r.different <= 20 then r.reason else 'other reasons' end as reason,
               sum(r.jobs)::bigint as jobs
        from reasons r
        group by 1, 2
    ), told as (
        select n.kind, jsonb_object_agg(n.reason, n.jobs) as failures
        from named n
        group by n.kind
    )
    select k.kind, coalesce(o.ready, 0), coalesce(o.running, 0), coalesce(o.waiting, 0), coalesce(o.failed, 0),
           coalesce(d.jobs, 0), o.oldest_ready_at, d.took[1], d.took[2], coalesce(t.failures, '{}'),
           case k.kind
               when 'crm_lead' then (select s.held_reason from scheduling.crm_settings s)
               when 'send_email' then (select s.held_reason from scheduling.mail_settings s where s.held_until > now())
           end
    from kinds k
    left join open o on o.kind = k.kind
    left join done d on d.kind = k.kind
    left join told t on t.kind = k.kind
    order by k.position
$$;
comment on function scheduling.queue_status() is
    'The queue in numbers, a row for each kind of job: for dashboards and alerts.';
