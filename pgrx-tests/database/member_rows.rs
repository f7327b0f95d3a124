//! The rows that members write: what they may refer to, what becomes of them, and that each change shows in
//! `updated_at`. Whose rows are whose is in `members.rs`.

#[pgrx::pg_schema]
mod tests {
    use pgrx::prelude::*;

    use super::super::harness::roles::{let_in, sign_in};
    use super::super::harness::rows::{Meeting, Mode, Owner, row};
    use super::super::harness::sql::{
        SUCCESS, as_role, at, one, outcome, refusal, rows, run, sqlstate,
    };

    /// Somebody who manages this owner: the user, or a member of the client.
    fn manager(owner: &Owner) -> String {
        if owner.mode == Mode::User {
            return owner.id.clone();
        }
        one(&format!(
            "insert into scheduling.client_members (client_id, user_id) values ('{}', gen_random_uuid())
             returning user_id::text",
            owner.id
        ))
    }

    fn guest(owner: &Owner) -> String {
        let names = owner.mode.names();
        one(&format!(
            "insert into scheduling.{} ({}, email, name) values ('{}', 'ada@guest.example', 'Ada Marker')
             returning id::text",
            names.guests, names.owner_id, owner.id
        ))
    }

    fn link_id(owner: &Owner) -> String {
        let link = owner.link();
        link.set("title = 'Title Marker', location = 'Place Marker', buffer_before_minutes = 17");
        one(&format!("select {}::text", link.id()))
    }

    /// Else the title of a link, and a guest's name and address, would be copied to who names them.
    #[pg_test]
    fn a_meeting_refers_to_its_owner_s_link_and_guest_only_whoever_writes_it() {
        let_in();
        for mode in Mode::BOTH {
            let [own, other] = [mode; 2].map(|mode| Owner::always_open(mode, "UTC"));
            let (member, names) = (manager(&own), mode.names());
            // A link of a client on which the user stands as well is the client's.
            let both = Owner::new(Mode::Client);
            let both: String = one(&format!(
                "insert into scheduling.booking_links (slug, client_id, user_id, title)
                 values ('both-' || gen_random_uuid(), '{}', {}, 'Title Marker') returning id::text",
                both.id,
                if mode == Mode::User { format!("'{}'", own.id) } else { "null".into() }
            ));
            let (own_link, own_guest) = (link_id(&own), guest(&own));
            let nobody: String = one("select gen_random_uuid()::text");
            let (foreign_link, foreign_guest) = (link_id(&other), guest(&other));
            let kept = own.meeting(&at(9, "10:00"), &at(9, "10:30"));
            sign_in(&member);
            let mut day = 10;
            for role in ["test_member", "test_service", "current_user"] {
                let superuser = role == "current_user";
                let mut said = Vec::new();
                for (column, id, is_own) in [
                    ("booking_link_id", &foreign_link, false),
                    ("booking_link_id", &both, false),
                    ("booking_link_id", &nobody, false),
                    ("booking_link_id", &own_link, true),
                    (names.guest_id, &foreign_guest, false),
                    (names.guest_id, &nobody, false),
                    (names.guest_id, &own_guest, true),
                ] {
                    day += 1;
                    let id = format!("'{id}'");
                    let insert =
                        own.insert_meeting(&at(day, "10:00"), &at(day, "10:30"), &[(column, &id)]);
                    let complete = own.insert_meeting(
                        &at(day, "12:00"),
                        &at(day, "12:30"),
                        &[
                            (column, &id),
                            ("title", "'T'"),
                            ("guest_name", "'N'"),
                            ("guest_email", "'n@n.example'"),
                            ("locale", "'en'"),
                            ("timezone", "'UTC'"),
                        ],
                    );
                    let update = kept.update(&format!("{column} = {id}"));
                    for statement in [insert, complete, update] {
                        let mut act = || {
                            if is_own {
                                assert_eq!(outcome(&statement), Ok(()), "{role}: {statement}");
                                return;
                            }
                            let refused = refusal(&statement, "22023");
                            assert!(
                                refused.detail.starts_with(&format!("{column}: ")),
                                "{refused:?}"
                            );
                            said.push((refused.message, refused.detail));
                        };
                        if superuser { act() } else { as_role(role, act) }
                    }
                }
                // Whether there is such a row is not said.
                said.sort();
                said.dedup();
                assert_eq!(said.len(), 2, "{said:?}");
            }
            let seen = rows(&format!(
                "select to_jsonb(m)::text from scheduling.{} m where {} = '{}' and booking_link_id is distinct from '{own_link}'
                   and {} is distinct from '{own_guest}'",
                names.meetings, names.owner_id, own.id, names.guest_id
            ));
            assert!(seen.iter().all(|row| !row.contains("Marker")), "{seen:?}");
        }
    }

    /// Triggers run before the policy refuses the row: what they say must not differ.
    #[pg_test]
    fn who_may_not_write_a_meeting_is_not_told_what_is_whose() {
        let_in();
        for mode in Mode::BOTH {
            let [own, other] = [mode; 2].map(|mode| Owner::always_open(mode, "UTC"));
            let names = mode.names();
            let nobody: String = one("select gen_random_uuid()::text");
            let (theirs, links) = (guest(&other), [link_id(&own), link_id(&other)]);
            sign_in(&manager(&own));
            let references = [
                ("booking_link_id", &links[0]),
                ("booking_link_id", &links[1]),
                ("booking_link_id", &nobody),
                (names.guest_id, &theirs),
                (names.guest_id, &nobody),
            ];
            let mut said = references
                .map(|(column, id)| {
                    let id = format!("'{id}'");
                    let insert =
                        other.insert_meeting(&at(9, "10:00"), &at(9, "10:30"), &[(column, &id)]);
                    let refused = as_role("test_member", || outcome(&insert)).unwrap_err();
                    assert_eq!(refused.sqlstate, "42501", "{insert}");
                    (refused.message, refused.detail, refused.hint)
                })
                .to_vec();
            said.dedup();
            assert_eq!(said.len(), 1, "{said:?}");
        }
    }

    #[pg_test]
    fn what_meetings_refer_to_stays_with_its_owner() {
        for mode in Mode::BOTH {
            let names = mode.names();
            let [own, other] = [mode; 2].map(|mode| Owner::always_open(mode, "UTC"));
            let (guest, link) = (guest(&own), own.link());
            let give = |table: &str, which: &str| {
                format!(
                    "update scheduling.{table} set {} = '{}' where {which}",
                    names.owner_id, other.id
                )
            };
            let refused = refusal(&give(names.guests, &format!("id = '{guest}'")), "22023");
            assert!(refused.detail.starts_with(names.owner_id), "{refused:?}");
            let give_link = give("booking_links", &format!("slug = '{}'", link.slug));
            run(&give_link);
            run(&give_link.replace(&other.id, &own.id));
            link.booking(&at(7, "10:00"));
            refusal(&give_link, "22023");
            let meeting = own.meeting(&at(8, "10:00"), &at(8, "10:30"));
            refusal(
                &meeting.update(&format!("{} = '{}'", names.owner_id, other.id)),
                "22023",
            );
        }
    }

    /// Each statement is one change, whatever it changes and however soon after the last one.
    #[pg_test]
    fn every_update_of_what_members_write_changes_updated_at() {
        for mode in Mode::BOTH {
            let names = mode.names();
            let owner = Owner::always_open(mode, "UTC");
            let guest = guest(&owner);
            link_id(&owner);
            owner.open_on("2030-01-07", &[("09:00", "10:00")]);
            run(&format!(
                "insert into scheduling.time_off ({}, starts_at, ends_at) values ('{}', '2031-01-01', '2031-02-01')",
                names.owner_id, owner.id
            ));
            owner.meeting_with(
                &at(9, "10:00"),
                &at(9, "10:30"),
                &[(names.guest_id, &format!("'{guest}'"))],
            );
            let own = format!("{} = '{}'", names.owner_id, owner.id);
            for (table, which) in [
                (names.owners, format!("{} = '{}'", names.id, owner.id)),
                ("booking_links", own.clone()),
                ("availability_overrides", own.clone()),
                ("time_off", own.clone()),
                (names.guests, own.clone()),
                (names.meetings, own),
            ] {
                let columns = rows(&format!(
                    "select quote_ident(attname) from pg_attribute
                     where attrelid = 'scheduling.{table}'::regclass and attnum > 0 and not attisdropped
                       and attgenerated = '' and attname not in ({unwritten})",
                    // what the worker notes down of a meeting, which is nobody's to compare
                    unwritten = "'id', 'user_id', 'client_id', 'calendar_provider', 'calendar_event_id', \
                         'calendar_id', 'conference_url', 'confirmation_sent_at', 'sequence', \
                         'next_reminder_at', 'idempotency_key', 'idempotency_digest', 'created_at'"
                ));
                assert!(columns.len() > 2, "{columns:?}");
                let read = format!("select updated_at::text from scheduling.{table} where {which}");
                for column in columns {
                    // Even where it stays as it is.
                    let before: String = one(&read);
                    let set =
                        format!("update scheduling.{table} set {column} = {column} where {which}");
                    run(&set);
                    let between: String = one(&read);
                    run(&set);
                    let after: String = one(&read);
                    assert!(
                        before < between && between < after,
                        "{table}.{column}: {before} {between} {after}"
                    );
                }
                // A clock that was set back, and somebody who says when it was.
                run(&format!(
                    "alter table scheduling.{table} disable trigger user"
                ));
                run(&format!(
                    "update scheduling.{table} set updated_at = now() + '1 day' where {which}"
                ));
                run(&format!(
                    "alter table scheduling.{table} enable trigger user"
                ));
                let column = if table == "availability_overrides" {
                    "reason"
                } else {
                    "created_at"
                };
                let column = if table == names.meetings {
                    "title"
                } else {
                    column
                };
                run(&format!(
                    "update scheduling.{table} set {column} = {column}, updated_at = '2020-01-01' where {which}"
                ));
                let later: bool = one(&format!(
                    "select updated_at > now() + interval '1 day' from scheduling.{table} where {which}"
                ));
                assert!(later, "{table}");
            }
        }
    }

    #[pg_test]
    fn a_meeting_that_a_member_makes_moves_and_cancels_does_what_book_does() {
        let_in();
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "Europe/Berlin");
            let (member, names) = (manager(&owner), mode.names());
            let link = owner.link();
            link.set("title = 'From the link', buffer_before_minutes = 5, conferencing = 'google_meet', reminder_minutes = '{60}'");
            let guest = guest(&owner);
            sign_in(&member);
            let meeting = as_role("test_member", || {
                let meeting = owner.meeting_with(
                    &at(9, "10:00"),
                    &at(9, "10:30"),
                    &[
                        ("booking_link_id", &link.id()),
                        (names.guest_id, &format!("'{guest}'")),
                        ("guests", "'{bob@guest.example}'"),
                        ("notes", "'Ring twice'"),
                        ("timezone", "'europe/paris'"),
                        ("locale", "'pt-br'"),
                    ],
                );
                // Buffers included, whoever makes the other one.
                let overlapping = owner.insert_meeting(&at(9, "09:30"), &at(9, "09:56"), &[]);
                assert_eq!(sqlstate(&overlapping), "23P01");
                meeting.set(&format!(
                    "starts_at = {}, ends_at = {}",
                    at(9, "12:00"),
                    at(9, "12:30")
                ));
                meeting
            });
            let is = |expression: &str| meeting.text(expression);
            assert_eq!(
                is(
                    "concat_ws('/', title, timezone, locale, conferencing, buffer_before_minutes, guest_email, sequence)"
                ),
                "From the link/Europe/Paris/pt-BR/google_meet/5/ada@guest.example/1"
            );
            let new = [
                "create_event",
                "send_email confirmation guest",
                "send_email owner_notification owner",
                "send_email confirmation further_guest",
                "update_event",
                "send_email rescheduled guest",
                "send_email rescheduled further_guest",
                "send_email rescheduled owner",
            ];
            assert_eq!(meeting.jobs(), new);
            meeting.clear_jobs();
            as_role("test_member", || {
                meeting.set("status = 'cancelled', cancel_reason = 'Ill'")
            });
            assert_eq!(
                meeting.jobs(),
                [
                    "delete_event",
                    "send_email cancelled guest",
                    "send_email cancelled further_guest",
                    "send_email cancelled owner",
                ]
            );
            assert_eq!(
                is("cancelled_by || ' ' || (cancelled_at is not null)"),
                "owner true"
            );
            as_role("test_member", || meeting.set("status = 'confirmed'"));
            as_role("test_member", || meeting.set("status = 'completed'"));
            let audited = rows(&format!(
                "select distinct concat_ws(' ', actor, jwt_sub) from scheduling.audit_log where row_id = '{}'",
                meeting.id
            ));
            assert_eq!(audited, [format!("test_member {member}")]);
        }
    }

    #[pg_test]
    fn a_member_sets_up_links_hours_and_days_and_forgets_guests() {
        let_in();
        for mode in Mode::BOTH {
            let owner = Owner::always_open(mode, "UTC");
            let (member, names) = (manager(&owner), mode.names());
            let guest = guest(&owner);
            let meeting = owner.meeting_with(
                &at(9, "10:00"),
                &at(9, "10:30"),
                &[(names.guest_id, &format!("'{guest}'"))],
            );
            sign_in(&member);
            as_role("test_member", || {
                let link = owner.link();
                link.set("questions = '[{\"id\": \"company\"}]', locale = 'de-at', reminder_minutes = '{60}', is_active = false");
                assert_eq!(sqlstate(&link.update("questions = '[{}]'")), "22023");
                assert_eq!(sqlstate(&link.update("duration_minutes = 0")), "23514");
                owner.open_on("2030-01-07", &[("09:00", "10:00")]);
                owner.set("timezone = 'europe/berlin', locale = 'de'");
                assert_eq!(sqlstate(&owner.update("timezone = 'Mars/Base'")), "22023");
                let twice = owner.override_day("2030-01-07", "[]");
                assert_eq!(sqlstate(&twice), "23505");
                let again = format!(
                    "{} on conflict ({}, day) do update set windows = excluded.windows",
                    owner.override_day("2030-01-07", "[]"),
                    names.owner_id
                );
                assert_eq!(sqlstate(&again), SUCCESS);
                run(&format!(
                    "update scheduling.{} set email = 'ada@new.example' where id = '{guest}'",
                    names.guests
                ));
                assert_eq!(meeting.text("guest_email"), "ada@new.example");
                run(&format!(
                    "delete from scheduling.{} where id = '{guest}'",
                    names.guests
                ));
                run(
                    "delete from scheduling.availability_overrides; delete from scheduling.booking_links",
                );
            });
            assert_eq!(
                Meeting {
                    mode,
                    id: meeting.id
                }
                .text(names.guest_id),
                "null"
            );
            let zone = row(&format!(
                "select to_jsonb(o) from scheduling.{} o where {} = '{}'",
                names.owners, names.id, owner.id
            ));
            assert_eq!(
                (&zone["timezone"], &zone["locale"]),
                (&"Europe/Berlin".into(), &"de".into())
            );
        }
    }
}
