//! Whose business it is and who is calling: owner keys, the role outside of any SECURITY DEFINER
//! function, and what it may manage. The rules themselves are in sql/callers.sql.

use std::ffi::CStr;

use pgrx::pg_sys;
use pgrx::prelude::*;

use crate::audit;
use crate::error::{Error, Missing, Result, or_raise, required};
use crate::owner::Owner;
use crate::plan;

/// An owner key of the contract.
///
/// # Errors
/// 22023 where it is none.
pub fn parse_owner(key: &str) -> Result<Owner> {
    key.parse().map_err(|_| {
        Error::invalid(
            "owner",
            "malformed owner key",
            "An owner key is a client's UUID, or \"user:\" and a user's UUID.",
            "Pass a key such as 6f1f64a5-0d0e-4b0a-8a5c-2f6c1d2e3f40 or user:6f1f64a5-….",
        )
    })
}

/// The refusal where nobody has this owner key.
pub fn no_such_owner(owner: Owner) -> Error {
    Error::NotFound {
        what: Missing::Owner,
        detail: format!("No {} has this key: {owner}.", owner.mode().as_str()),
        hint: "Clients are in scheduling.clients, users in scheduling.user_profiles.".into(),
    }
}

/// Lets pass an owner who is there.
///
/// # Errors
/// PT404 where the owner does not exist.
pub fn require_owner(owner: Owner) -> Result<()> {
    let mode = owner.mode();
    let exists: Option<bool> = plan::read_value(
        ("owner exists", Some(mode)),
        || {
            let t = mode.tables();
            format!(
                "select true from {} o where o.{} = $1",
                t.owners, t.owner_key
            )
        },
        &[plan::uuid(owner.id()).into()],
    )?;
    if exists.is_some() {
        Ok(())
    } else {
        Err(no_such_owner(owner))
    }
}

/// Whether the caller could read any file of the server without us, by `COPY` or `pg_read_file`.
pub fn caller_may_read_server_files() -> bool {
    // SAFETY: main thread, inside a transaction.
    unsafe {
        pg_sys::has_privs_of_role(
            pg_sys::GetOuterUserId(),
            pg_sys::ROLE_PG_READ_SERVER_FILES.into(),
        )
    }
}

/// Lets pass who may manage this owner: the user itself, a client's members, the service role and
/// superusers.
///
/// # Errors
/// 42501 for everybody else.
pub fn require_manager(owner: Owner) -> Result<()> {
    // SAFETY: main thread, inside a transaction.
    if unsafe { pg_sys::superuser_arg(pg_sys::GetOuterUserId()) } {
        return Ok(());
    }
    // can_manage() asks for the service role as well, but takes three times as long to say so.
    let allowed = plan::read_value(
        ("can_manage", None),
        || "select scheduling_private.caller_is_service() or scheduling.can_manage($1)",
        &[owner.to_string().into()],
    )?;
    if allowed == Some(true) {
        return Ok(());
    }
    Err(Error::Forbidden {
        owner: owner.to_string(),
    })
}

/// The owner whom an argument names, for a caller who may manage them.
///
/// # Errors
/// 22023 for null and what is no key, 42501 for everybody else.
pub fn managed_owner(owner: Option<&str>) -> Result<Owner> {
    let owner = parse_owner(required("owner", owner)?)?;
    require_manager(owner)?;
    Ok(owner)
}

/// Lets pass who may manage all of these owners; the service role and superusers are looked at once.
///
/// # Errors
/// 42501 that names the first one whom the caller may not manage.
pub fn require_manager_of_all(owners: &[Owner]) -> Result<()> {
    // SAFETY: main thread, inside a transaction.
    if unsafe { pg_sys::superuser_arg(pg_sys::GetOuterUserId()) } {
        return Ok(());
    }
    let keys: Vec<_> = owners.iter().map(Owner::to_string).collect();
    let foreign = plan::read_value(
        ("first that is foreign", None),
        || {
            "select o.key from unnest($1) with ordinality o (key, place)
             where (select not scheduling_private.caller_is_service())
               and not scheduling.can_manage(o.key)
             order by o.place limit 1"
        },
        &[keys.into()],
    )?;
    foreign.map_or(Ok(()), |owner| Err(Error::Forbidden { owner }))
}

/// Refuses a call that writes where nothing can be written, in PostgreSQL's own words (25006): before it
/// waits for anybody.
pub fn require_writable(call: &CStr) {
    // SAFETY: a terminated string; raises an error in a read-only transaction, and so on a standby.
    unsafe { pg_sys::PreventCommandIfReadOnly(call.as_ptr()) };
}

/// `scheduling_private.calling_role()`: unlike `current_user` the same inside SECURITY DEFINER functions,
/// and unlike `session_user` it follows SET ROLE, which is how PostgREST becomes a role.
#[pg_extern(sql = false)]
fn calling_role() -> pg_sys::Oid {
    // SAFETY: main thread, inside a transaction.
    unsafe { pg_sys::GetOuterUserId() }
}

/// `scheduling_private.caller_id()`: who is signed in, where the subject of their claims is a UUID.
#[pg_extern(sql = false)]
fn caller_id() -> Option<pgrx::Uuid> {
    let sub = audit::jwt_sub()?;
    uuid::Uuid::try_parse(&sub).ok().map(plan::uuid)
}

/// `scheduling_private.owner_id(owner text)`: the UUID of an owner key.
#[pg_extern(sql = false)]
fn owner_id(owner: Option<&str>) -> pgrx::Uuid {
    let owner = or_raise(required("owner", owner).and_then(parse_owner));
    plan::uuid(owner.id())
}

/// `scheduling_private.owner_mode(owner text)`: `client` or `user`.
#[pg_extern(sql = false)]
fn owner_mode(owner: Option<&str>) -> &'static str {
    or_raise(required("owner", owner).and_then(parse_owner))
        .mode()
        .as_str()
}
