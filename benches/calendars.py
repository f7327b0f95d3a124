"""Ten thousand owners with a connected calendar each, and one worker that keeps all of them fresh,
against a stand-in of Google's that takes 50 ms for an answer."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from server import Server

OWNERS = 10_000
ANSWER_SECONDS = 0.05
# A fifth of the default, so that a few rounds fit in a bench.
INTERVAL_SECONDS = 60
ROUNDS = 3


class Calendars:
    """Speaks as much of Google's API as reading a calendar takes, in a thread of its own. Every calendar
    has forty events, and nothing ever changes."""

    def __init__(self) -> None:
        self.lists = self.syncs = 0
        self.loop = asyncio.new_event_loop()
        self.server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0, backlog=1024))
        self.url = "http://127.0.0.1:%d" % self.server.sockets[0].getsockname()[1]
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                status, answer = self.answer(head.decode().split("\r\n"))
                await asyncio.sleep(ANSWER_SECONDS)
                body = json.dumps(answer).encode()
                writer.write(b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the worker has hung up
        finally:
            writer.close()

    def answer(self, head: list[str]) -> tuple[bytes, dict]:
        method, target, _ = head[0].split()
        url = urlsplit(target)
        asked = parse_qs(url.query)
        is_list = (method, url.path) == ("GET", "/calendars/primary/events") and asked.get("singleEvents") == ["true"]
        if not is_list or not any(line.lower().startswith("authorization: bearer ") for line in head):
            return b"400 Bad Request", {"error": {"code": 400, "message": head[0]}}
        items = []
        if asked.get("syncToken") == ["as-of-now"]:
            self.syncs += 1
        else:
            self.lists += 1
            items = [event(n, asked["timeMin"][0][:10]) for n in range(40)]
        return b"200 OK", {"kind": "calendar#events", "timeZone": "UTC", "items": items, "nextSyncToken": "as-of-now"}


def event(n: int, first_day: str) -> dict:
    year, month, _ = first_day.split("-")
    day, hour = 1 + n % 28, 8 + n // 28
    start, end = (f"{year}-{month}-{day:02}T{hour:02}:{minute:02}:00Z" for minute in (0, 30))
    return {"id": f"event{n}", "status": "confirmed", "start": {"dateTime": start}, "end": {"dateTime": end}}


def calendars(server: Server, here: Path, row: Callable) -> None:
    google = Calendars()
    server.sql("postgres", f"alter system set scheduling.busy_refresh_interval = '{INTERVAL_SECONDS}s'")
    server.sql("postgres", "select pg_reload_conf()")
    server.load("calendars", here / "calendars.sql", owners=OWNERS, api_url=google.url)
    one = lambda query: float(server.sql("calendars", query)[0][0])  # noqa: E731

    began = time.monotonic()
    while one("select count(*) from scheduling.calendar_connections where busy_synced_at is null"):
        time.sleep(1)
    first = time.monotonic() - began
    row(f"{OWNERS:,} calendars with 40 events, read first", f"{first:.0f} s, {google.lists / OWNERS:.2f} requests a calendar")

    # One round, so that all of them are in their turns.
    time.sleep(INTERVAL_SECONDS)
    syncs, oldest, until = google.syncs, 0.0, time.monotonic() + ROUNDS * INTERVAL_SECONDS
    busy = worker_seconds(server)
    while time.monotonic() < until:
        oldest = max(oldest, one("select extract(epoch from max(now() - busy_synced_at)) from scheduling.calendar_connections"))
        time.sleep(1)
    readings = (google.syncs - syncs) / OWNERS
    # Readings are spread over a tenth of the interval, and the schedule is looked at every ten seconds.
    kept = oldest <= INTERVAL_SECONDS + 15
    row(f"kept fresh every {INTERVAL_SECONDS} s, for {ROUNDS} rounds", f"{readings / ROUNDS:.2f} requests a calendar and round, oldest {oldest:.0f} s", kept, "all are kept fresh")
    row("", f"{(worker_seconds(server) - busy) / ROUNDS / INTERVAL_SECONDS:.0%} of a processor")
    failed = one("select count(*) from scheduling.calendar_connections where status <> 'ok'")
    row("calendars with an error", f"{failed:.0f}", failed == 0 and google.lists == OWNERS, "each is listed once")


def worker_seconds(server: Server) -> float:
    """The processor time that the worker has taken, its network thread included."""
    [[pid]] = server.sql("calendars", "select pid from scheduling.worker_status()")
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100
