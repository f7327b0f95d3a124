-- The data of the bench of members: psql -v owners=N -v meetings=M -v large=L. The first client has L meetings,
-- the others M between them. Triggers and foreign keys are off meanwhile, as for a restore.
\set ON_ERROR_STOP on
set client_min_messages = warning;
create extension scheduling cascade;
select scheduling.stop_worker();
-- As for a disk that reads anywhere as fast as in order.
set random_page_cost = 1.1;
do $$ begin execute format('alter database %I set random_page_cost = 1.1', current_database()); end $$;
create schema bench;
create function bench.owner(n bigint) returns uuid
language sql immutable parallel safe as $$ select md5('owner ' || n)::uuid $$;

begin;
set local session_replication_role = replica;
insert into scheduling.clients (id, name) select bench.owner(n), 'Owner ' || n from generate_series(1, :owners) n;
insert into scheduling.booking_links (id, slug, client_id, title)
select bench.owner(n), 'owner-' || n, bench.owner(n), 'Intro call' from generate_series(1, :owners) n;
insert into scheduling.contacts (id, client_id, email, name)
select bench.owner(n), bench.owner(n), 'regular@guest.example', 'A regular' from generate_series(1, :owners) n;
insert into scheduling.meetings
    (client_id, booking_link_id, contact_id, title, starts_at, ends_at, timezone, conferencing, status,
     buffer_before_minutes, buffer_after_minutes)
select bench.owner(n), bench.owner(n), bench.owner(n), 'Intro call', at, at + interval '5 minutes', 'UTC', 'none',
       'completed', 0, 0
from generate_series(1, :owners) n,
     generate_series(1, case n when 1 then :large else :meetings / :owners end) nth,
     lateral (select date_trunc('day', now(), 'UTC') + nth * interval '10 minutes' as at) m;
commit;

-- One person of the large client, and one of a small one.
insert into scheduling.client_members (client_id, user_id)
values (bench.owner(1), bench.owner(1)), (bench.owner(2), bench.owner(2));
create role bench_large login;
create role bench_small login;
select scheduling.grant_access(member => 'bench_large'), scheduling.grant_access(member => 'bench_small');
select format('alter role %s set request.jwt.claims = %L', role, json_build_object('sub', bench.owner(n)))
from (values ('bench_large', 1), ('bench_small', 2)) r (role, n) \gexec
vacuum analyze;
