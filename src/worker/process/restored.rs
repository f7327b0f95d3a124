//! `COPY` of whole rows, as a dump brings them in: what follows from such rows is in the dump as well, and
//! the rows that they refer to may come later.
//!
//! PostgreSQL's own word for rows that are copies of others is `session_replication_role = replica`: their
//! triggers have fired, and their foreign keys been looked at, where they come from. So a superuser's COPY
//! into a table of the extension that names every column, as those of pg_dump do, runs under it: that one
//! statement, and nothing after it. Who names fewer columns, or none, is an application, and its rows are
//! new. From then on the database is a copy: its worker holds (`home`). Either way the session is told, as
//! it may have meant to import, and not to restore.

use std::ffi::c_int;

use pgrx::pg_sys;
use pgrx::pg_sys::panic::ErrorReport;
use pgrx::prelude::*;
use pgrx::{PgList, PgLogLevel, PgRelation, PgSqlErrorCode};

use super::control::hold_at_commit;
use crate::error::or_raise;
use crate::worker::home;

/// Tables whose rows alone make no copy of a database: they hang on an owner, who is in a dump as well, and
/// nothing leaves the database by them. So address books can be brought into one that is at work.
const NO_COPIES: [&str; 8] = [
    "contacts",
    "sales_prospects",
    "client_members",
    "availability_overrides",
    "time_off",
    "booking_links",
    "emails",
    "audit_log",
];

/// A COPY of whole rows that is running. Nothing in it is to be dropped.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Restore {
    /// The nest level of the settings under which it runs; 0 for any other statement.
    level: c_int,
    table: pg_sys::Oid,
}

impl Restore {
    const NONE: Self = Self {
        level: 0,
        table: pg_sys::InvalidOid,
    };

    pub const fn is_one(self) -> bool {
        self.level > 0
    }
}

/// Has a COPY of whole rows run as a restore.
///
/// # Safety
/// `statement` is a utility statement.
#[pg_guard]
pub unsafe extern "C-unwind" fn begin(statement: *mut pg_sys::Node) -> Restore {
    // SAFETY: as promised by the caller; literals; in a transaction.
    unsafe {
        let Some(table) = table_of_whole_rows(statement) else {
            return Restore::NONE;
        };
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
        Restore { level, table }
    }
}

/// The statement has run: the settings are as before. An error puts them back by itself.
///
/// # Safety
/// `restore` is what `begin` made, and nothing has opened another level since.
#[pg_guard]
pub unsafe extern "C-unwind" fn end(restore: Restore, has_rows: bool) {
    // SAFETY: as promised by the caller.
    unsafe { pg_sys::AtEOXact_GUC(true, restore.level) };
    if !has_rows {
        return;
    }
    let table = name_of(restore.table);
    if NO_COPIES.contains(&table.as_str()) {
        tell(&table, None);
    // Rung, and said, once: not for each of a dump's tables.
    } else if or_raise(home::become_a_copy()) {
        hold_at_commit();
        tell(
            &table,
            Some("The worker of this database holds from now on."),
        );
    }
}

fn name_of(table: pg_sys::Oid) -> String {
    // SAFETY: a look-up of a catalog row, in a transaction; the name is a C string, or null.
    unsafe {
        let name = pg_sys::get_rel_name(table);
        if name.is_null() {
            return String::new();
        }
        std::ffi::CStr::from_ptr(name)
            .to_string_lossy()
            .into_owned()
    }
}

/// A dump that is restored hides notices, and shows the one warning.
fn tell(table: &str, what_follows: Option<&str>) {
    let level = match what_follows {
        Some(_) => PgLogLevel::WARNING,
        None => PgLogLevel::NOTICE,
    };
    let hint = match what_follows {
        Some(_) => {
            "Call scheduling.start_worker() where this database is to write to its guests. To import new rows, name fewer columns: leave out updated_at, say."
        }
        None => "To import new rows, name fewer columns: leave out updated_at, say.",
    };
    let detail = format!(
        "COPY named every column, as a dump does: no triggers fired, and no foreign keys were looked at. {}",
        what_follows.unwrap_or_default()
    );
    ErrorReport::new(
        PgSqlErrorCode::ERRCODE_WARNING,
        format!("the rows of \"{table}\" are taken for those of a dump"),
        "scheduling",
    )
    .set_detail(detail.trim_end().to_owned())
    .set_hint(hint)
    .report(level);
}

/// # Safety
/// `statement` is a utility statement, in a transaction.
unsafe fn table_of_whole_rows(statement: *mut pg_sys::Node) -> Option<pg_sys::Oid> {
    // SAFETY: a node's tag says which struct it is; look-ups of catalog rows.
    unsafe {
        if (*statement).type_ != pg_sys::NodeTag::T_CopyStmt {
            return None;
        }
        let copy = statement.cast::<pg_sys::CopyStmt>();
        if !(*copy).is_from || (*copy).relation.is_null() || (*copy).attlist.is_null() {
            return None;
        }
        let extension = pg_sys::get_extension_oid(c"scheduling".as_ptr(), true);
        if extension == pg_sys::InvalidOid || !pg_sys::superuser() {
            return None;
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
            return None;
        }
        // A name twice, or one that is no column, is COPY's own to refuse.
        let named = PgList::<pg_sys::Node>::from_pg((*copy).attlist).len();
        let relation = PgRelation::open(table);
        let written = relation
            .tuple_desc()
            .iter()
            .filter(|column| !column.attisdropped && column.attgenerated == 0)
            .count();
        (named == written).then_some(table)
    }
}
