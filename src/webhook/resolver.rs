//! How the names of webhooks are resolved: to public addresses only. It is the resolver of the connection
//! itself, so what was checked is what is connected to, and a name cannot change its mind in between.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::is_public;

/// Who knows what names stand for.
pub trait Directory: Send + Sync + 'static {
    fn look_up(&self, name: &str) -> impl Future<Output = io::Result<Vec<SocketAddr>>> + Send;
}

/// The machine's own resolver.
pub struct System;

impl Directory for System {
    async fn look_up(&self, name: &str) -> io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.collect())
    }
}

/// Resolves names that stand for public addresses, and for nothing else besides.
pub struct PublicOnly<D> {
    directory: Arc<D>,
    is_public: fn(IpAddr) -> bool,
}

impl<D> PublicOnly<D> {
    pub fn new(directory: D) -> Self {
        Self::by_rule(directory, is_public)
    }

    /// What is public is for tests to say, which have only addresses of this machine.
    pub(super) fn by_rule(directory: D, is_public: fn(IpAddr) -> bool) -> Self {
        Self {
            directory: Arc::new(directory),
            is_public,
        }
    }
}

/// A name stands for an address that is not public.
#[derive(Debug, thiserror::Error)]
#[error("its name stands for {0}, which is not a public address")]
pub struct NotPublic(IpAddr);

impl<D: Directory> Resolve for PublicOnly<D> {
    fn resolve(&self, name: Name) -> Resolving {
        let (directory, is_public) = (Arc::clone(&self.directory), self.is_public);
        Box::pin(async move {
            let found = directory.look_up(name.as_str()).await?;
            // One of several is enough: who answers with both hopes for the other one.
            if let Some(private) = found.iter().find(|address| !is_public(address.ip())) {
                return Err(NotPublic(private.ip()).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
