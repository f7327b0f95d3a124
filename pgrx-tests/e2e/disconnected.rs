//! A grant that is gone for good: jobs fail in words, the provider is left alone, and the owner gets
//! one mail that says what to do.

use axum::http::Method;

use crate::connect::{connect_outlook, outlook_stand_in, stand_in, store};
use crate::harness::cluster::Cluster;
use crate::harness::database::{Database, Mode, Owner};
use crate::harness::wait::wait_for;
use crate::peers::google::Google;
use crate::peers::graph::Graph;
use crate::peers::mail_reader;

enum Peer {
    Google(Google),
    /// And the AADSTS code that it refuses a grant with.
    Outlook(Graph, u32),
}

impl Peer {
    /// The words that a refused job must have.
    fn reason(&self) -> String {
        match self {
            Self::Google(_) => "invalid_grant".into(),
            Self::Outlook(_, code) => format!("AADSTS{code}"),
        }
    }

    /// Connects, anew where it was connected before, and has the calendar read.
    fn connect(&self, database: &mut Database<'_>, owner: &Owner) {
        match self {
            Self::Google(google) => {
                let (access, refresh) = google.grant();
                let email = "owner@gmail.example";
                store(database, owner, &access, &refresh, "primary", email, 3600);
            }
            Self::Outlook(graph, _) => connect_outlook(database, owner, graph, None, 3600.0),
        }
        database.refresh_busy_times(owner);
    }

    fn revoke(&self) {
        match self {
            Self::Google(google) => google.revoke_grants(),
            Self::Outlook(graph, code) => {
                graph.revoke_grants();
                graph.refuse_as(*code);
            }
        }
    }

    /// Requests that would write or refresh something so far, and how many of them were refreshes.
    fn requests(&self) -> (usize, usize) {
        let count = |part| match self {
            Self::Google(google) => google.count(Method::POST, part),
            Self::Outlook(graph, _) => graph.count(Method::POST, part),
        };
        (count(""), count("/token"))
    }
}

/// Writes so many meetings in one transaction, waits for their jobs, and checks that the events
/// failed for the reason given and all else was done.
fn import_in_vain(database: &mut Database<'_>, owner: &Owner, count: i32, reason: &str) {
    for meeting in database.import(owner, count) {
        for job in database.wait_for_jobs(owner, meeting) {
            if job.kind == "create_event" {
                let error = job.last_error.clone().unwrap_or_default();
                assert_eq!(job.state, "failed", "{job:?}");
                assert!(error.contains(reason), "{error}");
            } else {
                assert_eq!(job.state, "done", "{job:?}");
            }
        }
    }
}

/// The notices that went out, once none is waiting: recipients and messages.
fn notices(database: &mut Database<'_>) -> Vec<(String, String)> {
    wait_for("all notices to go out", || {
        let waiting: i64 = database.one(
            "select count(*) from scheduling.jobs
             where payload ->> 'mail' = 'calendar_disconnected' and state in ('ready', 'running')",
        );
        (waiting == 0).then_some(())
    });
    let query = "select recipient, message from scheduling.emails
                 where kind = 'calendar_disconnected' and sent_at is not null order by id";
    let rows = database.sql.query(query, &[]).expect("mails can be read");
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[test]
fn an_owner_whose_grant_is_gone_gets_one_mail_and_the_provider_is_left_alone() {
    for mode in Mode::BOTH {
        for code in [None, Some(70_000), Some(65_001)] {
            let mut database = Database::new(Cluster::shared());
            let peer = match code {
                None => Peer::Google(stand_in(&mut database)),
                Some(code) => Peer::Outlook(outlook_stand_in(&mut database), code),
            };
            // In one of the cases the site has a page of all owners.
            let page_of_owners = code.is_none().then_some("/rpc/owner_page");
            let site = format!(
                "select scheduling.configure_site('https://app.example/', '/book/', '/manage/', owner_path => {})",
                page_of_owners.map_or_else(|| "null".to_owned(), |path| format!("'{path}'"))
            );
            database
                .sql
                .batch_execute(&site)
                .expect("a site can be configured");
            let owner = database.owner(mode);
            peer.connect(&mut database, &owner);
            peer.revoke();
            // Some fail by the refusal itself, those claimed later by the state of the connection.
            let reason = "the calendar must be connected again";
            import_in_vain(&mut database, &owner, 20, reason);
            let status = format!(
                "select status_detail from scheduling.{}",
                mode.names().connections
            );
            let detail: String = database.one(&status);
            assert!(detail.contains(&peer.reason()), "{detail}");
            assert_eq!(notices(&mut database).len(), 1, "{mode:?} {code:?}");
            let asked = peer.requests();
            assert_eq!(asked.1, 1, "one refresh was refused");
            assert!(asked.0 <= 9, "more requests than places: {asked:?}");

            // What the mail says, as its reader sees it.
            let (email, page) = match mode {
                Mode::Client => (
                    "front.desk@acme.example",
                    format!("/workspace/{}/client-info", owner.id),
                ),
                Mode::User => ("robin@sales.example", "/admin/sales/scheduling".to_owned()),
            };
            let page = page_of_owners.map_or(page, str::to_owned);
            let account = match peer {
                Peer::Google(_) => "owner@gmail.example",
                Peer::Outlook(..) => "owner@outlook.example",
            };
            let (recipient, message) = notices(&mut database).remove(0);
            assert_eq!(recipient, email);
            let mail = mail_reader::read(message.as_bytes());
            assert!(
                mail.defects.is_empty() && mail.invitations.is_empty(),
                "{mail:?}"
            );
            let text = mail.text.expect("it has a plain text");
            for said in [
                account,
                "stand",
                "refused",
                &format!("https://app.example{page}\n"),
            ] {
                assert!(
                    text.replace("\r\n", "\n").contains(said),
                    "{said} in {text}"
                );
            }

            // While nothing changes, nobody asks and nobody is told again.
            import_in_vain(&mut database, &owner, 3, reason);
            assert_eq!(peer.requests(), asked);
            assert_eq!(notices(&mut database).len(), 1);

            // Connected again, it works; gone again, the owner is told again.
            peer.connect(&mut database, &owner);
            let meeting = database.book(&owner, 20);
            let jobs = database.wait_for_jobs(&owner, meeting);
            assert!(jobs.iter().all(|job| job.state == "done"), "{jobs:?}");
            peer.revoke();
            import_in_vain(&mut database, &owner, 3, reason);
            assert_eq!(notices(&mut database).len(), 2, "{mode:?} {code:?}");
        }
    }
}

#[test]
fn an_owner_who_has_mended_the_calendar_meanwhile_is_not_bothered() {
    for mode in Mode::BOTH {
        let mut database = Database::new(Cluster::shared());
        let google = stand_in(&mut database);
        let owner = database.owner(mode);
        Peer::Google(google).connect(&mut database, &owner);
        let connections = mode.names().connections;
        for (mended, word) in [
            ("status = 'ok'", "the calendar is connected again"),
            ("is_active = false", "the calendar was disconnected"),
        ] {
            let both = format!(
                "begin; update scheduling.{connections} set status = 'reconnect_required';
                 update scheduling.{connections} set {mended}; commit"
            );
            database
                .sql
                .batch_execute(&both)
                .expect("connections can be changed");
            let result = wait_for("the notice's job", || {
                let query = "select result from scheduling.jobs where state = 'done' order by id desc limit 1";
                let row = database
                    .sql
                    .query_opt(query, &[])
                    .expect("jobs can be read");
                row.and_then(|row| row.get::<_, Option<String>>(0))
                    .filter(|result| result == word)
            });
            assert_eq!(result, word, "{mode:?}");
            assert!(notices(&mut database).is_empty());
        }
    }
}
