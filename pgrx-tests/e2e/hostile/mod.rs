//! What hostile callers and servers try to make the worker do: call addresses of theirs (`addresses`), and send
//! what it knows elsewhere (`redirects`); and what hostile text makes of all that leaves (`texts`).

mod addresses;
mod listener;
mod redirects;
mod texts;
