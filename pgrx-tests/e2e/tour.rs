//! The tours of the documents, typed into psql as a reader would: what they show is what it prints.
//!
//! A block of SQL is followed by a block of text where the document shows an answer. In that, `…`
//! stands for any text within a line, and dates for those as many days away as the first one is: the
//! documents were written on another day. What the worker does between two blocks is waited for
//! here, since a `pg_sleep` that is long enough for readers need not be for a busy machine.

use std::io::{BufRead, BufReader, PipeReader, Write, pipe};
use std::process::{ChildStdin, Command, Stdio};

use chrono::NaiveDate;

use crate::documents::{Step, steps};
use crate::harness::cluster::Cluster;
use crate::harness::machine::machine;
use crate::harness::process::Process;
use crate::harness::wait::wait_for;

const DATABASE: &str = "tour";

#[test]
fn the_tours_print_what_the_documents_show() {
    let cluster = Cluster::shared();
    let mut server = cluster.connect("postgres");
    server.batch_execute("create database tour").unwrap();
    let mut session = Session::open(cluster);
    let mut shift = None;
    for step in steps("README.md", "## A tour in five minutes")
        .into_iter()
        .chain(steps("docs/tour.md", "# The longer tour"))
    {
        let printed = session.run(cluster, &step);
        if let Some(shown) = &step.shown
            && let Err(why) = agree(shown, &printed, &mut shift)
        {
            panic!(
                "{}: {why}\n--- shown ---\n{shown}\n--- printed ---\n{printed}",
                step.place
            );
        }
    }
    let left = server.query_one(
        "select count(*) from pg_database where datname = 'tour'",
        &[],
    );
    assert_eq!(left.unwrap().get::<_, i64>(0), 0, "the tour tidies up");
}

#[test]
fn a_tour_that_shows_something_else_is_found_out() {
    let agree = |shown: &str, printed: &str| agree(shown, printed, &mut None).is_ok();
    let printed = "at 2026-12-07 09:00:00+01\nuntil 2026-12-08\n(2 rows)";
    assert!(agree(printed, printed));
    // Another day, another season, another width.
    assert!(agree(
        "at 2027-07-05  09:00:00+02\nuntil 2027-07-06\n(2 rows)",
        printed
    ));
    assert!(agree("at … 09:00:00+01\nuntil …\n(2 rows)", printed));
    assert!(!agree(
        "at 2026-12-07 09:15:00+01\nuntil 2026-12-08\n(2 rows)",
        printed
    ));
    assert!(!agree(
        "at 2026-12-07 09:00:00+01\nuntil 2026-12-09\n(2 rows)",
        printed
    ));
    assert!(!agree(
        "at 2026-12-07 09:00:00+01\nuntil 2026-12-08",
        printed
    ));
    assert!(!agree("at … 09:15:00+01\nuntil …\n(2 rows)", printed));
    assert!(!agree("", printed));
}

/// psql, which reads what a reader would paste and prints to one place.
struct Session {
    input: ChildStdin,
    output: BufReader<PipeReader>,
    _psql: Process,
}

const END: &str = "--- the end of a block ---";

impl Session {
    fn open(cluster: &Cluster) -> Self {
        let (output, both) = pipe().expect("the machine has pipes");
        let mut command = Command::new(machine().pg_bin.join("psql"));
        command
            .args([
                "-X",
                "-h",
                "127.0.0.1",
                "-U",
                "postgres",
                "-d",
                DATABASE,
                "-p",
            ])
            .arg(cluster.port().to_string())
            .env_remove("PGOPTIONS")
            .env("PGCLIENTENCODING", "UTF8")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(both.try_clone().expect("a pipe can be shared"))
            .stderr(both);
        let mut psql = Process::start(command, None, libc::SIGTERM).expect("psql can be started");
        Self {
            input: psql.child().stdin.take().expect("it is piped"),
            output: BufReader::new(output),
            _psql: psql,
        }
    }

    /// What psql prints for a block. Only a block whose answer shows an error may have one.
    fn run(&mut self, cluster: &Cluster, step: &Step) -> String {
        let errors = step
            .shown
            .as_ref()
            .is_some_and(|shown| shown.contains("ERROR:"));
        self.type_in(&format!(
            "\\set ON_ERROR_STOP {}",
            if errors { "off" } else { "on" }
        ));
        let mut printed = String::new();
        // A reader waits for the worker there.
        for part in step.sql.split_inclusive("select pg_sleep(1) \\gset\n") {
            self.type_in(part);
            self.type_in(&format!("\\echo '{END}'"));
            loop {
                let mut line = String::new();
                let length = self.output.read_line(&mut line).expect("psql prints text");
                assert!(length > 0, "{}: psql gave up:\n{printed}", step.place);
                if line.trim_end() == END {
                    break;
                }
                printed += &line;
            }
            if part.contains("pg_sleep") {
                wait_for_worker(cluster);
            }
        }
        printed
    }

    fn type_in(&mut self, text: &str) {
        // Where psql has given up, what it printed says why.
        let _ = writeln!(self.input, "{text}");
    }
}

fn wait_for_worker(cluster: &Cluster) {
    let mut sql = cluster.connect(DATABASE);
    wait_for("the worker to have nothing left to do", || {
        let open =
            "select exists (select from scheduling.jobs where state in ('ready', 'running'))";
        let row = sql.query_one(open, &[]).expect("the extension is there");
        (!row.get::<_, bool>(0)).then_some(())
    });
}

/// Whether psql printed what the document shows. `shift` is how many days lie between the two,
/// learnt from the first date.
fn agree(shown: &str, printed: &str, shift: &mut Option<i64>) -> Result<(), String> {
    let lines = |text: &str| text.trim_end().lines().map(plain).collect::<Vec<_>>();
    let (shown, printed) = (lines(shown), lines(printed));
    for (shown, printed) in shown.iter().zip(&printed) {
        if shown.contains('…') {
            if !matches(&without_dates(shown).0, &without_dates(printed).0) {
                return Err(format!("\"{printed}\" where \"{shown}\" is shown"));
            }
            continue;
        }
        let ((shown_text, shown_dates), (printed_text, printed_dates)) =
            (without_dates(shown), without_dates(printed));
        let mut days = shown_dates
            .iter()
            .zip(&printed_dates)
            .map(|(shown, printed)| (*printed - *shown).num_days());
        if shown_text != printed_text || days.any(|days| *shift.get_or_insert(days) != days) {
            return Err(format!("\"{printed}\" where \"{shown}\" is shown"));
        }
    }
    match shown.len() == printed.len() {
        true => Ok(()),
        false => Err(format!(
            "{} lines where {} are shown",
            printed.len(),
            shown.len()
        )),
    }
}

/// A line without what depends on the width of columns and the season: runs of spaces and of the
/// dashes under a heading, and the offset from UTC.
fn plain(line: &str) -> String {
    let mut plain = String::new();
    for word in line.split_whitespace() {
        let word = match word.split_once(['+', '-']) {
            // 09:00:00+01
            Some((time, offset)) if time.len() == 8 && time.contains(':') && offset.len() == 2 => {
                time
            }
            _ => word,
        };
        plain += if plain.is_empty() { "" } else { " " };
        plain += word;
    }
    while plain.contains("--") {
        plain = plain.replace("--", "-");
    }
    plain
}

/// A line with its dates (2026-12-07, Dec 7, 2026) taken out.
fn without_dates(line: &str) -> (String, Vec<NaiveDate>) {
    let mut text = String::new();
    let mut dates = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let date = ["%Y-%m-%d", "%b %d, %Y"]
            .into_iter()
            .find_map(|format| NaiveDate::parse_and_remainder(rest, format).ok());
        match date.filter(|_| first.is_ascii_digit() || first.is_ascii_uppercase()) {
            Some((date, after)) => {
                text += "<date>";
                dates.push(date);
                rest = after;
            }
            None => {
                text.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    (text, dates)
}

/// Whether a line reads as `pattern` does, with any text in the place of each `…`.
fn matches(pattern: &str, line: &str) -> bool {
    let mut parts = pattern.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = line.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<_> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}
