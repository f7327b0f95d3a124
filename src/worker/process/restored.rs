//! `COPY` of whole rows, as a dump brings them in: what follows from such rows is in the dump as well, and
//! the rows that they refer to may come later.
//!
//! PostgreSQL's own word for rows that are copies of others is `session_replication_role = replica`: their
//! triggers have fired, and their foreign keys been looked at, where they come from. So a superuser's COPY
//! into a table of the extension that names every column, as those of pg_dump do, runs under it: that one
//! statement, and nothing after it. Who names fewer columns, or none, is an application, and its rows are
//! new. From then on the database is a copy: its worker holds (`home`).

use std::ffi::c_int;

use pgrx::pg_sys;
use pgrx::prelude::*;
use pgrx::{PgList, PgRelation};

use super::control::hold_at_commit;
use crate::error::or_raise;
use crate::worker::home;

/// The nest level of the settings under which a COPY of whole rows runs; 0 for any other statement.
///
/// # Safety
/// `statement` is a utility statement.
#[pg_guard]
pub unsafe extern "C-unwind" fn begin(statement: *mut pg_sys::Node) -> c_int {
    // SAFETY: as promised by the caller; literals; in a transaction.
    unsafe {
        if !brings_whole_rows(statement) {
            return 0;
        }
        let level = pg_sys::NewGUCNestLevel();
        pg_sys::set_config_option(
            c"session_replication_role".as_ptr(),
            c"replica".as_ptr(),
            pg_sys::GucContext::PGC_SUSET,
            pg_sys::GucSource::PGC_S_SESSION,
            pg_sys::GucAction::GUC_ACTION_SAVE,
            true,
            pgrx::PgLogLevel::ERROR as c_int,
            false,
        );
        level
    }
}

/// The statement has run: the settings are as before. An error puts them back by itself.
///
/// # Safety
/// `level` is that of `begin`, and nothing has opened another one since.
#[pg_guard]
pub unsafe extern "C-unwind" fn end(level: c_int, has_rows: bool) {
    // SAFETY: as promised by the caller.
    unsafe { pg_sys::AtEOXact_GUC(true, level) };
    // Rung once: not for each of a dump's tables.
    if has_rows && or_raise(home::become_a_copy()) {
        hold_at_commit();
    }
}

/// # Safety
/// `statement` is a utility statement, in a transaction.
unsafe fn brings_whole_rows(statement: *mut pg_sys::Node) -> bool {
    // SAFETY: a node's tag says which struct it is; look-ups of catalog rows.
    unsafe {
        if (*statement).type_ != pg_sys::NodeTag::T_CopyStmt {
            return false;
        }
        let copy = statement.cast::<pg_sys::CopyStmt>();
        if !(*copy).is_from || (*copy).relation.is_null() || (*copy).attlist.is_null() {
            return false;
        }
        let extension = pg_sys::get_extension_oid(c"scheduling".as_ptr(), true);
        if extension == pg_sys::InvalidOid || !pg_sys::superuser() {
            return false;
        }
        let table = pg_sys::RangeVarGetRelidExtended(
            (*copy).relation,
            pg_sys::RowExclusiveLock as pg_sys::LOCKMODE,
            pg_sys::RVROption::RVR_MISSING_OK,
            None,
            std::ptr::null_mut(),
        );
        if table == pg_sys::InvalidOid
            || pg_sys::getExtensionOfObject(pg_sys::RelationRelationId, table) != extension
        {
            return false;
        }
        // A name twice, or one that is no column, is COPY's own to refuse.
        let named = PgList::<pg_sys::Node>::from_pg((*copy).attlist).len();
        let relation = PgRelation::open(table);
        let written = relation
            .tuple_desc()
            .iter()
            .filter(|column| !column.attisdropped && column.attgenerated == 0)
            .count();
        named == written
    }
}
