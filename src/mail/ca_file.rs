//! Reading a file of certificates that somebody has named from SQL. Whatever the name leads to, this ends
//! at once, takes no more than a small file's memory, and tells nothing of what is there.

use std::fs::OpenOptions;
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;

/// All public authorities together are a quarter of this.
const LARGEST: u64 = 1024 * 1024;

/// The bytes of a file that holds PEM certificates; `None` whatever is wrong with it, as the reason would
/// tell which files there are.
pub fn read(path: &str) -> Option<Vec<u8>> {
    // A pipe that nobody writes to would else hold up the opening for ever, and a terminal would become ours.
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY)
        .open(path)
        .ok()?;
    // Asked of what was opened, which another name may lead to by now.
    let metadata = file.metadata().ok()?;
    if !metadata.is_file() || metadata.len() > LARGEST {
        return None;
    }
    let mut pem = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut pem).ok()?;
    let is_small = pem.len() as u64 <= LARGEST;
    let has_certificate = pem
        .windows(27)
        .any(|line| line == b"-----BEGIN CERTIFICATE-----");
    (is_small && has_certificate).then_some(pem)
}

#[cfg(test)]
mod tests {
    use std::ffi::CString;
    use std::os::unix::ffi::OsStrExt;
    use std::path::PathBuf;

    use super::*;

    const PEM: &str = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";

    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            let path = std::env::temp_dir().join(format!("ca-file-{}", uuid::Uuid::new_v4()));
            std::fs::create_dir(&path).unwrap();
            Self(path)
        }

        fn file(&self, name: &str, content: &str) -> String {
            let path = self.0.join(name);
            std::fs::write(&path, content).unwrap();
            path.to_str().unwrap().to_owned()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_small_file_of_certificates_is_read() {
        let folder = Folder::new();
        assert_eq!(
            read(&folder.file("ca.pem", PEM)).as_deref(),
            Some(PEM.as_bytes())
        );
    }

    #[test]
    fn whatever_else_a_name_leads_to_is_no_file_and_takes_no_time() {
        let folder = Folder::new();
        let pipe = folder.0.join("pipe");
        let name = CString::new(pipe.as_os_str().as_bytes()).unwrap();
        // SAFETY: a terminated string.
        assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0);
        let large = folder.file("large.pem", &PEM.repeat(20_000));
        let others = [
            "/dev/zero",
            "/dev/null",
            "/dev/tty",
            "/proc/self/mem",
            "/nonexistent.pem",
            "/etc/passwd",
            "relative\0name",
            folder.0.to_str().unwrap(),
            pipe.to_str().unwrap(),
            &large,
        ];
        let began = std::time::Instant::now();
        for path in others {
            assert_eq!(read(path), None, "{path}");
        }
        assert!(began.elapsed() < std::time::Duration::from_secs(1));
    }
}
