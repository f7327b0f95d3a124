//! What CREATE EXTENSION asks of a database.

use crate::harness::cluster::Cluster;
use crate::harness::database::sqlstate;

/// A database that holds names of one script only, or bytes of any, would fail with the first booking of
/// somebody else.
#[test]
fn a_database_that_cannot_hold_every_name_is_refused() {
    let cluster = Cluster::shared();
    let mut server = cluster.connect("postgres");
    for encoding in ["LATIN1", "SQL_ASCII", "EUC_JP", "UTF8"] {
        let name = format!("in_{}", encoding.to_lowercase());
        server
            .batch_execute(&format!(
                "create database {name} template template0 encoding '{encoding}' lc_collate 'C' lc_ctype 'C'"
            ))
            .expect("a superuser may");
        let mut session = cluster.connect(&name);
        let installed = session.batch_execute("create extension scheduling cascade");
        if encoding == "UTF8" {
            assert!(installed.is_ok(), "{installed:?}");
        } else {
            let error = installed.expect_err(encoding);
            assert_eq!(sqlstate(&error), "0A000", "{encoding}: {error:?}");
            let said = error.as_db_error().expect("the server answers");
            assert!(said.detail().is_some_and(|text| text.contains(encoding)));
            assert!(said.hint().is_some_and(|text| text.contains("utf8")));
        }
        drop(session);
        server
            .batch_execute(&format!("drop database {name} with (force)"))
            .expect("a superuser may");
    }
}
