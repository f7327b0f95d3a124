//! Tests inside PostgreSQL, one file a subject, named after what the SQL contract promises. Each
//! test is one transaction that rolls back, so the worker never sees its rows: what leaves the
//! database is tested from outside, in `pgrx-tests/e2e`.
//!
//! All tests are functions of the SQL schema `tests`, so their names differ over all files; and as
//! `#[pg_schema]` takes no file for a module, each file has its tests in one of its own.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may end so")]

mod access;
mod attempts;
mod audit;
mod booking;
mod busy;
mod busy_calendars;
mod catalogue;
mod claim;
mod conferencing;
mod crm;
mod disconnect_notices;
mod feed;
mod harness;
mod hours;
mod injection;
mod jobs;
mod json;
mod languages;
mod lengths;
mod limits;
mod link_slots;
mod links;
mod manage;
mod many;
mod meeting_slots;
mod meetings;
mod megabytes;
mod member_rows;
mod members;
mod names;
mod oauth_state;
mod own_hours;
mod own_texts;
mod owners;
mod pages;
mod plans;
mod providers;
mod questions;
mod queue_status;
mod reasons;
mod reminders;
mod replays;
mod requests;
mod rotation;
mod secrets;
mod settings;
mod site;
mod slots;
mod time_off;
mod typed_guests;
mod webhooks;
mod windows;
mod worlds;
mod zones;
