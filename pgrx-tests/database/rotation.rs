//! `rotate_key()` within one transaction: what it seals anew, what it leaves alone, and whom it refuses.

#[pgrx::pg_schema]
mod tests {
    use std::collections::BTreeSet;

    use pgrx::prelude::*;

    use super::super::harness::rows::{Booking, Mode, Owner, row};
    use super::super::harness::sql::{as_role, at, one, rows, run, sqlstate};
    use crate::vault;
    use crate::vault::places::PLACES;

    /// Every secret that there can be, in both modes.
    fn keep_secrets() -> [Owner; 2] {
        let owners = Mode::BOTH.map(Owner::new);
        for owner in &owners {
            let names = owner.mode.names();
            run(&format!(
                "insert into scheduling.{} ({}, provider, access_token, refresh_token, status, status_detail)
                 values ('{}', 'google', 'ya29.access', '1//refresh', 'error', 'as it was')",
                names.connections, names.owner_id, owner.id
            ));
        }
        run(
            "select scheduling.configure_provider('google', 'id', 'client secret', 'https://app.example/cb'),
                    scheduling.configure_mail('smtp', 'a@b.example', api_key => 're_key',
                        smtp_url => 'smtps://user:secret@mail.example'),
                    scheduling.configure_close('close_key')",
        );
        run(&format!(
            "select scheduling.oauth_authorize_url('{}', 'google')",
            owners[0].key()
        ));
        run("select scheduling.rotate_webhook_secret(w.id)
             from scheduling.add_webhook('https://93.184.216.34/hook') w");
        run("update scheduling.mail_settings set held_reason = 'as it was', held_until = now()");
        owners
    }

    /// Tables of both schemas.
    fn tables() -> Vec<String> {
        rows(
            "select oid::regclass::text from pg_class
             where relnamespace in ('scheduling'::regnamespace, 'scheduling_private'::regnamespace)
               and relkind = 'r' order by 1",
        )
    }

    /// `table.column: key` for each stored text that is sealed, wherever it is.
    fn sealed() -> Vec<String> {
        let of_table = |table: &String| {
            format!(
                "select '{table}.' || c.key || ': ' || substring(c.value from 'sealed:v[0-9]+:[0-9a-f]+')
                 from {table} t, jsonb_each_text(to_jsonb(t)) c where c.value like '%sealed:%'"
            )
        };
        let all: Vec<_> = tables().iter().map(of_table).collect();
        rows(&all.join(" union all "))
    }

    /// All rows as text, but for what is sealed and for the keys themselves.
    fn everything_else() -> Vec<String> {
        let of_table = |table: &String| {
            format!(
                "select '{table}' || regexp_replace(to_jsonb(t)::text, 'sealed:[^\"]*', 'sealed', 'g')
                 from {table} t"
            )
        };
        let mut tables = tables();
        tables.retain(|table| table != "scheduling_private.key_fingerprints");
        let all: Vec<_> = tables.iter().map(of_table).collect();
        rows(&format!("{} order by 1", all.join(" union all ")))
    }

    fn rotate() -> i64 {
        one("select scheduling.rotate_key()")
    }

    #[pg_test]
    fn all_that_is_sealed_is_sealed_anew_and_nothing_else_changes() {
        keep_secrets();
        let (before, rest) = (sealed(), everything_else());
        let where_it_is: BTreeSet<_> = before
            .iter()
            .map(|found| found.split(": ").next().unwrap_or_default())
            .collect();
        let listed: BTreeSet<_> = PLACES
            .iter()
            .flat_map(|place| place.secrets.iter().map(move |s| (place.table, s.column)))
            .map(|(table, column)| format!("{table}.{column}"))
            .collect();
        assert_eq!(
            where_it_is,
            listed.iter().map(String::as_str).collect(),
            "what is stored sealed is what src/vault/places.rs lists"
        );
        let keys = |sealed: &[String]| -> BTreeSet<String> {
            let key = |found: &String| found.rsplit(": ").next().unwrap_or_default().to_owned();
            sealed.iter().map(key).collect()
        };
        let old = keys(&before);
        assert_eq!(old.len(), 1, "{old:?}");

        assert_eq!(rotate(), i64::try_from(before.len()).unwrap());
        let after = sealed();
        assert_eq!(after.len(), before.len());
        let new = keys(&after);
        assert_eq!(new.len(), 1, "{new:?}");
        assert!(new.is_disjoint(&old));
        assert_eq!(everything_else(), rest);
        let known: Vec<_> = rows("select fingerprint from scheduling_private.key_fingerprints");
        assert_eq!(known.len(), 1);
        let new = new.iter().next().map(String::as_str);
        assert_eq!(new, Some(&*format!("sealed:v2:{}", &known[0][..16])));
        assert_eq!(
            rows(
                "select key_id || ' ' || secrets || ' ' || is_active from scheduling_private.keys_in_use()"
            ),
            [format!("{} {} true", &known[0][..16], before.len())]
        );
    }

    /// Whoever takes it out of the file because it has sealed nothing finds nothing that opens.
    #[pg_test]
    fn a_key_that_the_database_goes_by_is_in_use_although_it_has_sealed_nothing() {
        keep_secrets();
        let before: String = one("select fingerprint from scheduling_private.key_fingerprints");
        rotate();
        // As after a rotation that had to pass over a row, which is gone by now.
        run(&format!(
            "insert into scheduling_private.key_fingerprints (fingerprint) values ('{before}')"
        ));
        let id = &before[..16];
        assert_eq!(
            rows(&format!(
                "select secrets || ' ' || is_active from scheduling_private.keys_in_use()
                 where key_id = '{id}'"
            )),
            ["0 false"]
        );
        rotate();
        assert_eq!(
            one::<i64>("select count(*) from scheduling_private.keys_in_use()"),
            1
        );
    }

    /// What a trigger seals, `rotate_key()` has to know of; what Rust seals stands in the test above.
    #[pg_test]
    fn every_column_that_a_trigger_seals_is_on_the_list() {
        let by_triggers = rows(
            "select distinct t.tgrelid::regclass || '.' || c.name[1]
             from pg_proc p join pg_trigger t on t.tgfoid = p.oid,
                  regexp_matches(p.prosrc, 'scheduling_private.seal[(]new[.]([a-z_]+)', 'g') as c (name)
             order by 1",
        );
        assert!(by_triggers.len() > 8, "{by_triggers:?}");
        let listed: BTreeSet<_> = PLACES
            .iter()
            .flat_map(|place| place.secrets.iter().map(move |s| (place.table, s.column)))
            .map(|(table, column)| format!("{table}.{column}"))
            .collect();
        for column in by_triggers {
            assert!(listed.contains(&column), "{column}");
        }
    }

    #[pg_test]
    fn what_is_sealed_anew_opens_in_its_place_and_in_no_other() {
        let owners = keep_secrets();
        rotate();
        let opened = |query: &str, purpose: &str| -> Option<String> {
            let opened = vault::open(&one::<String>(query), purpose).ok()?;
            Some(opened.to_string())
        };
        for owner in &owners {
            let names = owner.mode.names();
            for (column, secret) in [
                ("access_token", "ya29.access"),
                ("refresh_token", "1//refresh"),
            ] {
                let query = format!("select {column} from scheduling.{}", names.connections);
                let purpose = format!("{column}:{}:google", owner.key());
                assert_eq!(opened(&query, &purpose).as_deref(), Some(secret));
                assert_eq!(opened(&query, &format!("{purpose}x")), None);
            }
        }
        for (query, purpose, secret) in [
            (
                "select client_secret from scheduling.providers",
                "client_secret:google",
                "client secret",
            ),
            (
                "select smtp_url from scheduling.mail_settings",
                "smtp_url",
                "smtps://user:secret@mail.example",
            ),
            (
                "select api_key from scheduling.mail_settings",
                "api_key",
                "re_key",
            ),
            (
                "select api_key from scheduling.crm_settings",
                "close_api_key",
                "close_key",
            ),
        ] {
            assert_eq!(opened(query, purpose).as_deref(), Some(secret), "{purpose}");
        }
        let hash: String = one("select nonce_hash from scheduling.oauth_nonces");
        let verifier = opened(
            "select code_verifier from scheduling.oauth_nonces",
            &format!("code_verifier:{hash}"),
        );
        assert!(
            verifier.is_some_and(|verifier| verifier.len() >= 43),
            "RFC 7636"
        );
        let webhook: String = one("select id::text from scheduling.webhooks");
        for column in ["secret", "old_secret"] {
            let query = format!("select {column} from scheduling.webhooks");
            let secret = opened(&query, &format!("webhook_secret:{webhook}"));
            assert!(
                secret.is_some_and(|secret| secret.starts_with("whsec_")),
                "{column}"
            );
        }
    }

    #[pg_test]
    fn texts_that_name_no_key_open_and_are_sealed_anew() {
        let owners = keep_secrets();
        let as_before =
            |column: &str| format!("{column} = 'sealed:v1:' || split_part({column}, ':', 4)");
        for owner in &owners {
            run(&format!(
                "update scheduling.{} set {}, {}",
                owner.mode.names().connections,
                as_before("access_token"),
                as_before("refresh_token")
            ));
        }
        let open = |owner: &Owner| {
            let token: String = one(&format!(
                "select refresh_token from scheduling.{}",
                owner.mode.names().connections
            ));
            let purpose = format!("refresh_token:{}:google", owner.key());
            let opened = vault::open(&token, &purpose).expect("it opens");
            (token, opened.to_string())
        };
        for owner in &owners {
            let (token, opened) = open(owner);
            assert!(token.starts_with("sealed:v1:"), "{token}");
            assert_eq!(opened, "1//refresh");
        }
        rotate();
        for owner in &owners {
            let (token, opened) = open(owner);
            assert!(token.starts_with("sealed:v2:"), "{token}");
            assert_eq!(opened, "1//refresh");
        }
    }

    #[pg_test]
    fn a_secret_that_does_not_open_stays_as_it_is_and_stops_nothing() {
        let owners = keep_secrets();
        let lost = "sealed:v2:0123456789abcdef:AAAA";
        run(&format!(
            "update scheduling.calendar_connections set access_token = '{lost}'"
        ));
        let all = i64::try_from(sealed().len()).unwrap();
        assert_eq!(rotate(), all - 1);
        let stays: String = one("select access_token from scheduling.calendar_connections");
        assert_eq!(stays, lost);
        let token: String = one("select refresh_token from scheduling.calendar_connections");
        let purpose = format!("refresh_token:{}:google", owners[0].key());
        assert!(vault::open(&token, &purpose).is_ok());
    }

    #[pg_test]
    fn manage_links_of_mails_sent_before_stay_good() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = owner.link();
            let before = Booking::of(mode, &row(&link.book(&at(7, "10:00"), "")));
            rotate();
            let after = Booking::of(mode, &row(&link.book(&at(7, "11:00"), "")));
            for booking in [&before, &after] {
                row(&booking.call("get_booking", ""));
                row(&booking.call("cancel_booking", ""));
            }
        }
    }

    #[pg_test]
    fn rotating_is_the_superusers_and_writes() {
        run("create role rotation_nobody; create role rotation_service;
             select scheduling.grant_access(service => 'rotation_service')");
        for role in ["rotation_nobody", "rotation_service"] {
            as_role(role, || {
                for call in [
                    "scheduling.rotate_key()",
                    "scheduling_private.reseal('sealed:v1:x', 'y')",
                    "scheduling_private.keys_in_use()",
                    "scheduling_private.is_resealing()",
                ] {
                    assert_eq!(
                        sqlstate(&format!("select {call}")),
                        "42501",
                        "{call} as {role}"
                    );
                }
            });
        }
        run("set local transaction_read_only = on");
        assert_eq!(sqlstate("select scheduling.rotate_key()"), "25006");
    }
}
