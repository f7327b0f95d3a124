//! Roles as `grant_access` lets them in, those of one test's transaction, and people who sign in.

use super::sql::{quote, run};

/// The roles `test_visitor`, `test_member` and `test_service`, let in.
pub fn let_in() {
    // Roles and grants are seen by all tests at once: one after the other.
    run("select pg_advisory_xact_lock(hashtext('roles of tests'))");
    run("create role test_visitor; create role test_member; create role test_service;");
    run("select scheduling.grant_access('test_visitor', 'test_member', 'test_service')");
}

/// Sets the claims of a token, as PostgREST does it.
pub fn claim(claims: &str) {
    run(&format!(
        "select set_config('request.jwt.claims', {}, true)",
        quote(claims)
    ));
}

/// Signs somebody in.
pub fn sign_in(user: &str) {
    claim(&format!(r#"{{"sub": "{user}", "role": "test_member"}}"#));
}
