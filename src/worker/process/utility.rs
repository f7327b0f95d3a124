//! What sessions do for the worker's sake around utility statements: before one that wants a database
//! to itself they have its worker leave, and after COMMIT PREPARED they wake it.
//!
//! A statement that PostgreSQL is going to refuse leaves the worker alone, so nobody stops it who may
//! not touch the database. What is asked here is what `createdb()`, `dropdb()`, `RenameDatabase()` and
//! `movedb()` ask (PostgreSQL 15 to 18), and it changes nothing: PostgreSQL asks again, and says no.

use std::ffi::{CStr, c_char};
use std::time::Duration;

use pgrx::pg_sys;
use pgrx::prelude::*;

use super::control::{has_background_workers, wait_until};
use super::look_up::{self, AsDatabase, AsRole};
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

/// A statement that wants a database to itself. Names are PostgreSQL's, of the statement.
enum Wish {
    Drop {
        name: *const c_char,
        ends_sessions: bool,
    },
    Rename {
        from: *const c_char,
        to: *const c_char,
    },
    Move {
        name: *const c_char,
        tablespace: *const c_char,
        alone: bool,
    },
    Copy {
        template: *const c_char,
        name: *const c_char,
        owner: Option<*const c_char>,
    },
}

impl Wish {
    /// # Safety
    /// `statement` is a utility statement.
    unsafe fn of(statement: *mut pg_sys::Node) -> Option<Self> {
        // SAFETY: a node's tag says which struct it is; options are lists of DefElem.
        unsafe {
            match (*statement).type_ {
                pg_sys::NodeTag::T_DropdbStmt => {
                    let drop = statement.cast::<pg_sys::DropdbStmt>();
                    Some(Self::Drop {
                        name: (*drop).dbname,
                        ends_sessions: find((*drop).options, c"force").is_some(),
                    })
                }
                pg_sys::NodeTag::T_RenameStmt => {
                    let rename = statement.cast::<pg_sys::RenameStmt>();
                    ((*rename).renameType == pg_sys::ObjectType::OBJECT_DATABASE).then_some(
                        Self::Rename {
                            from: (*rename).subname,
                            to: (*rename).newname,
                        },
                    )
                }
                pg_sys::NodeTag::T_CreatedbStmt => {
                    let create = statement.cast::<pg_sys::CreatedbStmt>();
                    Some(Self::Copy {
                        template: text((*create).options, c"template")?,
                        name: (*create).dbname,
                        owner: text((*create).options, c"owner"),
                    })
                }
                pg_sys::NodeTag::T_AlterDatabaseStmt => {
                    let alter = statement.cast::<pg_sys::AlterDatabaseStmt>();
                    Some(Self::Move {
                        tablespace: text((*alter).options, c"tablespace")?,
                        name: (*alter).dbname,
                        alone: pgrx::PgList::<pg_sys::DefElem>::from_pg((*alter).options).len()
                            == 1,
                    })
                }
                _ => None,
            }
        }
    }

    fn ends_sessions(&self) -> bool {
        matches!(
            self,
            Self::Drop {
                ends_sessions: true,
                ..
            }
        )
    }

    /// The database, where PostgreSQL lets the caller do this to it.
    fn granted(&self, is_top_level: bool) -> Option<pg_sys::Oid> {
        // SAFETY: states of the session; in a transaction.
        let may_write = unsafe {
            !pg_sys::XactReadOnly && !pg_sys::IsInParallelMode() && !pg_sys::RecoveryInProgress()
        };
        let in_a_block = || {
            // SAFETY: looks at the session's transaction.
            unsafe { pg_sys::IsInTransactionBlock(is_top_level) }
        };
        if !may_write {
            return None;
        }
        let me = AsRole::calling();
        match *self {
            Self::Drop { name, .. } => {
                let database = AsDatabase::named(name)?;
                let granted = !in_a_block()
                    && me.owns(&database)
                    && !database.is_template
                    && !database.is_mine()
                    && !database.has_active_slots();
                granted.then_some(database.oid)
            }
            Self::Rename { from, to } => {
                let database = AsDatabase::named(from)?;
                let granted = me.owns(&database)
                    && me.may_create_databases()
                    && AsDatabase::named(to).is_none()
                    && !database.is_mine();
                granted.then_some(database.oid)
            }
            Self::Move {
                name,
                tablespace,
                alone,
            } => {
                let database = AsDatabase::named(name)?;
                let granted = alone
                    && !in_a_block()
                    && me.owns(&database)
                    && !database.is_mine()
                    && me.may_move_to(tablespace, &database);
                granted.then_some(database.oid)
            }
            Self::Copy {
                template,
                name,
                owner,
            } => {
                let database = AsDatabase::named(template)?;
                let granted = !in_a_block()
                    && me.may_create_databases()
                    && owner.is_none_or(|owner| me.may_give_to(owner))
                    && (database.is_template || me.owns(&database))
                    && database.is_whole
                    && AsDatabase::named(name).is_none();
                granted.then_some(database.oid)
            }
        }
    }
}

/// An option of a statement, as in `TEMPLATE name`.
///
/// # Safety
/// `options` is a list of `DefElem`, or null.
unsafe fn find(options: *mut pg_sys::List, name: &CStr) -> Option<*mut pg_sys::DefElem> {
    // SAFETY: as promised by the caller.
    unsafe {
        let options = pgrx::PgList::<pg_sys::DefElem>::from_pg(options);
        options
            .iter_ptr()
            .find(|option| CStr::from_ptr((**option).defname) == name)
    }
}

/// The text of an option.
///
/// # Safety
/// As for `find`.
unsafe fn text(options: *mut pg_sys::List, name: &CStr) -> Option<*const c_char> {
    // SAFETY: as promised by the caller.
    unsafe {
        find(options, name)
            .filter(|option| !(**option).arg.is_null())
            .map(|option| pg_sys::defGetString(option).cast_const())
    }
}
