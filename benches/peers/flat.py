"""What must not slow the queue down, each against the same without it: jobs that wait for others of their
lane, a snapshot that is kept open while much is done, and what has been done long ago."""

import statistics
import time
from collections.abc import Callable

import psycopg

from peers.ours import CROWD, OPEN, OWNERS, Ours
from peers.queue import until_done

BOOKINGS = 40
TIMES = 9
CALLS = 100
LANE_BLOCKED = 20_000
DONE = 1_000_000

# Forty meetings of an owner who has nothing to do with the rest; `run` keeps those of each run apart.
BOOK = """
insert into scheduling.meetings (client_id, contact_id, title, starts_at, ends_at)
select c.id, g.id, 'Intro call', at, at + interval '10 minutes'
from scheduling.clients c join scheduling.contacts g on g.client_id = c.id,
     generate_series(1, %s) n,
     lateral (select date_trunc('day', now()) + interval '100 days' + %s * interval '1 day' + n * interval '10 minutes' as at) m
where c.name = 'The other'
returning id
"""
# Asked by the jobs' keys: by anything else PostgreSQL might walk through what is in the way.
JOBS = "select array_agg(id) from scheduling.jobs where meeting_id = any(%s)"
STILL_OPEN = "select exists (select from scheduling.jobs where id = any(%s) and finished_at is null)"

# Twenty thousand meetings whose event has failed for now, and which have been changed since.
CROWD_MEETINGS = f"""
insert into scheduling.meetings (client_id, title, starts_at, ends_at)
select client, 'Crowd', at, at + interval '10 minutes'
from ({CROWD}) c (client), generate_series(1, %s) n,
     lateral (select date_trunc('day', now()) + interval '3 days' + n * interval '10 minutes' as at) m
"""
CROWD_OWNER = f"owner = (select id::text from ({CROWD}) c)"

# A week of jobs that are done, as evenly as they come.
DONE_JOBS = f"""
insert into scheduling.jobs (kind, state, owner, run_at, created_at, finished_at)
select 'send_email', 'done', id::text, at - interval '1 second', at - interval '1 second', at
from ({CROWD}) c, generate_series(1, %s) n, lateral (select now() - n * interval '7 days' / %s as at) t
"""


class Runs:
    """Runs of bookings, each at times of its own."""

    def __init__(self, session: psycopg.Connection):
        self.session, self.number = session, 0

    def milliseconds(self) -> float:
        """From the commit of forty bookings until all that follows from them is done: the median."""
        took = []
        for _ in range(TIMES):
            self.number += 1
            with self.session.transaction():
                booked = self.session.execute(BOOK, [BOOKINGS, self.number]).fetchall()
                [jobs] = self.session.execute(JOBS, [[meeting for [meeting] in booked]]).fetchone()
            began = time.monotonic()
            while self.session.execute(STILL_OPEN, [jobs]).fetchone()[0]:
                time.sleep(0.001)
            took.append((time.monotonic() - began) * 1e3)
        return statistics.median(took)


def claims(ours: Ours, row: Callable, small: bool) -> None:
    with ours.server.connect("queue") as session:
        runs = Runs(session)
        runs.milliseconds()  # so that the first has no advantage or disadvantage of being that
        clean(ours, session)
        plain = runs.milliseconds()
        row(f"{BOOKINGS} bookings until all is done", f"{plain:7.1f} ms")

        clean(ours, session)
        with session.transaction():
            session.execute(CROWD_MEETINGS, [LANE_BLOCKED])
            session.execute(f"delete from scheduling.jobs where {CROWD_OWNER} and kind = 'send_email'")
            session.execute(f"update scheduling.jobs set run_at = now() + interval '1 hour' where {CROWD_OWNER}")
            session.execute(f"update scheduling.meetings set title = 'Moved' where client_id = ({CROWD})")
        blocked = runs.milliseconds()
        compare(row, f"the same, with {LANE_BLOCKED:,} jobs that lanes block", blocked, plain)

        clean(ours, session)
        jobs = 15_000 if small else 75_000
        with ours.server.connect("queue") as other:
            other.execute("begin isolation level repeatable read")
            other.execute("select count(*) from scheduling.jobs")
            for _ in range(jobs // 3 // OWNERS // 10):
                with session.transaction():
                    ours.insert(session, OWNERS, 10, mails=True)
                until_done(session, OPEN)
                # They make room for the next ones, which an old snapshot is not told.
                session.execute("update scheduling.meetings set starts_at = starts_at - interval '1 year', ends_at = ends_at - interval '1 year'")
            old = runs.milliseconds()
        compare(row, f"the same, with a snapshot from {jobs:,} jobs ago", old, plain)

        clean(ours, session)
        session.execute("vacuum (analyze) scheduling.jobs")
        none = {name: call(session, name) for name in ("worker_status", "queue_status")}
        session.execute(DONE_JOBS, [DONE, DONE])
        session.execute("vacuum (analyze) scheduling.jobs")
        compare(row, f"worker_status() with {DONE:,} jobs done", call(session, "worker_status"), none["worker_status"])
        took = call(session, "queue_status")
        row(f"queue_status() with {DONE:,} jobs done", f"{took:7.2f} ms, with none {none['queue_status']:.2f} ms", took < 100, "under 100 ms")
        full = runs.milliseconds()
        compare(row, f"{BOOKINGS} bookings with {DONE:,} jobs done", full, plain)
        ours.clear(session)


def clean(ours: Ours, session: psycopg.Connection) -> None:
    """An empty queue with the statistics of one that is used."""
    ours.clear(session)


def call(session: psycopg.Connection, function: str) -> float:
    """How long a call takes, in milliseconds: the median."""
    took = []
    for _ in range(CALLS):
        began = time.monotonic()
        session.execute(f"select * from scheduling.{function}()").fetchall()
        took.append((time.monotonic() - began) * 1e3)
    return statistics.median(took)


def compare(row: Callable, what: str, took: float, without: float) -> None:
    ratio = took / without
    row(what, f"{took:7.1f} ms, {ratio:.2f} × without", ratio <= 2, "at most 2 ×")
