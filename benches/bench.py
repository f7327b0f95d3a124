"""Times the extension against what PostgreSQL can do at best and against SQL alone, and prints a table.
`make bench` builds all it needs and calls it; benches/README.md says what the figures mean.

    bench.py [small]        small: without the database of a million owners
"""

import json
import os
import signal
import statistics
import sys
import time
from pathlib import Path

import scripts
from calendars import calendars
from mail import mail
from members import members
from peers.compare import beside_graphile
from pgbench import Result, Run, rss_anon
from race import race
from server import Server

HERE = Path(__file__).parent
SMALL = {"owners": 1_000, "meetings": 10_000}
BIG = {"owners": 1_000_000, "meetings": 10_000_000}

# Each figure is the median of so many runs.
ROUNDS = 7
SECONDS = 1
# A session plans what it keeps in its first calls, some dozens of milliseconds of a booking's.
BOOKING_SECONDS = 2
# A queue of 2,500 jobs a second leaves 400 µs for each, everything included.
MAIL_BUDGET = 200

failed = []


def heading(text: str) -> None:
    print(f"\n{text}\n{'-' * len(text)}", flush=True)


def row(what: str, figures: str, holds: bool | None = None, promise: str = "") -> None:
    verdict = "" if holds is None else f"{'ok ' if holds else 'NOT'} {promise}"
    print(f"  {what:<42}{figures:<52}{verdict}".rstrip(), flush=True)
    if holds is False:
        failed.append(f"{promise} ({figures.strip()})")


class Compared:
    """What scripts took that ran by turns: calls a second of each, and how they compare. Ratios are
    those of neighbours, which whatever else the machine does hits alike."""

    def __init__(self, rounds: list[list[float]]):
        self.rounds = rounds

    def microseconds(self, which: int) -> float:
        return 1e6 / statistics.median(rates[which] for rates in self.rounds)

    def ratio(self, faster: int, slower: int) -> float:
        """How many times as many calls a second."""
        return statistics.median(rates[faster] / rates[slower] for rates in self.rounds)


def together(server: Server, database: str, *runs: tuple[str, dict]) -> Compared:
    """Runs each script with its variables, by turns."""
    return Compared(
        [
            [Run(server, database, script, seconds=SECONDS, **variables).result().tps for script, variables in runs]
            for _ in range(ROUNDS)
        ]
    )


# ---- (a) and (e): slots -------------------------------------------------------------------------


def same_rows(server: Server, database: str) -> None:
    """The implementation in SQL and the extension's agree, or comparing their speed means nothing."""
    [[compared, different]] = server.sql(
        database,
        """
        with asked as (
            select c.id, duration, step, before, after
            from scheduling.clients c,
                 (values (30, 15, 0, 0), (45, 20, 10, 5), (90, 45, 0, 30), (1440, 60, 0, 0)) as r (duration, step, before, after)
            where c.name like 'Zone %' or c.name like 'Busy %'
        ), ours as (
            select a.*, s.* from asked a, scheduling.available_slots(
                id::text, bench.start(), bench.start() + interval '365 days', duration, step, before, after, 3000) s
        ), theirs as (
            select a.*, s.* from asked a, bench.slots(
                id, bench.start(), bench.start() + interval '365 days', make_interval(mins => duration),
                make_interval(mins => step), make_interval(mins => before), make_interval(mins => after), interval '3000 minutes') s
        )
        select (select count(*) from ours),
               (select count(*) from ((table ours except all table theirs) union all (table theirs except all table ours)) d)
        """,
    )
    if compared == "0" or different != "0":
        raise SystemExit(f"slots.sql and available_slots() disagree about {different} of {compared} rows")
    row("slots.sql answers as available_slots()", f"{int(compared):,} rows compared, no difference")


class Question:
    """Some days of an owner's, as variables of the scripts."""

    def __init__(self, server: Server, database: str, owner: int, days: int):
        [[rows]] = server.sql(
            database,
            f"select count(*) from scheduling.available_slots(bench.owner({owner})::text, bench.start(), "
            f"bench.start() + {days} * interval '1 day', 30, 15)",
        )
        self.rows = int(rows)
        [[key, start, until, last]] = server.sql(
            database,
            f"select bench.owner({owner}), bench.start(), bench.start() + {days} * interval '1 day', "
            f"bench.start() + {self.rows - 1} * interval '15 minutes'",
        )
        self.slots = {"owner": key, "from": start, "until": until}
        self.sql_slots = {"id": key, "from": start, "until": until}
        self.series = {"from": start, "last": last}


def slots(server: Server, database: str) -> dict[tuple[int, str], float]:
    """Returns the time of a call in microseconds, by meetings a day and what becomes of the rows."""
    times = {}
    for busy in (0, 4, 8, 12):
        asked = Question(server, database, -busy, 31)
        for form, shape in (("sent", str), ("counted", scripts.counted)):
            took = together(
                server,
                database,
                (shape(scripts.SLOTS), asked.slots),
                (shape(scripts.SERIES), asked.series),
                (shape(scripts.SQL_SLOTS), asked.sql_slots),
            )
            ours, floor, sql = range(3)
            row(
                f"{busy} busy a day, {asked.rows} rows {form}",
                f"{took.microseconds(ours):7.0f} µs   floor {took.microseconds(floor):5.0f} µs   "
                f"SQL {took.microseconds(sql):7.0f} µs",
            )
            slower, faster = took.ratio(floor, ours), took.ratio(ours, sql)
            row("", f"{slower:7.2f} × the floor", slower <= 2 if busy == 8 else None, "at most 2 × generate_series")
            # The floor is as fast as any function can be that returns these rows.
            row("", f"{faster:7.1f} × as fast as SQL, of {took.ratio(floor, sql):.1f} × that the floor is")
            times[busy, form] = took.microseconds(ours)
    return times


def one_day(server: Server, database: str) -> None:
    """What a page asks for that shows one day; the rows are counted, as sending them says nothing of the
    call."""
    for busy in (0, 8):
        asked = Question(server, database, -busy, 1)
        took = together(server, database, (scripts.counted(scripts.SLOTS), asked.slots)).microseconds(0)
        row(f"{busy} busy a day, {asked.rows} rows counted", f"{took:7.0f} µs", took < 100, "under 100 µs")


def growth(server: Server, database: str) -> None:
    for days in (1, 7, 31, 90, 366):
        asked = Question(server, database, -8, days)
        took = together(server, database, (scripts.SLOTS, asked.slots)).microseconds(0)
        row(f"{days} days, {asked.rows} rows sent", f"{took:7.0f} µs   {took / days:6.1f} µs a day")


def owners_at_once(server: Server, database: str) -> None:
    """Searches over many owners in one call, two weeks each."""
    [[start, until]] = server.sql(database, "select bench.start(), bench.start() + interval '14 days'")
    for [owners] in server.sql(database, "select owners from bench.searches order by owners"):
        asked = {"owners": owners, "from": start, "until": until}
        took = together(server, database, (scripts.EARLIEST, asked), (scripts.counted(scripts.SLOTS_FOR), asked))
        first, every = (took.microseconds(which) / int(owners) for which in (0, 1))
        row(f"{int(owners):,} owners", f"{first:7.1f} µs an owner for the first slot   {every:7.1f} for all of 14 days")


def memory(server: Server, database: str, calls: int) -> None:
    asked = Question(server, database, -8, 31)
    run = Run(server, database, scripts.SLOTS, times=calls, **asked.slots)
    pid, seen = None, []
    while run.running():
        time.sleep(1)
        if pid is None:
            found = server.sql(database, "select pid from pg_stat_activity where application_name = 'pgbench'")
            pid = int(found[0][0]) if found else None
        else:
            try:
                seen.append(rss_anon(pid))
            except (OSError, AttributeError):
                pass  # it has just ended
    done = run.result()
    start, middle, end = seen[0], seen[len(seen) // 2], seen[-1]
    row(
        f"{done.transactions:,} calls in one session",
        f"{start}, {middle}, {end} kB at start, middle, end",
        end - start <= 1024,
        "memory is flat",
    )


# ---- (b): the engine ----------------------------------------------------------------------------


def microseconds(group: str, name: str) -> float:
    """What criterion has measured."""
    estimates = Path(os.environ["CARGO_TARGET_DIR"]) / "criterion" / group / name / "new" / "estimates.json"
    return json.loads(estimates.read_text())["median"]["point_estimate"] / 1e3


def engine() -> None:
    for busy in (0, 4, 8, 12):
        took = microseconds("slots", f"31 days, {busy} busy a day")
        row(f"31 days, {busy} busy a day", f"{took:7.1f} µs", took <= 100 if busy == 12 else None, "at most 100 µs")
    hundred, thousand = microseconds("slots", "100 busy in a window"), microseconds("slots", "1000 busy in a window")
    row("100 and 1000 busy in one window", f"{hundred:7.1f} µs and {thousand:.1f} µs")
    row("", f"{thousand / hundred:7.1f} × for 10 × busy", thousand / hundred <= 15, "linear")


def mails() -> None:
    for locale in ("en", "de-AT", "ar-EG", "ja"):
        took = microseconds("mails", locale)
        row(f"a confirmation in {locale}", f"{took:7.1f} µs", took <= MAIL_BUDGET, f"at most {MAIL_BUDGET} µs")


# ---- (c): booking -------------------------------------------------------------------------------


class Bookings:
    """Bookings and bare inserts by turns, never twice for one slot."""

    def __init__(self, server: Server, database: str, owners: int):
        self.server, self.database = server, database
        self.stride = owners // 1000
        self.next = 0

    def run(self, script: str, clients: int) -> Result:
        given = {"k": self.next // clients, "stride": self.stride, "sessions": clients}
        result = Run(self.server, self.database, script, seconds=BOOKING_SECONDS, clients=clients, **given).result()
        # Some of the clients may be ahead of the others.
        self.next += 2 * result.transactions
        return result

    def triggers(self, what: str) -> None:
        # Those of foreign keys stay on.
        tables = ("contacts", "meetings", "jobs")
        self.server.sql(self.database, "".join(f"alter table scheduling.{t} {what} trigger user;" for t in tables))

    def compare(self, clients: int) -> Compared:
        rounds = []
        for _ in range(ROUNDS):
            booked = self.run(scripts.BOOK, clients).tps
            self.triggers("disable")
            rounds.append([booked, self.run(scripts.BARE_INSERTS, clients).tps])
            self.triggers("enable")
        return Compared(rounds)


def booking(server: Server, database: str, owners: int) -> float:
    """Returns the time of a booking in microseconds, with one client."""
    # Jobs are queued as ever; that they are not done at the same time leaves the machine to the calls.
    server.sql(database, "select scheduling.stop_worker()")
    bookings = Bookings(server, database, owners)
    took = {}
    for clients in (1, 4):
        took[clients] = bookings.compare(clients)
        book, bare = (1e6 / took[clients].microseconds(which) for which in (0, 1))
        ratio = took[clients].ratio(0, 1)
        row(
            f"{clients} client{'s' if clients > 1 else ''}",
            f"{book:7.0f} book/s   {bare:7.0f} bare inserts/s",
            ratio >= 0.75,
            f"{ratio:.2f}: at least 0.75 of the bare inserts' rate",
        )
    return took[1].microseconds(0)


# ---- all of it ----------------------------------------------------------------------------------


def machine() -> str:
    cpu = next(line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name"))
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} × {cpu}, {memory_gb:.0f} GB"


def main() -> None:
    # So that the server is stopped then, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    small = sys.argv[1:] == ["small"]
    with Server() as server:
        heading(f"{server.sql('postgres', 'show server_version')[0][0]} on {machine()}")
        server.load("small", HERE / "load.sql", **SMALL)

        heading("(a) available_slots, 31 days, every 15 minutes, 1,000 owners")
        same_rows(server, "small")
        few = slots(server, "small")
        heading("(a) available_slots, one day")
        one_day(server, "small")
        heading("(a) memory")
        memory(server, "small", 100_000 if small else 1_000_000)
        heading("(b) the engine alone")
        engine()
        heading("(b) a mail, from facts to the message")
        mails()
        heading("(c) book, synchronous_commit = off, 1,000 owners")
        few_booked = booking(server, "small", SMALL["owners"])
        heading("(e) growth with days, 8 busy a day")
        growth(server, "small")
        heading("(e) growth with owners in one call")
        owners_at_once(server, "small")
        heading("32 clients booking random slots of 50 owners")
        race(server, HERE, row, seconds=10 if small else 60)
        beside_graphile(server, HERE, heading, row, small)
        heading("mail by SMTP, to smtp-sink of Postfix")
        mail(server, HERE, row)
        heading("a member's page of meetings")
        members(server, HERE, row, **(SMALL if small else {"owners": 100_000, "meetings": 10_000_000}))
        heading("connected calendars that answer after 50 ms")
        calendars(server, HERE, row)

        if not small:
            began = time.monotonic()
            server.load("big", HERE / "load.sql", **BIG)
            heading(f"(d) 1,000,000 owners and 10,000,000 meetings (loaded in {time.monotonic() - began:.0f} s)")
            many = slots(server, "big")
            owners_at_once(server, "big")
            for (busy, form), took in many.items():
                slower = took / few[busy, form]
                row(f"{busy} busy a day, {form}, big : small", f"{slower:7.2f}", slower <= 1.3, "at most 1.3")
            slower = booking(server, "big", BIG["owners"]) / few_booked
            row("book, big : small", f"{slower:7.2f}", slower <= 1.3, "at most 1.3")

    if failed:
        raise SystemExit("\nNot held:\n  " + "\n  ".join(failed))


if __name__ == "__main__":
    main()
