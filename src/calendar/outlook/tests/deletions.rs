//! Events that somebody deleted: whatever Graph makes of their transaction ids and of what lies in
//! its bin, the owner sees one event as long as the meeting stands, and none afterwards.

use super::fixture::*;

const SPENT: [Spent; 4] = [
    Spent::MakesAnew,
    Spent::Refused,
    Spent::RefusedWithoutName,
    Spent::Answered,
];

/// Every Graph there may be.
fn tempers() -> impl Iterator<Item = Temper> {
    SPENT.into_iter().flat_map(|spent| {
        [(true, 400), (true, 409), (false, 400)].map(|(keeps_bin, duplicate)| Temper {
            spent,
            keeps_bin,
            duplicate,
            ..Temper::default()
        })
    })
}

/// The one event that the owner sees is this one, at the time of the moved meeting.
#[track_caller]
fn assert_moved(graph: &Graph, id: &str) {
    let temper = graph.temper();
    assert_eq!(graph.visible(), [id], "{temper:?}");
    let start = graph.field(id, "start");
    assert_eq!(start["dateTime"], "2026-12-02T09:00:00", "{temper:?}");
}

#[tokio::test]
async fn an_event_deleted_by_hand_is_made_again_once() {
    let graph = Graph::start();
    for temper in tempers() {
        for update in [true, false] {
            // The same meeting again is what Graph takes for a repetition.
            for first in [event(), moved()] {
                graph.renew(temper);
                let id = graph.create(first).await.unwrap().id;
                graph.age();
                graph.bin(&id);
                let again = match update {
                    true => graph.update(&id, moved()).await.unwrap().id,
                    false => graph.create(moved()).await.unwrap().id,
                };
                assert_ne!(again, id);
                assert_moved(&graph, &again);
                // The answer may have been lost, and the job run again.
                let still = graph.update(&id, moved()).await.unwrap().id;
                assert_eq!(still, again, "{temper:?}");
                assert_eq!(graph.create(moved()).await.unwrap().id, again);
                assert_moved(&graph, &again);
            }
        }
    }
}

#[tokio::test]
async fn a_lost_answer_while_an_event_is_made_again_makes_no_second_one() {
    let graph = Graph::start();
    for temper in tempers() {
        // How many requests go well before the answer is lost.
        for well in 0..8 {
            graph.renew(temper);
            let id = graph.create(event()).await.unwrap().id;
            graph.age();
            graph.bin(&id);
            graph.next_after(well, Fault::LoseAnswer);
            let stored = match graph.update(&id, moved()).await {
                Ok(stored) => stored,
                Err(lost) => {
                    assert!(lost.is_transient(), "{lost}");
                    graph.update(&id, moved()).await.unwrap()
                }
            };
            assert_moved(&graph, &stored.id);
        }
    }
}

#[tokio::test]
async fn an_event_may_be_deleted_again_and_again() {
    let graph = Graph::start();
    for temper in tempers() {
        graph.renew(temper);
        for _ in 0..4 {
            let id = graph.create(moved()).await.unwrap().id;
            assert_moved(&graph, &id);
            graph.age();
            graph.bin(&id);
        }
    }
}

#[tokio::test]
async fn a_meeting_that_is_cancelled_and_restored_at_once_has_its_event_soon() {
    let graph = Graph::start();
    for temper in tempers() {
        graph.renew(temper);
        let id = graph.create(moved()).await.unwrap().id;
        graph.delete(Some(&id)).await.unwrap();
        let again = match graph.create(moved()).await {
            Ok(stored) => stored,
            Err(early) => {
                assert!(matches!(early, CalendarError::Conflict(_)), "{early}");
                assert_eq!(graph.visible(), [""; 0]);
                graph.age();
                graph.create(moved()).await.unwrap()
            }
        };
        assert_moved(&graph, &again.id);
    }
}

#[tokio::test]
async fn there_is_an_end_to_making_an_event_again() {
    let graph = Graph::start();
    for _ in 0..8 {
        let id = graph.create(event()).await.unwrap().id;
        graph.age();
        graph.bin(&id);
    }
    let error = graph.create(event()).await.unwrap_err();
    let reason = "ErrorDuplicateTransactionId: Your request can't be completed. The TransactionId \
                  specified in the request has already been used to create a different event.";
    assert_eq!(error, CalendarError::Conflict(reason.into()));
}

#[tokio::test]
async fn deleting_twice_or_what_never_was_is_no_error() {
    let graph = Graph::start();
    for temper in tempers() {
        graph.renew(temper);
        graph.delete(None).await.unwrap();
        let id = graph.create(event()).await.unwrap().id;
        graph.delete(None).await.unwrap();
        assert_eq!(graph.visible(), [""; 0]);
        graph.delete(Some(&id)).await.unwrap();
        graph.delete(Some("AAkNever=")).await.unwrap();
    }
}

#[tokio::test]
async fn a_cancelled_meeting_leaves_no_event_whose_id_was_never_told() {
    let graph = Graph::start();
    for temper in tempers() {
        graph.renew(temper);
        let id = graph.create(event()).await.unwrap().id;
        graph.age();
        graph.bin(&id);
        graph.create(event()).await.unwrap();
        graph.delete(Some(&id)).await.unwrap();
        assert_eq!(graph.visible(), [""; 0], "{temper:?}");
    }
}

#[tokio::test]
async fn a_calendar_that_is_gone_took_its_events_along() {
    let mut graph = Graph::start();
    graph.open.calendar_id = Some("gone=".into());
    graph.delete(None).await.unwrap();
    graph.delete(Some("AAkGone=")).await.unwrap();
    let error = graph.create(event()).await.unwrap_err();
    assert!(matches!(error, CalendarError::NotFound(_)), "{error:?}");
}
