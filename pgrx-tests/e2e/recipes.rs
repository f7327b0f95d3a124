//! The recipes of the documents for PostgREST and Supabase, pasted as a reader would: SQL into psql, the rest
//! into a shell, with nothing changed but ports and names of databases.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::documents::{Block, blocks};
use crate::harness::cluster::Cluster;
use crate::harness::database::Database;
use crate::harness::machine::{free_port, machine};
use crate::harness::process::fed;
use crate::peers::postgrest::PostgRest;

/// Pastes a block into psql as this role; it stops at the first error.
#[track_caller]
fn psql(database: &Database<'_>, role: &str, block: &Block, text: &str) -> String {
    let port = database.cluster.port().to_string();
    let mut command = Command::new(machine().pg_bin.join("psql"));
    command.args([
        "-X",
        "-h",
        "127.0.0.1",
        "-p",
        &port,
        "-U",
        role,
        "-d",
        &database.name,
    ]);
    command.args(["-v", "ON_ERROR_STOP=1"]);
    said(
        command.env_remove("PGOPTIONS").current_dir("/"),
        block,
        text,
    )
}

#[track_caller]
fn said(command: &mut Command, block: &Block, text: &str) -> String {
    let output = fed(command.stderr(Stdio::piped()), text.as_bytes());
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let failed = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{}:\n{said}\n{failed}",
        block.place
    );
    said
}

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(uuid::Uuid::new_v4().to_string());
        std::fs::create_dir(&folder).expect("a folder can be made");
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_readme_s_recipe_for_postgrest_works_when_pasted() {
    let cluster = Cluster::preloaded();
    let mut database = Database::new(&cluster);
    database
        .sql
        .batch_execute(
            "insert into scheduling.clients (name, primary_contact_email) values ('Acme Dental', 'desk@acme.example');
             insert into scheduling.booking_links (slug, client_id, title)
             select 'checkup', id, 'Dental check-up' from scheduling.clients",
        )
        .unwrap();
    let all = blocks("README.md", "## Over HTTP");
    let (sql, shell): (Vec<_>, Vec<_>) = all.iter().partition(|block| block.language == "sql");
    for block in &sql {
        psql(&database, "postgres", block, &block.text);
    }
    assert_eq!(
        (sql.len(), shell.len()),
        (1, 3),
        "the recipe has these parts"
    );
    // One shell for all of it, as a reader has. What runs in the background ends with it.
    let script = shell
        .iter()
        .map(|block| &*block.text)
        .collect::<Vec<_>>()
        .join("\n");
    let script = script
        .replace(
            "localhost:5432/tour",
            &format!("127.0.0.1:{}/{}", cluster.port(), database.name),
        )
        .replace("3000", &free_port().to_string())
        .replace("localhost", "127.0.0.1");
    let script = format!("set -euo pipefail\ntrap 'kill $(jobs -p)' EXIT\n{script}\n");
    let folder = Folder::new();
    let postgrest = machine().postgrest.parent().expect("it is in a folder");
    let path = format!("{}:{}", postgrest.display(), std::env::var("PATH").unwrap());
    let mut bash = Command::new("bash");
    bash.current_dir(&folder.0).env("PATH", path);
    let said = said(&mut bash, shell[0], &script);
    for shown in [
        "\"Dental check-up\"",
        "\"manage_token\"",
        "\"running\":true",
        "\"status\":\"confirmed\"}]",
    ] {
        assert!(said.contains(shown), "{shown}: {said}");
    }
}

/// What the image of Supabase's database sets up before anything else, as far as it concerns an extension: the
/// roles and what they may, settings of roles, the schemas `auth` and `extensions`
/// (github.com/supabase/postgres, `migrations/db`).
const SUPABASE: &str = "
    create role supabase_admin login superuser createdb createrole replication bypassrls;
    create schema extensions;
    create role anon nologin noinherit;
    create role authenticated nologin noinherit;
    create role service_role nologin noinherit bypassrls;
    create role authenticator login noinherit;
    grant anon, authenticated, service_role, supabase_admin to authenticator;
    grant usage on schema public to anon, authenticated, service_role;
    grant usage on schema extensions to anon, authenticated, service_role;
    alter role supabase_admin set search_path to public, extensions;
    alter default privileges for role supabase_admin in schema public
        grant all on tables to anon, authenticated, service_role;
    alter default privileges for role supabase_admin in schema public
        grant all on functions to anon, authenticated, service_role;
    alter role anon set statement_timeout = '3s';
    alter role authenticated set statement_timeout = '8s';
    alter role authenticator set statement_timeout = '8s';
    alter role authenticator set lock_timeout = '8s';
    create schema auth authorization supabase_admin;
    create table auth.users (id uuid primary key, email varchar(255) unique);
    create function auth.uid() returns uuid language sql stable as
        $$ select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
    grant usage on schema auth to anon, authenticated, service_role;
    insert into auth.users values ('7b1d3c1e-0d0e-4b0a-8a5c-2f6c1d2e3f40', 'robin@example.com');
";

#[test]
fn the_recipe_for_supabase_works_when_pasted() {
    let cluster = Cluster::preloaded();
    let mut database = Database::without_extension(&cluster);
    database.sql.batch_execute(SUPABASE).unwrap();
    let page = blocks("docs/supabase.md", "# Supabase");
    let of = |language: &str| {
        let some = page.iter().filter(|block| block.language == language);
        some.collect::<Vec<_>>()
    };
    // The user whom the page names is the one who has signed in here.
    let user = "7b1d3c1e-0d0e-4b0a-8a5c-2f6c1d2e3f40";
    for block in of("sql") {
        psql(&database, "supabase_admin", block, &block.text);
    }
    database.wait_for_worker();
    // As `docker compose` has it: this schema after others.
    let server = PostgRest::start(&database, "public,scheduling");
    // What `createClient` makes speaks to PostgREST by this package.
    let scripts = of("js");
    assert_eq!(scripts.len(), 3, "a client, a visitor, a member");
    let member = server.token_of("authenticated", user.parse().unwrap());
    let script = format!(
        "import {{ createRequire }} from 'node:module';
         const {{ PostgrestClient }} = createRequire(process.env.NPM + '/package.json')('@supabase/postgrest-js');
         const client = token => new PostgrestClient('{}', {{ headers: token ? {{ Authorization: `Bearer ${{token}}` }} : {{}} }});
         {{ const supabase = client(null); {} }}
         {{ const supabase = client('{member}'); {} }}",
        server.url, scripts[1].text, scripts[2].text
    );
    let mut node = Command::new(&machine().node);
    node.args(["--input-type=module", "-"])
        .env("NPM", &machine().npm);
    let said = said(&mut node, scripts[1], &script);
    for shown in [
        "confirmed",
        "Intro call",
        "robin@example.com",
        "/rpc/calendar_feed?token=",
    ] {
        assert!(said.contains(shown), "{shown}: {said}");
    }
    // The open route of the page adds this header.
    let feed: String = database.one(&format!(
        "select scheduling.calendar_feed_url('user:{user}')"
    ));
    let file = server.fetch(&feed, &[("Accept-Profile", "scheduling")]);
    assert!(file.text.starts_with("BEGIN:VCALENDAR\r\n"), "{file:?}");
    let meetings: i64 = database.one(
        "select count(*) from scheduling.sales_meetings where organizer_email = 'robin@example.com'",
    );
    assert_eq!(meetings, 1);
}
