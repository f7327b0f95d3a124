//! What goes into the queue for the CRM, and who configures it.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Meeting, Mode, Owner};
    use super::super::harness::sql::{at, one, outcome, refusal, rows, run};
    use crate::vault;

    fn configure(mode: Mode) {
        let mode = match mode {
            Mode::Client => "client",
            Mode::User => "user",
        };
        run(&format!(
            "select scheduling.configure_close('api_key.1', '{{{mode}}}')"
        ));
    }

    /// Whom the meeting's jobs for the CRM are about, oldest first.
    fn leads(meeting: &Meeting) -> Vec<String> {
        rows(&format!(
            "select payload ->> 'address' from scheduling.jobs
             where {} = '{}' and kind = 'crm_lead' order by id",
            meeting.mode.names().meeting_id,
            meeting.id
        ))
    }

    fn guest(address: &str) -> [(&str, &str); 2] {
        [("guest_name", "'Ada'"), ("guest_email", address)]
    }

    fn with_guest(mode: Mode, day: i32) -> Meeting {
        let owner = Owner::new(mode);
        owner.meeting_with(
            &at(day, "10:00"),
            &at(day, "11:00"),
            &guest("'Ada@guest.example'"),
        )
    }

    #[pg_test]
    fn meetings_of_the_configured_modes_make_leads_however_they_are_made() {
        for mode in Mode::BOTH {
            let other = match mode {
                Mode::Client => Mode::User,
                Mode::User => Mode::Client,
            };
            let before = with_guest(mode, 7);
            assert_eq!(leads(&before), [""; 0], "nothing is configured");
            configure(mode);
            let link = Owner::always_open(mode, "UTC").link();
            let booked = link.booking(&at(7, "10:00")).meeting;
            assert_eq!(leads(&booked).len(), 1);
            assert_eq!(leads(&with_guest(mode, 7)), ["Ada@guest.example"]);
            let elsewhere = Owner::always_open(other, "UTC").link();
            assert_eq!(leads(&elsewhere.booking(&at(7, "10:00")).meeting), [""; 0]);
            assert_eq!(leads(&with_guest(other, 7)), [""; 0]);
            run("select scheduling.configure_close(null)");
            assert_eq!(leads(&with_guest(mode, 7)), [""; 0], "it is off");
        }
    }

    #[pg_test]
    fn each_change_that_the_crm_is_told_of_queues_one_job_and_no_other_does() {
        for mode in Mode::BOTH {
            configure(mode);
            let meeting = with_guest(mode, 7);
            let ada = "Ada@guest.example";
            let mut expected = vec![ada];
            let later = format!(
                "starts_at = {}, ends_at = {}",
                at(8, "10:00"),
                at(8, "11:00")
            );
            for (change, more) in [
                ("title = 'Another'", vec![]),
                ("guest_email = 'ada@GUEST.example'", vec![]),
                ("guest_name = 'A.'", vec![]),
                ("status = 'completed'", vec![]),
                ("status = 'confirmed'", vec![]),
                (later.as_str(), vec!["ada@GUEST.example"]),
                ("status = 'cancelled'", vec!["ada@GUEST.example"]),
                ("guest_email = 'bob@guest.example'", vec![]),
                ("status = 'confirmed'", vec!["bob@guest.example"]),
                // Whose it is no more, and whose it is.
                (
                    "guest_email = 'kay@guest.example'",
                    vec!["bob@guest.example", "kay@guest.example"],
                ),
            ] {
                meeting.set(change);
                expected.extend(more);
                assert_eq!(leads(&meeting), expected, "{mode:?}: {change}");
            }
        }
    }

    #[pg_test]
    fn history_and_imports_make_no_leads() {
        for mode in Mode::BOTH {
            configure(mode);
            let over = with_guest(mode, -7);
            over.set("status = 'cancelled'");
            assert_eq!(leads(&over), [""; 0]);
            let owner = Owner::new(mode);
            let imported = owner.meeting_with(
                &at(7, "10:00"),
                &at(7, "11:00"),
                &[
                    &guest("'ada@guest.example'")[..],
                    &[("confirmation_sent_at", "now()")],
                ]
                .concat(),
            );
            assert_eq!(leads(&imported), [""; 0]);
        }
    }

    #[pg_test]
    fn a_meeting_without_a_guest_makes_no_lead() {
        for mode in Mode::BOTH {
            configure(mode);
            let owner = Owner::new(mode);
            let meeting = owner.meeting_with(
                &at(7, "10:00"),
                &at(7, "11:00"),
                &[(mode.names().guest_id, "null")],
            );
            meeting.set("status = 'cancelled'");
            assert_eq!(leads(&meeting), [""; 0]);
        }
    }

    #[pg_test]
    fn an_address_is_one_lane_over_owners_and_modes_and_the_crm_is_one_share() {
        run("select scheduling.configure_close('api_key.1', '{client,user}')");
        for mode in Mode::BOTH {
            with_guest(mode, 7);
            with_guest(mode, 8);
        }
        assert_eq!(
            rows(
                "select distinct lane || ' ' || share from scheduling.jobs where kind = 'crm_lead'"
            ),
            ["crm:ada@guest.example crm"]
        );
    }

    #[pg_test]
    fn the_key_is_sealed_and_configuring_anew_lets_go_what_was_held() {
        run("select scheduling.configure_close('api_key.1', '{user,client,user}')");
        let (sealed, modes): (String, String) = (
            one("select api_key from scheduling.crm_settings"),
            one("select modes::text from scheduling.crm_settings"),
        );
        assert!(sealed.starts_with("sealed:v2:"), "{sealed}");
        assert_eq!(
            vault::open(&sealed, "close_api_key").unwrap().as_str(),
            "api_key.1"
        );
        assert_eq!(modes, "{client,user}");
        let url: String = one("select api_url from scheduling.crm_settings");
        assert_eq!(url, "https://api.close.com/api/v1");

        with_guest(Mode::User, 7);
        for next in ["'api_key.2'", "null"] {
            run("update scheduling.crm_settings set held_reason = 'no', held_since = now()");
            run("update scheduling.jobs set run_at = 'infinity' where kind = 'crm_lead'");
            let held: Option<String> = Spi::get_one(
                "select held_reason from scheduling.queue_status() where kind = 'crm_lead'",
            )
            .unwrap();
            assert_eq!(held.as_deref(), Some("no"));
            run(&format!("select scheduling.configure_close({next})"));
            assert_eq!(
                rows("select (run_at = now())::text from scheduling.jobs where kind = 'crm_lead'"),
                ["true"]
            );
            let held: i64 =
                one("select count(*) from scheduling.queue_status() where held_reason is not null");
            assert_eq!(held, 0);
        }
    }

    #[pg_test]
    fn what_cannot_be_used_is_refused_and_never_repeated() {
        for (arguments, field) in [
            ("'private key'", "api_key"),
            ("''", "api_key"),
            ("'private:key'", "api_key"),
            ("repeat('private', 1000)", "api_key"),
            ("'private', '{}'", "modes"),
            ("'private', '{owner}'", "modes"),
            ("'private', array['user', null]", "modes"),
            ("'private', '{{user},{client}}'", "modes"),
            ("'private', api_url => 'ftp://x'", "api_url"),
            ("'private', api_url => 'https://me:you@x'", "api_url"),
            ("'private', api_url => ''", "api_url"),
        ] {
            let failure = refusal(
                &format!("select scheduling.configure_close({arguments})"),
                "22023",
            );
            let detail = failure.detail;
            assert!(
                detail.starts_with(&format!("{field}: ")),
                "{arguments}: {detail}"
            );
            assert!(
                !format!("{} {detail}", failure.message).contains("private"),
                "{detail}"
            );
        }
        outcome("select scheduling.configure_close('private', null, null)").unwrap();
        assert_eq!(
            one::<String>("select modes::text from scheduling.crm_settings"),
            "{user}"
        );
    }

    #[pg_test]
    fn what_the_crm_was_told_goes_with_the_meeting() {
        let notes = || one::<i64>("select count(*) from scheduling_private.crm_notes");
        for mode in Mode::BOTH {
            let meetings = mode.names().meetings;
            let note = |meeting: &Meeting| {
                run(&format!(
                    "insert into scheduling_private.crm_notes values
                         ('{}', 'x', 'lead_1', 'acti_1', 1, now(), now(), true)",
                    meeting.id
                ));
            };
            let meeting = with_guest(mode, 7);
            note(&meeting);
            run(&format!(
                "delete from scheduling.{meetings} where id = '{}'",
                meeting.id
            ));
            assert_eq!(notes(), 0, "{mode:?}");
        }
    }
}
