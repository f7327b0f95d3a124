-- ---------------------------------------------------------------------------------------------
-- The worker, seen from SQL
-- ---------------------------------------------------------------------------------------------

-- Where this database is at home. Its worker compares that with where it is, and holds in a copy. No dump
-- holds it.
create table scheduling_private.home (
    -- one row
    id    boolean primary key default true check (id),
    -- system identifier, the database's OID, the data directory's oldest file, machine and host
    place jsonb not null,
    since timestamptz not null default now()
);
comment on table scheduling_private.home is 'Where this database is at home, so that a copy knows that it is one.';

-- Since when rows of a dump have come in, by which this database is a copy; start_worker() ends that. Rows
-- without a key, so that sessions that restore one dump together do not wait for each other.
create table scheduling_private.restored (
    since timestamptz not null default now()
);
comment on table scheduling_private.restored is
    'Since when this database holds the rows of a dump, until start_worker() says that it is no copy. Not in dumps.';

-- Why the worker holds in this database; null where it does not.
create function scheduling_private.held_reason() returns text
stable language c as 'MODULE_PATHNAME', 'held_reason_wrapper';
comment on function scheduling_private.held_reason() is
    'Why this database''s worker does nothing: this is a copy of another one, or the key is missing. Null where it works.';

-- API: Public (service)
-- Whether the worker of this database runs, and what it has to do.
create function scheduling.worker_status(
    out running       boolean,
    out pid           int,
    out database      name,
    out started_at    timestamptz,
    out ready_jobs    bigint,
    out running_jobs  bigint,
    out failed_jobs   bigint,
    -- run_at of the longest due job
    out oldest_ready_at timestamptz,
    -- why it does no work: this is a copy of another database, or the key is missing
    out held_reason   text
)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select worker.pid is not null, worker.pid, current_database(), worker.backend_start,
           queue.ready, queue.running, queue.failed, queue.oldest_ready_at,
           scheduling_private.held_reason()
    from (
        select count(*) filter (where j.state = 'ready') as ready,
               count(*) filter (where j.state = 'running') as running,
               count(*) filter (where j.state = 'failed') as failed,
               min(j.run_at) filter (where j.state = 'ready') as oldest_ready_at
        from scheduling.jobs j
        where j.state in ('ready', 'running', 'failed')
    ) as queue
    left join (
        select a.pid, a.backend_start
        from pg_stat_activity a
        where a.backend_type = 'scheduling worker' and a.datname = current_database()
          and a.state is not null  -- first reported when the worker listens to sessions
        order by a.backend_start limit 1
    ) as worker on true
$$;
comment on function scheduling.worker_status() is
    'Whether this database''s worker runs, since when, and how many jobs wait, run and have failed, and why it holds.';

-- API: Public (superuser)
create function scheduling.start_worker() returns boolean
volatile language c as 'MODULE_PATHNAME', 'start_worker_wrapper';
comment on function scheduling.start_worker() is
    'Starts this database''s worker, and in a copy ends its hold; true once it runs, false where it ran already.';

-- API: Public (superuser)
create function scheduling.stop_worker() returns boolean
volatile language c as 'MODULE_PATHNAME', 'stop_worker_wrapper';
comment on function scheduling.stop_worker() is
    'Stops this database''s worker until start_worker() or until the launcher starts anew; false where none ran.';

-- Starts the worker once this transaction has committed.
create function scheduling_private.start_worker_at_commit() returns void
volatile language c as 'MODULE_PATHNAME', 'start_worker_at_commit_wrapper';

-- The worker of a new database starts when the transaction with this CREATE EXTENSION commits.
select scheduling_private.start_worker_at_commit();
