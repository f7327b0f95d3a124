"""Ten thousand mails by SMTP to a sink that throws them away (smtp-sink of Postfix), and the same bytes by a
client that does nothing else, over as many connections."""

import contextlib
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

from server import Server

MEETINGS = 5_000  # a mail to the guest and one to the owner each
MAILS = 2 * MEETINGS
OWNERS = 500
CONNECTIONS = 3
WANTED = 1_000
ROUNDS = 3
DATABASE = "mail"
PATIENCE_SECONDS = 120

OPEN = "select exists (select from scheduling.jobs where kind = 'send_email' and state in ('ready', 'running'))"


class Sink:
    """Used in a `with` statement. It leaves by itself, without an answer, with the first mail that comes after
    so many."""

    def __init__(self, mails: int):
        self.mails = mails

    def __enter__(self) -> "Sink":
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        home = Path(os.environ["POSTFIX"])
        command = [home / "usr/sbin/smtp-sink", "-M", str(self.mails + 1), f"inet:127.0.0.1:{self.port}", "128"]
        libraries = {"LD_LIBRARY_PATH": str(home / "usr/lib/postfix")}
        self.process = subprocess.Popen(command, env=os.environ | libraries, stdout=subprocess.DEVNULL, user=os.environ.get("RUN_AS") or None)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.02)
        raise SystemExit("smtp-sink does not start")

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def has_all(self) -> bool:
        """Whether it has taken them all: then it leaves with one more."""
        with contextlib.suppress(ConnectionError):
            bare(self.port, [("bench@bench.example", "bench@bench.example", b"Subject: one more\r\n\r\n")])
        try:
            return self.process.wait(5) == 0
        except subprocess.TimeoutExpired:
            return False

    def connections(self) -> int:
        """How many there are just now."""
        port, established = f":{self.port:04X}", "01"
        lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
        fields = [line.split() for line in lines]
        return sum(f[1].endswith(port) and f[3] == established for f in fields)


def bare(port: int, mails: list[tuple[str, str, bytes]]) -> float:
    """Mails a second of a client that has them all in memory, one dialogue after the other on each
    connection."""

    def dialogue(share: list[tuple[str, str, bytes]]) -> None:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            replies = connection.makefile("rb")

            def say(text: bytes) -> None:
                connection.sendall(text)
                hear()

            def hear() -> None:
                with contextlib.suppress(ConnectionError):  # it has left with the last one
                    while replies.readline()[3:4] == b"-":
                        pass

            hear()
            say(b"EHLO bench\r\n")
            for sender, reader, message in share:
                say(b"MAIL FROM:<%s>\r\n" % sender.encode())
                say(b"RCPT TO:<%s>\r\n" % reader.encode())
                say(b"DATA\r\n")
                say(message.replace(b"\r\n.", b"\r\n..") + b".\r\n")

    began = time.monotonic()
    shares = [mails[n::CONNECTIONS] for n in range(min(CONNECTIONS, len(mails)))]
    threads = [threading.Thread(target=dialogue, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(mails) / (time.monotonic() - began)


def ours(server: Server, port: int, sink: Sink) -> tuple[float, int]:
    """Mails a second, from the commit of the meetings until no mail is open, and the most connections
    that were seen."""
    with server.connect(DATABASE) as session:
        session.execute("truncate scheduling.meetings, scheduling.jobs, scheduling.emails cascade")
        session.execute("select scheduling.configure_mail('smtp', 'Bookings <bookings@bench.example>', smtp_url => %s)", (f"smtp://127.0.0.1:{port}",))
        with session.transaction():
            session.execute(INSERT, {"each": MEETINGS // OWNERS})
            session.execute("delete from scheduling.jobs where kind <> 'send_email'")
        began, most = time.monotonic(), 0
        while session.execute(OPEN).fetchone()[0]:
            most = max(most, sink.connections())
            if time.monotonic() > began + PATIENCE_SECONDS:
                raise SystemExit("the mails do not leave")
            time.sleep(0.02)
        took = time.monotonic() - began
        [done] = session.execute("select count(*) from scheduling.jobs where state = 'done'").fetchone()
        if done != MAILS:
            raise SystemExit(f"{done} of {MAILS} mails were sent")
        return MAILS / took, most


INSERT = """
insert into scheduling.meetings (client_id, contact_id, title, starts_at, ends_at)
select c.id, g.id, 'Intro call', at, at + interval '10 minutes'
from scheduling.clients c
join scheduling.contacts g on g.client_id = c.id,
     generate_series(1, %(each)s) n,
     lateral (select date_trunc('day', now()) + interval '3 days' + n * interval '10 minutes' as at) m
"""


def mail(server: Server, here: Path, row: Callable) -> None:
    if not (Path(os.environ["POSTFIX"]) / "usr/sbin/smtp-sink").exists():
        row("smtp-sink is not there", "", False, "the set-up brings it from Debian's postfix")
        return
    server.load(DATABASE, here / "mail.sql", owners=OWNERS)
    rates, floors, most = [], [], 0
    for _ in range(ROUNDS):
        with Sink(MAILS) as sink:
            rate, connections = ours(server, sink.port, sink)
            most = max(most, connections)
            if not sink.has_all():
                raise SystemExit("the sink has not seen all mails")
        rates.append(rate)
        sent = [(f, t, m.encode()) for f, t, m in server.connect(DATABASE).execute("select envelope_from, envelope_to[1], message from scheduling.emails").fetchall()]
        with Sink(MAILS) as sink:
            floors.append(bare(sink.port, sent))
            if not sink.has_all():
                raise SystemExit("the sink has not seen all of the bare client's mails")
    rates.sort()
    rate, floor = rates[ROUNDS // 2], sorted(floors)[ROUNDS // 2]
    size = sum(len(m) for _, _, m in sent) / len(sent) / 1024
    row(f"{MAILS:,} mails of {size:.0f} kB, rendered and sent", f"{rate:7.0f} a second (slowest run {rates[0]:.0f})", rate >= WANTED, f"at least {WANTED:,} a second")
    row("the same bytes by a bare client", f"{floor:7.0f} a second, ratio {rate / floor:.2f}")
    row("connections to the mail server", f"{most:7d} at a time", most <= CONNECTIONS, f"at most {CONNECTIONS}")
