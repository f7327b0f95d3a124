//! Names of calendar providers and video conferences: one type each, one row a provider, and nothing
//! that one provider gets because it is not the other.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;
    use strum::VariantArray;

    use super::super::harness::names::{checked, known};
    use super::super::harness::sql::{refusal, rows, run};
    use crate::calendar::conferencing::Conferencing;
    use crate::provider::Provider;

    /// The names that a type takes.
    fn names(of: &str) -> Vec<String> {
        checked(&format!("c.contypid = 'scheduling.{of}'::regtype"))
    }

    #[pg_test]
    fn a_provider_is_known_to_its_type_its_defaults_and_the_code() {
        let taken = names("provider");
        let with_defaults = rows(
            "select provider from scheduling_private.provider_defaults order by provider collate \"C\"",
        );
        assert_eq!(with_defaults, taken);
        assert_eq!(taken, known(Provider::VARIANTS));
    }

    #[pg_test]
    fn a_conference_is_known_to_its_type_and_the_code() {
        assert_eq!(names("conferencing"), known(Conferencing::VARIANTS));
    }

    #[pg_test]
    fn sql_and_code_agree_on_which_conference_comes_with_which_calendar() {
        for conferencing in names("conferencing") {
            let read = serde_json::from_value::<Conferencing>(conferencing.as_str().into());
            let comes = names("provider").into_iter().filter(|provider| {
                let provider = provider.parse().expect("the code knows it");
                read.as_ref().expect("and this").comes_with(provider)
            });
            let told = rows(&format!(
                "select provider from scheduling_private.provider_defaults
                 where conferencing = '{conferencing}'"
            ));
            assert_eq!(told, comes.collect::<Vec<_>>(), "{conferencing}");
        }
    }

    /// Who reads comments, or the description of the API that PostgREST makes of them, is told of all.
    #[pg_test]
    fn a_comment_that_lists_providers_or_conferences_lists_all_of_them() {
        for of in ["provider", "conferencing"] {
            // "none" is a word of many sentences.
            let told = names(of).into_iter().filter(|name| name != "none");
            let told = told.collect::<Vec<_>>();
            let comments = format!(
                "select description from (
                     select distinct description,
                            (select count(*) from unnest('{{{}}}'::text[]) name
                             where description ~ ('\\m' || name || '\\M')) as named
                     from pg_description
                     join pg_depend d on d.classid = classoid and d.objid = objoid
                     join pg_extension e on d.refobjid = e.oid and d.deptype = 'e'
                     where e.extname = 'scheduling'
                 ) comments where named > 0",
                told.join(",")
            );
            assert!(rows(&comments).len() > 1, "{of}");
            let incomplete = rows(&format!("{comments} and named < {}", told.len()));
            assert_eq!(incomplete, [""; 0], "{of}");
        }
    }

    #[pg_test]
    fn what_names_a_provider_or_a_conference_is_of_its_type() {
        let untyped = rows(
            "select attrelid::regclass || '.' || attname
             from pg_attribute a join pg_class c on c.oid = attrelid
             where relnamespace in ('scheduling'::regnamespace, 'scheduling_private'::regnamespace)
               and relkind = 'r' and attnum > 0 and not attisdropped
               and (attname like '%provider' and atttypid <> 'scheduling.provider'::regtype
                    or attname like '%conferencing' and atttypid <> 'scheduling.conferencing'::regtype)",
        );
        assert_eq!(untyped, [""; 0]);
    }

    #[pg_test]
    fn an_unknown_provider_is_refused_and_a_new_one_gets_its_own_addresses() {
        let configure =
            "select scheduling.configure_provider('icloud', 'id', 'secret', 'https://app.example/cb',
                                                  tenant => 'acme')";
        let failure = refusal(configure, "22023");
        assert_eq!(failure.detail, "provider: A provider is google or outlook.");
        assert_eq!(failure.hint, "Pass 'google' or 'outlook'.");
        run("alter domain scheduling.provider drop constraint provider_check;
             insert into scheduling_private.provider_defaults
                 (provider, auth_url, token_url, userinfo_url, api_url)
             values ('icloud', 'https://icloud.example/{tenant}/auth', 'https://icloud.example/token',
                     'https://icloud.example/me', 'https://icloud.example/{tenant}')");
        run(configure);
        assert_eq!(
            rows(
                "select unnest(array[auth_url, token_url, revoke_url, userinfo_url, api_url])
                 from scheduling.providers where provider = 'icloud'"
            ),
            [
                "https://icloud.example/acme/auth",
                "https://icloud.example/token",
                "null",
                "https://icloud.example/me",
                "https://icloud.example/acme",
            ]
        );
    }
}
