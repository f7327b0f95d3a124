"""The provider that the jobs of the bench are sent to: benches/sink, in a process of its own."""

import os
import subprocess
from pathlib import Path
from urllib.request import urlopen


class Sink:
    """Used in a `with` statement; it is gone after that."""

    def __enter__(self) -> "Sink":
        program = Path(os.environ["CARGO_TARGET_DIR"]) / "release" / "sink"
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.wait()

    def ask(self, order: str) -> str:
        with urlopen(f"{self.url}/_{order}") as answer:
            return answer.read().decode()

    def answer_after(self, milliseconds: int) -> None:
        """Forgets what came so far, and lets each answer take so long from now on."""
        self.ask("reset")
        self.ask(f"delay?ms={milliseconds}")

    def posts(self) -> list[int]:
        """When each POST arrived, in nanoseconds of `time.monotonic_ns`."""
        return [int(line) for line in self.ask("posts").splitlines()]
