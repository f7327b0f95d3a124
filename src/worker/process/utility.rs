//! What sessions do around utility statements: before one that wants a database to itself they have its
//! worker leave, after COMMIT PREPARED they wake it, and what restores rows is let restore (`restored`).
//!
//! A statement that PostgreSQL is going to refuse (`wish`) leaves the worker alone, so nobody stops it who
//! may not touch the database.

use std::ffi::c_char;
use std::time::Duration;

use pgrx::pg_sys;
use pgrx::prelude::*;

use super::control::{has_background_workers, wait_until};
use super::wish::Wish;
use super::{look_up, restored};
use crate::ipc::bell::{Address, Message, ring};
use crate::ipc::my_database;

/// How long the worker has to finish what it is at, before the statement runs into it.
const WORKER_LEAVES_WITHIN: Duration = Duration::from_secs(2);
/// How long other sessions have to leave before the worker is asked to. PostgreSQL itself waits five
/// seconds for them, and a worker that stays then is not why it fails.
const OTHERS_LEAVE_WITHIN: Duration = Duration::from_millis(2500);

/// Puts the hook in its place.
pub fn hook() {
    // SAFETY: at load time; the previous hook is called by ours.
    unsafe {
        PREVIOUS_HOOK = pg_sys::ProcessUtility_hook;
        pg_sys::ProcessUtility_hook = Some(around_utility);
    }
}

static mut PREVIOUS_HOOK: pg_sys::ProcessUtility_hook_type = None;

// pgrx's own binding is no C function, and so does not fit where a hook does.
unsafe extern "C-unwind" {
    fn standard_ProcessUtility(
        statement: *mut pg_sys::PlannedStmt,
        query: *const c_char,
        read_only_tree: bool,
        context: pg_sys::ProcessUtilityContext::Type,
        parameters: pg_sys::ParamListInfo,
        environment: *mut pg_sys::QueryEnvironment,
        destination: *mut pg_sys::DestReceiver,
        completion: *mut pg_sys::QueryCompletion,
    );
}

/// Most errors of utility statements pass here, as C's longjmp. That is sound over frames that have
/// nothing to drop and catch nothing. So this one is no `#[pg_guard]` and owns no Rust value: all that
/// does is in the two functions that it calls, which have returned before PostgreSQL's code runs, or are
/// called after it.
#[allow(clippy::too_many_arguments)] // The hook's.
unsafe extern "C-unwind" fn around_utility(
    statement: *mut pg_sys::PlannedStmt,
    query: *const c_char,
    read_only_tree: bool,
    context: pg_sys::ProcessUtilityContext::Type,
    parameters: pg_sys::ParamListInfo,
    environment: *mut pg_sys::QueryEnvironment,
    destination: *mut pg_sys::DestReceiver,
    completion: *mut pg_sys::QueryCompletion,
) {
    // SAFETY: PostgreSQL hands over a valid utility statement; the previous hook is one of its type.
    unsafe {
        // The statement may not live as long as its running.
        let wakes = is_commit_prepared((*statement).utilityStmt);
        before(
            (*statement).utilityStmt,
            context == pg_sys::ProcessUtilityContext::PROCESS_UTILITY_TOPLEVEL,
        );
        let restores = restored::begin((*statement).utilityStmt);
        let run = match PREVIOUS_HOOK {
            Some(previous) => previous,
            None => standard_ProcessUtility,
        };
        run(
            statement,
            query,
            read_only_tree,
            context,
            parameters,
            environment,
            destination,
            completion,
        );
        if wakes {
            after_commit_prepared();
        }
        if restores.is_one() {
            let has_rows = completion.is_null() || (*completion).nprocessed > 0;
            restored::end(restores, has_rows);
        }
    }
}

/// # Safety
/// `statement` is a utility statement.
unsafe fn is_commit_prepared(statement: *mut pg_sys::Node) -> bool {
    // SAFETY: a node's tag says which struct it is.
    unsafe {
        (*statement).type_ == pg_sys::NodeTag::T_TransactionStmt
            && (*statement.cast::<pg_sys::TransactionStmt>()).kind
                == pg_sys::TransactionStmtKind::TRANS_STMT_COMMIT_PREPARED
    }
}

/// The jobs of the transaction are there for others now. A prepared transaction is committed in its own
/// database only.
#[pg_guard]
extern "C-unwind" fn after_commit_prepared() {
    ring(Address::Worker(my_database()), Message::Wake);
}

/// # Safety
/// `statement` is a utility statement.
#[pg_guard]
unsafe extern "C-unwind" fn before(statement: *mut pg_sys::Node, is_top_level: bool) {
    // SAFETY: as promised by the caller.
    let wish = unsafe { Wish::of(statement) };
    if let Some(wish) = wish
        && let Some(database) = wish.granted(is_top_level)
        && others_leave(database, wish.ends_sessions())
    {
        step_aside(database);
    }
}

/// Has a database's worker leave. One that is on its way up hears nothing yet, so it is rung for
/// until no background worker is left; PostgreSQL itself waits, and complains, after that.
fn step_aside(database: pg_sys::Oid) {
    ring(Address::Launcher, Message::Later(database));
    let _ = wait_until(WORKER_LEAVES_WITHIN, || {
        ring(Address::Worker(database), Message::Leave);
        !has_background_workers(database)
    });
}

/// Waits for other sessions, or prepared transactions, to leave a database: false where some stay, by
/// which the statement will fail.
fn others_leave(database: pg_sys::Oid, are_ended: bool) -> bool {
    let is_free = || {
        look_up::sessions_in(database)
            .into_iter()
            .all(|role| are_ended && may_end_sessions_of(role))
            && !look_up::has_prepared_transactions(database)
    };
    // Waiting takes part in interrupts, so that the statement can be cancelled.
    wait_until(OTHERS_LEAVE_WITHIN, is_free).is_ok()
}

/// As `TerminateOtherDBBackends()` asks, for DROP DATABASE … WITH (FORCE).
fn may_end_sessions_of(role: pg_sys::Oid) -> bool {
    let signallers = pg_sys::Oid::from(pg_sys::ROLE_PG_SIGNAL_BACKEND);
    // SAFETY: look-ups of catalog rows, in a transaction.
    unsafe {
        let me = pg_sys::GetUserId();
        (pg_sys::superuser() || !pg_sys::superuser_arg(role))
            && (pg_sys::has_privs_of_role(me, role) || pg_sys::has_privs_of_role(me, signallers))
    }
}
