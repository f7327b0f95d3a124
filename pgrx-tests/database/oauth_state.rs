//! The OAuth state in both of the formats it comes in: read, written, and refused.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::sql::{quote, refusal, rows};

    /// The columns of `parse_oauth_state`, one after the other.
    fn parse(state: &str) -> Vec<String> {
        rows(&format!(
            "select unnest(array[mode, owner_id, provider, nonce, redirect_path])
             from scheduling.parse_oauth_state({})",
            quote(state)
        ))
    }

    #[pg_test]
    fn states_of_both_modes_tell_owner_provider_and_page() {
        let uuid = "6f1f64a5-0d0e-4b0a-8a5c-2f6c1d2e3f40";
        for (state, row) in [
            (
                "abc123-def456:google",
                [
                    "client",
                    "abc123-def456",
                    "google",
                    "null",
                    "/workspace/abc123-def456/client-info",
                ],
            ),
            (
                "user:xyz789-abc123:google",
                [
                    "user",
                    "xyz789-abc123",
                    "google",
                    "null",
                    "/admin/sales/scheduling",
                ],
            ),
            (
                "acme:outlook:n0-_nce",
                [
                    "client",
                    "acme",
                    "outlook",
                    "n0-_nce",
                    "/workspace/acme/client-info",
                ],
            ),
            (
                &format!("user:{uuid}:outlook:AbC"),
                ["user", uuid, "outlook", "AbC", "/admin/sales/scheduling"],
            ),
        ] {
            assert_eq!(parse(state), row, "{state}");
        }
    }

    #[pg_test]
    fn a_state_reads_back_as_what_it_was_written_for() {
        for (owner, provider, nonce, state, owner_id) in [
            ("acme", "google", "null", "acme:google", "acme"),
            ("user:ada", "google", "null", "user:ada:google", "ada"),
            ("acme", "outlook", "'n1'", "acme:outlook:n1", "acme"),
            ("user:ada", "outlook", "'n1'", "user:ada:outlook:n1", "ada"),
        ] {
            let written = rows(&format!(
                "select scheduling.format_oauth_state('{owner}', '{provider}', {nonce})"
            ));
            assert_eq!(written, [state]);
            let mode = if owner.starts_with("user:") {
                "user"
            } else {
                "client"
            };
            let nonce = nonce.trim_matches('\'');
            assert_eq!(parse(state)[..4], [mode, owner_id, provider, nonce]);
        }
    }

    #[pg_test]
    fn what_is_no_state_is_refused() {
        for state in [
            "",
            "google",
            "acme:",
            "acme:yahoo",
            "acme:Google",
            ":google",
            "user:ada",
            "user::google",
            "user:google",
            "acme:google:n:more",
            "user:ada:google:n:more",
            "acme:google:",
            "../etc:google",
            "a b:google",
            "acme:google:n\n",
        ] {
            let call = format!(
                "select * from scheduling.parse_oauth_state({})",
                quote(state)
            );
            refusal(&call, "22023");
        }
        refusal("select * from scheduling.parse_oauth_state(null)", "22023");
    }

    #[pg_test]
    fn no_state_is_written_that_would_not_read_back() {
        for arguments in [
            "null, 'google'",
            "'acme', null",
            "'', 'google'",
            "'user:', 'google'",
            "'acme:google', 'google'",
            "'user', 'google'",
            "'acme', 'yahoo'",
            "'acme', 'google', ''",
            "'acme', 'google', 'a:b'",
        ] {
            refusal(
                &format!("select scheduling.format_oauth_state({arguments})"),
                "22023",
            );
        }
    }
}
