//! Where sealed texts are stored, and for what each is sealed: the one list of it.
//!
//! What stands here is sealed anew by `rotate_key()`. A test fills every table and looks through all columns
//! of the database for what that has left behind, so none that is new can be missing.

/// A table with secrets.
pub struct Place {
    pub table: &'static str,
    /// The primary key.
    pub key: &'static str,
    pub secrets: &'static [Secret],
}

pub struct Secret {
    pub column: &'static str,
    /// What it is bound to, as whoever opens it has it: an SQL expression about a row `t`.
    pub purpose: &'static str,
}

const fn secret(column: &'static str, purpose: &'static str) -> Secret {
    Secret { column, purpose }
}

pub const PLACES: &[Place] = &[
    Place {
        table: "scheduling.calendar_connections",
        key: "id",
        secrets: &[
            secret(
                "access_token",
                "format('access_token:%s:%s', t.client_id, t.provider)",
            ),
            secret(
                "refresh_token",
                "format('refresh_token:%s:%s', t.client_id, t.provider)",
            ),
        ],
    },
    Place {
        table: "scheduling.user_calendar_connections",
        key: "id",
        secrets: &[
            secret(
                "access_token",
                "format('access_token:user:%s:%s', t.user_id, t.provider)",
            ),
            secret(
                "refresh_token",
                "format('refresh_token:user:%s:%s', t.user_id, t.provider)",
            ),
        ],
    },
    Place {
        table: "scheduling.providers",
        key: "provider",
        secrets: &[secret(
            "client_secret",
            "format('client_secret:%s', t.provider)",
        )],
    },
    Place {
        table: "scheduling.oauth_nonces",
        key: "nonce_hash",
        secrets: &[secret(
            "code_verifier",
            "format('code_verifier:%s', t.nonce_hash)",
        )],
    },
    Place {
        table: "scheduling.mail_settings",
        key: "singleton",
        secrets: &[
            secret("smtp_url", "'smtp_url'"),
            secret("api_key", "'api_key'"),
        ],
    },
    Place {
        table: "scheduling.crm_settings",
        key: "singleton",
        secrets: &[secret("api_key", "'close_api_key'")],
    },
    Place {
        table: "scheduling.webhooks",
        key: "id",
        secrets: &[
            secret("secret", "format('webhook_secret:%s', t.id)"),
            secret("old_secret", "format('webhook_secret:%s', t.id)"),
        ],
    },
];
