//! The ways in which people move a database by PostgreSQL's own programs, without an option of ours but
//! where the manual says so.

use std::process::Command;

use crate::harness::database::Database;
use crate::harness::machine::machine;

/// One of PostgreSQL's programs, told which database.
fn program(name: &str, database: &Database<'_>) -> Command {
    let mut command = Command::new(machine().pg_bin.join(name));
    command
        .args(["--host=127.0.0.1", "--username=postgres"])
        .args(["--port", &database.cluster.port().to_string()])
        .args(["--dbname", &database.name]);
    command
}

/// A way of moving a database.
pub struct Way {
    pub dump: &'static [&'static str],
    pub restore: &'static [&'static str],
    /// Into a database that has the extension already.
    pub has_extension: bool,
    /// With the setting of the recipe for rows that come as INSERT.
    pub as_replica: bool,
}

const fn way(dump: &'static [&'static str], restore: &'static [&'static str]) -> Way {
    Way {
        dump,
        restore,
        has_extension: false,
        as_replica: false,
    }
}

pub const SERIAL: Way = way(&["--format=custom"], &[]);
pub const PARALLEL: Way = way(&["--format=custom"], &["--jobs=4"]);
pub const INSERTS: Way = Way {
    as_replica: true,
    ..way(&["--format=custom", "--inserts"], &[])
};
/// Plain text, which is psql's to read.
pub const PLAIN: Way = way(&["--format=plain"], &[]);
pub const WAYS: &[Way] = &[
    SERIAL,
    PARALLEL,
    way(&["--format=custom"], &["--single-transaction"]),
    Way {
        has_extension: true,
        ..way(&["--format=custom"], &["--data-only"])
    },
    Way {
        has_extension: true,
        ..way(&["--format=custom"], &["--data-only", "--jobs=4"])
    },
    Way {
        has_extension: true,
        ..way(
            &["--format=custom"],
            &["--data-only", "--disable-triggers", "--jobs=4"],
        )
    },
    PLAIN,
    INSERTS,
    Way {
        as_replica: true,
        ..way(&["--format=plain", "--column-inserts"], &[])
    },
];

impl Way {
    pub fn take(&self, from: &Database<'_>, to: &Database<'_>) {
        // Several jobs read a file, and none reads from us.
        let file = machine().run_dir.join(format!("{}.dump", to.name));
        let run = |mut command: Command| {
            let said = command.output().expect("it can be started");
            let errors = String::from_utf8_lossy(&said.stderr).into_owned();
            assert!(said.status.success(), "{command:?}: {errors}");
            errors
        };
        let mut dump = program("pg_dump", from);
        dump.args(self.dump).arg("--file").arg(&file);
        assert_eq!(run(dump), "");
        let mut restore = if self.dump.contains(&"--format=plain") {
            let mut psql = program("psql", to);
            psql.args([
                "--quiet",
                "--no-psqlrc",
                "--set=ON_ERROR_STOP=1",
                "--output=/dev/null",
            ]);
            psql.arg("--file").arg(&file);
            psql
        } else {
            let mut restore = program("pg_restore", to);
            restore.args(self.restore).arg(&file);
            restore
        };
        if self.as_replica {
            restore.env("PGOPTIONS", "-c session_replication_role=replica");
        }
        // Nothing but that the worker holds: pg_restore keeps that to the log, and rows that come as INSERT do
        // not tell of it.
        let said = run(restore);
        let warnings = said.lines().filter(|line| line.contains(":  "));
        let (holds, others): (Vec<_>, Vec<_>) = warnings
            .filter(|line| !line.starts_with("HINT:") && !line.starts_with("DETAIL:"))
            .partition(|line| line.ends_with("are taken for those of a dump"));
        let is_psql = self.dump.contains(&"--format=plain");
        assert_eq!(!holds.is_empty(), is_psql && !self.as_replica, "{said}");
        assert!(others.is_empty(), "{said}");
        std::fs::remove_file(file).expect("it was ours");
    }
}
