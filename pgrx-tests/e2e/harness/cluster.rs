//! PostgreSQL clusters of our own: made, started, stopped, crashed, and removed when dropped. Each
//! listens on a free port of 127.0.0.1 only, with durability left on, so that a crash is a crash.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use postgres::{Client, NoTls};

use super::machine::{free_port, machine};
use super::process::{Process, at_exit};
use super::wait::wait_up_to;

pub struct Cluster {
    /// Data directory, socket and log.
    dir: PathBuf,
    port: u16,
    server: Mutex<Option<Process>>,
}

impl Cluster {
    /// A cluster with `scheduling` in `shared_preload_libraries`, running.
    pub fn preloaded() -> Self {
        Self::with_settings(&[("shared_preload_libraries", "scheduling")])
    }

    /// A running cluster whose postgresql.conf ends with `settings`.
    pub fn with_settings(settings: &[(&str, &str)]) -> Self {
        let cluster = Self::in_a_new_directory();
        cluster.initdb(settings);
        cluster.start();
        cluster
    }

    /// A running copy of this cluster, made by pg_basebackup: a server of its own, or a standby of this
    /// one. Its postgresql.conf ends with `settings`.
    pub fn base_backup(&self, is_standby: bool, settings: &[(&str, &str)]) -> Self {
        let copy = Self::in_a_new_directory();
        let mut command = Command::new(machine().pg_bin.join("pg_basebackup"));
        command
            .args([
                "--host=127.0.0.1",
                "--username=postgres",
                "--checkpoint=fast",
            ])
            .args(["--port", &self.port.to_string()])
            .arg("--pgdata")
            .arg(copy.data())
            .current_dir("/");
        if is_standby {
            command.arg("--write-recovery-conf");
        }
        let status = Process::start(command, machine().run_as, libc::SIGTERM)
            .and_then(|mut backup| backup.child().wait())
            .expect("pg_basebackup can be started");
        assert!(status.success(), "pg_basebackup failed");
        copy.configure(settings);
        copy.start();
        copy
    }

    fn in_a_new_directory() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let dir = machine()
            .run_dir
            .join(format!("e2e-{}-{number}", std::process::id()));
        std::fs::create_dir(&dir).expect("the run directory is writable");
        if let Some(user) = machine().run_as {
            std::os::unix::fs::chown(&dir, Some(user.uid), Some(user.gid)).expect("we are root");
        }
        Self {
            dir,
            port: free_port(),
            server: Mutex::new(None),
        }
    }

    /// The cluster that tests share which do no harm to others: preloaded, one for the whole run.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        // Statics are not dropped, so this is called at the end.
        extern "C" fn remove() {
            SHARED.get().into_iter().for_each(Cluster::remove);
        }
        SHARED.get_or_init(|| {
            at_exit(Some(remove));
            Self::preloaded()
        })
    }

    fn initdb(&self, settings: &[(&str, &str)]) {
        let options = "--username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync";
        let mut command = Command::new(machine().pg_bin.join("initdb"));
        command
            .args(options.split(' '))
            .arg("-D")
            .arg(self.data())
            .current_dir("/");
        command.stdout(Stdio::null());
        let status = Process::start(command, machine().run_as, libc::SIGTERM)
            .and_then(|mut initdb| initdb.child().wait())
            .expect("initdb can be started");
        assert!(status.success(), "initdb failed");
        self.configure(settings);
    }

    fn configure(&self, settings: &[(&str, &str)]) {
        let mut conf = format!(
            "\nlisten_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = '{}'\n\
             max_connections = 150\nmax_worker_processes = 40\n\
             log_line_prefix = '%m [%p] %b %d '\ntimezone = 'UTC'\n",
            self.port,
            self.dir.display(),
        );
        for (name, value) in settings {
            writeln!(conf, "{name} = '{value}'").expect("writing to a String cannot fail");
        }
        let file = self.data().join("postgresql.conf");
        let text = std::fs::read_to_string(&file).expect("initdb wrote it");
        std::fs::write(&file, text + &conf).expect("the cluster's directory is writable");
    }

    /// Starts the server and waits until it takes connections. After a crash it may have to wait
    /// for the last of the dead server's processes to leave the shared memory.
    #[track_caller]
    pub fn start(&self) {
        wait_up_to(Duration::from_secs(60), "the server to start", || {
            let mut command = Command::new(machine().pg_bin.join("postgres"));
            let log = std::fs::File::options()
                .create(true)
                .append(true)
                .open(self.log_file());
            command.arg("-D").arg(self.data()).current_dir("/");
            // As some servers have it. Nothing of it may reach those who are refused.
            command.env("RUST_BACKTRACE", "1");
            command
                .stdout(Stdio::null())
                .stderr(log.expect("the log is writable"));
            // Should the test run be killed, the server shuts down at once and leaves no process.
            let server = Process::start(command, machine().run_as, libc::SIGINT)
                .expect("the server can be started");
            *self.server.lock().unwrap() = Some(server);
            self.answers().then_some(())
        });
    }

    fn answers(&self) -> bool {
        let deadline = Instant::now() + Duration::from_secs(30);
        while Instant::now() < deadline {
            if self.try_connect("postgres").is_ok() {
                return true;
            }
            let mut server = self.server.lock().unwrap();
            if server
                .as_mut()
                .is_none_or(|server| server.ended().is_some())
            {
                std::thread::sleep(Duration::from_millis(100));
                return false;
            }
            drop(server);
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }

    /// A fast shutdown; true where the server left with code 0.
    pub fn stop(&self) -> bool {
        let server = self.server.lock().unwrap().take();
        server.is_some_and(|mut server| server.stop().success())
    }

    /// kill -9 of the postmaster, as the kernel's memory killer or a power cut would.
    pub fn crash(&self) {
        let server = self.server.lock().unwrap().take();
        server.expect("a running server").kill();
    }

    pub fn connect(&self, database: &str) -> Client {
        self.try_connect(database)
            .unwrap_or_else(|e| panic!("connecting to {database}: {e}"))
    }

    pub fn try_connect(&self, database: &str) -> Result<Client, postgres::Error> {
        self.config(database).connect(NoTls)
    }

    /// A session that is set up by `configure` first.
    pub fn connect_with(
        &self,
        database: &str,
        configure: impl FnOnce(&mut postgres::Config),
    ) -> Client {
        let mut config = self.config(database);
        configure(&mut config);
        config
            .connect(NoTls)
            .unwrap_or_else(|e| panic!("connecting to {database}: {e}"))
    }

    fn config(&self, database: &str) -> postgres::Config {
        let mut config = postgres::Config::new();
        config
            .host("127.0.0.1")
            .port(self.port)
            .user("postgres")
            .dbname(database)
            .application_name("e2e")
            .connect_timeout(Duration::from_secs(5));
        config
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// All that the server has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).expect("the log is readable")
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    fn log_file(&self) -> PathBuf {
        self.dir.join("log")
    }

    /// Stops it and removes its directory: for one that a static holds, which is never dropped.
    pub fn remove(&self) {
        self.stop();
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let tail: Vec<_> = log.lines().rev().take(40).collect();
            eprintln!("--- the end of the server's log ---");
            tail.iter().rev().for_each(|line| eprintln!("{line}"));
        }
        self.remove();
    }
}
