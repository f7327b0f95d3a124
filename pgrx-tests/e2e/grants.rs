//! What installing gives to others: nothing, whatever the installing role gives away by default.

use crate::harness::cluster::Cluster;
use crate::harness::database::Database;

#[test]
fn default_privileges_of_the_installing_role_give_nothing_of_the_extension_away() {
    let mut database = Database::without_extension(Cluster::shared());
    let role = format!("visitor of {}", database.name);
    // As guides for other schemas have it, and the schema is there already.
    let before = format!(
        r#"create role "{role}";
           create schema scheduling;
           grant usage on schema scheduling to "{role}";
           alter default privileges in schema scheduling grant all on tables to "{role}";
           alter default privileges in schema scheduling grant all on sequences to "{role}";
           alter default privileges in schema scheduling grant all on routines to "{role}";
           alter default privileges grant all on tables to "{role}";
           alter default privileges grant all on routines to "{role}", public;
           alter default privileges grant usage on schemas to "{role}", public;
           create extension scheduling cascade"#
    );
    database
        .sql
        .batch_execute(&before)
        .expect("a superuser may");
    let given_away = database
        .sql
        .query(
            "select p.oid::regprocedure::text from pg_proc p
             where p.pronamespace in ('scheduling'::regnamespace, 'scheduling_private'::regnamespace)
               and has_function_privilege($1::text, p.oid, 'execute')
               -- what constraints, defaults, triggers' conditions and policies call for whoever comes to a row
               and p.proname not in ('are_calendar_ids', 'are_durations', 'are_reminders', 'blocked_range', 'book_follows_up', 'caller_id',
                                     'check_attribution', 'check_availability_settings', 'check_availability_windows', 'check_json',
                                     'check_questions', 'default_availability_settings', 'is_calendar_id', 'is_locale',
                                     'is_planned_for_service', 'my_clients', 'user_is_service')
             union all
             select c.oid::regclass::text from pg_class c
             where c.relnamespace in ('scheduling'::regnamespace, 'scheduling_private'::regnamespace)
               and case c.relkind
                       when 'S' then has_sequence_privilege($1, c.oid, 'usage, select, update')
                       when 'r' then has_table_privilege(
                           $1, c.oid, 'select, insert, update, delete, truncate, references, trigger')
                   end
             union all
             select n.nspname::text from pg_namespace n
             where n.nspname = 'scheduling_private' and has_schema_privilege($1, n.oid, 'usage, create')
             order by 1",
            &[&role],
        )
        .expect("the catalogue can be read");
    let given_away: Vec<String> = given_away.iter().map(|row| row.get(0)).collect();
    assert_eq!(given_away, [""; 0]);
}
