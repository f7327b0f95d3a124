//! Slots of many owners in one call: each owner's are those of `available_slots`, and who is free
//! first comes first. No worker sees these rows, so a calendar that is not known stays unknown. Dates
//! are those of 2030, whose 7 January is a Monday.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Mode, Owner};
    use super::super::harness::sql::{SUCCESS, one, refusal, rows, run, sqlstate};

    /// From Monday, 7 January 2030, for a week.
    const WEEK: &str = "from_time => '2030-01-07 00:00Z', until_time => '2030-01-14 00:00Z'";

    fn array(keys: &[String]) -> String {
        format!("'{{{}}}'", keys.join(","))
    }

    fn keys(owners: &[&Owner]) -> Vec<String> {
        owners.iter().map(|owner| owner.key()).collect()
    }

    /// The rows of a call, as `place MM-DD HH:MI-HH:MI`: the place of the owner among these.
    fn ask(function: &str, owners: &[&Owner], arguments: &str) -> Vec<String> {
        let owners = array(&keys(owners));
        rows(&format!(
            "select array_position({owners}::text[], owner)
                    || to_char(slot_start at time zone 'UTC', ' MM-DD HH24:MI')
                    || to_char(slot_end at time zone 'UTC', '-HH24:MI')
             from scheduling.{function}({owners}, {arguments})"
        ))
    }

    /// Owners of both modes by turns, each different: other zones, hours, days off, meetings.
    fn various() -> Vec<Owner> {
        let zones = ["UTC", "America/New_York", "Asia/Kolkata"];
        let mut owners = Vec::new();
        for (n, zone) in zones.into_iter().enumerate() {
            for mode in Mode::BOTH {
                let owner = Owner::new(mode);
                owner.set(&format!("timezone = '{zone}'"));
                owner.open_on("2030-01-08", &[("07:15", "08:45"), ("22:00", "24:00")]);
                owner.meeting_with(
                    &format!("'2030-01-09 1{n}:00Z'"),
                    &format!("'2030-01-09 1{n}:40Z'"),
                    &[("buffer_before_minutes", "10")],
                );
                owners.push(owner);
            }
        }
        let closed = Owner::closed(Mode::User, "UTC");
        owners.insert(3, closed);
        owners
    }

    fn connect(owner: &Owner) {
        let names = owner.mode.names();
        run(&format!(
            "insert into scheduling.{} ({}, provider, calendar_id, connected_email)
             values ('{}', 'google', 'main', 'owner@calendar.example')",
            names.connections, names.owner_id, owner.id
        ));
    }

    /// What is known of the owner's calendar, as assignments.
    fn know(owner: &Owner, what: &str) {
        let names = owner.mode.names();
        run(&format!(
            "update scheduling.{} set {what} where {} = '{}'",
            names.connections, names.owner_id, owner.id
        ));
    }

    #[pg_test]
    fn each_owner_has_the_slots_of_available_slots_in_the_order_given() {
        let owners = various();
        let owners: Vec<_> = owners.iter().rev().collect();
        for rules in [
            "",
            ", duration_minutes => 45, interval_minutes => 20, buffer_before_minutes => 5,
               buffer_after_minutes => 15, minimum_notice_minutes => 90",
        ] {
            let arguments = format!("{WEEK}{rules}");
            let expected: Vec<_> = (1..)
                .zip(&owners)
                .flat_map(|(place, owner)| {
                    rows(&format!(
                        "select {place} || to_char(slot_start at time zone 'UTC', ' MM-DD HH24:MI')
                                || to_char(slot_end at time zone 'UTC', '-HH24:MI')
                         from scheduling.{}",
                        owner.available_slots(&arguments)
                    ))
                })
                .collect();
            assert!(expected.len() > 300, "{}", expected.len());
            assert_eq!(ask("available_slots_for", &owners, &arguments), expected);
        }
    }

    #[pg_test]
    fn slots_per_owner_takes_the_earliest_of_each() {
        let owners = [Mode::Client, Mode::User].map(|mode| Owner::closed(mode, "UTC"));
        owners[0].open_on("2030-01-08", &[("09:00", "09:30"), ("11:00", "13:00")]);
        owners[1].open_on("2030-01-07", &[("10:00", "10:30")]);
        let [client, user] = &owners;
        let first = |most: &str| {
            let arguments = format!("{WEEK}, slots_per_owner => {most}");
            ask("available_slots_for", &[client, user], &arguments)
        };
        let of_user = "2 01-07 10:00-10:30";
        assert_eq!(first("1"), ["1 01-08 09:00-09:30", of_user]);
        assert_eq!(
            first("2"),
            ["1 01-08 09:00-09:30", "1 01-08 11:00-11:30", of_user]
        );
        assert_eq!(first("2147483647").len(), 5 + 1);
        assert_eq!(first("null").len(), 5 + 1);
    }

    #[pg_test]
    fn who_is_free_first_comes_first() {
        let owners = [Mode::User, Mode::Client, Mode::User, Mode::Client]
            .map(|mode| Owner::closed(mode, "UTC"));
        let [late, never, noon, also_noon] = &owners;
        late.open_on("2030-01-08", &[("09:00", "17:00")]);
        noon.open_on("2030-01-07", &[("09:00", "17:00")]);
        noon.meeting("'2030-01-07 08:00Z'", "'2030-01-07 12:00Z'");
        also_noon.open_on("2030-01-07", &[("12:00", "12:30")]);
        let found = ask("earliest_slots_for", &[late, never, noon, also_noon], WEEK);
        assert_eq!(
            found,
            [
                "3 01-07 12:00-12:30",
                "4 01-07 12:00-12:30",
                "1 01-08 09:00-09:30"
            ]
        );
        // Of those who are free at the same time, who is given first.
        let found = ask("earliest_slots_for", &[also_noon, late, noon], WEEK);
        assert_eq!(
            found,
            [
                "1 01-07 12:00-12:30",
                "3 01-07 12:00-12:30",
                "2 01-08 09:00-09:30"
            ]
        );
        let longer = format!("{WEEK}, duration_minutes => 60");
        let found = ask("earliest_slots_for", &[noon, also_noon], &longer);
        assert_eq!(found, ["1 01-07 12:00-13:00"]);
    }

    #[pg_test]
    fn an_owner_given_twice_is_answered_once_and_nobody_has_no_slots() {
        let owner = Owner::closed(Mode::User, "UTC");
        owner.open_on("2030-01-07", &[("10:00", "11:00")]);
        let key = owner.key();
        let twice = array(&[key.to_uppercase(), key.clone(), key.clone()]);
        for (function, slots) in [("available_slots_for", 2), ("earliest_slots_for", 1)] {
            let found = rows(&format!(
                "select owner from scheduling.{function}({twice}, {WEEK})"
            ));
            assert_eq!(found, vec![key.clone(); slots], "{function}");
            let none = rows(&format!("select owner from scheduling.{function}('{{}}')"));
            assert_eq!(none, [""; 0], "{function}");
        }
    }

    #[pg_test]
    fn explicit_nulls_mean_the_defaults() {
        let owner = Owner::new(Mode::Client);
        let owners = array(&[owner.key()]);
        let count = |call: &str| -> i64 { one(&format!("select count(*) from scheduling.{call}")) };
        let from = "'2030-01-07 00:00Z'";
        let nulls = "null, null, null, null, null, null, null, null";
        assert_eq!(
            count(&format!("available_slots_for({owners}, {from}, {nulls})")),
            10 * 16
        );
        let nulls = "null, null, null, null, null, null, null";
        assert_eq!(
            count(&format!("earliest_slots_for({owners}, {from}, {nulls})")),
            1
        );
    }

    #[pg_test]
    fn what_cannot_be_meant_is_refused() {
        let owner = Owner::new(Mode::Client);
        let key = owner.key();
        let nobody = "6f1f64a5-0d0e-4b0a-8a5c-2f6c1d2e3f40";
        let owners = |keys: &[&str]| format!("array[{}]", keys.join(","));
        let key = format!("'{key}'");
        for (keys, expected) in [
            (owners(&[&key, &format!("'{nobody}'")]), "PT404"),
            (owners(&[&format!("'user:{nobody}'"), &key]), "PT404"),
            (owners(&[&key, "'acme'"]), "22023"),
            (owners(&[&key, "null"]), "22023"),
            ("null".to_owned(), "22023"),
            (format!("array_fill({key}::text, '{{10001}}')"), "22023"),
        ] {
            for function in ["available_slots_for", "earliest_slots_for"] {
                let call = format!("select * from scheduling.{function}({keys}, {WEEK})");
                refusal(&call, expected);
            }
        }
        let at_the_limit = format!(
            "select * from scheduling.available_slots_for(array_fill({key}::text, '{{10000}}'), {WEEK})"
        );
        assert_eq!(sqlstate(&at_the_limit), SUCCESS);
        for arguments in [
            "slots_per_owner => 0",
            "slots_per_owner => -1",
            "duration_minutes => 0",
            "interval_minutes => 1441",
            "buffer_after_minutes => -1",
            "minimum_notice_minutes => -1",
            "until_time => '2029-01-01'",
            "until_time => '2032-01-01'",
        ] {
            let call = format!(
                "select * from scheduling.available_slots_for(array[{key}], '2030-01-07', {arguments})"
            );
            refusal(&call, "22023");
        }
    }

    /// Never read, too old, and not far enough: each of them, among owners who are known.
    #[pg_test]
    fn unknown_calendars_are_never_free() {
        let owners: Vec<_> = [
            Mode::Client,
            Mode::User,
            Mode::User,
            Mode::Client,
            Mode::User,
        ]
        .map(|mode| {
            let owner = Owner::closed(mode, "UTC");
            owner.open_on("2030-01-07", &[("10:00", "10:30")]);
            owner
        })
        .into();
        let [unread, old, short, known, free] = &owners[..] else {
            unreachable!("made above");
        };
        for owner in [unread, old, short, known] {
            connect(owner);
        }
        let far = "busy_until = '2031-01-01'";
        know(
            old,
            &format!("busy_synced_at = now() - interval '15 minutes 1 second', {far}"),
        );
        know(
            short,
            "busy_synced_at = now(), busy_until = '2030-01-14 00:29Z'",
        );
        know(
            known,
            &format!("busy_synced_at = now() - interval '14 minutes', {far}"),
        );
        let owners: Vec<_> = owners.iter().collect();

        for function in ["available_slots_for", "earliest_slots_for"] {
            let call = format!(
                "select * from scheduling.{function}({}, {WEEK}",
                array(&keys(&owners))
            );
            refusal(&format!("{call})"), "PT503");
            refusal(&format!("{call}, skip_unknown => false)"), "PT503");
            let skip = format!("{WEEK}, skip_unknown => true");
            assert_eq!(
                ask(function, &owners, &skip),
                ["4 01-07 10:00-10:30", "5 01-07 10:00-10:30"],
                "{function}"
            );
            // Known up to the end of a slot that starts at the last moment.
            know(short, "busy_until = '2030-01-14 00:30Z'");
            assert_eq!(ask(function, &owners, &skip).len(), 3, "{function}");
            know(short, "busy_until = '2030-01-14 00:29Z'");
        }
        // Who is not asked about is in nobody's way.
        assert_eq!(ask("available_slots_for", &[known, free], WEEK).len(), 2);
    }

    #[pg_test]
    fn what_is_busy_outside_is_not_free() {
        for mode in Mode::BOTH {
            let owner = Owner::closed(mode, "UTC");
            owner.open_on("2030-01-07", &[("10:00", "11:30")]);
            connect(&owner);
            know(&owner, "busy_synced_at = now(), busy_until = '2031-01-01'");
            let names = mode.names();
            run(&format!(
                "insert into scheduling.busy_times (connection_id, {id}, event_id, starts_at, ends_at)
                 select c.id, c.{id}, 'dentist', '2030-01-07 09:00Z', '2030-01-07 10:30Z'
                 from scheduling.{connections} c where c.{id} = '{owner}'",
                id = names.owner_id,
                connections = names.connections,
                owner = owner.id,
            ));
            let free = Owner::closed(mode, "UTC");
            free.open_on("2030-01-07", &[("11:00", "11:30")]);
            assert_eq!(
                ask("earliest_slots_for", &[&free, &owner], WEEK),
                ["2 01-07 10:30-11:00", "1 01-07 11:00-11:30"]
            );
        }
    }
}
