//! The questions of a link and their answers, as `book` holds one against the other.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;
    use serde_json::json;

    use super::super::harness::rows::{Booking, Link, Mode, Owner, row, text};
    use super::super::harness::sql::{SUCCESS, at, outcome, refusal, rows, run, sqlstate};

    const FORM: &str = r#"questions = '[
        {"id": "company", "label": "Company", "required": true},
        {"id": "size", "type": "choice", "options": ["1-10", "11+"]},
        {"id": "billing", "label": "Billing address", "type": "email"}]'"#;

    fn answers(json: &str) -> String {
        format!("answers => '{json}'")
    }

    fn link(mode: Mode) -> Link {
        let link = Owner::always_open(mode, "UTC").link();
        link.set(FORM);
        link
    }

    #[pg_test]
    fn malformed_questions_are_refused_when_they_are_written() {
        let link = Owner::new(Mode::User).link();
        for (questions, path) in [
            (r#"{}"#, "questions: "),
            (r#"[{"label": "Company"}]"#, "questions[0].id: "),
            (r#"[{"id": "a"}, {"id": "a"}]"#, "questions[1].id: "),
            (
                r#"[{"id": "a", "type": "choice", "options": ["A", ""]}]"#,
                "questions[0].options[1]: ",
            ),
        ] {
            let failure = refusal(&link.update(&format!("questions = '{questions}'")), "22023");
            assert_eq!(failure.message, "malformed questions");
            assert!(failure.detail.starts_with(path), "{failure:?}");
        }
        assert_eq!(sqlstate(&link.update(FORM)), SUCCESS);
        let null = outcome(&link.update("questions = null"));
        assert_eq!(null.expect_err("it is not null").sqlstate, "23502");
    }

    #[pg_test]
    fn answers_that_do_not_fit_are_refused_and_leave_nothing_behind() {
        for mode in Mode::BOTH {
            let link = link(mode);
            for (given, question) in [
                ("{}", "\"company\" (Company)"),
                (r#"{"company": " "}"#, "\"company\" (Company)"),
                (r#"{"company": null}"#, "\"company\" (Company)"),
                (r#"{"company": 7}"#, "\"company\" (Company)"),
                (r#"{"company": "A", "size": "hush"}"#, "\"size\""),
                (
                    r#"{"company": "A", "billing": "hush"}"#,
                    "\"billing\" (Billing address)",
                ),
                (r#"{"company": "A", "colour": "hush"}"#, "\"colour\""),
            ] {
                let failure = refusal(&link.book(&at(7, "10:00"), &answers(given)), "22023");
                assert_eq!(failure.message, "malformed answers", "{given}");
                assert!(failure.detail.contains(question), "{given}: {failure:?}");
                assert!(!format!("{failure:?}").contains("hush"), "{failure:?}");
            }
            refusal(&link.book(&at(7, "10:00"), ""), "22023");
            refusal(&link.book(&at(7, "10:00"), "answers => null"), "22023");
            let names = mode.names();
            let left = rows(&format!(
                "select email from scheduling.{} union all select title from scheduling.{}",
                names.guests, names.meetings
            ));
            assert_eq!(left, [""; 0]);
        }
    }

    #[pg_test]
    fn answers_are_stored_trimmed_and_without_what_was_left_empty() {
        for mode in Mode::BOTH {
            let given = r#"{"company": " Acme ", "size": "11+", "billing": ""}"#;
            let booked = link(mode).booked(&at(7, "10:00"), &answers(given));
            let stored = row(&format!(
                "select answers from scheduling.{} where id = '{}'",
                mode.names().meetings,
                text(&booked, "meeting_id")
            ));
            assert_eq!(stored, json!({"company": "Acme", "size": "11+"}));
        }
    }

    #[pg_test]
    fn a_link_without_questions_takes_no_answers() {
        let link = Owner::always_open(Mode::Client, "UTC").link();
        refusal(
            &link.book(&at(7, "10:00"), &answers(r#"{"topic": "all"}"#)),
            "22023",
        );
        link.booked(&at(7, "10:00"), &answers("{}"));
    }

    #[pg_test]
    fn a_repeated_key_is_the_same_booking_even_if_other_questions_are_asked_by_now() {
        let link = link(Mode::User);
        let more = format!("idempotency_key => 'k', {}", answers(r#"{"company": "A"}"#));
        let booked = link.booked(&at(7, "10:00"), &more);
        link.set(r#"questions = '[{"id": "other", "required": true}]'"#);
        assert_eq!(link.booked(&at(7, "10:00"), &more), booked);
        // And moving asks nothing again.
        let booking = Booking::of(Mode::User, &booked);
        row(&booking.call("reschedule_booking", &at(7, "12:00")));
    }

    /// What an owner notes down is the owner's own business.
    #[pg_test]
    fn a_plain_insert_may_have_any_answers() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            let link = owner.link();
            link.set(FORM);
            let meeting = owner.meeting_with(
                &at(7, "10:00"),
                &at(7, "11:00"),
                &[
                    ("booking_link_id", &link.id()),
                    ("answers", "'{\"heard of us\": [\"a\", 1]}'"),
                ],
            );
            assert_eq!(meeting.text("answers"), r#"{"heard of us": ["a", 1]}"#);
        }
    }

    #[pg_test]
    fn stored_questions_are_checked_for_roles_that_may_call_nothing_else() {
        run("select pg_advisory_xact_lock(hashtext('roles of tests'))");
        run("create role test_writer bypassrls");
        run("grant usage on schema scheduling to test_writer");
        run("grant all on scheduling.booking_links to test_writer");
        let link = Owner::new(Mode::Client).link();
        run("set local role test_writer");
        let written = [
            sqlstate(&link.update(FORM)),
            sqlstate(&link.update("questions = '[1]'")),
        ];
        run("reset role");
        assert_eq!(written, [SUCCESS, "22023"]);
    }
}
