//! Where `make setup` put the private PostgreSQL and the peers, read from the file it wrote; and
//! free ports. It never installs anything itself.

use std::collections::HashMap;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU16, Ordering};

/// What `make setup` knows about this machine.
#[derive(Debug)]
pub struct Machine {
    /// The private server's programs.
    pub pg_bin: PathBuf,
    /// Short-named directory for clusters, writable by the user that the server runs as.
    pub run_dir: PathBuf,
    /// The user that the server runs as where we are root, which PostgreSQL refuses to be.
    pub run_as: Option<User>,
    /// Python with the packages of `requirements.txt`.
    pub python: PathBuf,
    /// Node 20 or newer.
    pub node: PathBuf,
    /// The directory of the packages from npm.
    pub npm: PathBuf,
    /// The script of the emulator of Google's API.
    pub emulate: PathBuf,
    /// PostgREST, where npm carries one for this machine.
    #[cfg(target_arch = "x86_64")]
    pub postgrest: PathBuf,
    /// A browser, where there is one that tests can use.
    #[cfg(target_arch = "x86_64")]
    pub chromium: Option<PathBuf>,
}

/// A user and group by their numbers.
#[derive(Clone, Copy, Debug)]
pub struct User {
    pub uid: u32,
    pub gid: u32,
}

/// The machine as `make setup` left it; the run ends here with a hint where it was never called.
pub fn machine() -> &'static Machine {
    static MACHINE: OnceLock<Machine> = OnceLock::new();
    MACHINE.get_or_init(|| {
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
            || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target"),
            PathBuf::from,
        );
        let file = target.join("setup.env");
        let text = std::fs::read_to_string(&file)
            .unwrap_or_else(|e| panic!("{}: {e}; run `make setup` first", file.display()));
        let values: HashMap<_, _> = text
            .lines()
            .filter_map(|line| line.split_once('='))
            .collect();
        let path = |key: &str| {
            let value = values.get(key);
            PathBuf::from(value.unwrap_or_else(|| panic!("{} has no {key}", file.display())))
        };
        Machine {
            pg_bin: path("PG_BIN"),
            run_dir: path("RUN_DIR"),
            run_as: values
                .get("RUN_AS")
                .filter(|name| !name.is_empty())
                .map(|name| user(name)),
            python: path("PYTHON"),
            node: path("NODE"),
            npm: path("NPM"),
            emulate: path("EMULATE"),
            #[cfg(target_arch = "x86_64")]
            postgrest: path("POSTGREST"),
            #[cfg(target_arch = "x86_64")]
            chromium: Some(path("CHROMIUM")).filter(|path| !path.as_os_str().is_empty()),
        }
    })
}

fn user(name: &str) -> User {
    let passwd = std::fs::read_to_string("/etc/passwd").expect("/etc/passwd is readable");
    let fields = passwd
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>());
    let fields = fields.into_iter().find(|fields| fields[0] == name);
    let fields = fields.unwrap_or_else(|| panic!("no user {name} on this machine"));
    User {
        uid: fields[2].parse().expect("a uid"),
        gid: fields[3].parse().expect("a gid"),
    }
}

/// A port of 127.0.0.1 that nothing listens on. It lies below the range from which the kernel takes
/// ports for outgoing connections, so a peer that goes down can come back on it.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    const FIRST: u16 = 20_000;
    const COUNT: u16 = 12_000;
    let offset = (std::process::id() % u32::from(COUNT)) as u16;
    loop {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = FIRST + (offset + step % COUNT) % COUNT;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}
