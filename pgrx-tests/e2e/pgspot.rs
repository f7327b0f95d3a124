//! The install script, read by somebody who looks for what a hostile owner of another schema could use.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::harness::machine::machine;
use crate::harness::process::fed;

/// What pgspot finds; nothing where it is content.
fn spot(script: &str) -> Result<(), String> {
    let by = Path::new(env!("CARGO_MANIFEST_DIR")).join("pgrx-tests/e2e/peers/spot.py");
    let mut spot = Command::new(&machine().python);
    let found = fed(spot.arg(by).stderr(Stdio::piped()), script.as_bytes());
    let said = [found.stdout, found.stderr].concat();
    if found.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&said).into_owned())
    }
}

#[test]
fn nothing_in_the_install_script_can_be_taken_over_by_another_schema() {
    let shared = Command::new(machine().pg_bin.join("pg_config"))
        .arg("--sharedir")
        .output()
        .expect("pg_config can be started");
    let shared = String::from_utf8(shared.stdout).expect("it is a path");
    let script = Path::new(shared.trim()).join(concat!(
        "extension/scheduling--",
        env!("CARGO_PKG_VERSION"),
        ".sql"
    ));
    let script = std::fs::read_to_string(script).expect("it is installed");
    assert_eq!(spot(&script), Ok(()));

    // It would see what is amiss.
    let path = "set local search_path = pg_catalog, pg_temp;";
    assert_eq!(script.matches(path).count(), 1);
    let careless = spot(&script.replace(path, "")).expect_err("the script has no path of its own");
    assert!(careless.contains("Unqualified operator"), "{careless}");
    for (amiss, code) in [
        (
            "create or replace function scheduling.f() returns int language sql as 'select 1';",
            "PS002",
        ),
        (
            "create function scheduling.f() returns int language sql security definer as 'select 1';",
            "PS003",
        ),
        ("create table if not exists scheduling.t (i int);", "PS012"),
        ("create or replace view scheduling.v as select 1;", "PS015"),
    ] {
        let found = spot(&format!("{script}\n{amiss}")).expect_err(amiss);
        assert!(found.contains(code), "{code}: {found}");
    }
}
