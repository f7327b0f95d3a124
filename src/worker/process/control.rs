//! What sessions do to the worker: wake it when a transaction that queued jobs commits, start it and
//! stop it.

use std::cell::Cell;
use std::ffi::c_void;
use std::time::{Duration, Instant};

use pgrx::pg_sys;
use pgrx::prelude::*;

use crate::error::{Error, Result, or_raise};
use crate::ipc::bell::{Address, Message, is_hung, ring};
use crate::ipc::{is_worker, my_database};
use crate::worker::{home, process};

/// How long `start_worker` and `stop_worker` wait for the process to come or go.
const PATIENCE: Duration = Duration::from_secs(10);

/// The later ones include those before: who leaves, or starts, sees what there is to do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum AtCommit {
    Nothing,
    Wake,
    Hold,
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
    // The worker's own claims and verdicts pass here as well, and it is awake. Other background workers
    // book like sessions: those that apply a publication, or run cron's jobs.
    if !is_worker() {
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
    or_raise(home::settle_anew());
    ensure_launcher();
    at_commit(AtCommit::Start);
}

/// `scheduling.start_worker()`: true once it runs, or where it runs and goes on once this transaction has
/// committed; false where it ran and had nothing to hold for.
#[pg_extern(sql = false)]
fn start_worker() -> bool {
    // SAFETY: a literal; raises an error on a standby.
    unsafe { pg_sys::PreventCommandDuringRecovery(c"start_worker()".as_ptr()) };
    let start = || {
        let worker = Address::Worker(my_database());
        let was_held = home::held_because()?.is_some();
        home::settle()?;
        home::be_no_copy()?;
        if was_held {
            at_commit(AtCommit::Wake);
        }
        if is_hung(worker) {
            return Ok(was_held);
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
    // SAFETY: a literal; raises an error on a standby.
    unsafe { pg_sys::PreventCommandDuringRecovery(c"stop_worker()".as_ptr()) };
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
pub fn has_background_workers(database: pg_sys::Oid) -> bool {
    // SAFETY: both count processes in shared memory; the second one leaves background workers out.
    unsafe { pg_sys::CountDBBackends(database) > pg_sys::CountDBConnections(database) }
}

pub fn wait_until(patience: Duration, mut done: impl FnMut() -> bool) -> Result<()> {
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

/// Has a worker that is up leave when this transaction commits: the one that comes after it looks first
/// whether it is to hold.
pub fn hold_at_commit() {
    at_commit(AtCommit::Hold);
}

/// Remembers what to do when this transaction commits.
fn at_commit(what: AtCommit) {
    thread_local! {
        static REGISTERED: Cell<bool> = const { Cell::new(false) };
    }
    AT_COMMIT.set(AT_COMMIT.get().max(what));
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
            AtCommit::Hold => {
                ring(Address::Worker(my_database()), Message::Leave);
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
