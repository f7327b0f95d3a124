//! Names that the database stores and the code reads as enums: what a column may say, the code knows,
//! and the other way round. A name that is added on one side only is found here.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;
    use strum::VariantArray;

    use super::super::harness::names::{checked, known};
    use super::super::harness::sql::one;
    use crate::booking::status::MeetingStatus;
    use crate::mail::{CALENDAR_DISCONNECTED, MailKind, Recipient};
    use crate::worker::connections::ConnectionStatus;
    use crate::worker::jobs::mail_settings::Transport;
    use crate::worker::jobs::queue::JobKind;

    /// The names that the CHECK constraint of a column lists.
    fn allowed(table: &str, column: &str) -> Vec<String> {
        checked(&format!(
            "c.conkey = array[(select attnum from pg_attribute
                               where attrelid = c.conrelid and attname = '{column}')]
             and c.conrelid = 'scheduling.{table}'::regclass"
        ))
    }

    #[pg_test]
    fn every_kind_of_job_is_known_on_both_sides() {
        assert_eq!(allowed("jobs", "kind"), known(JobKind::VARIANTS));
    }

    #[pg_test]
    fn every_kind_of_job_has_a_lane_and_a_share() {
        let owner = "6f1f64a5-0d0e-4b0a-8a5c-2f6c1d2e3f40";
        for kind in known(JobKind::VARIANTS) {
            let placed: bool = one(&format!(
                "insert into scheduling.jobs (kind, owner) values ('{kind}', '{owner}')
                 returning lane like '%:%' and lane <> owner and share <> owner"
            ));
            assert!(placed, "{kind}");
        }
    }

    #[pg_test]
    fn every_kind_of_mail_is_known_on_both_sides() {
        let mut kinds = known(MailKind::VARIANTS);
        kinds.push(CALENDAR_DISCONNECTED.to_owned());
        kinds.sort();
        assert_eq!(allowed("emails", "kind"), kinds);
    }

    #[pg_test]
    fn every_mail_about_a_meeting_may_have_a_text_of_its_own() {
        assert_eq!(allowed("mail_templates", "kind"), known(MailKind::VARIANTS));
        let readers = allowed("mail_templates", "recipient");
        assert_eq!(readers, known(Recipient::VARIANTS));
    }

    /// What nothing queues is never done.
    #[pg_test]
    fn every_kind_of_job_and_of_mail_is_queued_by_something() {
        let of_jobs = JobKind::VARIANTS.iter().map(|&kind| {
            let name: &str = kind.into();
            format!("'{name}'")
        });
        let of_mails = MailKind::VARIANTS
            .iter()
            // which the worker queues, when its time has come: see e2e/reminders.rs
            .filter(|kind| **kind != MailKind::Reminder)
            .map(|kind| format!("'{}'", kind.as_str()));
        for queued in of_jobs.chain(of_mails) {
            let somewhere: bool = one(&format!(
                "select exists (
                     select from pg_proc
                     where pronamespace = 'scheduling_private'::regnamespace and prokind = 'f'
                       and (prorettype = 'trigger'::regtype or proname = 'jobs_of_new_meeting')
                       and strpos(pg_get_functiondef(oid), $q${queued}$q$) > 0)"
            ));
            assert!(somewhere, "{queued}");
        }
    }

    #[pg_test]
    fn every_transport_is_known_on_both_sides() {
        let transports = known(Transport::VARIANTS);
        assert_eq!(allowed("mail_settings", "transport"), transports);
        assert_eq!(allowed("emails", "transport"), transports);
        let described: String = one("select obj_description(oid, 'pg_proc') from pg_proc
             where pronamespace = 'scheduling'::regnamespace and proname = 'configure_mail'");
        for transport in transports {
            assert!(described.contains(&transport), "{described}: {transport}");
        }
    }

    #[pg_test]
    fn every_status_is_known_on_both_sides() {
        for meetings in ["meetings", "sales_meetings"] {
            let statuses = known(MeetingStatus::VARIANTS);
            assert_eq!(allowed(meetings, "status"), statuses, "{meetings}");
        }
        for connections in ["calendar_connections", "user_calendar_connections"] {
            let statuses = known(ConnectionStatus::VARIANTS);
            assert_eq!(allowed(connections, "status"), statuses, "{connections}");
        }
    }

    /// What JSON spells is read by serde, what a column says by strum: the two agree.
    #[test]
    fn a_name_is_read_as_it_is_written() {
        fn check<T>(names: &[T])
        where
            T: Copy
                + Into<&'static str>
                + PartialEq
                + std::fmt::Debug
                + serde::de::DeserializeOwned,
        {
            for &name in names {
                let text: &str = name.into();
                let read = serde_json::from_value::<T>(text.into());
                assert_eq!(read.ok(), Some(name), "{text}");
            }
        }
        check(MailKind::VARIANTS);
        check(MeetingStatus::VARIANTS);
        check(ConnectionStatus::VARIANTS);
        check(Transport::VARIANTS);
    }
}
