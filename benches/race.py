"""Thirty-two clients who book random slots of fifty owners all at once: what must never happen, did
not, and the worker has done every job."""

import time
from collections.abc import Callable
from pathlib import Path

from pgbench import Run
from server import Server

VISIT = """
\\set owner random(0, 49)
\\set start random(192, 192 + 55 * 96)
insert into bench.outcomes
values (bench.visit('owner-' || :owner, date_trunc('day', now(), 'UTC') + :start * interval '15 minutes'))
"""

# Each meeting against the one before it of the same owner.
OVERLAPS = """
select count(*) from (
    select lower(m.blocked) < max(upper(m.blocked)) over (
        partition by m.client_id order by lower(m.blocked) rows between unbounded preceding and 1 preceding) as overlap
    from scheduling.meetings m where m.status = 'confirmed') pairs
where overlap
"""

# Each booking is followed by one event and two mails.
WITHOUT_THEIR_JOBS = """
select count(*) from (
    select m.id from scheduling.meetings m left join scheduling.jobs j on j.meeting_id = m.id
    group by m.id
    having count(*) filter (where j.kind = 'create_event') <> 1 or count(*) filter (where j.kind = 'send_email') <> 2
) lost
"""

PATIENCE_SECONDS = 900


def race(server: Server, here: Path, row: Callable, seconds: int) -> None:
    server.load("race", here / "race.sql")
    one = lambda query: int(server.sql("race", query)[0][0])  # noqa: E731

    # Any error but PT409 ends it here.
    visits = Run(server, "race", VISIT, seconds=seconds, clients=32).result()
    booked, refused = one("select count(*) from bench.outcomes where code = '00000'"), one("select count(*) from bench.outcomes where code = 'PT409'")
    meetings, jobs = one("select count(*) from scheduling.meetings"), one("select count(*) from scheduling.jobs")
    row(f"{visits.tps:.0f} visits/s for {seconds} s", f"{booked} booked, {refused} refused with PT409", booked == meetings > 0 < refused, "each booking is a row")
    overlaps, lost = one(OVERLAPS), one(WITHOUT_THEIR_JOBS)
    row("overlapping meetings", str(overlaps), overlaps == 0, "none")
    row("meetings without their jobs", str(lost), lost == 0, "none")

    began = time.monotonic()
    while (open_jobs := one("select count(*) from scheduling.jobs where state in ('ready', 'running')")) and time.monotonic() - began < PATIENCE_SECONDS:
        time.sleep(1)
    done = one("select count(*) from scheduling.jobs where state = 'done'")
    row(f"{jobs} jobs", f"{done} done {time.monotonic() - began:.0f} s later, {open_jobs} open", done == jobs, "every job is done")
