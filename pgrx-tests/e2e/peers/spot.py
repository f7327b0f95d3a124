"""Has pgspot (https://github.com/timescale/pgspot) look through an install script, read from standard input:
for names that somebody else's schema could stand in for, objects that may have been there before, and functions
with more rights than their caller that look names up by the caller's search_path. Ends with 0 where it finds none.

What it is not told to see, and why:

- Functions whose body is SQL (BEGIN ATOMIC) are beyond it. PostgreSQL has looked their names up for good when the
  script was run, by the script's own search_path; so each is handed over as a text with that path.
- Nothing is ignored. What is, is an argument of IGNORED, with its reason in a line above it.
"""

import re
import subprocess
import sys

IGNORED = []

ATOMIC = re.compile(r"\bbegin atomic\n(.*?)\nend;", re.DOTALL)


def as_text(function):
    return f"set search_path = pg_catalog, pg_temp as $atomic$\n{function[1]}\n$atomic$;"


script = ATOMIC.sub(as_text, sys.stdin.read())
ignored = [part for code in IGNORED for part in ("--ignore", code)]
spot = subprocess.run([sys.executable, "-m", "pgspot", *ignored], input=script, text=True)
sys.exit(spot.returncode)
