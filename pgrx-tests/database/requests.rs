//! What the back end asks of the queue: an event, the mails, a failed job again.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Mode, Owner};
    use super::super::harness::sql::{at, one, refusal, rows, run};

    #[pg_test]
    fn an_event_asked_for_twice_is_one_job() {
        for mode in Mode::BOTH {
            let meeting = Owner::new(mode).meeting(&at(7, "10:00"), &at(7, "11:00"));
            let ask = format!(
                "select scheduling.create_calendar_event({} => '{}')",
                mode.names().meeting_id,
                meeting.id
            );
            let queued: i64 = one(&ask);
            assert_eq!(meeting.jobs().len(), 3, "the one of the booking itself");
            meeting.clear_jobs();
            let job: i64 = one(&ask);
            assert_ne!(job, queued);
            assert_eq!(one::<i64>(&ask), job);
            assert_eq!(meeting.jobs(), ["create_event"]);
            run(&format!(
                "update scheduling.jobs set state = 'done', finished_at = now() where id = {job}"
            ));
            assert_ne!(one::<i64>(&ask), job, "what is done can be asked for again");
        }
    }

    #[pg_test]
    fn mails_still_queued_are_not_doubled() {
        for mode in Mode::BOTH {
            let meeting = Owner::new(mode).meeting(&at(7, "10:00"), &at(7, "11:00"));
            let ask = format!(
                "select unnest(scheduling.send_booking_notification({} => '{}'))::text",
                mode.names().meeting_id,
                meeting.id
            );
            let queued = rows(&ask);
            assert_eq!((queued.len(), meeting.jobs().len()), (2, 3));
            run(&format!(
                "update scheduling.jobs set state = 'done', finished_at = now() where id = {}",
                queued[0]
            ));
            let again = rows(&ask);
            assert_ne!(again[0], queued[0]);
            assert_eq!(again[1], queued[1]);
            assert_eq!(
                meeting.jobs()[1..],
                [
                    "send_email confirmation guest",
                    "send_email owner_notification owner",
                    "send_email confirmation guest"
                ]
            );
        }
    }

    #[pg_test]
    fn a_request_names_exactly_one_meeting_that_exists() {
        let [client, user] =
            Mode::BOTH.map(|mode| Owner::new(mode).meeting(&at(7, "10:00"), &at(7, "11:00")));
        for function in ["create_calendar_event", "send_booking_notification"] {
            for (arguments, expected) in [
                (String::new(), "22023"),
                ("null, null".to_owned(), "22023"),
                (format!("'{}', '{}'", client.id, user.id), "22023"),
                ("meeting_id => gen_random_uuid()".to_owned(), "PT404"),
                ("sales_meeting_id => gen_random_uuid()".to_owned(), "PT404"),
                // Each is looked for in its own table only.
                (format!("meeting_id => '{}'", user.id), "PT404"),
                (format!("sales_meeting_id => '{}'", client.id), "PT404"),
            ] {
                refusal(
                    &format!("select scheduling.{function}({arguments})"),
                    expected,
                );
            }
        }
    }

    #[pg_test]
    fn a_job_that_gave_up_can_be_tried_again() {
        let meeting = Owner::new(Mode::Client).meeting(&at(7, "10:00"), &at(7, "11:00"));
        let job: i64 = one(&format!(
            "select min(id) from scheduling.jobs where meeting_id = '{}'",
            meeting.id
        ));
        let retry = format!("select scheduling.retry_job({job})");
        for given_up in ["failed", "cancelled"] {
            run(&format!(
                "update scheduling.jobs set state = '{given_up}', attempts = 20, last_error = 'down',
                     run_at = now() - interval '1 day', finished_at = now()
                 where id = {job}"
            ));
            run(&retry);
            assert_eq!(
                rows(&format!(
                    "select concat_ws(' ', state, attempts, run_at = now(), finished_at)
                     from scheduling.jobs where id = {job}"
                )),
                ["ready 0 t"],
                "{given_up}"
            );
        }
        for (state, lease) in [("done", "null"), ("running", "gen_random_uuid()")] {
            run(&format!(
                "update scheduling.jobs set state = '{state}', locked_by = {lease} where id = {job}"
            ));
            refusal(&retry, "PT409");
        }
        refusal("select scheduling.retry_job(-1)", "PT404");
        refusal("select scheduling.retry_job(null)", "22023");
    }

    #[pg_test]
    fn the_workers_status_counts_the_queue() {
        let meeting = Owner::new(Mode::User).meeting(&at(7, "10:00"), &at(7, "11:00"));
        run(&format!(
            "update scheduling.jobs set run_at = now() - interval '1 hour'
             where sales_meeting_id = '{}' and kind = 'create_event'",
            meeting.id
        ));
        run(&format!(
            "update scheduling.jobs set state = 'failed', finished_at = now()
             where sales_meeting_id = '{}' and payload ->> 'to' = 'owner'",
            meeting.id
        ));
        assert_eq!(
            rows(
                "select concat_ws(' ', database, ready_jobs, running_jobs, failed_jobs,
                                  oldest_ready_at = now() - interval '1 hour')
                 from scheduling.worker_status()"
            ),
            [format!(
                "{} 2 0 1 t",
                one::<String>("select current_database()::text")
            )]
        );
    }

    #[pg_test]
    fn settings_of_mail_and_provider_are_checked() {
        for call in [
            "configure_mail(null, 'a@b.example')",
            "configure_mail('capture', null)",
            "configure_mail('pigeon', 'a@b.example')",
            "configure_mail('capture', 'nobody')",
            "configure_mail('capture', 'a@b.example', reply_to => 'nobody')",
            "configure_mail('smtp', 'a@b.example')",
            "configure_mail('smtp', 'a@b.example', smtp_url => 'http://mail.example')",
            "configure_mail('resend', 'a@b.example')",
            "configure_mail('resend', 'a@b.example', api_key => '')",
            "configure_mail('resend', 'a@b.example', api_key => 're_x y')",
            "configure_mail('resend', 'a@b.example', api_key => 're_x', api_url => 'resend')",
            "configure_mail('resend', 'a@b.example', api_key => 're_x', api_url => 'https://api.resend.com?x=1')",
            "configure_provider(null, 'id', 'secret', 'https://app.example/cb')",
            "configure_provider('google', null, 'secret', 'https://app.example/cb')",
            "configure_provider('google', 'id', null, 'https://app.example/cb')",
            "configure_provider('google', 'id', 'secret', null)",
            "configure_provider('icloud', 'id', 'secret', 'https://app.example/cb')",
            "configure_provider('google', 'id', 'secret', 'app.example/cb')",
            "configure_provider('google', 'id', 'secret', 'https://app.example/cb', token_url => 'ftp://x')",
        ] {
            refusal(&format!("select scheduling.{call}"), "22023");
        }
    }

    #[pg_test]
    fn a_providers_addresses_default_to_the_real_ones() {
        let addresses = |provider: &str| {
            rows(&format!(
                "select unnest(array[auth_url, token_url, revoke_url, userinfo_url, api_url])
                 from scheduling.providers where provider = '{provider}'"
            ))
        };
        run("select scheduling.configure_provider('google', 'id', 'secret', 'https://app.example/cb'),
                    scheduling.configure_provider('outlook', 'id', 'secret', 'https://app.example/cb',
                                                  tenant => 'contoso')");
        assert_eq!(
            addresses("google"),
            [
                "https://accounts.google.com/o/oauth2/v2/auth",
                "https://oauth2.googleapis.com/token",
                "https://oauth2.googleapis.com/revoke",
                "https://openidconnect.googleapis.com/v1/userinfo",
                "https://www.googleapis.com/calendar/v3",
            ]
        );
        let entra = "https://login.microsoftonline.com/contoso/oauth2/v2.0";
        assert_eq!(
            addresses("outlook")[..2],
            [format!("{entra}/authorize"), format!("{entra}/token")]
        );
        run("select scheduling.configure_provider('google', 'id', 'secret', 'https://app.example/cb',
                        auth_url => 'http://fake/1', token_url => 'http://fake/2',
                        revoke_url => 'http://fake/3', userinfo_url => 'http://fake/4',
                        api_url => 'http://fake/5')");
        assert_eq!(
            addresses("google"),
            [1, 2, 3, 4, 5].map(|n| format!("http://fake/{n}"))
        );
    }
}
