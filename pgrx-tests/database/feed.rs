//! The calendar feed: what it shows of an owner's meetings, and to whom.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Mode, Owner};
    use super::super::harness::sql::{as_role, at, one, refusal, run, sqlstate};

    fn file(token: &str) -> String {
        let folded: String = one(&format!(
            "select convert_from(scheduling.calendar_feed('{token}')::bytea, 'UTF8')"
        ));
        folded.replace("\r\n ", "")
    }

    /// The events of a feed, in order, each as its lines.
    fn events(owner: &Owner) -> Vec<Vec<String>> {
        let file = file(&owner.feed());
        let events = file.split("BEGIN:VEVENT\r\n").skip(1);
        events
            .map(|event| event.lines().map(str::to_owned).collect())
            .collect()
    }

    #[track_caller]
    fn assert_says(event: &[String], lines: &[&str]) {
        for line in lines {
            assert!(event.iter().any(|said| said == line), "{line}: {event:#?}");
        }
    }

    #[pg_test]
    fn a_feed_says_when_and_where_its_owner_meets_whom_and_nothing_more() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "Europe/Madrid");
            owner.set(match mode {
                Mode::Client => "name = 'Acme, Inc', primary_contact_email = 'boss@acme.example'",
                Mode::User => "full_name = 'Acme, Inc', email = 'boss@acme.example'",
            });
            let link = owner.link();
            link.set("location = 'Room 5'");
            let booking = link.booking_with(
                &at(7, "10:00"),
                "phone => '+34 600 123', notes => 'a secret', guests => '{kay@guest.example}'",
            );
            booking
                .meeting
                .set("meeting_url = 'https://meet.example/x'");
            // Somebody else's is not in it.
            Owner::always_open(mode, "UTC")
                .link()
                .booking(&at(7, "10:00"));

            let whole = file(&owner.feed());
            for line in [
                "METHOD:PUBLISH",
                "NAME;VALUE=TEXT:Acme\\, Inc",
                "X-WR-CALNAME:Acme\\, Inc",
                "X-WR-TIMEZONE:Europe/Madrid",
                "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
                "X-PUBLISHED-TTL:PT1H",
            ] {
                assert!(whole.lines().any(|said| said == line), "{line}: {whole}");
            }
            let day: String = one(&format!(
                "select to_char({} at time zone 'UTC', 'YYYYMMDD')",
                at(7, "00:00")
            ));
            let all = events(&owner);
            assert_eq!(all.len(), 1, "{whole}");
            assert_says(
                &all[0],
                &[
                    &format!("UID:{}@scheduling", booking.meeting.id),
                    &format!("DTSTART:{day}T100000Z"),
                    &format!("DTEND:{day}T103000Z"),
                    "SUMMARY:Intro call",
                    "LOCATION:Room 5",
                    "URL:https://meet.example/x",
                    "DESCRIPTION:Guest: Ada Guest\\nJoin: https://meet.example/x",
                    "STATUS:CONFIRMED",
                    "TRANSP:OPAQUE",
                ],
            );
            for private in [
                "guest.example",
                "acme.example",
                "600 123",
                "a secret",
                "ATTENDEE",
                "ORGANIZER",
                booking.token.as_str(),
            ] {
                assert!(!whole.contains(private), "{private}: {whole}");
            }
        }
    }

    #[pg_test]
    fn what_was_cancelled_says_so_for_thirty_days_with_a_higher_sequence() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let meeting = owner.link().booking(&at(7, "10:00")).meeting;
            meeting.set("status = 'cancelled'");
            let all = events(&owner);
            assert_says(
                &all[0],
                &[
                    "STATUS:CANCELLED",
                    "SUMMARY:Cancelled: Intro call",
                    "SEQUENCE:1",
                    "TRANSP:TRANSPARENT",
                    &format!("UID:{}@scheduling", meeting.id),
                ],
            );
            meeting.set("cancelled_at = now() - interval '29 days'");
            assert_eq!(events(&owner).len(), 1);
            meeting.set("cancelled_at = now() - interval '31 days'");
            assert_eq!(events(&owner), [[""; 0]; 0]);
        }
    }

    #[pg_test]
    fn a_feed_has_the_last_ninety_days_and_all_to_come_up_to_a_number() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            let imported = [("confirmation_sent_at", "now()")];
            for (days, hours) in [(-91, 0), (-89, 0), (-1, 0), (3_000, 0)] {
                owner.meeting_with(
                    &format!("now() + interval '{days} days {hours} hours'"),
                    &format!("now() + interval '{days} days {} hours'", hours + 1),
                    &imported,
                );
            }
            assert_eq!(events(&owner).len(), 3);
            // The nearest ones stay in.
            let names = mode.names();
            run(&format!(
                "insert into scheduling.{} ({}, title, starts_at, ends_at, confirmation_sent_at)
                 select '{}', abs(n)::text, now() + n * interval '1 hour',
                        now() + n * interval '1 hour' + interval '30 minutes', now()
                 from generate_series(-600, 2100) n where n not between -25 and -23",
                names.meetings, names.owner_id, owner.id
            ));
            let all = events(&owner);
            assert_eq!(all.len(), 2_500);
            assert_says(&all[all.len() - 1], &["SUMMARY:1999"]);
            // 22 hours, the one a day ago, and 477 hours before that.
            assert_says(&all[0], &["SUMMARY:502"]);
        }
    }

    #[pg_test]
    fn only_the_address_of_now_opens_a_feed() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            let other = Owner::new(mode);
            let first = owner.feed();
            assert_eq!(owner.feed(), first, "it stays the same");
            file(&first);
            let second: String = one(&format!(
                "select split_part(scheduling.rotate_calendar_feed('{}'), 'token=', 2)",
                owner.key()
            ));
            assert_ne!(first, second);
            assert_eq!(owner.feed(), second);
            file(&second);
            let third: String = one(&format!(
                "select split_part(scheduling.rotate_calendar_feed('{}'), 'token=', 2)",
                owner.key()
            ));
            let others = other.feed();
            // The one half of one and the other of another.
            let mixed = format!("{}{}", &others[..24], &third[24..]);
            for wrong in [
                first.as_str(),
                &second,
                &mixed,
                &third[..24],
                &format!("{third}A"),
                &third.to_lowercase(),
                "",
                "nothing",
                "%2e%2e",
            ] {
                let refused = refusal(
                    &format!("select scheduling.calendar_feed('{wrong}')"),
                    "PT404",
                );
                assert!(refused.detail.starts_with("feed: "), "{refused:?}");
                assert!(wrong.is_empty() || !format!("{refused:?}").contains(wrong));
            }
            file(&third);
            let names = mode.names();
            run(&format!(
                "delete from scheduling.{} where {} = '{}'",
                names.owners, names.id, owner.id
            ));
            refusal(
                &format!("select scheduling.calendar_feed('{third}')"),
                "PT404",
            );
            refusal(
                &format!("select scheduling.calendar_feed_url('{}')", owner.key()),
                "PT404",
            );
            file(&others);
        }
        refusal("select scheduling.calendar_feed(null)", "22023");
        refusal("select scheduling.calendar_feed_url('acme')", "22023");
    }

    /// A booking's token is signed by the same key.
    #[pg_test]
    fn a_manage_token_opens_no_feed_and_a_feed_s_no_booking() {
        let owner = Owner::always_open(Mode::Client, "UTC");
        let booking = owner.link().booking(&at(7, "10:00"));
        let feed = owner.feed();
        refusal(
            &format!("select scheduling.calendar_feed('{}')", booking.token),
            "PT404",
        );
        refusal(&format!("select scheduling.get_booking('{feed}')"), "PT404");
    }

    #[pg_test]
    fn only_who_manages_an_owner_is_told_the_address_and_gives_another() {
        run("select pg_advisory_xact_lock(hashtext('roles of tests'))");
        run("create role test_visitor; create role test_member; create role test_service;");
        run("select scheduling.grant_access('test_visitor', 'test_member', 'test_service')");
        let [user, stranger] = [Mode::User; 2].map(Owner::new);
        let client = Owner::new(Mode::Client);
        run(&format!(
            "insert into scheduling.client_members (client_id, user_id) values ('{}', '{}')",
            client.id, user.id
        ));
        let sign_in = |owner: &Owner| {
            run(&format!(
                "select set_config('request.jwt.claims', '{{\"sub\": \"{}\"}}', true)",
                owner.id
            ));
        };
        for function in ["calendar_feed_url", "rotate_calendar_feed"] {
            for owner in [&user, &client] {
                let call = format!("select scheduling.{function}('{}')", owner.key());
                sign_in(&user);
                as_role("test_member", || assert_eq!(sqlstate(&call), "00000"));
                as_role("test_visitor", || assert_eq!(sqlstate(&call), "42501"));
                sign_in(&stranger);
                as_role("test_member", || refusal(&call, "42501"));
            }
        }
        let feed = client.feed();
        as_role("test_visitor", || file(&feed));
    }

    #[pg_test]
    fn a_program_that_has_the_file_already_is_not_sent_it_again() {
        let owner = Owner::always_open(Mode::User, "UTC");
        let meeting = owner.link().booking(&at(7, "10:00")).meeting;
        let token = owner.feed();
        file(&token);
        let header = |name: &str| -> String {
            one(&format!(
                "select header ->> '{name}' from json_array_elements(current_setting('response.headers')::json) header
                 where header ->> '{name}' is not null"
            ))
        };
        let tag = header("ETag");
        assert_eq!(header("Content-Type"), "text/calendar; charset=utf-8");
        let answer = |known: &str| {
            let headers = serde_json::json!({"if-none-match": known});
            run("select set_config('response.status', '', true)");
            run(&format!(
                "select set_config('request.headers', '{headers}', true)"
            ));
            let text = file(&token);
            (
                one::<String>("select current_setting('response.status')"),
                text.is_empty(),
            )
        };
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}")] {
            assert_eq!(answer(&known), ("304".to_owned(), true), "{known}");
        }
        assert_eq!(answer("\"x\""), (String::new(), false));
        meeting.set("title = 'Another title', updated_at = now()");
        assert_eq!(answer(&tag), (String::new(), false));
    }
}
