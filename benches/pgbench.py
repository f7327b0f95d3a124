"""One run of pgbench: a script, prepared once a session, for some seconds or a number of times."""

import re
import subprocess
from pathlib import Path

from server import PG_BIN, Server


class Run:
    """A running pgbench."""

    def __init__(self, server: Server, database: str, script: str, *, seconds: int = 0, times: int = 0, clients: int = 1, user: str = "postgres", **variables: object):
        self.script = server.dir / f"{database}.pgbench"
        self.script.write_text(script)
        length = ["-t", str(times)] if times else ["-T", str(seconds)]
        given = [f"--define={name}={value}" for name, value in variables.items()]
        command = [PG_BIN / "pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(clients, 4)), *length, *given, "-f", self.script]
        self.process = subprocess.Popen(
            command, env=server.environment(database) | {"PGUSER": user}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def running(self) -> bool:
        return self.process.poll() is None

    def result(self) -> "Result":
        """Waits for the end. An error that reaches a client ends the bench."""
        out, err = self.process.communicate()
        # pgbench says of some errors only that a client was aborted, and leaves with 0.
        if self.process.returncode or "aborted" in err:
            raise SystemExit(f"pgbench failed:\n{err}\n{out}\n{self.script.read_text()}")
        number = lambda pattern: float(re.search(pattern, out).group(1))  # noqa: E731
        return Result(
            transactions=int(number(r"transactions actually processed: (\d+)")),
            tps=number(r"tps = ([\d.]+)"),
        )


class Result:
    def __init__(self, transactions: int, tps: float):
        self.transactions = transactions
        self.tps = tps

    @property
    def microseconds(self) -> float:
        """Of one call, where there is one client."""
        return 1e6 / self.tps


def rss_anon(pid: int) -> int:
    """Memory of a process that it shares with nobody, in KiB."""
    return int(re.search(r"RssAnon:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()).group(1))
