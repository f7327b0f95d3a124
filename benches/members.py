"""A page of meetings as a member asks for it, beside the same as a superuser does: what policies cost where a
client has 100,000 meetings, and where others have millions."""

import statistics
from collections.abc import Callable
from pathlib import Path

from pgbench import Run
from server import Server

LARGE = 100_000
ROUNDS = 3
SECONDS = 1

MEETINGS = """
select m.* from scheduling.meetings m {where} order by m.starts_at desc limit 50
"""
# As PostgREST asks for select=*,booking_links(title),contacts(name).
EMBEDDED = """
select m.*, row_to_json(l.*) as link, row_to_json(g.*) as guest
from scheduling.meetings m
left join lateral (select l.title from scheduling.booking_links l where l.id = m.booking_link_id) l on true
left join lateral (select g.name from scheduling.contacts g where g.id = m.contact_id) g on true
{where} order by m.starts_at desc limit 50
"""
OF_ONE = "where m.client_id = :owner"


def members(server: Server, here: Path, row: Callable, owners: int, meetings: int) -> None:
    server.load("members", here / "members.sql", owners=owners, meetings=meetings, large=LARGE)
    for what, script in (("a page of 50", MEETINGS), ("the same with link and guest", EMBEDDED)):
        for size, role, nth in ((f"of {LARGE:,} meetings", "bench_large", 1), ("of few", "bench_small", 2)):
            [[owner]] = server.sql("members", f"select bench.owner({nth})")

            def took(user: str, where: str) -> float:
                run = Run(server, "members", script.format(where=where), seconds=SECONDS, user=user, owner=owner)
                return run.result().microseconds

            for planned in ("as in a new session", "once for all"):
                promised = script is MEETINGS or planned == "once for all"
                mode = "auto" if planned == "as in a new session" else "force_generic_plan"
                server.sql("members", f"alter database members set plan_cache_mode = {mode}")
                rounds = [(took(role, OF_ONE), took("postgres", OF_ONE)) for _ in range(ROUNDS)]
                member, superuser = (statistics.median(one) for one in zip(*rounds, strict=True))
                slower = statistics.median(one / other for one, other in rounds)
                row(
                    f"{what}, {size}",
                    f"{member:7.0f} µs   a superuser's {superuser:5.0f} µs, planned {planned}",
                    slower < 2 if promised else None,
                    f"{slower:.2f}: under 2 × a superuser's time",
                )
            row("", f"{took(role, ''):7.0f} µs where the client is not named")
