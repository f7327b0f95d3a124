"""Our worker on the bench's server: meetings that are inserted in one transaction, each of them an event
in its owner's calendar and, where they are wanted, two mails, which are captured."""

from pathlib import Path

import psycopg

from peers.queue import Figures, measured
from peers.sink import Sink
from server import Server

DATABASE = "queue"
OWNERS = 500
# The owner of the jobs that are in the way of others.
CROWD = "select id from scheduling.clients where name = 'The crowd'"

# So many meetings of each of the first owners, the next ones of theirs that are free.
INSERT = """
insert into scheduling.meetings (client_id, contact_id, title, starts_at, ends_at)
select c.id, g.id, 'Intro call', at, at + interval '10 minutes'
from (select * from scheduling.clients where name like 'Owner %%' order by name limit %(owners)s) c
join scheduling.contacts g on g.client_id = c.id,
     generate_series(1, %(each)s) n,
     lateral (select date_trunc('day', now()) + interval '3 days' + n * interval '10 minutes' as at) m
"""
OPEN = "select exists (select from scheduling.jobs where state in ('ready', 'running'))"
NO_MAILS = "delete from scheduling.jobs where kind = 'send_email'"
TABLES = "scheduling.meetings, scheduling.jobs, scheduling.emails"
WARM_UP = 500


class Ours:
    """The database, made once, with its worker."""

    def __init__(self, server: Server, here: Path, sink: Sink):
        self.server, self.sink = server, sink
        server.load(DATABASE, here / "peers" / "ours.sql", owners=OWNERS, api_url=sink.url)

    def run(self, meetings: int, mails: bool = False) -> Figures:
        each = meetings // OWNERS
        assert each * OWNERS == meetings
        jobs = meetings * (3 if mails else 1)
        with self.server.connect(DATABASE) as session:
            # As the peer has it: the statistics of a queue that is full, and then an empty one.
            with session.transaction():
                self.insert(session, OWNERS, each, mails)
                session.execute("update scheduling.jobs set run_at = now() + interval '1 day'")
            session.execute("analyze scheduling.jobs, scheduling.meetings, scheduling.emails")
            self.clear(session)
            worker = self.worker(session)
            measured(session, worker, WARM_UP, OPEN, lambda: self.insert(session, OWNERS, WARM_UP // OWNERS, mails))
            self.clear(session)
            figures = measured(session, worker, jobs, OPEN, lambda: self.insert(session, OWNERS, each, mails))
            [done] = session.execute("select count(*) from scheduling.jobs where state = 'done'").fetchone()
            if done != jobs:
                raise SystemExit(f"{done} of {jobs} jobs were done")
            self.clear(session)
            return figures

    @staticmethod
    def insert(session: psycopg.Connection, owners: int, each: int, mails: bool) -> None:
        session.execute(INSERT, {"owners": owners, "each": each})
        if not mails:
            session.execute(NO_MAILS)

    @staticmethod
    def clear(session: psycopg.Connection) -> None:
        session.execute(f"truncate {TABLES} cascade")

    @staticmethod
    def worker(session: psycopg.Connection) -> int:
        return session.execute("select pid from scheduling.worker_status()").fetchone()[0]
