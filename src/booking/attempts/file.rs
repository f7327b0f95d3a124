//! The file that the table of attempts lives in: made by whoever needs it first, mapped by every
//! session, and never written but through the mapping. It holds hashes and counts, no secret.
//!
//! A file that is there under its name is complete and stays as long as it is. It gets there by
//! a link to a finished draft, which only the first of several makers can make; a process that dies
//! on the way leaves a draft that nobody looks at. One that cannot be ours, cut short or of another
//! layout, is removed by whoever holds a lock on it and has seen that it is still the one in place.
//! To shrink a mapped file is to kill those who map it (SIGBUS), so nothing here ever does, and the
//! draft is written out and synced first: all of its blocks exist before anybody maps it.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use memmap2::{MmapOptions, MmapRaw};
use sha2::Sha256;

use super::table::{BUCKETS, Bucket, Counted, Table};

/// What the file begins with. The number is that of the layout.
const MAGIC: [u8; 16] = *b"attempts table 1";
const KEY_BYTES: usize = 32;
/// Where the table begins; before it are the magic, the key and zeros.
const TABLE_AT: usize = 4096;
const SIZE: usize = TABLE_AT + size_of::<[Bucket; BUCKETS]>();
const _: () = assert!(TABLE_AT.is_multiple_of(align_of::<Bucket>()));

/// A mapped file.
pub struct Counters {
    map: MmapRaw,
    /// Its key is random, and new with each file: nobody outside can choose whom to share a counter
    /// with.
    mac: Hmac<Sha256>,
}

impl Counters {
    /// Maps the file, which is made first where there is none that can be used.
    ///
    /// # Errors
    /// Where it can be neither read nor made.
    pub fn open(path: &Path) -> io::Result<Self> {
        // Each round removes what stood in the way of the one before. Only others that do the same
        // can make for a third, so many are a sign of something else.
        for _ in 0..10 {
            match OpenOptions::new().read(true).write(true).open(path) {
                Ok(file) => match key_of(&file)? {
                    Some(key) => {
                        let map = MmapOptions::new().len(SIZE).map_raw(&file)?;
                        let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&key);
                        let mac = mac.map_err(io::Error::other)?;
                        return Ok(Self { map, mac });
                    }
                    None => remove(path, &file)?,
                },
                Err(error) if error.kind() == ErrorKind::NotFound => make(path)?,
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::other("somebody else keeps replacing it"))
    }

    /// Counts an attempt by `whom`. `now` is in minutes since 1970.
    pub fn count(&self, whom: &[u8], now: u64) -> Counted {
        self.table().count(self.hash(whom), now)
    }

    fn hash(&self, whom: &[u8]) -> u64 {
        let mac = self.mac.clone().chain_update(whom);
        let [a, b, c, d, e, f, g, h, ..]: [u8; 32] = mac.finalize().into_bytes().into();
        u64::from_le_bytes([a, b, c, d, e, f, g, h])
    }

    fn table(&self) -> Table<'_> {
        // SAFETY: the mapping is SIZE bytes long and begins with a page, so the table is within it
        // and aligned. Any bytes are a table. Nobody writes to it but as we do, by atomics, and
        // nobody shrinks the file.
        Table(unsafe {
            &*self
                .map
                .as_mut_ptr()
                .add(TABLE_AT)
                .cast::<[Bucket; BUCKETS]>()
        })
    }
}

/// The key of the file; `None` where it is not ours.
fn key_of(file: &File) -> io::Result<Option<[u8; KEY_BYTES]>> {
    let metadata = file.metadata()?;
    if !metadata.is_file() || metadata.len() != SIZE as u64 {
        return Ok(None);
    }
    let (mut magic, mut key) = ([0; MAGIC.len()], [0; KEY_BYTES]);
    file.read_exact_at(&mut magic, 0)?;
    file.read_exact_at(&mut key, MAGIC.len() as u64)?;
    Ok((magic == MAGIC).then_some(key))
}

/// Removes `path` while it is still the `file` that was opened by it.
fn remove(path: &Path, file: &File) -> io::Result<()> {
    // Held until the caller lets the file go, or dies. Who waits here finds another file in place.
    file.lock()?;
    let ours = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) if (there.dev(), there.ino()) == (ours.dev(), ours.ino()) => {
            fs::remove_file(path)
        }
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Makes the file; that somebody else was faster is as good.
fn make(path: &Path) -> io::Result<()> {
    let mut draft = OsString::from(path);
    draft.push(format!(".{}", std::process::id()));
    let draft = Path::new(&draft);
    // Of a dead process with the same number. Removed and never emptied: it may be linked, and mapped.
    let _ = fs::remove_file(draft);
    let linked = write(draft).and_then(|()| fs::hard_link(draft, path));
    let removed = fs::remove_file(draft);
    match linked {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => removed,
        Err(error) => Err(error),
        Ok(()) => removed,
    }
}

fn write(draft: &Path) -> io::Result<()> {
    let mut content = vec![0; SIZE];
    let (magic, rest) = content.split_at_mut(MAGIC.len());
    magic.copy_from_slice(&MAGIC);
    getrandom::fill(&mut rest[..KEY_BYTES]).map_err(io::Error::other)?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(draft)?;
    file.write_all(&content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;
    use std::time::Duration;

    use super::*;

    /// A folder of a test's own, removed at its end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(test: &str) -> Self {
            let path = std::env::temp_dir().join(format!("{test}-{}", std::process::id()));
            fs::create_dir(&path).expect("the temporary directory is writable");
            Self(path)
        }

        fn file(&self) -> PathBuf {
            self.0.join("attempts")
        }

        fn names(&self) -> Vec<OsString> {
            let entries = fs::read_dir(&self.0).expect("it is there");
            let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            names
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn counts_outlive_those_who_count() {
        let folder = Folder::new("counts_outlive");
        let first = Counters::open(&folder.file()).unwrap();
        assert_eq!(first.count(b"ada", 100).attempts, 1);
        let second = Counters::open(&folder.file()).unwrap();
        assert_eq!(second.count(b"ada", 100).attempts, 2);
        assert_eq!(first.count(b"ada", 100).attempts, 3);
        drop((first, second));
        let third = Counters::open(&folder.file()).unwrap();
        assert_eq!(
            (
                third.count(b"ada", 100).attempts,
                third.count(b"bob", 100).attempts
            ),
            (4, 1)
        );
    }

    #[test]
    fn the_file_is_for_the_servers_account_alone_and_no_draft_is_left() {
        let folder = Folder::new("account_alone");
        // As a process with our number left it when it died.
        let draft = format!("attempts.{}", std::process::id());
        fs::write(folder.0.join(&draft), "half").unwrap();
        Counters::open(&folder.file()).unwrap();
        let metadata = fs::metadata(folder.file()).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
        assert_eq!(metadata.len(), 4096 + 1024 * 1024);
        assert_eq!(folder.names(), ["attempts"]);
    }

    /// Killed between linking its draft and removing it; the next with its number must not touch what
    /// others have mapped.
    #[test]
    fn a_draft_that_is_in_use_already_is_never_emptied() {
        let folder = Folder::new("never_emptied");
        let mapped = Counters::open(&folder.file()).unwrap();
        let draft = folder.0.join(format!("attempts.{}", std::process::id()));
        fs::rename(folder.file(), draft).unwrap();
        let other = Counters::open(&folder.file()).unwrap();
        assert_eq!(
            (
                mapped.count(b"ada", 1).attempts,
                other.count(b"ada", 1).attempts
            ),
            (1, 1)
        );
    }

    #[test]
    fn a_file_that_is_not_ours_is_made_anew() {
        let folder = Folder::new("made_anew");
        let ours = {
            Counters::open(&folder.file()).unwrap().count(b"ada", 100);
            fs::read(folder.file()).unwrap()
        };
        let mut other_layout = ours.clone();
        other_layout[15] = b'2';
        for broken in [
            Vec::new(),
            ours[..ours.len() - 1].to_vec(),
            [ours.as_slice(), &[0]].concat(),
            vec![0; ours.len()],
            other_layout,
        ] {
            fs::write(folder.file(), broken).unwrap();
            let counters = Counters::open(&folder.file()).unwrap();
            assert_eq!(counters.count(b"ada", 100).attempts, 1);
            let again = Counters::open(&folder.file()).unwrap();
            assert_eq!(again.count(b"ada", 100).attempts, 2);
            assert_eq!(folder.names(), ["attempts"]);
        }
        // As it was, it still is one of ours.
        fs::write(folder.file(), ours).unwrap();
        assert_eq!(
            Counters::open(&folder.file())
                .unwrap()
                .count(b"ada", 100)
                .attempts,
            2
        );
    }

    #[test]
    fn what_was_replaced_meanwhile_is_not_removed() {
        let folder = Folder::new("not_removed");
        fs::write(folder.file(), "broken").unwrap();
        let broken = File::open(folder.file()).unwrap();
        let counters = Counters::open(&folder.file()).unwrap();
        counters.count(b"ada", 100);
        remove(&folder.file(), &broken).unwrap();
        let same = Counters::open(&folder.file()).unwrap();
        assert_eq!(same.count(b"ada", 100).attempts, 2);
    }

    /// Between looking whether it is still in place and removing it, somebody else could replace it.
    #[test]
    fn two_who_find_the_same_broken_file_replace_it_one_after_the_other() {
        let folder = Folder::new("one_after_the_other");
        fs::write(folder.file(), "broken").unwrap();
        let first = File::open(folder.file()).unwrap();
        first.lock().unwrap();
        std::thread::scope(|scope| {
            let second = scope.spawn(|| {
                Counters::open(&folder.file())
                    .unwrap()
                    .count(b"ada", 100)
                    .attempts
            });
            std::thread::sleep(Duration::from_millis(100));
            assert_eq!(
                fs::read(folder.file()).unwrap(),
                b"broken",
                "the second waits"
            );
            fs::remove_file(folder.file()).unwrap();
            assert_eq!(
                Counters::open(&folder.file())
                    .unwrap()
                    .count(b"ada", 100)
                    .attempts,
                1
            );
            drop(first);
            assert_eq!(second.join().unwrap(), 2, "they count in the same file");
        });
    }

    #[test]
    fn what_can_be_no_file_is_an_error() {
        let folder = Folder::new("no_file");
        fs::create_dir(folder.file()).unwrap();
        assert!(Counters::open(&folder.file()).is_err());
        assert!(Counters::open(&folder.0.join("missing/attempts")).is_err());
    }

    #[test]
    fn files_hash_the_same_name_differently() {
        let folder = Folder::new("differently");
        let hash = || Counters::open(&folder.file()).unwrap().hash(b"ada");
        let first = hash();
        assert_eq!(hash(), first);
        fs::remove_file(folder.file()).unwrap();
        assert_ne!(hash(), first);
    }
}
