//! Who writes a row, for the audit log; what is logged is in sql/audit.sql.

use std::ffi::CStr;

use pgrx::pg_sys;
use pgrx::prelude::*;

use crate::ipc;

/// `scheduling_private.actor()`: who writes a row, for the audit log. The worker by the name that
/// `pg_stat_activity.backend_type` has for it, everybody else by the calling role.
#[pg_extern(sql = false)]
fn actor() -> String {
    if ipc::is_worker() {
        return ipc::WORKER.to_owned();
    }
    // SAFETY: main thread, inside a transaction; a role that exists has a name, and one that was
    // dropped meanwhile reads null.
    unsafe {
        let name = pg_sys::GetUserNameFromId(pg_sys::GetOuterUserId(), true);
        if name.is_null() {
            return "unknown".to_owned();
        }
        CStr::from_ptr(name).to_string_lossy().into_owned()
    }
}

/// `scheduling_private.jwt_sub()`: the subject of the claims that PostgREST has set, for the audit log and to
/// tell who is signed in. Claims that are no JSON have none.
#[pg_extern(sql = false)]
pub fn jwt_sub() -> Option<String> {
    // SAFETY: main thread; a setting that was never made reads null.
    let claims = unsafe {
        let claims = pg_sys::GetConfigOption(c"request.jwt.claims".as_ptr(), true, false);
        (!claims.is_null()).then(|| CStr::from_ptr(claims))?
    };
    let claims: serde_json::Value = serde_json::from_slice(claims.to_bytes()).ok()?;
    let sub = claims.get("sub")?.as_str()?;
    // JSON can spell what text of PostgreSQL cannot hold.
    (!sub.contains('\0')).then(|| sub.to_owned())
}
