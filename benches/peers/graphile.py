"""graphile-worker on the bench's server: so many POSTs, queued in one transaction."""

import json
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

from peers.queue import Figures, measured
from peers.sink import Sink
from server import Server

DATABASE = "graphile"

# Each is told a kilobyte, as of a booking.
ADD = """
select count(*) from graphile_worker.add_jobs(array(
    select ('post', json_build_object('body', json_build_object(
                'to', 'guest' || n || '@example.com', 'text', repeat(md5(n::text), 30))),
            null, null, null, null, null, null)::graphile_worker.job_spec
    from generate_series(1, %s) n))
"""
OPEN = "select exists (select from graphile_worker._private_jobs)"
JOBS = "graphile_worker._private_jobs"
WARM_UP = 500


class Graphile:
    """Its database, made once; its worker runs only while it is measured."""

    def __init__(self, server: Server, sink: Sink):
        self.server, self.sink = server, sink
        server.sql("postgres", f"create database {DATABASE}")
        subprocess.run(self.command("migrate"), check=True, env=self.environment(), stdout=subprocess.DEVNULL)

    def run(self, jobs: int) -> Figures:
        with self.server.connect(DATABASE) as session:
            # The statistics of a queue that is full, and then an empty one: with those of an empty one the
            # planner chooses badly, and it does less than half.
            session.execute(ADD, [jobs])
            session.execute(f"analyze {JOBS}")
            session.execute(f"truncate {JOBS}")
            with self.worker() as pid:
                measured(session, pid, WARM_UP, OPEN, lambda: session.execute(ADD, [WARM_UP]))
                return measured(session, pid, jobs, OPEN, lambda: session.execute(ADD, [jobs]))

    @contextmanager
    def worker(self):
        process = subprocess.Popen(self.command(), env=self.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            # Its own log comes by the same way.
            while (line := process.stdout.readline()).strip() != "ready":
                if not line:
                    raise SystemExit("graphile-worker does not start")
            yield process.pid
        finally:
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()

    def command(self, *order: str) -> list:
        script = Path(__file__).parent / "graphile.mjs"
        return [os.environ["NODE"], script, DATABASE, self.sink.url + "/post", *order]

    def environment(self) -> dict:
        return self.server.environment(DATABASE) | {"NODE_ENV": "production", "NO_LOG_SUCCESS": "1"}


def version() -> str:
    package = Path(os.environ["NPM"]) / "node_modules" / "graphile-worker" / "package.json"
    return json.loads(package.read_text())["version"]
