//! A worker that holds: this is a copy of the database, and its guests are somebody else's; or the key is
//! missing, without which it can do next to nothing right. It claims nothing, reads no calendar and refuses
//! what sessions ask, until it is told that it is at home here, and the key is back.

use std::time::Duration;

use pgrx::pg_sys::panic::ErrorReport;
use pgrx::prelude::*;
use pgrx::{PgLogLevel, PgSqlErrorCode};

use super::home::{self, Held};
use super::network::{FromNetwork, Network};
use super::process::leaving::{self, Reason};
use super::process::{self, Durability, transaction};
use super::rounds::report_idle;
use crate::ipc::bell::Bell;
use crate::ipc::question;

/// How long until it looks again without having been rung for.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// Holds for as long as there is a reason to; returns why the worker is to leave instead, where it is.
///
/// Where there is none the database is at home here from now on: a template has become a database, or a
/// standby has taken over.
pub fn hold(bell: &Bell, network: &mut Network) -> Option<Reason> {
    let mut told = None;
    loop {
        if let Some(reason) = leaving::told(bell) {
            return Some(reason);
        }
        bell.awake();
        if !process::extension_exists() {
            return Some(Reason::Stop);
        }
        let Some(held) = why() else {
            if told.is_some() {
                log!("scheduling worker goes on");
            }
            settle();
            return None;
        };
        if told.as_deref() != Some(held.why()) {
            warn(&held);
        }
        refuse_questions(network, &held);
        told = Some(held.why().to_owned());
        report_idle();
        process::wait(bell, LOOK_AGAIN);
    }
}

/// What cannot be known is a reason as well.
fn why() -> Option<Held> {
    transaction(Durability::Lazy, home::held).unwrap_or_else(|error| {
        Some(Held::Copy(format!(
            "It cannot be told whether this is a copy: {error}"
        )))
    })
}

fn settle() {
    if let Err(error) = transaction(Durability::Full, home::settle) {
        warning!("scheduling worker cannot write down where it is: {error}");
    }
}

fn warn(held: &Held) {
    let (message, hint) = match held {
        Held::Copy(_) => (
            "scheduling worker does nothing in this copy of a database",
            "Call scheduling.start_worker() where it is to write to its guests; see \"Copies of a database\" in docs/operations.md.",
        ),
        Held::Key(_) => (
            "scheduling worker does nothing without the key of this database",
            "It goes on by itself when the file is back; see \"The key\" in docs/operations.md.",
        ),
    };
    ErrorReport::new(PgSqlErrorCode::ERRCODE_WARNING, message, "scheduling")
        .set_detail(held.why().to_owned())
        .set_hint(hint)
        .report(PgLogLevel::WARNING);
}

/// Visitors read what it says, so it names no file and no machine.
fn refuse_questions(network: &mut Network, held: &Held) {
    let said = match held {
        Held::Copy(_) => "This is a copy of a database, and its worker does nothing.",
        Held::Key(_) => "The worker does nothing without the key of this database.",
    };
    while let Some(event) = network.event() {
        if let FromNetwork::Asked(caller, _) = event {
            let refusal = question::Refusal::new(question::Reason::Held, said);
            network.answer(caller, Err(refusal));
        }
    }
}
