//! Weekly hours of one link, in place of its owner's.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Mode, Owner};
    use super::super::harness::sql::{SUCCESS, one, quote, refusal, slots, sqlstate};

    const MONDAY_NIGHT: &str = r#"{"monday": {"enabled": true, "start": "20:00", "end": "21:00"}}"#;
    /// Monday, 7 January 2030, in Tokyo.
    const MONDAY: &str = "'2030-01-06 15:00Z', '2030-01-07 15:00Z'";

    /// In Tokyo, nine hours ahead of UTC, open on Mondays from 09:00 to 17:00 there.
    fn owner(mode: Mode) -> Owner {
        let owner = Owner::new(mode);
        owner.set("timezone = 'Asia/Tokyo'");
        owner
    }

    #[pg_test]
    fn a_link_with_hours_of_its_own_goes_by_them_in_its_owners_zone() {
        for mode in Mode::BOTH {
            let owner = owner(mode);
            let (own, other) = (owner.link(), owner.link());
            own.set(&format!("availability_settings = {}", quote(MONDAY_NIGHT)));
            let listed = |slug: &str| slots(&format!("link_slots('{slug}', {MONDAY})"));
            let night = ["01-07 11:00-11:30", "01-07 11:30-12:00"];
            assert_eq!(listed(&own.slug), night);
            assert_eq!(listed(&other.slug).len(), 16, "the owner's other links");
            // What knows no link goes by the owner's.
            let key = owner.key();
            assert_eq!(
                slots(&format!("available_slots('{key}', {MONDAY})")).len(),
                16
            );
            let json: i32 = one(&format!(
                "select jsonb_array_length(scheduling.get_calendar_availability({} => '{}', from_time => {})) ",
                mode.names().owner_id,
                owner.id,
                MONDAY.replace(", ", ", until_time => ")
            ));
            assert_eq!(json, 16);
            let failure = refusal(&own.book("'2030-01-07 01:00Z'", ""), "PT409");
            assert!(failure.detail.starts_with("hours: "), "{failure:?}");
            let booking = own.booking("'2030-01-07 11:00Z'");
            let failure = refusal(
                &booking.call("reschedule_booking", "'2030-01-07 01:00Z'"),
                "PT409",
            );
            assert!(failure.detail.starts_with("hours: "), "{failure:?}");
            let could_move = slots(&format!("booking_slots('{}', {MONDAY})", booking.token));
            assert_eq!(could_move, night);
            assert_eq!(
                sqlstate(&booking.call("reschedule_booking", "'2030-01-07 11:30Z'")),
                SUCCESS
            );
            // A meeting takes the owner's time, whichever link it was made with.
            own.set("availability_settings = null");
            assert_eq!(listed(&own.slug).len(), 16);
        }
    }

    #[pg_test]
    fn overrides_replace_them_and_time_off_cuts_them() {
        for mode in Mode::BOTH {
            let owner = owner(mode);
            let link = owner.link();
            link.set(&format!("availability_settings = {}", quote(MONDAY_NIGHT)));
            let listed = || slots(&format!("link_slots('{}', {MONDAY})", link.slug));
            owner.off("'2030-01-07 11:00Z'", "'2030-01-07 11:30Z'");
            assert_eq!(listed(), ["01-07 11:30-12:00"]);
            owner.open_on("2030-01-07", &[("06:00", "06:30")]);
            assert_eq!(listed(), ["01-06 21:00-21:30"]);
        }
    }

    #[pg_test]
    fn hours_that_are_closed_all_week_list_nothing_but_overrides() {
        for mode in Mode::BOTH {
            let owner = owner(mode);
            let link = owner.link();
            link.set("availability_settings = '{}'");
            let listed = || slots(&format!("link_slots('{}', {MONDAY})", link.slug));
            assert_eq!(listed(), [""; 0]);
            owner.open_on("2030-01-07", &[("06:00", "06:30")]);
            assert_eq!(listed(), ["01-06 21:00-21:30"]);
        }
    }

    #[pg_test]
    fn malformed_hours_of_a_link_are_refused_with_the_path_of_the_key() {
        for mode in Mode::BOTH {
            let link = owner(mode).link();
            for (document, path) in [
                ("[]", "availability_settings"),
                ("null", "availability_settings"),
                (r#"{"Monday": {}}"#, "Monday"),
                (
                    r#"{"monday": {"enabled": true, "start": "9:00", "end": "17:00"}}"#,
                    "monday.start",
                ),
            ] {
                let failure = refusal(
                    &link.update(&format!("availability_settings = {}", quote(document))),
                    "22023",
                );
                assert!(
                    failure.detail.starts_with(&format!("{path}:")),
                    "{failure:?}"
                );
            }
        }
    }
}
