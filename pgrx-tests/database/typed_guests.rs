//! What a visitor typed for a meeting belongs to that meeting: two people who share an address stay two.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::rows::{Booking, Link, Mode, Owner, row};
    use super::super::harness::sql::{SUCCESS, at, one, rows, run, sqlstate};

    const TYPED: &str =
        "concat_ws(', ', guest_name, guest_email, coalesce(guest_phone, 'no phone'))";

    fn book(link: &Link, hour: &str, guest: &str) -> Booking {
        let call = format!(
            "select to_jsonb(booked) from scheduling.book('{}', {}, {guest}) booked",
            link.slug,
            at(7, hour)
        );
        Booking::of(link.mode, &row(&call))
    }

    #[pg_test]
    fn two_people_of_one_address_keep_what_each_typed() {
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let link = owner.link();
            let anna = book(
                &link,
                "10:00",
                "'Office@guest.example', 'Anna First', phone => '+49 1'",
            );
            let bob = book(&link, "11:00", "'office@Guest.example', 'Bob Second'");
            assert_eq!(
                anna.meeting.text(TYPED),
                "Anna First, Office@guest.example, +49 1"
            );
            assert_eq!(
                bob.meeting.text(TYPED),
                "Bob Second, office@Guest.example, no phone",
                "another one's phone is not his"
            );
            let names = mode.names();
            assert_eq!(
                rows(&format!(
                    "select concat_ws(', ', name, email, phone) from scheduling.{} where {} = '{}'",
                    names.guests, names.owner_id, owner.id
                )),
                ["Anna First, Office@guest.example, +49 1"],
                "a visitor does not overwrite what is known"
            );
        }
    }

    #[pg_test]
    fn a_plain_insert_takes_what_it_leaves_out_from_the_guests_row_of_that_moment() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            let names = mode.names();
            let guest: String = one(&format!(
                "insert into scheduling.{} ({}, email, name, phone)
                 values ('{}', 'Ada@guest.example', 'Ada', '+1') returning quote_literal(id)",
                names.guests, names.owner_id, owner.id
            ));
            let of_guest = (names.guest_id, guest.as_str());
            let insert = |hour: &str, more: &[(&str, &str)]| {
                let more: Vec<_> = more.iter().copied().chain([of_guest]).collect();
                owner.meeting_with(&at(7, hour), &at(7, &format!("{hour} 30 min")), &more)
            };
            let plain = insert("10 h", &[]);
            let named = insert("11 h", &[("guest_name", "'Bob'")]);
            let whole = insert(
                "12 h",
                &[("guest_name", "'Bob'"), ("guest_email", "'b@x.example'")],
            );
            run(&format!(
                "update scheduling.{} set name = 'Renamed', phone = '+2'",
                names.guests
            ));
            assert_eq!(plain.text(TYPED), "Ada, Ada@guest.example, +1");
            assert_eq!(named.text(TYPED), "Bob, Ada@guest.example, +1");
            assert_eq!(whole.text(TYPED), "Bob, b@x.example, no phone");
            let nobody = owner.meeting(&at(7, "13:00"), &at(7, "13:30"));
            assert_eq!(
                nobody.text("num_nulls(guest_name, guest_email, guest_phone)"),
                "3"
            );
        }
    }

    /// What is stored and cannot be read would keep the event and every mail of the meeting from being made.
    #[pg_test]
    fn further_guests_are_a_plain_list_of_texts() {
        for mode in Mode::BOTH {
            let owner = Owner::new(mode);
            let table = mode.names().meetings;
            for (guests, expected) in [
                ("'{}'", SUCCESS),
                ("'{a@guest.example,b@guest.example}'", SUCCESS),
                ("'[3:4]={a@guest.example,b@guest.example}'", SUCCESS),
                ("'{a@guest.example,null}'", "23514"),
                ("'{null}'", "23514"),
                ("'{{a@guest.example},{b@guest.example}}'", "23514"),
                ("'{{null}}'", "23514"),
            ] {
                let insert =
                    owner.insert_meeting(&at(7, "10:00"), &at(7, "10:30"), &[("guests", guests)]);
                assert_eq!(sqlstate(&insert), expected, "{guests}");
                let there = owner.meeting(&at(8, "10:00"), &at(8, "10:30"));
                assert_eq!(there.text("guests"), "{}");
                let update = format!("update scheduling.{table} set guests = {guests}");
                assert_eq!(sqlstate(&update), expected, "{guests}");
                run(&format!("delete from scheduling.{table}"));
            }
        }
    }
}
