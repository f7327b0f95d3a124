//! The operations against a fake Graph.

mod conference;
mod deletions;
mod fake;
mod mailbox;
mod operations;
mod strict;
mod trouble;
