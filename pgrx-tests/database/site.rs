//! Where the pages of the application are, and who may frame them: what `configure_site` takes and keeps.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Mode, Owner};
    use super::super::harness::sql::{one, quote, refusal, rows, run};

    /// `configure_site` with the three that are required, and more.
    fn configure(more: &str) -> String {
        format!(
            "select scheduling.configure_site('https://app.example', '/book/', '/manage/'{more})"
        )
    }

    fn kept(column: &str) -> String {
        let query = format!("select {column}::text from scheduling.site_settings");
        rows(&query).remove(0)
    }

    #[pg_test]
    fn a_refused_setting_of_the_site_is_named() {
        let required = [
            ("null, '/book/', '/manage/'", "app_url"),
            ("'app.example', '/book/', '/manage/'", "app_url"),
            ("'https://ada@app.example', '/book/', '/manage/'", "app_url"),
            ("'https://app.example/?page=', '/book/', '/m/'", "app_url"),
            ("'https://app.example/#', '/book/', '/manage/'", "app_url"),
            ("'https://app.example', null, '/manage/'", "booking_path"),
            ("'https://app.example', 'book/', '/manage/'", "booking_path"),
            ("'https://app.example', '/book/', null", "manage_path"),
            ("'https://app.example', '/book/', '/a b/'", "manage_path"),
        ];
        let required = required.map(|(arguments, field)| {
            (
                format!("select scheduling.configure_site({arguments})"),
                field,
            )
        });
        let more = [
            ("verify_path => 'verify/'", "verify_path"),
            ("answer_path => ''", "answer_path"),
            ("owner_path => 'https://app.example/'", "owner_path"),
            ("owner_path => E'/a\\nb'", "owner_path"),
            ("api_url => 'api.example'", "api_url"),
            ("api_url => 'ftp://api.example'", "api_url"),
            ("api_url => 'https://api.example/?a=b'", "api_url"),
            ("api_url => 'https://api.example/; script-src *'", "api_url"),
            ("api_url => 'https://api.example/;script-src'", "api_url"),
            (
                "api_url => 'https://api.example,https://b.example'",
                "api_url",
            ),
            (
                "embed_origins => '{{https://a.example},{https://b.example}}'",
                "embed_origins",
            ),
            (
                "embed_origins => array_fill('https://a.example'::text, array[51])",
                "embed_origins",
            ),
        ];
        let more = more.map(|(argument, field)| (configure(&format!(", {argument}")), field));
        for (call, field) in required.into_iter().chain(more) {
            let failure = refusal(&call, "22023");
            assert!(
                failure.detail.starts_with(&format!("{field}: ")),
                "{call}: {failure:?}"
            );
        }
        assert_eq!(
            one::<i64>("select count(*) from scheduling.site_settings"),
            0
        );
    }

    #[pg_test]
    fn who_may_frame_pages_is_named_by_origins_and_by_nothing_else() {
        for none in [
            "*",
            "null",
            "'self'",
            "https:",
            "https://",
            "https://*",
            "https://*.example.com",
            "https://a.example/",
            "https://a.example/page",
            "https://a.example?x",
            "https://a.example#x",
            "https://ada@a.example",
            "https://a.example:",
            "https://a.example:0",
            "https://a.example:65536",
            "https://a.example:*",
            "https://a..example",
            "https://-a.example",
            "https://a_b.example",
            "https://b\u{fc}cher.example",
            // The sign of Kelvin, whose lower case is a letter of ASCII.
            "https://boo\u{212a}.example",
            "https://[::1]",
            "ftp://a.example",
            "javascript:alert(1)",
            " https://a.example",
            "https://a.example\n",
            "https://a.example; script-src *",
            "https://a.example, *",
            "https://a.example https://b.example",
            "",
        ] {
            let origins = format!("array['https://a.example', {}]", quote(none));
            let failure = refusal(
                &configure(&format!(", embed_origins => {origins}")),
                "22023",
            );
            assert!(
                failure.detail.starts_with("embed_origins[2]: "),
                "{none}: {failure:?}"
            );
        }
        let failure = refusal(
            &configure(", embed_origins => array[null]::text[]"),
            "22023",
        );
        assert!(
            failure.detail.starts_with("embed_origins[1]: "),
            "{failure:?}"
        );
    }

    #[pg_test]
    fn origins_are_kept_as_browsers_write_them() {
        for (given, written) in [
            ("https://www.example.com", "https://www.example.com"),
            ("HTTPS://WWW.Example.COM", "https://www.example.com"),
            ("https://www.example.com:443", "https://www.example.com"),
            ("https://www.example.com:80", "https://www.example.com:80"),
            ("http://www.example.com:80", "http://www.example.com"),
            ("http://localhost:8443", "http://localhost:8443"),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            (
                "https://xn--bcher-kva.example",
                "https://xn--bcher-kva.example",
            ),
            ("https://a.example:65535", "https://a.example:65535"),
        ] {
            run(&configure(&format!(
                ", embed_origins => array[{}]",
                quote(given)
            )));
            assert_eq!(kept("embed_origins"), format!("{{{written}}}"), "{given}");
        }
        run(&configure(
            ", embed_origins => '[5:7]={https://b.example,https://a.example,HTTPS://B.example}'",
        ));
        assert_eq!(
            kept("embed_origins"),
            "{https://b.example,https://a.example}"
        );
        run(&configure(""));
        assert_eq!(kept("embed_origins"), "{}");
    }

    #[pg_test]
    fn each_call_says_all_of_the_site() {
        let columns = "concat_ws(' ', app_url, booking_path, manage_path, verify_path, answer_path, owner_path, api_url)";
        run("select scheduling.configure_site('https://app.example/', '/b/', '/rpc/manage_page#manage=', '/v/',
                 '/a/', '/owner', 'https://api.example:8443/rest/v1/', '{https://www.example}')");
        assert_eq!(
            kept(columns),
            "https://app.example /b/ /rpc/manage_page#manage= /v/ /a/ /owner https://api.example:8443/rest/v1"
        );
        run("select scheduling.configure_site('https://app.example', '/b/', '/m/')");
        assert_eq!(kept(columns), "https://app.example /b/ /m/");
        assert_eq!(kept("embed_origins"), "{}");
        run(&configure(", api_url => 'http://[::1]:3000'"));
        assert_eq!(kept("api_url"), "http://[::1]:3000");
    }

    #[pg_test]
    fn a_link_has_an_address_once_it_is_known_where_pages_are() {
        for mode in Mode::BOTH {
            run("delete from scheduling.site_settings");
            let slug = Owner::new(mode).link().slug;
            let address = || rows(&format!("select scheduling.booking_url('{slug}')"));
            assert_eq!(address(), ["null"]);
            for (path, before) in [
                ("/book/", "https://app.example/book/"),
                (
                    "/rpc/booking_page?slug=",
                    "https://app.example/rpc/booking_page?slug=",
                ),
                ("/book#", "https://app.example/book#"),
            ] {
                run(&format!(
                    "select scheduling.configure_site('https://app.example/', '{path}', '/manage/')"
                ));
                assert_eq!(address(), [format!("{before}{slug}")]);
            }
            let other_case = format!("select scheduling.booking_url('{}')", slug.to_uppercase());
            assert!(refusal(&other_case, "PT404").detail.starts_with("link: "));
        }
        for none in ["'no-such-link'", "''", "'../x'"] {
            refusal(&format!("select scheduling.booking_url({none})"), "PT404");
        }
        refusal("select scheduling.booking_url(null)", "22023");
    }

    #[pg_test]
    fn calendars_that_can_be_connected_are_those_that_were_configured() {
        let configured = || one::<Vec<String>>("select scheduling.configured_providers()");
        run("delete from scheduling.providers");
        assert_eq!(configured(), Vec::<String>::new());
        for (provider, both) in [
            ("outlook", vec!["outlook"]),
            ("google", vec!["google", "outlook"]),
        ] {
            run(&format!(
                "select scheduling.configure_provider('{provider}', 'id', 'secret', 'https://app.example/cb')"
            ));
            assert_eq!(configured(), both);
        }
    }
}
