//! The room against the stand-in for Close: what an address and a meeting come to, whatever goes wrong.

use std::time::Duration;

use chrono::{DateTime, Utc};
use stand_ins::Close;
use stand_ins::close::Fault;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::close::LeadAnswer;
use super::error::CrmError;
use super::facts::{Account, Creation, Errand, Guest, LeadRequest, LeadState};
use super::gate::Gates;
use super::{carry_out, marker};
use crate::http::HttpClient;

/// One process that asks Close for something.
struct Asker {
    http: HttpClient,
    gates: Gates,
    request: LeadRequest,
}

impl Asker {
    fn new(close: &Close) -> Self {
        let timeout = Duration::from_secs(2);
        Self {
            http: HttpClient::new(timeout).unwrap(),
            gates: Gates::default(),
            request: LeadRequest {
                account: Account {
                    api_url: close.api_url(),
                    api_key: Zeroizing::new(close.key()),
                    generation: Uuid::new_v4(),
                },
                guest: Guest {
                    address: "Ada@guest.example".into(),
                    name: Some("Ada".into()),
                    phone: None,
                },
                known: None,
                creation: Creation::Allowed,
                errand: note("text"),
                since: Utc::now(),
                timeout,
            },
        }
    }

    async fn ask(&mut self) -> LeadAnswer {
        let gate = self.gates.of(self.request.account.generation);
        let http = self.http.with_timeout(self.request.timeout);
        carry_out(&http, &gate, &self.request).await
    }
}

fn note(text: &str) -> Errand {
    let marker = marker(Uuid::nil(), 1);
    Errand::Note {
        text: format!("{text}\n\n{marker}"),
        marker,
    }
}

fn texts(close: &Close) -> Vec<String> {
    let first = |text: String| text.lines().next().unwrap_or_default().to_owned();
    close
        .notes()
        .into_iter()
        .map(|note| first(note.note))
        .collect()
}

#[tokio::test]
async fn an_address_that_is_new_gets_a_lead_with_a_contact_and_a_note() {
    let close = Close::start(0);
    let mut asker = Asker::new(&close);
    asker.request.guest.phone = Some("+49 30 1234567".into());
    let answer = asker.ask().await;
    let lead = close.leads().remove(0);
    assert!(answer.is_new);
    assert_eq!(answer.lead, LeadState::Known(lead.id.clone()));
    assert_eq!(lead.name, "Ada");
    assert_eq!(lead.addresses(), ["Ada@guest.example"]);
    assert_eq!(lead.contacts[0]["phones"][0]["phone"], "+49 30 1234567");
    let note = close.notes().remove(0);
    assert_eq!(note.lead_id, lead.id);
    assert_eq!(answer.done, Ok(Some(note.id)));
}

#[tokio::test]
async fn the_oldest_lead_with_exactly_this_address_is_the_one_whatever_its_case() {
    let close = Close::start(0);
    close.enter("Another", "ada@guest.example.org");
    let oldest = close.enter("Ada L.", "ADA@GUEST.example");
    close.enter("Ada again", "ada@guest.example");
    let answer = Asker::new(&close).ask().await;
    assert_eq!(answer.lead, LeadState::Known(oldest.clone()));
    assert!(!answer.is_new);
    assert_eq!(close.notes()[0].lead_id, oldest);
    assert_eq!(close.leads().len(), 3);
}

#[tokio::test]
async fn a_lead_of_others_that_lacks_everything_keeps_no_other_from_being_found() {
    let close = Close::start(0);
    let lead = close.enter("Ada", "ada@guest.example");
    let at = "2020-01-01T00:00:00Z";
    let of = |id: &str, contacts: serde_json::Value| serde_json::json!({"id": id, "date_created": at, "description": null, "contacts": contacts});
    let found = serde_json::json!({"data": [
        of("lead_1", serde_json::json!(null)),
        of("lead_2", serde_json::json!([{}, {"emails": null}, {"emails": [{"email": null}, {}]}])),
        of(&lead, serde_json::json!([{"emails": [{"email": "ada@guest.example"}]}])),
    ]});
    close.next_read(Fault::answer(200, found));
    let answer = Asker::new(&close).ask().await;
    assert_eq!(answer.lead, LeadState::Known(lead), "{answer:?}");
}

#[tokio::test]
async fn a_lead_whose_answer_was_lost_is_found_before_another_one_is_made() {
    let close = Close::start(0);
    close.set_search_lag(Duration::from_millis(400));
    let mut asker = Asker::new(&close);
    close.next(Fault::LoseAnswer);
    let first = asker.ask().await;
    assert_eq!(first.lead, LeadState::Unsure, "{first:?}");

    let wait = Duration::from_secs(100);
    asker.request.creation = Creation::NotBefore(wait);
    let second = asker.ask().await;
    assert_eq!(second.done, Err(CrmError::Unsettled(wait)));
    assert_eq!(second.lead, LeadState::Unchanged);

    tokio::time::sleep(Duration::from_millis(400)).await;
    let third = asker.ask().await;
    assert_eq!(third.lead, LeadState::Known(close.leads()[0].id.clone()));
    assert!(!third.is_new);
    assert_eq!((close.leads().len(), close.notes().len()), (1, 1));
}

#[tokio::test]
async fn what_is_known_of_a_lead_after_an_attempt_is_never_more_than_can_be_known() {
    let status = Fault::Status;
    let answer = |body: &str| Fault::answer(200, body);
    for (fault, left) in [
        (Fault::LoseAnswer, LeadState::Unsure),
        (Fault::Truncated, LeadState::Unsure),
        (Fault::Page, LeadState::Unsure),
        (Fault::Flood, LeadState::Unsure),
        (Fault::Late(Duration::from_millis(500)), LeadState::Unsure),
        (answer("{\"id\": \"lead_1/../../me\"}"), LeadState::Unsure),
        (answer("{\"id\": \"user_1\"}"), LeadState::Unsure),
        (status(500), LeadState::Unsure),
        (status(503), LeadState::Unsure),
        (status(408), LeadState::Unsure),
        (status(400), LeadState::Absent),
        (status(401), LeadState::Absent),
        (status(403), LeadState::Absent),
        (status(404), LeadState::Absent),
        (status(415), LeadState::Absent),
        (status(402), LeadState::Absent),
    ] {
        let close = Close::start(0);
        let mut asker = Asker::new(&close);
        asker.request.timeout = Duration::from_millis(200);
        close.next(fault.clone());
        let answer = asker.ask().await;
        assert_eq!(answer.lead, left, "{fault:?} when it is made: {answer:?}");
        assert!(answer.done.is_err() && !answer.is_new, "{fault:?}");

        // The search makes none, and says nothing of an attempt before.
        for (creation, left) in [
            (Creation::Allowed, LeadState::Absent),
            (Creation::NotBefore(Duration::MAX), LeadState::Unchanged),
        ] {
            let close = Close::start(0);
            let mut asker = Asker::new(&close);
            asker.request.timeout = Duration::from_millis(200);
            asker.request.creation = creation;
            close.next_read(fault.clone());
            let answer = asker.ask().await;
            assert_eq!(
                answer.lead, left,
                "{fault:?} when it is looked for: {answer:?}"
            );
            assert!(
                answer.done.is_err() && close.leads().is_empty(),
                "{fault:?}"
            );
        }
    }
    let mut close = Close::start(0);
    let mut asker = Asker::new(&close);
    close.down();
    let answer = asker.ask().await;
    assert_eq!(answer.lead, LeadState::Absent, "{answer:?}");
}

#[tokio::test]
async fn a_note_is_written_once_however_often_its_answer_is_lost() {
    for fault in [Fault::LoseAnswer, Fault::Truncated, Fault::Page] {
        let close = Close::start(0);
        let mut asker = Asker::new(&close);
        asker.request.known = Some(close.enter("Ada", "ada@guest.example"));
        // The lead, its notes, the note.
        close.next_after(2, fault);
        assert!(asker.ask().await.done.is_err());
        let answer = asker.ask().await;
        assert_eq!(answer.done, Ok(Some(close.notes()[0].id.clone())));
        assert_eq!(texts(&close), ["text"]);

        // The meeting has moved before the attempt that comes through.
        asker.request.errand = note("another text");
        asker.ask().await.done.unwrap();
        assert_eq!(texts(&close), ["another text"]);
    }
}

#[tokio::test]
async fn a_lead_that_was_deleted_or_merged_is_gone_and_found_anew() {
    let close = Close::start(0);
    let [kept, merged, deleted] =
        ["a", "b", "c"].map(|name| close.enter(name, "ada@guest.example"));
    close.merge(&merged, &kept);
    close.delete(&deleted);
    for gone in [merged, deleted] {
        let mut asker = Asker::new(&close);
        asker.request.known = Some(gone);
        let answer = asker.ask().await;
        assert_eq!(answer.lead, LeadState::Unsure);
        assert_eq!(answer.done, Err(CrmError::Gone));
        asker.request.known = None;
        assert_eq!(asker.ask().await.lead, LeadState::Known(kept.clone()));
    }
}

#[tokio::test]
async fn a_lead_that_the_search_still_shows_is_not_taken_for_one_that_is_there() {
    let close = Close::start(0);
    let gone = close.enter("Ada", "ada@guest.example");
    tokio::time::sleep(Duration::from_millis(200)).await;
    close.set_search_lag(Duration::from_millis(200));
    close.delete(&gone);
    let mut asker = Asker::new(&close);
    let answer = asker.ask().await;
    assert_eq!(
        (&answer.lead, &answer.done),
        (&LeadState::Unsure, &Err(CrmError::Gone))
    );
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(asker.ask().await.is_new);
}

#[tokio::test]
async fn a_phone_that_close_does_not_take_keeps_nobody_from_being_a_lead() {
    let close = Close::start(0);
    let mut asker = Asker::new(&close);
    asker.request.guest.phone = Some("ask my wife".into());
    assert!(asker.ask().await.is_new);
    assert_eq!(close.leads()[0].contacts[0].get("phones"), None);
}

#[tokio::test]
async fn a_refusal_names_fields_and_never_what_was_in_them() {
    let close = Close::start(0);
    let mut asker = Asker::new(&close);
    asker.request.guest.address = "private-words".into();
    let error = asker.ask().await.done.unwrap_err();
    assert!(!error.is_transient());
    assert_eq!(error.to_string(), "Close refused (HTTP 400, emails)");
    let key = asker.request.account.api_key.to_string();
    assert!(!format!("{error:?}").contains(&key));
}

#[tokio::test]
async fn a_refused_key_is_tried_once_and_the_next_one_at_once() {
    let close = Close::start(0);
    let mut asker = Asker::new(&close);
    close.revoke_grants();
    for _ in 0..5 {
        let error = asker.ask().await.done.unwrap_err();
        assert!(matches!(error, CrmError::Refused(_)), "{error:?}");
    }
    assert_eq!(close.requests().len(), 1);
    asker.request.account.api_key = Zeroizing::new(close.key());
    asker.request.account.generation = Uuid::new_v4();
    asker.ask().await.done.unwrap();
}

#[tokio::test]
async fn an_address_where_close_is_not_is_treated_as_a_refused_key() {
    let close = Close::start(0);
    for fault in [Fault::Status(404), Fault::answer(302, "")] {
        let mut asker = Asker::new(&close);
        close.take_requests();
        close.next_read(fault);
        for _ in 0..3 {
            let error = asker.ask().await.done.unwrap_err();
            assert!(matches!(error, CrmError::Refused(_)), "{error:?}");
        }
        assert_eq!(close.requests().len(), 1);
    }
}

#[tokio::test]
async fn the_limit_is_kept_by_all_together() {
    let close = Close::start(0);
    close.set_limit(10, Duration::from_millis(300));
    let asker = Asker::new(&close);
    let gate = asker.gates_of();
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..8 {
        let mut mine = Asker::new(&close);
        mine.request.guest.address = format!("guest{n}@guest.example");
        mine.request.account.api_key = asker.request.account.api_key.clone();
        let gate = gate.clone();
        tasks.spawn(async move {
            for _ in 0..20 {
                if carry_out(&mine.http, &gate, &mine.request)
                    .await
                    .done
                    .is_ok()
                {
                    return true;
                }
            }
            false
        });
    }
    assert!(tasks.join_all().await.into_iter().all(|done| done));
    // 24 requests fit; those in flight when the limit is reached may be refused, and nobody else.
    let requests = close.requests().len();
    assert!(requests <= 24 + 3 * 8, "{requests}");
    assert_eq!(close.leads().len(), 8);
}

impl Asker {
    fn gates_of(&self) -> super::gate::Gate {
        Gates::default().of(self.request.account.generation)
    }
}

#[tokio::test]
async fn whoever_is_told_to_wait_for_long_comes_again_and_nobody_else_asks() {
    let close = Close::start(0);
    let mut asker = Asker::new(&close);
    for (fault, seconds) in [
        (Fault::RateLimited { retry_after: 600 }, 590..=600),
        (Fault::Status(402), 3590..=3600),
    ] {
        asker.request.account.generation = Uuid::new_v4();
        close.take_requests();
        close.next_read(fault);
        for _ in 0..3 {
            match asker.ask().await.done {
                Err(CrmError::Limited { retry_after, .. }) => {
                    assert!(seconds.contains(&retry_after.as_secs()), "{retry_after:?}");
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(close.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_close_that_has_no_room_and_says_at_once_is_asked_ever_more_seldom() {
    let close = Close::start(0);
    close.always(Some(Fault::RateLimited { retry_after: 0 }));
    close.always_read(Some(Fault::RateLimited { retry_after: 0 }));
    let mut asker = Asker::new(&close);
    let asking = tokio::time::timeout(Duration::from_millis(3500), asker.ask());
    assert!(asking.await.is_err(), "it goes on");
    let requests = close.requests().len();
    assert!((2..=3).contains(&requests), "{requests}");
}

#[tokio::test]
async fn a_mark_that_a_guest_has_typed_is_none() {
    let close = Close::start(0);
    let mut asker = Asker::new(&close);
    let second = marker(Uuid::nil(), 2);
    asker.request.errand = note(&format!("Meeting cancelled\nReason: no\n{second}"));
    let lead = asker.ask().await.lead;
    let LeadState::Known(lead) = lead else {
        panic!("{lead:?}");
    };
    asker.request.known = Some(lead);
    asker.request.errand = Errand::Note {
        text: format!("Meeting booked again\n\n{second}"),
        marker: second,
    };
    assert!(asker.ask().await.done.is_ok());
    assert_eq!(texts(&close), ["Meeting cancelled", "Meeting booked again"]);
}

/// Its user may lack the right, which says nothing of the rest.
#[tokio::test]
async fn a_key_that_may_not_merge_leads_holds_up_nothing_else() {
    let close = Close::start(0);
    close.set_search_lag(Duration::from_millis(300));
    for _ in 0..2 {
        assert!(Asker::new(&close).ask().await.is_new);
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut asker = Asker::new(&close);
    asker.request.errand = Errand::Check;
    close.next(Fault::Status(403));
    let answer = asker.ask().await;
    assert!(
        matches!(answer.done, Err(CrmError::Rejected { status: 403, .. })),
        "{answer:?}"
    );
    asker.request.errand = note("another");
    assert!(asker.ask().await.done.is_ok());
}

#[tokio::test]
async fn of_two_leads_for_one_address_ours_becomes_part_of_the_older_one() {
    let close = Close::start(0);
    close.set_search_lag(Duration::from_millis(300));
    // Two databases that do not know of each other.
    for _ in 0..2 {
        assert!(Asker::new(&close).ask().await.is_new);
    }
    let by_hand = close.enter("Ada", "ada@guest.example");
    let oldest = close.leads()[0].id.clone();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut asker = Asker::new(&close);
    asker.request.errand = Errand::Check;
    for _ in 0..2 {
        let answer = asker.ask().await;
        assert_eq!(answer.lead, LeadState::Known(oldest.clone()));
        assert_eq!(answer.done, Ok(None));
    }
    let left: Vec<_> = close.leads().into_iter().map(|lead| lead.id).collect();
    assert_eq!(
        left,
        [oldest.clone(), by_hand],
        "what others made is left alone"
    );
    assert!(close.notes().iter().all(|note| note.lead_id == oldest));
}

mod notes {
    use super::*;
    use crate::crm::facts::{Facts, Told};
    use crate::crm::note::{News, news, text};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn facts() -> Facts {
        Facts {
            meeting_id: Uuid::from_u128(7),
            title: "Intro call".into(),
            starts_at: at("2026-12-01T09:00:00Z"),
            ends_at: at("2026-12-01T09:30:00Z"),
            takes_place: true,
            has_another_guest: false,
            guest: Guest {
                address: "ada@guest.example".into(),
                name: Some("Ada".into()),
                phone: Some("+49 30 1".into()),
            },
            owner_name: Some("Robin".into()),
            location: Some("Room 5".into()),
            meeting_url: None,
            notes: Some("See <b>below</b>\nplease".into()),
            answers: vec![
                ("Company".into(), "Acme".into()),
                ("Topics".into(), serde_json::json!(["a", "b"])),
                ("First time".into(), true.into()),
            ],
            cancel_reason: Some("ill".into()),
        }
    }

    fn told(takes_place: bool, starts_at: &str) -> Told {
        Told {
            starts_at: at(starts_at),
            ends_at: at("2026-12-01T09:30:00Z"),
            takes_place,
            notes: 1,
        }
    }

    #[test]
    fn there_is_a_note_of_what_is_news_and_of_nothing_else() {
        let (same, other) = ("2026-12-01T09:00:00Z", "2026-12-01T08:00:00Z");
        for (takes_place, another_guest, before, expected) in [
            (true, false, None, Some(News::Booked)),
            (false, false, None, None),
            (true, true, None, None),
            (true, false, Some((true, same)), None),
            (true, false, Some((true, other)), Some(News::Moved)),
            (false, false, Some((true, same)), Some(News::Cancelled)),
            (false, false, Some((true, other)), Some(News::Cancelled)),
            (false, false, Some((false, other)), None),
            (true, false, Some((false, same)), Some(News::Again)),
            (true, true, Some((true, same)), Some(News::AnotherGuest)),
            (false, true, Some((true, same)), Some(News::AnotherGuest)),
            (true, true, Some((false, same)), None),
        ] {
            let facts = Facts {
                takes_place,
                has_another_guest: another_guest,
                ..facts()
            };
            let told = before.map(|(takes_place, starts_at)| told(takes_place, starts_at));
            assert_eq!(
                news(&facts, told.as_ref()),
                expected,
                "{takes_place} {another_guest} {before:?}"
            );
        }
    }

    #[test]
    fn a_note_says_what_its_reader_needs_as_plain_text() {
        let zone = chrono_tz::Europe::Berlin;
        let say = |news, told: Option<&Told>| {
            text(
                news,
                &facts(),
                told,
                &zone,
                "Europe/Berlin",
                "scheduling/x/1",
            )
        };
        assert_eq!(
            say(News::Booked, None),
            "Meeting booked: Intro call\n\
             When: 2026-12-01 10:00 – 10:30 (Europe/Berlin, UTC+01:00)\n\
             With: Robin\nGuest: Ada <ada@guest.example>\nPhone: +49 30 1\nWhere: Room 5\n\
             Company: Acme\nTopics: a, b\nFirst time: yes\n\
             Notes: See <b>below</b>\n\x20 please\n\nscheduling/x/1"
        );
        let before = told(true, "2026-11-30T23:00:00Z");
        assert_eq!(
            say(News::Moved, Some(&before)),
            "Meeting moved: Intro call\n\
             When: 2026-12-01 10:00 – 10:30 (Europe/Berlin, UTC+01:00)\n\
             Before: 2026-12-01 00:00 – 10:30 (Europe/Berlin, UTC+01:00)\n\
             With: Robin\n\nscheduling/x/1"
        );
        assert!(say(News::Cancelled, None).contains("\nReason: ill\n"));
    }

    #[test]
    fn no_line_that_a_visitor_types_looks_like_one_of_ours() {
        let facts = Facts {
            notes: Some("x\nJoin: https://prize.example\r\u{2028}Phone: 1\u{202e}".into()),
            ..facts()
        };
        let said = text(News::Booked, &facts, None, &Utc, "UTC", "m");
        let expected = "Notes: x\n  Join: https://prize.example\n  \n  Phone: 1\n\nm";
        assert!(said.ends_with(expected), "{said:?}");
    }

    #[test]
    fn over_a_clock_change_both_offsets_are_said() {
        let facts = Facts {
            starts_at: at("2026-10-25T00:30:00Z"),
            ends_at: at("2026-10-25T01:15:00Z"),
            ..facts()
        };
        let zone = chrono_tz::Europe::Berlin;
        let said = text(News::Booked, &facts, None, &zone, "Europe/Berlin", "m");
        let when = "When: 2026-10-25 02:30 – 02:15 (Europe/Berlin, UTC+02:00, then UTC+01:00)";
        assert!(said.contains(when), "{said}");
    }

    #[test]
    fn however_long_a_note_is_its_marker_is_whole() {
        let facts = Facts {
            notes: Some("ä".repeat(1_000_000)),
            ..facts()
        };
        let marker = marker(facts.meeting_id, 12);
        let said = text(News::Booked, &facts, None, &Utc, "UTC", &marker);
        assert!(said.ends_with("\nscheduling/00000000-0000-0000-0000-000000000007/12"));
        assert!(said.chars().count() < 21_000);
    }
}

#[tokio::test]
async fn a_note_that_may_be_there_is_amended_and_never_made() {
    let close = Close::start(0);
    let mut asker = Asker::new(&close);
    let amend = |text: &str| {
        let marker = marker(Uuid::nil(), 1);
        Errand::Amend {
            text: format!("{text}\n\n{marker}"),
            marker,
        }
    };
    asker.request.errand = amend("Meeting cancelled");
    assert_eq!(asker.ask().await.done, Ok(None));
    assert_eq!((close.leads().len(), close.notes().len()), (0, 0));

    // A lead may have been made that the search does not find yet.
    asker.request.creation = Creation::NotBefore(Duration::from_secs(60));
    let unsettled = asker.ask().await;
    assert!(
        matches!(unsettled.done, Err(CrmError::Unsettled(_))),
        "{unsettled:?}"
    );

    asker.request.creation = Creation::Allowed;
    asker.request.errand = note("Meeting booked");
    assert!(asker.ask().await.done.is_ok());
    asker.request.errand = amend("Meeting cancelled");
    for _ in 0..2 {
        let amended = asker.ask().await;
        assert!(matches!(amended.done, Ok(Some(_))), "{amended:?}");
        assert_eq!(texts(&close), ["Meeting cancelled"]);
    }
}
