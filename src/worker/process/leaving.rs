//! How a worker is told to go, and how long it has for that.
//!
//! SIGTERM (`pg_terminate_backend`, DROP DATABASE … WITH (FORCE), a shutdown) does not break off what it
//! is at: it notices between two steps, records what is about to come back, and leaves. A step that takes
//! too long is broken off as in any session, by a second SIGTERM, which the system sends in time.

use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicPtr, Ordering};
use std::time::Duration;

use pgrx::pg_sys;

use crate::ipc::bell::{Bell, Message};

/// For what is in flight to come back. DROP DATABASE and its like wait two seconds for the worker before
/// they begin to count, and providers answer in less.
pub const PATIENCE: Duration = Duration::from_millis(1500);
/// After SIGTERM the process is gone by then, whatever it is at; DROP DATABASE … WITH (FORCE) gives it
/// five seconds.
const AT_THE_LATEST: Duration = Duration::from_millis(3500);
/// A second SIGTERM that comes sooner is the first one once more: the postmaster sends it to the process
/// and to its group.
const THE_SAME_SIGTERM: i64 = 1; // second

/// Why a worker leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is in somebody's way.
    Leave,
    /// `stop_worker()`.
    Stop,
    /// SIGTERM.
    Terminated,
}

/// Whether the worker has been told to go; looked at between any two steps of its work.
pub fn told(bell: &Bell) -> Option<Reason> {
    // SAFETY: a flag of the process that a signal handler sets.
    if unsafe { ptr::read_volatile(&raw const pg_sys::ShutdownRequestPending) } != 0 {
        return Some(Reason::Terminated);
    }
    // Who stops it wants it to stay away, others that it comes back.
    match bell.has_rung(&[Message::Stop, Message::Leave])? {
        Message::Stop => Some(Reason::Stop),
        _ => Some(Reason::Leave),
    }
}

// pgrx's own bindings are no C functions, and so no signal handlers.
unsafe extern "C-unwind" {
    fn die(signal: c_int);
    fn SignalHandlerForShutdownRequest(signal: c_int);
}

/// The timer that sends the second SIGTERM, where there is one.
static TIMER: AtomicPtr<libc::c_void> = AtomicPtr::new(ptr::null_mut());
static HAS_TIMER: AtomicBool = AtomicBool::new(false);
/// When the first SIGTERM came, in seconds of the monotonic clock; 0 where none has.
static TERMINATED_AT: AtomicI64 = AtomicI64::new(0);

/// Makes the timer, so that the handler need only start it. Without one, the second SIGTERM is for
/// somebody else to send.
///
/// # Safety
/// Once a process, on its main thread, before [`on_sigterm`] is put in place.
pub unsafe fn prepare() {
    // SAFETY: both are filled before they are read.
    unsafe {
        let mut event: libc::sigevent = MaybeUninit::zeroed().assume_init();
        event.sigev_notify = libc::SIGEV_SIGNAL;
        event.sigev_signo = libc::SIGTERM;
        let mut timer: libc::timer_t = ptr::null_mut();
        if libc::timer_create(libc::CLOCK_MONOTONIC, &mut event, &mut timer) == 0 {
            TIMER.store(timer, Ordering::Relaxed);
            HAS_TIMER.store(true, Ordering::Relaxed);
        }
    }
}

/// The handler of SIGTERM. The first one is noted; the second one is a session's, which ends at the next
/// look for interrupts, be it in a statement or in a wait for a lock.
pub unsafe extern "C-unwind" fn on_sigterm(signal: c_int) {
    // SAFETY: handlers of PostgreSQL's own, and system calls that handlers may make.
    unsafe {
        let mut now: libc::timespec = MaybeUninit::zeroed().assume_init();
        libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut now);
        let first = TERMINATED_AT.load(Ordering::Relaxed);
        if first != 0 {
            if now.tv_sec - first > THE_SAME_SIGTERM {
                die(signal);
            }
            return;
        }
        TERMINATED_AT.store(now.tv_sec.max(1), Ordering::Relaxed);
        SignalHandlerForShutdownRequest(signal);
        if HAS_TIMER.load(Ordering::Relaxed) {
            let mut when: libc::itimerspec = MaybeUninit::zeroed().assume_init();
            when.it_value.tv_sec = AT_THE_LATEST.as_secs() as libc::time_t;
            when.it_value.tv_nsec = AT_THE_LATEST.subsec_nanos().into();
            libc::timer_settime(TIMER.load(Ordering::Relaxed), 0, &when, ptr::null_mut());
        }
    }
}
