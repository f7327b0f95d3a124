//! What hostile callers and servers try to make the worker do: call addresses of theirs (`addresses`), and send
//! what it knows elsewhere (`redirects`).

mod addresses;
mod listener;
mod redirects;
