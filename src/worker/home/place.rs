//! A place for a database: what of it is compared with another, and what a difference means.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::UNIX_EPOCH;

use pgrx::pg_sys;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::ipc::my_database;

/// Made by initdb and never written again, so that its inode tells one data directory from another.
const OLDEST_FILE: &str = "PG_VERSION";

/// A place for a database, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The server's system identifier: the same in all copies of a data directory.
    system: String,
    /// The database's OID; none where it was a template, in which no worker ever runs: whatever is made
    /// from it is at home where it is.
    pub database: Option<u32>,
    /// Of the data directory's oldest file.
    inode: String,
    /// When that was made, where the file system says so; in nanoseconds since 1970.
    born: Option<String>,
    device: String,
    /// A digest of the machine's own id, where there is one.
    machine: Option<String>,
    /// For people to read: a container has another one each time.
    host: String,
    directory: String,
}

/// What tells a place from where the database is at home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    NoHome,
    Server,
    Database(u32),
    Files,
    Machine,
    Mount,
}

impl Place {
    /// Where this server and database are.
    pub fn here() -> Result<Self> {
        let said = |error: std::io::Error| Error::Internal(format!("{OLDEST_FILE}: {error}"));
        let file = std::fs::metadata(OLDEST_FILE).map_err(said)?;
        let born = file.created().ok();
        let born = born.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Ok(Self {
            // SAFETY: read once, when the server started.
            system: unsafe { pg_sys::GetSystemIdentifier() }.to_string(),
            database: Some(my_database().to_u32()),
            inode: file.ino().to_string(),
            born: born.map(|since| since.as_nanos().to_string()),
            device: file.dev().to_string(),
            machine: machine(),
            host: host_name(),
            directory: std::env::current_dir()
                .map(|directory| directory.display().to_string())
                .unwrap_or_default(),
        })
    }

    /// What tells this place from another one that is the database's home.
    pub fn differs_from(&self, home: &Self) -> Option<Difference> {
        let database = home.database?;
        let both_differ = |one: &Option<String>, other: &Option<String>| matches!((one, other), (Some(one), Some(other)) if one != other);
        if self.system != home.system {
            Some(Difference::Server)
        } else if self.database != home.database {
            Some(Difference::Database(database))
        } else if self.inode != home.inode || both_differ(&self.born, &home.born) {
            Some(Difference::Files)
        } else if both_differ(&self.machine, &home.machine) {
            Some(Difference::Machine)
        } else if self.machine.is_some()
            && self.machine == home.machine
            && self.device != home.device
            && self.directory != home.directory
        {
            Some(Difference::Mount)
        } else {
            None
        }
    }
}

impl Difference {
    /// Whether a standby that is promoted differs so: `scheduling.takes_over` is for those.
    pub fn is_a_standbys(self) -> bool {
        matches!(self, Self::Files | Self::Machine | Self::Mount)
    }

    pub fn explain(self, home: Option<&Place>) -> String {
        let (host, directory) = home.map_or(("", ""), |home| (&home.host, &home.directory));
        match self {
            Self::NoHome => "It is not known where this database is at home.".into(),
            Self::Server => format!(
                "The files of this database come from another server, {directory} on {host}: pg_upgrade, \
                 or a copy of the database's own files."
            ),
            Self::Database(oid) => format!(
                "This database is a copy of the one with the OID {oid}: CREATE DATABASE … TEMPLATE."
            ),
            Self::Files => format!(
                "This server runs on a copy of the data directory {directory} on {host}: a base backup, \
                 copied files, or a standby that was promoted."
            ),
            Self::Machine => format!(
                "These files were at work on another machine, {host}, in {directory}: a copy of its disk, \
                 or the disk itself."
            ),
            Self::Mount => format!(
                "These files were at work in another place of this machine, {directory}: a copy of its \
                 file system, or the file system itself."
            ),
        }
    }
}

/// A digest of the machine's id, which is not to be given away as it is (machine-id(5)). In a container
/// the file is the image's, and says nothing.
fn machine() -> Option<String> {
    let in_a_container = ["/.dockerenv", "/run/.containerenv"]
        .iter()
        .any(|mark| Path::new(mark).exists())
        || ["container", "KUBERNETES_SERVICE_HOST"]
            .iter()
            .any(|name| std::env::var_os(name).is_some());
    if in_a_container {
        return None;
    }
    let id = std::fs::read_to_string("/etc/machine-id").ok()?;
    let id = id.trim();
    if id.is_empty() || id == "uninitialized" {
        return None;
    }
    let digest = Sha256::digest(format!("scheduling {id}"));
    Some(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn host_name() -> String {
    let mut name = [0_u8; 256];
    // SAFETY: no more is written than there is room for.
    let said = unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len() - 1) };
    let end = name.iter().position(|&byte| byte == 0).unwrap_or(0);
    match said {
        0 => String::from_utf8_lossy(&name[..end]).into_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_home() -> Place {
        Place {
            system: "7000000000000000001".into(),
            database: Some(16_384),
            inode: "42".into(),
            born: Some("1700000000000000000".into()),
            device: "2049".into(),
            machine: Some("aa".into()),
            host: "alpha".into(),
            directory: "/var/lib/postgresql/data".into(),
        }
    }

    fn moved(change: impl FnOnce(&mut Place)) -> Option<Difference> {
        let mut place = at_home();
        change(&mut place);
        place.differs_from(&at_home())
    }

    #[test]
    fn a_copy_differs_in_what_it_cannot_have() {
        assert_eq!(
            moved(|p| p.database = Some(5)),
            Some(Difference::Database(16_384))
        );
        assert_eq!(moved(|p| p.system = "7".into()), Some(Difference::Server));
        assert_eq!(moved(|p| p.inode = "43".into()), Some(Difference::Files));
        // An inode that a removed file has left behind.
        assert_eq!(
            moved(|p| p.born = Some("1".into())),
            Some(Difference::Files)
        );
        assert_eq!(
            moved(|p| p.machine = Some("bb".into())),
            Some(Difference::Machine)
        );
        let remounted = moved(|p| {
            p.device = "2050".into();
            p.directory = "/mnt/snapshot".into();
        });
        assert_eq!(remounted, Some(Difference::Mount));
    }

    #[test]
    fn what_changes_at_home_is_no_difference() {
        assert_eq!(moved(|_| ()), None);
        // A disk gets another number at the next start of the machine.
        assert_eq!(moved(|p| p.device = "2050".into()), None);
        assert_eq!(moved(|p| p.directory = "/srv/data".into()), None);
        assert_eq!(moved(|p| p.host = "beta".into()), None);
        // A file system that does not say when its files were made.
        assert_eq!(moved(|p| p.born = None), None);
        // A container that is made anew on its volume, and mounts it elsewhere.
        let mut volume = at_home();
        volume.machine = None;
        let container = Place {
            host: "b2c3".into(),
            device: "99".into(),
            directory: "/data".into(),
            ..volume.clone()
        };
        assert_eq!(container.differs_from(&volume), None);
        // Out of a container, or into one.
        assert_eq!(at_home().differs_from(&volume), None);
        assert_eq!(volume.differs_from(&at_home()), None);
    }

    #[test]
    fn what_was_a_template_is_at_home_wherever_it_is() {
        let mut template = at_home();
        template.database = None;
        assert_eq!(at_home().differs_from(&template), None);
    }

    #[test]
    fn a_standby_may_take_over_and_a_copied_database_not() {
        for (difference, may) in [
            (Difference::Files, true),
            (Difference::Machine, true),
            (Difference::Mount, true),
            (Difference::Database(1), false),
            (Difference::Server, false),
            (Difference::NoHome, false),
        ] {
            assert_eq!(difference.is_a_standbys(), may, "{difference:?}");
        }
    }
}
