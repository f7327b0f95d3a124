"""Jobs that are queued in one transaction, and how long it takes until none of them is open."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

PATIENCE_SECONDS = 300
# How often a queue is asked whether it is done; asking costs the machine next to nothing.
POLL_SECONDS = 0.005


@dataclass
class Figures:
    jobs: int
    seconds: float
    # Of the worker's process, all its threads.
    processor_seconds: float
    # The most that the worker was seen to hold, without what it shares with the server.
    megabytes: float

    @property
    def rate(self) -> float:
        return self.jobs / self.seconds

    @property
    def processors(self) -> float:
        return self.processor_seconds / self.seconds


def measured(session: psycopg.Connection, worker: int, jobs: int, is_open: str, queue: Callable) -> Figures:
    """Has `queue` queue so many jobs in one transaction. Counts from the reply to its COMMIT until `is_open`
    says no."""
    with session.transaction():
        queue()
        busy = processor_seconds(worker)
    seen = [own_memory(worker)]
    took = until_done(session, is_open, lambda: seen.append(own_memory(worker)))
    return Figures(jobs, took, processor_seconds(worker) - busy, max(seen))


def until_done(session: psycopg.Connection, is_open: str, look: Callable = lambda: None) -> float:
    """Seconds; calls `look` now and then."""
    began = time.monotonic()
    while session.execute(is_open).fetchone()[0]:
        look()
        if time.monotonic() - began > PATIENCE_SECONDS:
            raise SystemExit(f"jobs are still open after {PATIENCE_SECONDS} s: {is_open}")
        time.sleep(POLL_SECONDS)
    return time.monotonic() - began


def processor_seconds(pid: int) -> float:
    """What a process has taken so far, all its threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def forget_most_memory(pid: int) -> None:
    """The next `most_memory` begins here."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def most_memory(pid: int) -> float:
    """The most that a process has held at once, in MB, what it shares with the server included."""
    return memory(pid, "VmHWM")


def own_memory(pid: int) -> float:
    """What it holds now, in MB, its code included, but not the server's buffers."""
    return memory(pid, "RssAnon") + memory(pid, "RssFile")


def memory(pid: int, name: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"{name}:\s+(\d+)", status).group(1)) / 1024
