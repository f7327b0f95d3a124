//! Strict stand-ins for Google, Microsoft, Resend and Close on 127.0.0.1, one a provider: for the extension's unit
//! tests, the end-to-end tests and the demo.
//!
//! They speak each provider's API as its documents have it (every file names its own), and refuse
//! whatever this product has no reason to say: a path, method, header, parameter or field that is not
//! expected, an unknown token, an id of the wrong form. The real APIs pass over much of that; here it
//! is an error, since it is one in our code. They keep events as the providers do, note each request,
//! and can be told to misbehave.
//!
//! A receiver of webhooks is beside them, as a customer would write one.
//!
//! What every stand-in has lives in the files beside this one, [`StandIn`] first; what only one has, in
//! `google`, `graph`, `resend` and `close`. Nothing here knows the extension: the stand-ins are a party of their own, and
//! whoever tests with them brings what it wants to say.

mod answer;
pub mod close;
mod fault;
pub mod google;
pub mod graph;
mod listening;
mod query;
pub mod receiver;
mod request;
pub mod resend;
mod server;
mod tokens;
mod value;

pub use close::Close;
pub use fault::Fault;
pub use google::Google;
pub use graph::Graph;
pub use receiver::Receiver;
pub use request::Request;
pub use resend::Resend;
pub use server::{Provider, StandIn};
