//! What sessions do to the worker: wake it when a transaction that queued jobs commits, start it,
//! stop it, and have it step aside for DROP DATABASE and its like.

use std::cell::Cell;
use std::ffi::{CStr, c_char, c_void};
use std::time::{Duration, Instant};

use pgrx::pg_sys;
use pgrx::prelude::*;

use crate::error::{Error, Result, or_raise};
use crate::ipc::bell::{Address, Message, is_hung, ring};
use crate::ipc::my_database;
use crate::worker::process;

/// How long `start_worker` and `stop_worker` wait for the process to come or go.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, PartialEq, Eq)]
enum AtCommit {
    Nothing,
    Wake,
    Start,
}

thread_local! {
    static AT_COMMIT: Cell<AtCommit> = const { Cell::new(AtCommit::Nothing) };
}

/// `scheduling_private.wake_worker()`: the trigger on the queue.
#[pg_trigger(sql = false)]
fn wake_worker<'a>(
    _trigger: &'a pgrx::PgTrigger<'a>,
) -> std::result::Result<Option<PgHeapTuple<'a, impl WhoAllocated>>, Error> {
    // The worker's own claims and verdicts pass here as well, and it is awake.
    // SAFETY: set once, when a background worker starts.
    if unsafe { pg_sys::MyBgworkerEntry.is_null() } {
        at_commit(AtCommit::Wake);
    }
    Ok(Option::<PgHeapTuple<'_, AllocatedByPostgres>>::None)
}

/// `scheduling_private.start_worker_at_commit()`: for the end of the install script. The extension is not
/// there for others before the commit.
#[pg_extern(sql = false)]
fn start_worker_at_commit() {
    // SAFETY: a flag that is set once at start-up.
    if unsafe { pg_sys::IsBinaryUpgrade } {
        return;
    }
    ensure_launcher();
    at_commit(AtCommit::Start);
}

/// `scheduling.start_worker()`: true once it runs, false where it ran already.
#[pg_extern(sql = false)]
fn start_worker() -> bool {
    let start = || {
        let worker = Address::Worker(my_database());
        if is_hung(worker) {
            return Ok(false);
        }
        ensure_launcher();
        wait_until(PATIENCE, || {
            // Rung again and again: the launcher may be on its way up.
            ring(Address::Launcher, Message::Start(my_database()));
            is_hung(worker)
        })
        .map(|()| true)
    };
    or_raise(start())
}

/// `scheduling.stop_worker()`: true once it is gone, false where none ran.
#[pg_extern(sql = false)]
fn stop_worker() -> bool {
    let worker = Address::Worker(my_database());
    ring(Address::Launcher, Message::Idle(my_database()));
    // One that is on its way up hears nothing yet.
    let mut heard = ring(worker, Message::Stop);
    or_raise(wait_until(PATIENCE, || {
        heard |= ring(worker, Message::Stop);
        !is_hung(worker) && (heard || !has_background_workers(my_database()))
    }));
    heard
}

/// Whether any background worker is connected to a database.
fn has_background_workers(database: pg_sys::Oid) -> bool {
    // SAFETY: both count processes in shared memory; the second one leaves background workers out.
    unsafe { pg_sys::CountDBBackends(database) > pg_sys::CountDBConnections(database) }
}

fn wait_until(patience: Duration, mut done: impl FnMut() -> bool) -> Result<()> {
    let began = Instant::now();
    while !done() {
        if began.elapsed() > patience {
            return Err(Error::Internal(
                "the worker does not answer; the server's log may say why".into(),
            ));
        }
        // SAFETY: the session's own latch; main thread.
        unsafe {
            pg_sys::WaitLatch(
                pg_sys::MyLatch,
                (pg_sys::WL_LATCH_SET | pg_sys::WL_TIMEOUT | pg_sys::WL_EXIT_ON_PM_DEATH) as i32,
                20,
                pg_sys::PG_WAIT_EXTENSION,
            );
            pg_sys::ResetLatch(pg_sys::MyLatch);
        }
        check_for_interrupts!();
    }
    Ok(())
}

/// Has the postmaster start a launcher where the library was not preloaded.
fn ensure_launcher() {
    if !is_hung(Address::Launcher) && process::launcher().load_dynamic().is_err() {
        warning!("scheduling cannot start its launcher: increase max_worker_processes");
    }
}

/// Remembers what to do when this transaction commits.
fn at_commit(what: AtCommit) {
    thread_local! {
        static REGISTERED: Cell<bool> = const { Cell::new(false) };
    }
    if AT_COMMIT.get() != AtCommit::Start {
        AT_COMMIT.set(what);
    }
    if !REGISTERED.replace(true) {
        // SAFETY: a function of this library, which is never unloaded.
        unsafe { pg_sys::RegisterXactCallback(Some(transaction_ended), std::ptr::null_mut()) };
    }
}

/// Runs after every commit and rollback of the session. Nothing here may fail: it is too late.
unsafe extern "C-unwind" fn transaction_ended(event: pg_sys::XactEvent::Type, _: *mut c_void) {
    match event {
        pg_sys::XactEvent::XACT_EVENT_COMMIT => match AT_COMMIT.replace(AtCommit::Nothing) {
            AtCommit::Nothing => {}
            AtCommit::Wake => {
                ring(Address::Worker(my_database()), Message::Wake);
            }
            // Should the launcher not have its bell yet, it will look around when it has.
            AtCommit::Start => {
                ring(Address::Launcher, Message::Start(my_database()));
            }
        },
        pg_sys::XactEvent::XACT_EVENT_ABORT | pg_sys::XactEvent::XACT_EVENT_PREPARE => {
            AT_COMMIT.set(AtCommit::Nothing);
        }
        _ => {}
    }
}

/// Statements that want a database to themselves wait a few seconds for others to leave it. The
/// hook asks the database's worker to; whichever way the statement ends, the launcher sees to it
/// that the worker comes back where it should.
pub fn step_aside_for_utilities() {
    // SAFETY: at load time; the previous hook is called by ours.
    unsafe {
        PREVIOUS_HOOK = pg_sys::ProcessUtility_hook;
        pg_sys::ProcessUtility_hook = Some(before_utility);
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

#[pg_guard]
#[allow(clippy::too_many_arguments)] // The hook's.
unsafe extern "C-unwind" fn before_utility(
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
        if let Some(database) = wanted_alone((*statement).utilityStmt) {
            let oid = pg_sys::get_database_oid(database, true);
            if oid != pg_sys::InvalidOid {
                step_aside(oid);
            }
        }
        let run = PREVIOUS_HOOK.unwrap_or(standard_ProcessUtility);
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
    }
}

/// Has a database's worker leave. One that is on its way up hears nothing yet, so it is rung for
/// until no background worker is left; PostgreSQL itself waits, and complains, after that.
fn step_aside(database: pg_sys::Oid) {
    ring(Address::Launcher, Message::Later(database));
    let _ = wait_until(Duration::from_secs(2), || {
        ring(Address::Worker(database), Message::Leave);
        !has_background_workers(database)
    });
}

/// The name of the database that a statement wants to itself.
///
/// # Safety
/// `statement` is a utility statement.
unsafe fn wanted_alone(statement: *mut pg_sys::Node) -> Option<*const c_char> {
    // SAFETY: a node's tag says which struct it is.
    unsafe {
        match (*statement).type_ {
            pg_sys::NodeTag::T_DropdbStmt => Some((*statement.cast::<pg_sys::DropdbStmt>()).dbname),
            pg_sys::NodeTag::T_RenameStmt => {
                let rename = statement.cast::<pg_sys::RenameStmt>();
                ((*rename).renameType == pg_sys::ObjectType::OBJECT_DATABASE)
                    .then_some((*rename).subname)
            }
            pg_sys::NodeTag::T_CreatedbStmt => option(
                (*statement.cast::<pg_sys::CreatedbStmt>()).options,
                c"template",
            ),
            pg_sys::NodeTag::T_AlterDatabaseStmt => {
                let alter = statement.cast::<pg_sys::AlterDatabaseStmt>();
                option((*alter).options, c"tablespace").map(|_| (*alter).dbname)
            }
            _ => None,
        }
        .map(<*mut c_char>::cast_const)
        .filter(|name| !name.is_null())
    }
}

/// The text of an option of a statement, as in `TEMPLATE name`.
///
/// # Safety
/// `options` is a list of `DefElem`, or null.
unsafe fn option(options: *mut pg_sys::List, name: &CStr) -> Option<*mut c_char> {
    // SAFETY: as promised by the caller.
    unsafe {
        let options = pgrx::PgList::<pg_sys::DefElem>::from_pg(options);
        options
            .iter_ptr()
            .find(|option| CStr::from_ptr((**option).defname) == name)
            .filter(|option| !(**option).arg.is_null())
            .map(|option| pg_sys::defGetString(option))
    }
}
