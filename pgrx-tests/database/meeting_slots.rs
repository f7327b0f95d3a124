//! The times that an owner could move a meeting to: by the link's rules, whatever its guest may still do.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::roles::{claim, let_in, sign_in};
    use super::super::harness::rows::{Meeting, Mode, Owner};
    use super::super::harness::sql::{
        SUCCESS, as_role, at, one, refusal, rows, run, slots, sqlstate,
    };

    fn ask(meeting: &Meeting, more: &str) -> String {
        let Meeting { mode, id } = meeting;
        format!("meeting_slots({} => '{id}'{more})", mode.names().meeting_id)
    }

    /// Of the day in a week, as `HH:MI-HH:MI`.
    fn listed(meeting: &Meeting) -> Vec<String> {
        let day = format!(
            ", from_time => {}, until_time => {}",
            at(7, "00:00"),
            at(8, "00:00")
        );
        let slots = slots(&ask(meeting, &day));
        slots.iter().map(|slot| slot[6..].to_owned()).collect()
    }

    /// Open from 9 to 12 on the day in a week, and at no other time.
    fn open_for_a_morning(mode: Mode) -> Owner {
        let owner = Owner::closed(mode, "UTC");
        let day: String = one(&format!(
            "select ({} at time zone 'UTC')::date::text",
            at(7, "00:00")
        ));
        owner.open_on(&day, &[("09:00", "12:00")]);
        owner
    }

    #[pg_test]
    fn what_is_listed_for_a_meeting_is_what_an_update_can_set() {
        for mode in Mode::BOTH {
            let owner = open_for_a_morning(mode);
            let link = owner.link();
            link.set("duration_minutes = 45, buffer_after_minutes = 15, max_bookings_per_day = 1");
            let meeting = link.booking(&at(7, "09:45")).meeting;
            owner.meeting(&at(7, "11:30"), &at(7, "12:00"));
            // An UPDATE leaves the buffers of the meeting as they are, and so does the list.
            link.set("duration_minutes = 30, slot_interval_minutes = 15, buffer_after_minutes = 0");
            let expected = [
                "09:00-09:45",
                "09:15-10:00",
                "09:30-10:15",
                "09:45-10:30",
                "10:00-10:45",
                "10:15-11:00",
                "10:30-11:15",
            ];
            assert_eq!(listed(&meeting), expected, "{mode:?}");
            for minutes in (0..135).step_by(15) {
                let start = format!("({} + interval '{minutes} minutes')", at(7, "09:00"));
                let update = meeting.update(&format!(
                    "starts_at = {start}, ends_at = {start} + interval '45 minutes'"
                ));
                let is_listed = minutes <= 90;
                let answer = if is_listed { SUCCESS } else { "23P01" };
                assert_eq!(sqlstate(&update), answer, "{mode:?} {minutes}");
            }
        }
    }

    #[pg_test]
    fn what_keeps_its_guest_from_moving_it_does_not_keep_its_owner() {
        for mode in Mode::BOTH {
            let owner = open_for_a_morning(mode);
            let link = owner.link();
            link.set("duration_minutes = 60, reschedule_notice_minutes = null");
            let booking = link.booking(&at(7, "09:00"));
            let hours = ["09:00-10:00", "10:00-11:00", "11:00-12:00"];
            let guests = format!("select from scheduling.booking_slots('{}')", booking.token);
            refusal(&guests, "PT409");
            assert_eq!(
                listed(&booking.meeting),
                hours,
                "{mode:?}: fixed for its guest"
            );
            link.set("is_active = false, reschedule_notice_minutes = 0");
            refusal(&guests, "PT404");
            assert_eq!(listed(&booking.meeting), hours, "{mode:?}: closed");
            // The rules of the link are the owner's own wish.
            link.set("minimum_notice_minutes = 14400");
            assert!(listed(&booking.meeting).is_empty(), "{mode:?}: its notice");
            link.set("minimum_notice_minutes = 0");
            // Nobody came, and the two agree on another time.
            booking
                .meeting
                .set("starts_at = now() - interval '2 hours', ends_at = now() - interval '1 hour'");
            assert_eq!(listed(&booking.meeting), hours, "{mode:?}: over");
            run(&format!(
                "delete from scheduling.booking_links where slug = '{}'",
                link.slug
            ));
            assert_eq!(
                listed(&booking.meeting),
                hours,
                "{mode:?}: its link is gone"
            );
        }
    }

    #[pg_test]
    fn a_meeting_without_a_link_moves_within_the_hours_by_its_own_length() {
        for mode in Mode::BOTH {
            let owner = open_for_a_morning(mode);
            let buffers = [
                ("buffer_before_minutes", "15"),
                ("buffer_after_minutes", "0"),
            ];
            let meeting = owner.meeting_with(&at(7, "20:00"), &at(7, "21:30"), &buffers);
            assert_eq!(listed(&meeting), ["09:00-10:30", "10:30-12:00"], "{mode:?}");
            owner.meeting(&at(7, "08:00"), &at(7, "09:00"));
            assert_eq!(listed(&meeting), ["10:30-12:00"], "{mode:?}");
        }
    }

    #[pg_test]
    fn the_start_is_shown_on_the_clock_that_was_asked_for() {
        for mode in Mode::BOTH {
            let owner = open_for_a_morning(mode);
            let meeting = owner.meeting(&at(7, "09:00"), &at(7, "12:00"));
            let clock = |more: &str| {
                let range = format!(
                    ", from_time => {}, until_time => {}",
                    at(7, "00:00"),
                    at(8, "00:00")
                );
                rows(&format!(
                    "select to_char(local_start, 'HH24:MI') from scheduling.{}",
                    ask(&meeting, &(range + more))
                ))
            };
            assert_eq!(clock(""), ["09:00"]);
            assert_eq!(clock(", timezone => 'Asia/Tokyo'"), ["18:00"]);
        }
    }

    #[pg_test]
    fn a_meeting_that_is_off_has_no_times_to_move_to() {
        for mode in Mode::BOTH {
            for status in ["cancelled", "completed", "no_show"] {
                let owner = Owner::always_open(mode, "UTC");
                let meeting = owner.meeting(&at(7, "09:00"), &at(7, "12:00"));
                meeting.set(&format!("status = '{status}'"));
                let failure = refusal(
                    &format!("select from scheduling.{}", ask(&meeting, "")),
                    "PT409",
                );
                assert!(failure.detail.starts_with("over: "), "{failure:?}");
            }
        }
    }

    #[pg_test]
    fn one_meeting_is_named_and_by_whoever_manages_its_owner() {
        let_in();
        let user = Owner::always_open(Mode::User, "UTC");
        let client = Owner::always_open(Mode::Client, "UTC");
        let stranger = Owner::always_open(Mode::User, "UTC");
        run(&format!(
            "insert into scheduling.client_members (client_id, user_id) values ('{}', '{}')",
            client.id, user.id
        ));
        for owner in [&user, &client] {
            let meeting = owner.link().booking(&at(7, "10:00")).meeting;
            let call = format!("select from scheduling.{}", ask(&meeting, ""));
            sign_in(&user.id);
            as_role("test_member", || assert_eq!(sqlstate(&call), SUCCESS));
            claim("");
            as_role("test_service", || assert_eq!(sqlstate(&call), SUCCESS));
            as_role("test_visitor", || assert_eq!(sqlstate(&call), "42501"));
            // Whose meetings there are is no stranger's to find out.
            sign_in(&stranger.id);
            let nobody = "00000000-0000-4000-8000-000000000000";
            let missing = call.replace(&meeting.id, nobody);
            as_role("test_member", || {
                let foreign = refusal(&call, "PT404");
                let missing = refusal(&missing, "PT404");
                assert_eq!(foreign.message, missing.message);
                assert_eq!(foreign.detail.replace(&meeting.id, nobody), missing.detail);
                assert!(missing.detail.starts_with("booking: "), "{missing:?}");
            });
            // An id of the other mode's names nothing.
            let Meeting { mode, id } = &meeting;
            let other = match mode {
                Mode::Client => "sales_meeting_id",
                Mode::User => "meeting_id",
            };
            refusal(
                &format!("select from scheduling.meeting_slots({other} => '{id}')"),
                "PT404",
            );
            let both = format!("select from scheduling.meeting_slots('{id}', '{id}')");
            for call in [both, "select from scheduling.meeting_slots()".to_owned()] {
                assert!(refusal(&call, "22023").detail.starts_with("meeting_id: "));
            }
        }
    }
}
