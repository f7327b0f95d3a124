//! What PostgreSQL knows of databases, roles and sessions, for deciding whether a statement about a
//! database will be let through. Nothing here changes anything, or raises an error for what is missing.

use std::ffi::{c_char, c_int};

use pgrx::pg_sys;
use pgrx::prelude::*;

use crate::ipc::my_database;

/// A row of `pg_database`.
pub struct AsDatabase {
    pub oid: pg_sys::Oid,
    pub is_template: bool,
    /// Not what an interrupted DROP DATABASE has left.
    pub is_whole: bool,
    tablespace: pg_sys::Oid,
}

impl AsDatabase {
    /// The database of this name.
    pub fn named(name: *const c_char) -> Option<Self> {
        if name.is_null() {
            return None;
        }
        // SAFETY: a terminated name, in a transaction; the row is read before it is given back.
        unsafe {
            let oid = pg_sys::get_database_oid(name, true);
            with_row(pg_sys::SysCacheIdentifier::DATABASEOID, oid, |row| {
                let row = row.cast::<pg_sys::FormData_pg_database>();
                Self {
                    oid,
                    is_template: (*row).datistemplate,
                    is_whole: (*row).datconnlimit != -2,
                    tablespace: (*row).dattablespace,
                }
            })
        }
    }

    pub fn is_mine(&self) -> bool {
        self.oid == my_database()
    }

    /// Whether somebody reads a logical replication slot of it right now.
    pub fn has_active_slots(&self) -> bool {
        let (mut slots, mut active) = (0, 0);
        // SAFETY: counts into two locals.
        unsafe { pg_sys::ReplicationSlotsCountDBSlots(self.oid, &mut slots, &mut active) };
        active > 0
    }
}

/// A role, for what it may do to databases. Superusers may everything.
pub struct AsRole(pg_sys::Oid);

impl AsRole {
    /// Whose rights count in this statement.
    pub fn calling() -> Self {
        // SAFETY: a state of the session.
        Self(unsafe { pg_sys::GetUserId() })
    }

    pub fn owns(&self, database: &AsDatabase) -> bool {
        // SAFETY: looks up catalog rows, in a transaction.
        #[cfg(feature = "pg15")]
        unsafe {
            pg_sys::pg_database_ownercheck(database.oid, self.0)
        }
        // SAFETY: the same.
        #[cfg(not(feature = "pg15"))]
        unsafe {
            pg_sys::object_ownercheck(pg_sys::DatabaseRelationId, database.oid, self.0)
        }
    }

    pub fn may_create_databases(&self) -> bool {
        // SAFETY: looks up catalog rows, in a transaction; the row is of this struct.
        unsafe {
            pg_sys::superuser_arg(self.0)
                || with_row(pg_sys::SysCacheIdentifier::AUTHOID, self.0, |row| {
                    (*row.cast::<pg_sys::FormData_pg_authid>()).rolcreatedb
                })
                .unwrap_or(false)
        }
    }

    /// Whether it may make databases of another role.
    pub fn may_give_to(&self, owner: *const c_char) -> bool {
        // SAFETY: a terminated name; looks up catalog rows, in a transaction.
        unsafe {
            let owner = pg_sys::get_role_oid(owner, true);
            #[cfg(feature = "pg15")]
            let may = pg_sys::is_member_of_role(self.0, owner);
            #[cfg(not(feature = "pg15"))]
            let may = pg_sys::member_can_set_role(self.0, owner);
            owner != pg_sys::InvalidOid && may
        }
    }

    /// Whether it may move a database to a tablespace that it is not in.
    pub fn may_move_to(&self, tablespace: *const c_char, database: &AsDatabase) -> bool {
        let create = pg_sys::AclMode::from(pg_sys::ACL_CREATE);
        // SAFETY: a terminated name; looks up catalog rows, in a transaction.
        unsafe {
            let tablespace = pg_sys::get_tablespace_oid(tablespace, true);
            if [
                pg_sys::InvalidOid,
                pg_sys::GLOBALTABLESPACE_OID,
                database.tablespace,
            ]
            .contains(&tablespace)
            {
                return false;
            }
            #[cfg(feature = "pg15")]
            let right = pg_sys::pg_tablespace_aclcheck(tablespace, self.0, create);
            #[cfg(not(feature = "pg15"))]
            let right =
                pg_sys::object_aclcheck(pg_sys::TableSpaceRelationId, tablespace, self.0, create);
            right == pg_sys::AclResult::ACLCHECK_OK
        }
    }
}

/// Reads a row of a catalog by its OID.
///
/// # Safety
/// In a transaction; `read` takes the row for the struct of that catalog.
unsafe fn with_row<T>(
    cache: pg_sys::SysCacheIdentifier::Type,
    oid: pg_sys::Oid,
    read: impl FnOnce(*mut c_char) -> T,
) -> Option<T> {
    // SAFETY: as promised by the caller; the row is given back after it was read.
    unsafe {
        let row = pg_sys::SearchSysCache1(cache as c_int, oid.into_datum()?);
        if row.is_null() {
            return None;
        }
        let found = read(pg_sys::GETSTRUCT(row));
        pg_sys::ReleaseSysCache(row);
        Some(found)
    }
}

/// The roles of the sessions in a database, this one not among them. Other kinds of processes go of
/// themselves: autovacuum is sent away by PostgreSQL, parallel workers end with their query.
pub fn sessions_in(database: pg_sys::Oid) -> Vec<pg_sys::Oid> {
    // SAFETY: reads a copy of the shared list that is made for this call; entries below the count are
    // there.
    unsafe {
        pg_sys::pgstat_clear_backend_activity_snapshot();
        (1..=pg_sys::pgstat_fetch_stat_numbackends())
            .filter_map(|index| {
                #[cfg(feature = "pg15")]
                let entry = pg_sys::pgstat_fetch_stat_local_beentry(index);
                #[cfg(not(feature = "pg15"))]
                let entry = pg_sys::pgstat_get_local_beentry_by_index(index);
                entry.as_ref().map(|entry| &entry.backendStatus)
            })
            .filter(|session| {
                session.st_databaseid == database
                    && session.st_backendType == pg_sys::BackendType::B_BACKEND
                    && session.st_procpid != pg_sys::MyProcPid
            })
            .map(|session| session.st_userid)
            .collect()
    }
}

/// Whether transactions that are prepared for a two-phase commit keep a database in use.
pub fn has_prepared_transactions(database: pg_sys::Oid) -> bool {
    let found = Spi::connect(|client| {
        let exists = "select exists (select from pg_catalog.pg_prepared_xacts p
                          join pg_catalog.pg_database d on d.datname operator(pg_catalog.=) p.database
                          where d.oid operator(pg_catalog.=) $1)";
        client
            .select(exists, Some(1), &[database.into()])?
            .first()
            .get_one::<bool>()
    });
    matches!(found, Ok(Some(true)))
}
