//! The server's own zone data in both directions, for every zone it lists: the wall clock that
//! slots are shown on, and the instants that opening hours mean. A zone whose rules the compiled-in
//! list of names has wrong (chrono-tz lags behind) is right here as well.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Booking, Mode, Owner};
    use super::super::harness::sql::{at, one, rows, run};

    /// The table `zone`: every name that the contract takes. `AT TIME ZONE` takes abbreviations
    /// before names, so that `CET`, `EET`, `MET` and `WET` never change their clocks there.
    fn list_zones() {
        run("create temp table zone on commit drop as
             select name,
                    exists (select from pg_timezone_abbrevs where abbrev = upper(name)) as abbreviates
             from pg_timezone_names
             where name !~ '^(posix|right)/' and name not in ('Factory', 'localtime', 'posixrules')");
        let zones: i64 = one("select count(*) from zone");
        assert!(zones > 400, "{zones}");
    }

    #[pg_test]
    fn local_starts_agree_with_at_time_zone_in_every_zone() {
        list_zones();
        let link = Owner::always_open(Mode::Client, "UTC").link();
        link.set("duration_minutes = 15");
        // The days on which a zone's offset changes in the coming three years, and one on which it
        // may not.
        run("create temp table asked on commit drop as
             with offsets as (
                 select name, day, (day at time zone name) - (day at time zone 'UTC') as before,
                        ((day + interval '24 hours') at time zone name)
                        - ((day + interval '24 hours') at time zone 'UTC') as after
                 from zone, generate_series(date_trunc('day', now(), 'UTC') + interval '24 hours',
                                            now() + interval '3 years', '24 hours') day
                 where not abbreviates
             )
             select name, day, before <> after as changes from offsets
             where before <> after or day = date_trunc('day', now(), 'UTC') + interval '24 hours'");
        let changes: i64 = one("select count(*) from asked where changes");
        assert!(changes > 500, "{changes}");
        let [asked, wrong] = <[String; 2]>::try_from(rows(&format!(
            "with slots as materialized (
                 select asked.name, slot.local_start, slot.slot_start at time zone asked.name as wall
                 from asked,
                      scheduling.link_slots('{}', day, day + interval '24 hours', asked.name) slot
             )
             select count(*)::text from slots
             union all
             select coalesce(string_agg(distinct name, ', '), 'none') from slots
             where local_start <> wall",
            link.slug
        )))
        .expect("two rows");
        let days: i64 = one("select count(*) from asked");
        assert_eq!((asked, wrong.as_str()), ((96 * days).to_string(), "none"));
    }

    /// IANA has taken the name back, and no server has it.
    #[pg_test]
    fn a_visitors_zone_that_the_server_lacks_is_taken_as_its_successor() {
        for mode in Mode::BOTH {
            let link = Owner::always_open(mode, "Asia/Tokyo").link();
            let slots = |zone: &str| {
                rows(&format!(
                    "select local_start::text from scheduling.link_slots('{}', timezone => '{zone}')",
                    link.slug
                ))
            };
            assert_eq!(slots("US/Pacific-New"), slots("America/Los_Angeles"));
            assert_ne!(slots("US/Pacific-New"), slots("UTC"));
            let booking = link.booked(&at(3, "10:00"), "timezone => 'US/Pacific-New'");
            let meeting = Booking::of(mode, &booking).meeting;
            assert_eq!(meeting.text("timezone"), "America/Los_Angeles");
        }
    }

    #[pg_test]
    fn noon_is_when_the_server_says_it_is_in_every_zone() {
        list_zones();
        let owner = Owner::always_open(Mode::User, "UTC");
        owner.set(
            "availability_settings = (
                 select jsonb_object_agg(day, '{\"enabled\": true, \"start\": \"12:00\", \"end\": \"13:00\"}'::jsonb)
                 from unnest('{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'::text[]) day)",
        );
        let mut wrong = Vec::new();
        for zone in rows("select name from zone") {
            owner.set(&format!("timezone = '{zone}'"));
            // The session's zone is always the zone of that name, never an abbreviation.
            run(&format!("set local timezone = '{zone}'"));
            let differing: i64 = one(&format!(
                "with expected as (
                     select (day + time '12:00')::timestamptz as noon
                     from generate_series(localtimestamp::date::timestamp,
                                          localtimestamp + interval '370 days', '1 day') day
                 )
                 select count(*) from (
                     select slot_start from scheduling.available_slots(
                         '{}', now() + interval '24 hours', now() + interval '8760 hours',
                         duration_minutes => 60)
                 ) slot
                 full join (
                     select noon from expected
                     where noon >= now() + interval '24 hours' and noon < now() + interval '8760 hours'
                 ) expected on noon = slot_start
                 where noon is null or slot_start is null",
                owner.key()
            ));
            if differing > 0 {
                wrong.push(format!("{zone} on {differing} days"));
            }
        }
        assert_eq!(wrong, [""; 0]);
    }
}
