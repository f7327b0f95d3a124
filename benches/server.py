"""A PostgreSQL of the bench's own: made, started, asked, stopped, removed. It listens on a Unix socket
only, and is tuned so that the disk has little to say."""

import os
import shutil
import subprocess
from pathlib import Path

import psycopg

PG_BIN = Path(os.environ["PG_BIN"])

SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{dir}'
shared_preload_libraries = 'scheduling'
timezone = 'UTC'
max_connections = 60
shared_buffers = '1GB'
maintenance_work_mem = '512MB'
max_wal_size = '16GB'
checkpoint_timeout = '1h'
wal_level = minimal
max_wal_senders = 0
autovacuum = off
jit = off
synchronous_commit = off
fsync = off
"""


def as_server_user(command: list) -> list:
    """`command` as the user that the server runs as: root may not run one."""
    user = os.environ.get("RUN_AS")
    return [*(["runuser", "-u", user, "--"] if user else []), *map(str, command)]


class Server:
    """Used in a `with` statement; whatever happens inside, the server is stopped at its end."""

    def __init__(self) -> None:
        self.dir = Path(os.environ["RUN_DIR"]) / "bench"
        self.data = self.dir / "data"

    def __enter__(self) -> "Server":
        self.remove()
        self.dir.mkdir()
        if os.environ.get("RUN_AS"):
            shutil.chown(self.dir, os.environ["RUN_AS"])
        self.run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write(SETTINGS.format(dir=self.dir))
        try:
            self.run("pg_ctl", "-D", self.data, "-l", self.dir / "log", "-w", "start")
        except subprocess.CalledProcessError:
            log = self.dir / "log"
            raise SystemExit(log.read_text() if log.exists() else "the server does not start") from None
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()

    def remove(self) -> None:
        if (self.data / "postmaster.pid").exists():
            self.run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.dir, ignore_errors=True)

    def run(self, program: str, *arguments: object) -> None:
        subprocess.run(as_server_user([PG_BIN / program, *arguments]), check=True, cwd="/", stdout=subprocess.DEVNULL)

    def environment(self, database: str) -> dict:
        return os.environ | {"PGHOST": str(self.dir), "PGUSER": "postgres", "PGDATABASE": database}

    def load(self, database: str, script: Path, **variables: int) -> None:
        """Makes a database and runs a script of psql in it."""
        self.sql("postgres", f"create database {database}")
        given = [f"--set={name}={value}" for name, value in variables.items()]
        command = [PG_BIN / "psql", "-X", "-q", "-o", "/dev/null", *given, "-f", script]
        subprocess.run(command, check=True, env=self.environment(database))

    def connect(self, database: str) -> psycopg.Connection:
        """A session, for what is timed or goes on over several statements. Each of them is a transaction."""
        return psycopg.connect(host=str(self.dir), user="postgres", dbname=database, autocommit=True)

    def sql(self, database: str, statement: str) -> list[list[str]]:
        """The rows of a statement."""
        command = [PG_BIN / "psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-c", statement]
        done = subprocess.run(command, check=True, env=self.environment(database), stdout=subprocess.PIPE, text=True)
        return [line.split("\t") for line in done.stdout.splitlines()]
