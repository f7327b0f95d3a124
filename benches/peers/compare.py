"""What the queue does in a second, beside graphile-worker; and how soon it begins."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from peers import flat
from peers.graphile import Graphile, version
from peers.ours import OPEN, Ours
from peers.queue import forget_most_memory, most_memory, until_done
from peers.sink import Sink
from server import Server

JOBS = 5_000
# Of the worker, all of its threads; and its memory, without the server's buffers that it has touched.
MOST_PROCESSORS = 1.0
MOST_MEGABYTES = 100

BOOK = """
select scheduling.book('other', date_trunc('day', now()) + interval '2 days' + %s * interval '10 minutes',
                       'guest@guest.example', 'A guest')
"""


def beside_graphile(server: Server, here: Path, heading: Callable, row: Callable, small: bool) -> None:
    rounds = 3 if small else 7
    with Sink() as sink:
        ours, theirs = Ours(server, here, sink), Graphile(server, sink)
        for disk in ("has no say", "has its say: fsync, synchronous_commit"):
            durable(server, disk != "has no say")
            heading(f"the queue beside graphile-worker {version()}, {JOBS:,} jobs queued in one transaction; the disk {disk}")
            for milliseconds in (0, 50):
                sink.answer_after(milliseconds)
                by_turns(ours, theirs, row, rounds, milliseconds)
            sink.answer_after(0)
            bookings(server, ours, row, rounds)
        heading("the queue, from commit to request, and what is in its way; the disk has its say")
        latency(ours, row, 100 if small else 300)
        flat.claims(ours, row, small)
        durable(server, False)


def durable(server: Server, is_durable: bool) -> None:
    """For both: a job that is done is on disk then, or no commit waits for the disk, as elsewhere in this bench."""
    for setting in ("fsync", "synchronous_commit"):
        server.sql("postgres", f"alter system set {setting} = {'on' if is_durable else 'off'}")
    server.sql("postgres", "select pg_reload_conf()")
    time.sleep(0.5)


def by_turns(ours: Ours, theirs: Graphile, row: Callable, rounds: int, milliseconds: int) -> None:
    both = [(ours.run(JOBS), theirs.run(JOBS)) for _ in range(rounds)]
    mine, other = (statistics.median(run[which].rate for run in both) for which in (0, 1))
    ratio = statistics.median(run[0].rate / run[1].rate for run in both)
    answered = f"after {milliseconds} ms" if milliseconds else "at once"
    row(f"one POST a job, answered {answered}", f"{mine:7.0f} jobs/s   graphile-worker {other:7.0f} jobs/s")
    row("", f"{ratio:7.2f} × its rate", ratio >= 1.3, "at least 1.3 × graphile-worker")
    processors = (statistics.median(run[which].processors for run in both) for which in (0, 1))
    row("", "{:7.2f} processors, graphile-worker {:.2f}".format(*processors))


def bookings(server: Server, ours: Ours, row: Callable, rounds: int) -> None:
    with server.connect("queue") as session:
        worker = ours.worker(session)
    forget_most_memory(worker)
    runs = [ours.run(JOBS, mails=True) for _ in range(rounds)]
    rate = statistics.median(run.rate for run in runs)
    processors = statistics.median(run.processors for run in runs)
    row(f"{JOBS:,} bookings: an event, two captured mails", f"{rate:7.0f} jobs/s", rate >= 2_500, "at least 2,500 jobs/s")
    row("the worker meanwhile", f"{processors:7.2f} processors", processors <= MOST_PROCESSORS, "at most one")
    megabytes = max(run.megabytes for run in runs)
    whole = most_memory(worker)
    row("", f"{megabytes:7.0f} MB, with the server's buffers {whole:.0f}", megabytes < MOST_MEGABYTES, f"under {MOST_MEGABYTES} MB")


def latency(ours: Ours, row: Callable, samples: int) -> None:
    """Single bookings on an idle machine: from when COMMIT is sent until the provider has the request."""
    took = []
    with ours.server.connect("queue") as session:
        ours.clear(session)
        for n in range(samples + 5):
            until_done(session, OPEN)
            time.sleep(0.05)
            ours.sink.ask("reset")
            with session.transaction():
                session.execute(BOOK, [n])
                committing = time.monotonic_ns()
            until_done(session, OPEN)
            took.append((ours.sink.posts()[0] - committing) / 1e6)
        ours.clear(session)
    took = sorted(took[5:])  # the first ones plan and connect
    p50, p95 = (took[(len(took) - 1) * percent // 100] for percent in (50, 95))
    row(f"{samples} single bookings, commit to request", f"p50 {p50:6.2f} ms   p95 {p95:6.2f} ms   most {took[-1]:.2f} ms", p50 < 3 and p95 < 6, "p50 under 3 ms, p95 under 6 ms")
