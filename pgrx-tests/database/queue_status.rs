//! The queue in numbers, as dashboards and alerts ask for it.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;
    use strum::VariantArray;

    use super::super::harness::names::known;
    use super::super::harness::rows::{Mode, Owner};
    use super::super::harness::sql::{one, rows, run};
    use crate::worker::jobs::queue::JobKind;

    /// Queues so many mails, each to somebody else, and changes them.
    fn mails(count: usize, change: &str) {
        let owner = Owner::new(Mode::Client).key();
        run(&format!(
            "with queued as (
                 insert into scheduling.jobs (kind, payload, owner)
                 select 'send_email', jsonb_build_object('to', n), '{owner}'
                 from generate_series(1, {count}) n returning id
             )
             select from queued"
        ));
        run(&format!(
            "update scheduling.jobs set {change} where owner = '{owner}'"
        ));
    }

    fn fails(count: usize, error: &str) {
        mails(
            count,
            &format!("state = 'failed', finished_at = now(), last_error = {error}"),
        );
    }

    #[pg_test]
    fn every_kind_of_job_has_a_row_of_zeros_at_first() {
        let expected: Vec<_> = known(JobKind::VARIANTS)
            .iter()
            .map(|kind| format!("{kind} 0 0 0 0 0 - - - {{}}"))
            .collect();
        let mut found = rows(
            "select concat_ws(' ', kind, ready, running, waiting, failed, done_last_hour,
                              coalesce(oldest_ready_at::text, '-'), coalesce(p50_ms::text, '-'),
                              coalesce(p95_ms::text, '-'), failures)
             from scheduling.queue_status()",
        );
        found.sort();
        assert_eq!(found, expected);
    }

    #[pg_test]
    fn each_state_is_counted_by_itself_and_what_waits_for_its_time_is_not_ready() {
        mails(2, "run_at = now() - interval '5 minutes'");
        mails(1, "run_at = now()");
        mails(3, "run_at = now() + interval '1 second'");
        mails(
            4,
            "state = 'running', locked_by = gen_random_uuid(), locked_until = now()",
        );
        fails(5, "'the mail server says no'");
        mails(6, "state = 'cancelled', finished_at = now()");
        assert_eq!(
            rows(
                "select concat_ws(' ', ready, running, waiting, failed, done_last_hour, now() - oldest_ready_at)
                 from scheduling.queue_status() where kind = 'send_email'"
            ),
            ["3 4 3 5 0 00:05:00"]
        );
    }

    /// A job that was tried again counts from its last time: it is the queue that is measured.
    #[pg_test]
    fn percentiles_are_those_of_the_last_hour_from_due_to_done() {
        for milliseconds in 1..=100 {
            mails(
                1,
                &format!(
                    "state = 'done', attempts = 3, created_at = now() - interval '2 days', finished_at = now(),
                     run_at = now() - {milliseconds} * interval '1 millisecond'"
                ),
            );
        }
        mails(
            50,
            "state = 'done', run_at = now() - interval '3 hours', finished_at = now() - interval '61 minutes'",
        );
        assert_eq!(
            rows(
                "select concat_ws(' ', done_last_hour, round(p50_ms::numeric, 1), round(p95_ms::numeric, 1))
                 from scheduling.queue_status() where kind = 'send_email'"
            ),
            ["100 50.5 95.1"]
        );
    }

    #[pg_test]
    fn failures_are_counted_by_reason_without_what_makes_each_another_one() {
        fails(1, "'554 5.7.1 <ada@guest.example>: refused (id 4711)'");
        fails(1, "'550 5.1.1 <bob@guest.example>: refused (id 12)'");
        fails(
            2,
            "'no event 6f1f64a5-0d0e-4b0a-8a5c-2f6c1d2e3f40 at https://api.example/v3?x=1'",
        );
        fails(
            1,
            "'no event 0d0e4b0a8a5c2f6c1d2e3f406f1f64a5 at https://api.example/v4'",
        );
        fails(1, "null");
        let reasons = rows(
            "select jsonb_pretty(failures) from scheduling.queue_status() where kind = 'send_email'",
        );
        assert_eq!(
            reasons,
            [concat!(
                "{\n",
                "    \"no reason was noted\": 1,\n",
                "    \"no event <id> at <url>\": 3,\n",
                "    \"<n> <n> <address>: refused (id <n>)\": 2\n",
                "}"
            )]
        );
    }

    #[pg_test]
    fn there_are_at_most_twenty_reasons_and_none_is_left_out() {
        for reason in 0..30_u8 {
            let letter = char::from(b'A' + reason);
            fails(1, &format!("'reason ' || chr({})", letter as u32));
        }
        fails(3, "'the frequent one'");
        let counted: String = one(
            "select concat_ws(' ', count(*), sum(value::int), max(value::int))
             from scheduling.queue_status(), jsonb_each_text(failures)",
        );
        // The nineteen that are most frequent, and the rest.
        assert_eq!(counted, "20 33 12");
    }

    /// What stands in the recipe is what people paste.
    #[pg_test]
    fn the_queries_of_the_recipe_for_prometheus_run_and_have_the_columns_that_it_names() {
        let page = include_str!("../../docs/operations.md");
        let recipe = page
            .split("```yaml\n")
            .find(|block| block.starts_with("collector_name"));
        let recipe = recipe.and_then(|block| block.split("```").next());
        let recipe = recipe.expect("operations.md has a collector");
        let queries: Vec<_> = recipe.split("    query: |\n").skip(1).collect();
        assert_eq!(queries.len(), 3, "{recipe}");
        fails(2, "'no'");
        let mut columns = Vec::new();
        for query in queries {
            let lines = query.lines().take_while(|line| line.starts_with("      "));
            let query: String = lines.flat_map(|line| [line.trim(), "\n"]).collect();
            let found: i64 = one(&format!("select count(*) from ({query}) q"));
            assert!(found > 0, "{query}");
            columns.extend(rows(&format!(
                "select distinct jsonb_object_keys(to_jsonb(q)) from ({query}) q"
            )));
        }
        let named = recipe.lines().filter_map(|line| {
            let (key, list) = line.trim().split_once(": ")?;
            let list = list.strip_prefix('[')?.strip_suffix(']')?;
            matches!(key, "values" | "key_labels").then_some(list)
        });
        for name in named.flat_map(|list| list.split(", ")) {
            assert!(columns.iter().any(|column| column == name), "{name}");
        }
    }
}
