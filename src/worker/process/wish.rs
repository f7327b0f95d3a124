//! Which statements want a database to themselves, and whether PostgreSQL is going to let them.
//!
//! What is asked here is what `createdb()`, `dropdb()`, `RenameDatabase()` and `movedb()` ask in PostgreSQL
//! 15 to 18 before they wait for others, and it changes nothing: PostgreSQL asks again, and says no.

use std::ffi::{CStr, c_char};

use pgrx::pg_sys;

use super::look_up::{AsDatabase, AsRole};

/// A statement that wants a database to itself. Names are PostgreSQL's, of the statement.
pub enum Wish {
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
    pub unsafe fn of(statement: *mut pg_sys::Node) -> Option<Self> {
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

    /// Whether it ends other people's sessions itself.
    pub fn ends_sessions(&self) -> bool {
        matches!(
            self,
            Self::Drop {
                ends_sessions: true,
                ..
            }
        )
    }

    /// The database, where PostgreSQL lets the caller do this to it.
    pub fn granted(&self, is_top_level: bool) -> Option<pg_sys::Oid> {
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
