//! Own texts of mails: what may be written, and that a refusal says where it is wrong.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Mode, Owner};
    use super::super::harness::sql::{SUCCESS, as_role, one, quote, refusal, run, sqlstate};

    fn insert(kind: &str, recipient: &str, columns: &str, values: &str) -> String {
        format!(
            "insert into scheduling.mail_templates (kind, recipient, {columns})
             values ('{kind}', {recipient}, {values})"
        )
    }

    fn text(template: &str) -> String {
        insert("confirmation", "'guest'", "text", &quote(template))
    }

    #[pg_test]
    fn a_template_that_cannot_be_rendered_is_refused_when_it_is_written() {
        for (statement, detail) in [
            (
                text("Hello\n{{ gust }}"),
                "text: line 2: there is no \"gust\"",
            ),
            (text("{% if title %}"), "text: line 1: syntax error"),
            (text("{{ title"), "text: line 1: syntax error"),
            (text("{{ title|nosuch }}"), "text: line 1: unknown filter"),
            (text("{% include 'x' %}"), "text: line 1: syntax error"),
            (text("{{ debug() }}"), "text: line 1: unknown function"),
            (text("{{ [1] }}"), "text: line 1: a list"),
            (text("{{ 'x' * 1000000000 }}"), "text: line 1: "),
            (text("{{ notes }}"), "text: line 1: there is no \"notes\""),
            (text(" "), "text: it writes nothing"),
            (
                insert("confirmation", "'guest'", "html", "'<p>\n\n{{ x }}</p>'"),
                "html: line 3: there is no \"x\"",
            ),
            (
                insert("confirmation", "'guest'", "subject", "'{{ 1 / 0 }}'"),
                "subject: line 1: ",
            ),
            (
                insert("confirmation", "'guest'", "text", "repeat('x', 70000)"),
                "text: it has more than 65536 bytes",
            ),
            (
                insert(
                    "confirmation",
                    "'further_guest'",
                    "text",
                    "'{{ manage_url }}'",
                ),
                "text: line 1: there is no \"manage_url\"",
            ),
            // Meant for all, it has to do for each.
            (
                insert("cancelled", "null", "text", "'{{ notes }}'"),
                "text: line 1: there is no \"notes\"",
            ),
            (
                insert("reminder", "'owner'", "text", "'x'"),
                "recipient: no reminder is written to the owner",
            ),
        ] {
            let failure = refusal(&statement, "22023");
            assert!(
                failure.detail.starts_with(detail),
                "{statement}: {failure:?}"
            );
        }
        run(&text("Hello {{ guest }}"));
        let spoiled = "update scheduling.mail_templates set text = '{{ x }}'";
        assert_eq!(sqlstate(spoiled), "22023");
    }

    #[pg_test]
    fn a_row_says_what_it_is_for_and_there_is_one_of_a_kind() {
        let owner = Owner::new(Mode::Client);
        let user = Owner::new(Mode::User);
        for (columns, values, expected) in [
            ("subject", "'x'", SUCCESS),
            ("subject", "'y'", "23505"),
            ("subject, locale", "'x', 'DE-at'", SUCCESS),
            ("subject, locale", "'x', 'de-AT'", "23505"),
            ("subject, locale", "'x', 'no language'", "23514"),
            ("locale", "'fr'", "23514"),
        ] {
            let statement = insert("confirmation", "'guest'", columns, values);
            assert_eq!(sqlstate(&statement), expected, "{columns} {values}");
        }
        let of = |columns: &str, values: String| insert("confirmation", "null", columns, &values);
        for (statement, expected) in [
            (
                of("subject, client_id", format!("'x', '{}'", owner.id)),
                SUCCESS,
            ),
            (
                of("subject, client_id", format!("'x', '{}'", owner.id)),
                "23505",
            ),
            (
                of("subject, user_id", format!("'x', '{}'", user.id)),
                SUCCESS,
            ),
            (
                of(
                    "subject, client_id, user_id",
                    format!("'x', '{}', '{}'", owner.id, user.id),
                ),
                "23514",
            ),
            (insert("newsletter", "'guest'", "subject", "'x'"), "23514"),
            (
                insert("confirmation", "'everybody'", "subject", "'x'"),
                "23514",
            ),
            (insert("confirmation", "'owner'", "subject", "'x'"), "22023"),
        ] {
            assert_eq!(sqlstate(&statement), expected, "{statement}");
        }
        let spelled: bool = one(
            "select count(*) = 1 from scheduling.mail_templates where locale = 'de-AT' and updated_at is not null",
        );
        assert!(spelled);
        run(&format!(
            "delete from scheduling.clients where id = '{}'",
            owner.id
        ));
        let left: i64 =
            one("select count(*) from scheduling.mail_templates where client_id is not null");
        assert_eq!(left, 0, "they go with their owner");
    }

    #[pg_test]
    fn the_service_role_writes_templates_and_nobody_else() {
        run("create role text_visitor; create role text_member; create role text_service");
        run("select scheduling.grant_access('text_visitor', 'text_member', 'text_service')");
        for (role, expected) in [
            ("text_visitor", "42501"),
            ("text_member", "42501"),
            ("text_service", SUCCESS),
        ] {
            let outcome = as_role(role, || sqlstate(&text("Hello {{ guest }}")));
            assert_eq!(outcome, expected, "{role}");
        }
        let refused = as_role("text_service", || sqlstate(&text("{{ x }}")));
        assert_eq!(refused, "22023", "the check runs for it, too");
    }
}
