//! What the tests in a browser stand on, once for all files: a server whose database keeps its mails and takes
//! the emulator for Google and Microsoft, and PostgREST in front of it, which is the site as well. And the
//! running of one file by Node, which ends with it.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::harness::cluster::Cluster;
use crate::harness::database::Database;
use crate::harness::machine::machine;
use crate::harness::process::{Process, at_exit};
use crate::peers::emulator::Emulator;
use crate::peers::postgrest::{PostgRest, supabase};

/// Longer than any file may take on two slow cores that do other things as well.
const LONGEST: Duration = Duration::from_secs(600);

struct Stage {
    database: String,
    server: PostgRest,
    _emulator: Emulator,
}

static CLUSTER: OnceLock<Cluster> = OnceLock::new();

fn stage() -> &'static Stage {
    static STAGE: OnceLock<Stage> = OnceLock::new();
    // Statics are not dropped, so this is called at the end.
    extern "C" fn remove() {
        CLUSTER.get().into_iter().for_each(Cluster::remove);
    }
    STAGE.get_or_init(|| {
        at_exit(Some(remove));
        let cluster = CLUSTER.get_or_init(supabase);
        let mut database = Database::new(cluster);
        let emulator = Emulator::start();
        for provider in ["google", "outlook"] {
            emulator.configure(&mut database.sql, provider);
        }
        let server = PostgRest::start(&database, "scheduling");
        let configure = format!(
            "select scheduling.configure_mail('capture', 'Bookings <bookings@example.com>');
             select scheduling.configure_site('{}', '/rpc/booking_page?slug=', '/rpc/manage_page#manage=',
                 owner_path => '/rpc/owner_page')",
            server.url
        );
        database
            .sql
            .batch_execute(&configure)
            .expect("a superuser may");
        let name = database.name.clone();
        // It goes with its cluster.
        std::mem::forget(database);
        Stage {
            database: name,
            server,
            _emulator: emulator,
        }
    })
}

/// Runs `web/test/<name>.mjs`; fails with what Node says where a test of it does.
#[track_caller]
pub fn run(name: &str) {
    let Some(chromium) = &machine().chromium else {
        eprintln!("skipped: `make setup` has found no browser on this machine");
        return;
    };
    let stage = stage();
    let url = format!(
        "postgres://postgres@127.0.0.1:{}/{}",
        CLUSTER.get().expect("the stage is up").port(),
        stage.database
    );
    let said = machine()
        .run_dir
        .join(format!("browser-{}-{name}.said", std::process::id()));
    let output = File::create(&said).expect("the run directory is writable");
    let errors = output.try_clone().expect("a file can be opened twice");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("web/test/{name}.mjs"));
    let mut command = Command::new(&machine().node);
    command
        .args(["--test-reporter", "spec"])
        .arg(script)
        .env("SCHEDULING_API", &stage.server.url)
        .env("DATABASE_URL", url)
        .env("JWT_SECRET", stage.server.secret())
        .env("CHROMIUM", chromium)
        .env("NPM", &machine().npm)
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors);
    // Asked to end, it closes its browser.
    let mut node = Process::start(command, None, libc::SIGTERM).expect("node can be started");
    let deadline = Instant::now() + LONGEST;
    let status = loop {
        match node.ended() {
            Some(status) => break Some(status),
            None if Instant::now() > deadline => break None,
            None => std::thread::sleep(Duration::from_millis(50)),
        }
    };
    drop(node);
    let words = std::fs::read_to_string(&said).unwrap_or_default();
    let _ = std::fs::remove_file(&said);
    match status {
        Some(status) => assert!(status.success(), "{name}: {status}\n{words}"),
        None => panic!("{name} has not ended after {LONGEST:?}\n{words}"),
    }
    // `make e2e` says it with --nocapture.
    println!("{words}");
}
