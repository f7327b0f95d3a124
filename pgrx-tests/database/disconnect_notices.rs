//! When an owner is to be told by mail that a calendar must be connected again: each time it breaks,
//! once, and not when somebody wanted it so.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Mode, Owner};
    use super::super::harness::sql::{rows, run};

    fn connect(owner: &Owner, provider: &str, status: &str) {
        let names = owner.mode.names();
        run(&format!(
            "insert into scheduling.{} ({}, provider, refresh_token, status)
             values ('{}', '{provider}', 'token', '{status}')",
            names.connections, names.owner_id, owner.id
        ));
    }

    fn set(mode: Mode, assignments: &str) {
        run(&format!(
            "update scheduling.{} set {assignments}",
            mode.names().connections
        ));
    }

    /// What is queued, in order: the owner and the provider.
    fn queued() -> Vec<String> {
        rows(
            "select concat_ws(' ', owner, payload ->> 'provider') from scheduling.jobs
             where kind = 'send_email' and payload ->> 'mail' = 'calendar_disconnected'
               and payload ->> 'to' = 'owner' and num_nonnulls(meeting_id, sales_meeting_id) = 0
             order by id",
        )
    }

    #[pg_test]
    fn a_broken_connection_queues_one_notice_however_many_notice() {
        for mode in Mode::BOTH {
            for provider in ["google", "outlook"] {
                let owner = Owner::new(mode);
                connect(&owner, provider, "ok");
                for _ in 0..3 {
                    set(
                        mode,
                        "status = 'reconnect_required', status_detail = 'gone'",
                    );
                }
                assert_eq!(queued(), [format!("{} {provider}", owner.key())]);
                run(&format!(
                    "delete from scheduling.{}",
                    mode.names().connections
                ));
                run("delete from scheduling.jobs");
            }
        }
    }

    #[pg_test]
    fn a_connection_that_breaks_again_queues_another_notice() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            connect(&owner, "google", "ok");
            set(mode, "status = 'reconnect_required'");
            run("update scheduling.jobs set state = 'done', finished_at = now()");
            set(mode, "status = 'ok'");
            set(mode, "status = 'reconnect_required'");
            assert_eq!(queued().len(), 2);
            set(mode, "status = 'ok'");
            set(mode, "status = 'reconnect_required'");
            assert_eq!(queued().len(), 2, "the one that still waits will do");
            run("delete from scheduling.jobs");
        }
    }

    #[pg_test]
    fn disconnecting_errors_and_restored_rows_queue_no_notice() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            connect(&owner, "google", "reconnect_required");
            set(
                mode,
                "status = 'reconnect_required', status_detail = 'still'",
            );
            assert_eq!(queued(), [""; 0], "a row from a dump");
            set(mode, "status = 'ok'");
            set(mode, "status = 'error'");
            assert_eq!(queued(), [""; 0], "an error that may pass");
            set(mode, "status = 'reconnect_required', is_active = false");
            assert_eq!(queued(), [""; 0], "disconnected on purpose");
        }
    }
}
