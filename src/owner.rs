//! The two modes of every booking link, calendar connection and meeting, and the only place that
//! knows them apart: keys, table names, column names, redirect paths. Pure: no PostgreSQL here.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Who a link, a connection or a meeting belongs to; as text, and in JSON, its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(into = "String", try_from = "String")]
pub enum Owner {
    /// A client of the organisation: key `<uuid>`.
    Client(Uuid),
    /// A user of the organisation itself: key `user:<uuid>`.
    User(Uuid),
}

/// Which of the two sets of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    Client,
    User,
}

/// Names of tables and columns of one mode. All tables are in the schema `scheduling`.
#[derive(Debug)]
pub struct Tables {
    /// The table with the owner's settings and zone, its key, and the columns a guest is shown or
    /// a notification is sent to.
    pub owners: &'static str,
    pub owner_key: &'static str,
    pub owner_name: &'static str,
    /// An SQL expression for the address of the owner in a row `o` of `owners`.
    pub owner_email: &'static str,
    /// The column that refers to the owner in all the other tables.
    pub owner_id: &'static str,
    pub connections: &'static str,
    pub meetings: &'static str,
    pub guests: &'static str,
    /// The column of `meetings` that refers to `guests`.
    pub guest_id: &'static str,
    /// The column of `jobs` and `emails` that refers to `meetings`.
    pub job_meeting: &'static str,
}

const CLIENT_TABLES: Tables = Tables {
    owners: "scheduling.clients",
    owner_key: "id",
    owner_name: "name",
    owner_email: "o.primary_contact_email",
    owner_id: "client_id",
    connections: "scheduling.calendar_connections",
    meetings: "scheduling.meetings",
    guests: "scheduling.contacts",
    guest_id: "contact_id",
    job_meeting: "meeting_id",
};

const USER_TABLES: Tables = Tables {
    owners: "scheduling.user_profiles",
    owner_key: "user_id",
    owner_name: "full_name",
    owner_email: "scheduling_private.user_email(o.user_id)",
    owner_id: "user_id",
    connections: "scheduling.user_calendar_connections",
    meetings: "scheduling.sales_meetings",
    guests: "scheduling.sales_prospects",
    guest_id: "prospect_id",
    job_meeting: "sales_meeting_id",
};

impl Mode {
    pub const BOTH: [Self; 2] = [Self::Client, Self::User];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::User => "user",
        }
    }

    /// The ids of those among the owners that are of this mode, in their order.
    pub fn ids_among(self, owners: &[Owner]) -> impl Iterator<Item = Uuid> {
        let of_mode = owners.iter().filter(move |owner| owner.mode() == self);
        of_mode.map(|owner| owner.id())
    }

    pub fn tables(self) -> &'static Tables {
        match self {
            Self::Client => &CLIENT_TABLES,
            Self::User => &USER_TABLES,
        }
    }

    /// The owner of this mode with this id.
    pub fn owner(self, id: Uuid) -> Owner {
        match self {
            Self::Client => Owner::Client(id),
            Self::User => Owner::User(id),
        }
    }

    /// Where the browser goes after an OAuth round trip of this owner. The id is text here because
    /// OAuth states of the older format carry ids of any form.
    pub fn redirect_path(self, owner_id: &str) -> String {
        match self {
            Self::Client => format!("/workspace/{owner_id}/client-info"),
            Self::User => "/admin/sales/scheduling".to_owned(),
        }
    }

    /// `user:` before the ids of users, nothing before those of clients.
    pub fn key_prefix(self) -> &'static str {
        match self {
            Self::Client => "",
            Self::User => "user:",
        }
    }
}

impl Owner {
    /// The owner of a row with both columns: the client wins where both are set.
    pub fn from_columns(client_id: Option<Uuid>, user_id: Option<Uuid>) -> Option<Self> {
        client_id.map(Self::Client).or(user_id.map(Self::User))
    }

    pub fn mode(self) -> Mode {
        match self {
            Self::Client(_) => Mode::Client,
            Self::User(_) => Mode::User,
        }
    }

    pub fn id(self) -> Uuid {
        match self {
            Self::Client(id) | Self::User(id) => id,
        }
    }
}

/// A meeting in one of the two tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MeetingKey {
    pub mode: Mode,
    pub id: Uuid,
}

/// The owner key of the contract: `<uuid>` or `user:<uuid>`, lower case.
impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.mode().key_prefix(), self.id())
    }
}

/// The text is not `<uuid>` or `user:<uuid>`.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed owner key")]
pub struct MalformedOwner;

impl FromStr for Owner {
    type Err = MalformedOwner;

    fn from_str(key: &str) -> Result<Self, MalformedOwner> {
        let (mode, id) = match key.split_once(':') {
            Some((prefix, id)) if prefix.eq_ignore_ascii_case("user") => (Mode::User, id),
            Some(_) => return Err(MalformedOwner),
            None => (Mode::Client, key),
        };
        // The hyphenated form only: `Uuid` itself would also take braces and URNs.
        if id.len() != uuid::fmt::Hyphenated::LENGTH {
            return Err(MalformedOwner);
        }
        let id = Uuid::try_parse(id).map_err(|_| MalformedOwner)?;
        Ok(match mode {
            Mode::Client => Self::Client(id),
            Mode::User => Self::User(id),
        })
    }
}

impl TryFrom<String> for Owner {
    type Error = MalformedOwner;

    fn try_from(key: String) -> Result<Self, MalformedOwner> {
        key.parse()
    }
}

impl From<Owner> for String {
    fn from(owner: Owner) -> Self {
        owner.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "6f1f64a5-0d0e-4b0a-8a5c-2f6c1d2e3f40";

    #[test]
    fn keys_read_back_as_the_same_owner() {
        for key in [ID.to_owned(), format!("user:{ID}")] {
            assert_eq!(key.parse::<Owner>().unwrap().to_string(), key);
        }
    }

    #[test]
    fn letter_case_of_a_key_is_forgiven() {
        let upper = format!("USER:{}", ID.to_uppercase());
        assert_eq!(
            upper.parse::<Owner>().unwrap().to_string(),
            format!("user:{ID}")
        );
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for key in [
            "",
            "user:",
            "user",
            "abc123",
            "client:6f1f64a5-0d0e-4b0a-8a5c-2f6c1d2e3f40",
        ] {
            assert_eq!(key.parse::<Owner>(), Err(MalformedOwner), "{key}");
        }
        for key in [
            ID.replace('-', ""),
            format!("{{{ID}}}"),
            format!(" {ID}"),
            format!("user:{ID}:x"),
        ] {
            assert_eq!(key.parse::<Owner>(), Err(MalformedOwner), "{key}");
        }
    }

    #[test]
    fn a_link_with_both_ids_is_in_client_mode() {
        let (client, user) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(
            Owner::from_columns(Some(client), Some(user)),
            Some(Owner::Client(client))
        );
        assert_eq!(
            Owner::from_columns(None, Some(user)),
            Some(Owner::User(user))
        );
        assert_eq!(Owner::from_columns(None, None), None);
    }
}
