//! The organisation's own application at a provider, as `configure_provider` has registered it.

use oauth2::ClientSecret;
use serde::Deserialize;

use crate::error::Result;
use crate::provider::Provider;
use crate::{plan, vault};

/// The organisation's registration with the provider.
#[derive(Deserialize)]
pub struct Application {
    pub client_id: String,
    /// Sealed.
    client_secret: String,
    /// Where the browser comes back to, unless a call says otherwise.
    pub redirect_uri: String,
    pub auth_url: String,
    pub token_url: String,
    pub revoke_url: Option<String>,
    pub userinfo_url: Option<String>,
    pub api_url: String,
}

impl Application {
    /// The registration with a provider; none where it was never configured.
    pub fn read(provider: Provider) -> Result<Option<Self>> {
        plan::read_json(
            ("application", None),
            "scheduling.providers",
            || "select to_jsonb(p)::text from scheduling.providers p where p.provider = $1",
            &[provider.as_str().into()],
        )
    }

    pub fn open_secret(&self, provider: Provider) -> Result<ClientSecret> {
        let secret = vault::open(&self.client_secret, &format!("client_secret:{provider}"))?;
        Ok(ClientSecret::new(secret.to_string()))
    }
}
