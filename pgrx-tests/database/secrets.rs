//! Secrets at rest: what is stored is sealed, opens for its own row alone, and no refusal repeats
//! what it refuses.

#[pgrx::pg_schema]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use pgrx::prelude::*;

    use super::super::harness::rows::{Mode, Owner};
    use super::super::harness::sql::{one, outcome, rows, run};
    use crate::vault;

    const SEALED: &str = "sealed:v2:";

    /// A connection to Google with these tokens (SQL expressions), by insert or by upsert.
    fn connect(owner: &Owner, access: &str, refresh: &str) {
        let names = owner.mode.names();
        run(&format!(
            "insert into scheduling.{} as c ({key}, provider, access_token, refresh_token)
             values ('{}', 'google', {access}, {refresh})
             on conflict ({key}, provider) do update set
                 access_token = excluded.access_token, refresh_token = excluded.refresh_token",
            names.connections,
            owner.id,
            key = names.owner_id,
        ));
    }

    /// The stored tokens, access before refresh.
    fn stored(owner: &Owner) -> Vec<String> {
        let names = owner.mode.names();
        rows(&format!(
            "select unnest(array[access_token, refresh_token]) from scheduling.{} where {} = '{}'",
            names.connections, names.owner_id, owner.id
        ))
    }

    /// The tokens as the worker opens them; nothing where one does not open.
    fn opened(owner: &Owner) -> Option<Vec<String>> {
        let place = format!("{}:google", owner.key());
        let purposes = ["access_token", "refresh_token"].map(|token| format!("{token}:{place}"));
        let open = |(sealed, purpose): (&String, &String)| {
            let plain = vault::open(sealed, purpose).ok()?;
            Some(plain.to_string())
        };
        stored(owner).iter().zip(&purposes).map(open).collect()
    }

    #[pg_test]
    fn tokens_are_stored_sealed_and_open_for_the_worker() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            connect(&owner, "'ya29.access'", "'1//refresh'");
            let first = stored(&owner);
            for token in &first {
                assert!(token.starts_with(SEALED), "{token}");
                assert!(!token.contains("access") && !token.contains("refresh"));
            }
            assert_eq!(opened(&owner).unwrap(), ["ya29.access", "1//refresh"]);

            run(&format!(
                "update scheduling.{} set status = 'error', access_token = access_token",
                mode.names().connections
            ));
            assert_eq!(stored(&owner), first, "what is sealed is not sealed again");
            run(&format!(
                "update scheduling.{} set access_token = 'ya29.second', refresh_token = null",
                mode.names().connections
            ));
            let second = stored(&owner);
            assert!(second[0].starts_with(SEALED) && second[0] != first[0]);
            assert_eq!(second[1], "null");
        }
    }

    #[pg_test]
    fn equal_tokens_are_sealed_differently() {
        let owners = Mode::BOTH.map(Owner::new);
        for owner in &owners {
            connect(owner, "'same'", "'same'");
        }
        let mut sealed: Vec<String> = owners.iter().flat_map(stored).collect();
        sealed.sort();
        sealed.dedup();
        assert_eq!(sealed.len(), 4);
    }

    #[pg_test]
    fn tokens_that_are_stored_by_an_upsert_open_too() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            connect(&owner, "'first'", "'first refresh'");
            connect(&owner, "'second'", "'second refresh'");
            assert_eq!(opened(&owner).unwrap(), ["second", "second refresh"]);
        }
    }

    #[pg_test]
    fn a_sealed_token_opens_in_no_other_place() {
        for mode in Mode::BOTH {
            let names = mode.names();
            let (owner, thief) = (Owner::new(mode), Owner::new(mode));
            connect(&owner, "'ya29.access'", "'1//refresh'");
            let tokens = stored(&owner);
            connect(
                &thief,
                &format!("'{}'", tokens[0]),
                &format!("'{}'", tokens[1]),
            );
            assert_eq!(stored(&thief), tokens);
            assert_eq!(opened(&thief), None, "in another row");
            run(&format!(
                "update scheduling.{} set access_token = refresh_token, refresh_token = access_token
                 where {} = '{}'",
                names.connections, names.owner_id, owner.id
            ));
            assert_eq!(opened(&owner), None, "in another column");
        }
    }

    #[pg_test]
    fn secrets_of_providers_and_mail_are_stored_sealed() {
        for round in ["first", "second"] {
            run(&format!(
                "select scheduling.configure_provider('google', 'id', '{round} secret', 'https://app.example/cb'),
                        scheduling.configure_mail('smtp', 'a@b.example', api_key => '{round}_key',
                            smtp_url => 'smtps://user:{round}@mail.example')"
            ));
            for (query, purpose, plain) in [
                (
                    "select client_secret from scheduling.providers where provider = 'google'",
                    "client_secret:google",
                    format!("{round} secret"),
                ),
                (
                    "select smtp_url from scheduling.mail_settings",
                    "smtp_url",
                    format!("smtps://user:{round}@mail.example"),
                ),
                (
                    "select api_key from scheduling.mail_settings",
                    "api_key",
                    format!("{round}_key"),
                ),
            ] {
                let sealed: String = one(query);
                assert!(sealed.starts_with(SEALED), "{purpose}");
                let opened = vault::open(&sealed, purpose).expect("it opens");
                assert_eq!(opened.as_str(), plain);
            }
        }
    }

    /// Of a column that is not sealed, or that nothing sets, somebody has decided that it is no secret.
    #[pg_test]
    fn a_setting_is_sealed_or_known_to_be_no_secret() {
        run(
            "select scheduling.configure_provider('google', 'id', 'secret', 'https://app.example/cb'),
                    scheduling.configure_mail('smtp', 'a@b.example', api_key => 'key',
                        smtp_url => 'smtps://user:secret@mail.example'),
                    scheduling.configure_site('https://app.example', '/book/', '/manage/', '/verify/', '/answer/',
                        '/owner', 'https://api.example', '{https://www.example}')",
        );
        for (settings, expected) in [
            (
                "providers",
                "api_url auth_url client_id created_at provider redirect_uri revoke_url tenant \
                 token_url updated_at userinfo_url",
            ),
            (
                "mail_settings",
                "api_url from_address held_reason held_until reply_to singleton transport updated_at",
            ),
            (
                "site_settings",
                "answer_path api_url app_url booking_path embed_origins manage_path owner_path singleton updated_at \
                 verify_path",
            ),
        ] {
            let open: String = one(&format!(
                "select string_agg(key, ' ' order by key collate \"C\")
                 from scheduling.{settings} s, jsonb_each_text(to_jsonb(s))
                 where value is null or value not like '{SEALED}%'"
            ));
            assert_eq!(open, expected, "{settings}");
        }
    }

    #[pg_test]
    fn the_key_is_a_file_of_the_servers_account_alone() {
        connect(&Owner::new(Mode::Client), "'token'", "null"); // the first use makes it
        let file: String = one("select current_setting('scheduling.key_file')");
        // The working directory of a backend is the data directory.
        let key = fs::metadata(&file).expect("it was made");
        assert_eq!(key.permissions().mode() & 0o777, 0o600);
    }

    #[pg_test]
    fn no_refusal_repeats_a_secret() {
        for call in [
            "configure_mail('smtp', 'a@b.example', smtp_url => 'smtp://user:hunter2@mail example:587')",
            "configure_mail('smtp', 'a@b.example', smtp_url => 'hunter2')",
            "configure_mail('pigeon', 'a@b.example', smtp_url => 'smtps://user:hunter2@mail.example')",
            "configure_mail('resend', 'a@b.example', api_key => 'hunter2 ')",
            "configure_mail('resend', 'nobody', api_key => 'hunter2')",
            "configure_mail('resend', 'a@b.example', api_key => 'hunter2', api_url => 'https://hunter2:x@api.example')",
            "configure_provider('icloud', 'id', 'hunter2', 'https://app.example/cb')",
            "configure_provider('google', 'id', 'x', 'https://user:hunter2@app.example/cb')",
            "get_booking('hunter2')",
            "cancel_booking('hunter2')",
        ] {
            let refused = outcome(&format!("select scheduling.{call}"));
            let failure = refused.expect_err("it is refused");
            assert!(!format!("{failure:?}").contains("hunter2"), "{failure:?}");
        }
    }
}
