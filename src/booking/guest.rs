//! The guest of a booking: one row an owner and address, made when the address first books. What is known of
//! a guest is not a visitor's to overwrite; what a visitor typed is the meeting's.

use pgrx::spi::SpiClient;
use uuid::Uuid;

use super::link::Link;
use crate::error::{Error, Result};
use crate::owner::Mode;
use crate::plan::{self, latest};

/// Who books.
pub struct Guest {
    pub id: Uuid,
    /// The row was made by this very call: there are no other bookings.
    pub is_new: bool,
    /// Something that was typed now is not known yet.
    is_incomplete: bool,
}

/// What was typed of them.
pub struct Typed<'a> {
    pub email: &'a str,
    pub name: &'a str,
    pub phone: Option<&'a str>,
}

impl Guest {
    /// The guest of this address, made where there is none. It waits for whoever is making the same one,
    /// so nobody who has the owner's lock may call it.
    pub fn find_or_make(
        client: &mut SpiClient<'_>,
        link: &Link,
        typed: &Typed<'_>,
    ) -> Result<Self> {
        // One that is there by now, but younger than what such a transaction sees, is to be found as well.
        if latest::is_needed()
            && let Some(guest) = Self::find(client, link, typed)?
        {
            return Ok(guest);
        }
        let mode = link.owner.mode();
        let rows = plan::write(
            client,
            ("find or make guest", Some(mode)),
            || {
                let t = mode.tables();
                format!(
                    "with known as ({known}), made as (
                         insert into {guests} as g ({owner_id}, email, phone, name)
                         select $1, $2, $3, $4 where not exists (select from known)
                         on conflict ({owner_id}, lower(email)) do nothing returning g.id
                     )
                     select id, is_incomplete, false from known union all select id, false, true from made",
                    known = known(mode),
                    guests = t.guests,
                    owner_id = t.owner_id,
                )
            },
            Some(1),
            &[
                plan::uuid(link.owner.id()).into(),
                typed.email.into(),
                typed.phone.into(),
                typed.name.into(),
            ],
        )?;
        if rows.is_empty() {
            // Somebody else was faster.
            return Self::find(client, link, typed)?.ok_or(Error::Unserializable);
        }
        let (id, is_incomplete, is_new) = rows.first().get_three::<pgrx::Uuid, bool, bool>()?;
        let id = id.ok_or_else(|| Error::Internal("the guest was not stored".into()))?;
        Ok(Self {
            id: Uuid::from_bytes(*id),
            is_new: is_new.unwrap_or(false),
            is_incomplete: is_incomplete.unwrap_or(false),
        })
    }

    fn find(client: &SpiClient<'_>, link: &Link, typed: &Typed<'_>) -> Result<Option<Self>> {
        let mode = link.owner.mode();
        let rows = plan::read_latest(
            client,
            ("guest", Some(mode)),
            || known(mode),
            Some(1),
            &[
                plan::uuid(link.owner.id()).into(),
                typed.email.into(),
                typed.phone.into(),
            ],
        )?;
        if rows.is_empty() {
            return Ok(None);
        }
        let (id, is_incomplete) = rows.first().get_two::<pgrx::Uuid, bool>()?;
        Ok(id.map(|id| Self {
            id: Uuid::from_bytes(*id),
            is_new: false,
            is_incomplete: is_incomplete.unwrap_or(false),
        }))
    }

    /// Adds what is not known of the guest yet; where somebody has locked the row it is left as it is.
    pub fn complete(
        &self,
        client: &mut SpiClient<'_>,
        link: &Link,
        typed: &Typed<'_>,
    ) -> Result<()> {
        if !self.is_incomplete {
            return Ok(());
        }
        let mode = link.owner.mode();
        plan::write(
            client,
            ("complete guest", Some(mode)),
            || {
                format!(
                    "update {guests} g set name = coalesce(g.name, $2), phone = coalesce(g.phone, $3)
                     where g.id in (select free.id from {guests} free where free.id = $1
                                    for no key update skip locked)",
                    guests = mode.tables().guests,
                )
            },
            None,
            &[
                plan::uuid(self.id).into(),
                typed.name.into(),
                typed.phone.into(),
            ],
        )?;
        Ok(())
    }
}

/// The guest of an owner ($1) and an address ($2), and whether a phone that was typed ($3) or a name is not
/// known of them yet.
fn known(mode: Mode) -> String {
    let t = mode.tables();
    format!(
        "select g.id, g.name is null or g.phone is null and $3 is not null as is_incomplete
         from {} g where g.{} = $1 and lower(g.email) = lower($2)",
        t.guests, t.owner_id
    )
}
