//! End-to-end tests: a real server with the extension installed, its worker, and peers that speak
//! the real protocols. Each file is a subject, each test a promise.
//!
//! `make e2e` sets everything up, installs the extension and runs them; after that `cargo test --test
//! e2e` does, as long as the extension was installed anew when its code changed.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may end so")]

mod harness;
mod hearing;
mod peers;

mod connect;
mod outside;

mod aside;
mod asking;
#[cfg(target_arch = "x86_64")]
mod attacker;
mod attempts;
mod booking;
#[cfg(target_arch = "x86_64")]
mod browser;
mod busy;
mod busy_errors;
mod busy_reads;
mod calendar;
mod calendar_errors;
mod chaos;
mod circles;
mod conferencing;
mod copies;
mod crash;
mod crm;
mod disconnected;
mod documents;
mod fairness;
#[cfg(target_arch = "x86_64")]
mod feed;
mod grants;
mod held_up;
mod hostile;
mod idle;
mod install;
mod isolation;
mod just_failed;
mod key;
mod languages;
mod latency;
mod launcher;
mod leaving;
mod lengths;
mod mail;
mod many;
#[cfg(target_arch = "x86_64")]
mod members;
mod memory;
mod migrating;
mod oauth;
#[cfg(target_arch = "x86_64")]
mod oauth_pages;
mod outlook;
mod own_texts;
mod pgspot;
mod plans;
#[cfg(target_arch = "x86_64")]
mod postgrest;
mod privileges;
#[cfg(target_arch = "x86_64")]
mod recipes;
mod refresh;
mod refusals;
mod reminders;
mod resend;
mod restore;
mod retention;
mod rotation;
mod rush;
mod secrets;
mod served_pages;
mod sessions;
mod settings;
mod several;
mod stand_ins;
mod standby;
mod tour;
mod turns;
mod unheard;
mod unreadable;
mod webhooks;
mod worker;
