//! Resend's transport against the stand-in, whose other half is Resend's own documents.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use stand_ins::{Fault, Resend, resend};
use zeroize::Zeroizing;

use super::{ResendAccount, ResendError, ResendMailer, body, check};
use crate::http::{HttpClient, test_server};
use crate::mail::facts::Mail;
use crate::mail::sent;

const INVITATION: &str = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n";

/// A mail as it is stored, to a reader of that address.
fn mail(to: &str) -> Mail {
    let invitation = STANDARD.encode(INVITATION);
    let message = format!(
        "Date: Fri, 20 Nov 2026 08:00:00 +0000\r\n\
         From: \"Acme, Inc.\" <bookings@example.com>\r\n\
         To: =?utf-8?b?R3JhY2UgSMO2cHBlcg==?= <{to}>\r\n\
         Reply-To: Ada Lovelace <ada@example.com>\r\n\
         Subject: =?utf-8?b?Q29uZmlybWVkOiBDYWbDqQ==?=\r\n\
         Message-ID:\r\n <confirmation.guest.7@example.com>\r\n\
         Auto-Submitted: auto-generated\r\nContent-Language: de\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"m\"\r\n\r\n\
         --m\r\nContent-Type: multipart/alternative; boundary=\"a\"\r\n\r\n\
         --a\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\r\nCaf=C3=A9 at ten, in a line that is =\r\nfolded\r\n\
         --a\r\nContent-Type: text/html; charset=utf-8\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>Caf=C3=A9</p>\r\n\
         --a\r\nContent-Type: text/calendar; charset=utf-8; method=REQUEST\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{invitation}\r\n--a--\r\n\
         --m\r\nContent-Type: application/ics; name=\"invite.ics\"; method=REQUEST\r\n\
         Content-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"invite.ics\"\r\n\r\n{invitation}\r\n--m--\r\n"
    );
    Mail {
        recipient: to.into(),
        subject: "Confirmed: Café".into(),
        message_id: format!("<confirmation.{}@example.com>", to.replace('@', ".")),
        from: "bookings@example.com".into(),
        to: to.into(),
        message: message.into_bytes(),
        shown: None,
        own_trouble: None,
    }
}

const GRACE: &str = "grace@example.org";

fn account(api_url: &str, api_key: String) -> ResendAccount {
    ResendAccount {
        api_url: api_url.into(),
        api_key: Zeroizing::new(api_key),
        timeout: Duration::from_secs(2),
    }
}

fn mailer(api_url: &str, api_key: String) -> ResendMailer {
    let http = HttpClient::new(Duration::from_secs(9)).unwrap();
    ResendMailer::new(&http, &account(api_url, api_key)).unwrap()
}

fn to(resend: &Resend) -> ResendMailer {
    mailer(&resend.api_url(), resend.api_key())
}

fn refusal(status: u16, name: &str, message: &str) -> Fault {
    Fault::answer(status, resend::error(status, name, message))
}

#[tokio::test]
async fn a_mail_arrives_with_its_words_its_sender_and_its_invitation() {
    let resend = Resend::start(0);
    let sent = to(&resend).send(&mail(GRACE)).await.unwrap();
    let [taken] = &resend.mails()[..] else {
        panic!("{:?}", resend.mails());
    };
    assert_eq!(sent.id.as_ref(), Some(&taken.id));
    assert_eq!(taken.key, "confirmation.grace.example.org@example.com");
    assert_eq!(
        taken.body,
        json!({
            "from": "\"Acme, Inc.\" <bookings@example.com>",
            "to": ["Grace Höpper <grace@example.org>"],
            "reply_to": ["Ada Lovelace <ada@example.com>"],
            "subject": "Confirmed: Café",
            "text": "Café at ten, in a line that is folded",
            "html": "<p>Café</p>",
            "headers": {
                "Auto-Submitted": "auto-generated",
                "Message-ID": "<confirmation.guest.7@example.com>",
            },
            "attachments": [{
                "filename": "invite.ics",
                "content_type": "text/calendar; method=REQUEST; charset=utf-8",
                "content": STANDARD.encode(INVITATION),
            }],
        })
    );
}

#[test]
fn a_mail_without_an_invitation_has_no_attachment() {
    let mut plain = mail(GRACE);
    plain.message =
        b"From: bookings@example.com\r\nTo: grace@example.org\r\nSubject: Hi\r\n\r\nHello\r\n"
            .to_vec();
    let said: Value = serde_json::from_slice(&body::of(&plain).unwrap()).unwrap();
    assert_eq!(
        said,
        json!({
            "from": "bookings@example.com", "to": ["grace@example.org"], "subject": "Hi",
            "text": "Hello\r\n", "headers": {},
        })
    );
    plain.message = b"".to_vec();
    let refused = body::of(&plain).unwrap_err();
    assert!(
        refused.to_string().starts_with("the stored message"),
        "{refused}"
    );
}

/// What was lost was the answer, and not the mail.
#[tokio::test]
async fn a_mail_whose_answer_was_lost_is_sent_once() {
    let resend = Resend::start(0);
    for fault in [
        Fault::LoseAnswer,
        Fault::Truncated,
        Fault::Page,
        Fault::Flood,
        Fault::Late(Duration::from_secs(3)),
    ] {
        resend.clear();
        let mailer = to(&resend);
        resend.next(fault.clone());
        let lost = mailer.send(&mail(GRACE)).await.unwrap_err();
        assert_eq!(
            lost.fault,
            sent::Fault::Passing { retry_after: None },
            "{fault:?}"
        );
        let sent = mailer.send(&mail(GRACE)).await.unwrap();
        let mails = resend.mails();
        assert_eq!(mails.len(), 1, "{fault:?}");
        assert_eq!(sent.id, Some(mails[0].id.clone()));
        let bodies: Vec<_> = resend.requests().into_iter().map(|r| r.body).collect();
        assert!(bodies.len() == 2 && bodies[0] == bodies[1], "{fault:?}");
    }
}

/// Resend forgets keys after a day. The copy has the same Message-ID.
#[tokio::test]
async fn after_a_day_a_lost_answer_may_bring_a_copy_of_the_same_message_id() {
    let resend = Resend::start(0);
    let mailer = to(&resend);
    resend.next(Fault::LoseAnswer);
    mailer.send(&mail(GRACE)).await.unwrap_err();
    resend.forget_keys();
    mailer.send(&mail(GRACE)).await.unwrap();
    let mails = resend.mails();
    assert!(
        mails.len() == 2 && mails[0].body == mails[1].body,
        "{mails:?}"
    );
}

#[tokio::test]
async fn a_refusal_is_told_in_words_and_says_what_to_do() {
    use sent::Fault::{Closed, Passing, Permanent};
    let again = Passing { retry_after: None };
    let all = |minutes: u64, is_attempt| Closed {
        pause: Duration::from_secs(60 * minutes),
        is_attempt,
    };
    let cases = [
        (
            409,
            "concurrent_idempotent_requests",
            "Same idempotency key used while original request is still in progress.",
            again,
            "still busy with an earlier attempt",
        ),
        (
            409,
            "invalid_idempotent_request",
            "Same idempotency key used with a different request payload.",
            Permanent,
            "with other words in it",
        ),
        (
            422,
            "validation_error",
            "Invalid `to` field.",
            Permanent,
            "refused the mail (HTTP 422, validation_error: Invalid `to` field.)",
        ),
        (
            422,
            "invalid_from_address",
            "The from address is invalid.",
            Permanent,
            "the sender's address",
        ),
        (
            400,
            "validation_error",
            "We found an error.",
            Permanent,
            "refused the mail",
        ),
        (
            451,
            "security_error",
            "We may have found a security issue.",
            Permanent,
            "security issue",
        ),
        (
            401,
            "missing_api_key",
            "Missing API key.",
            all(15, false),
            "does not take the API key",
        ),
        (
            401,
            "restricted_api_key",
            "This API key is restricted.",
            all(15, false),
            "does not let the API key send",
        ),
        (
            403,
            "invalid_api_key",
            "API key is invalid.",
            all(15, false),
            "does not take the API key",
        ),
        (
            400,
            "validation_error",
            "API key is invalid",
            all(15, false),
            "does not take the API key",
        ),
        (
            403,
            "validation_error",
            "The example.com domain is not verified.",
            all(15, true),
            "not verified the domain of the sender",
        ),
        (
            403,
            "validation_error",
            "You can only send testing emails to your own email address (a@b.example).",
            Permanent,
            "until a domain is verified",
        ),
        (
            404,
            "not_found",
            "The requested endpoint does not exist.",
            all(15, true),
            "not Resend's API",
        ),
        (
            429,
            "daily_quota_exceeded",
            "You have reached your daily email sending quota.",
            all(60, false),
            "quota of a day is used up",
        ),
        (
            429,
            "monthly_quota_exceeded",
            "You have reached your monthly email sending quota.",
            all(60, false),
            "quota of a month is used up",
        ),
        (
            429,
            "rate_limit_exceeded",
            "Too many requests.",
            Closed {
                pause: Duration::from_secs(1),
                is_attempt: false,
            },
            "no more mails in this moment",
        ),
        (
            500,
            "application_error",
            "An unexpected error occurred.",
            again,
            "could not take the mail",
        ),
    ];
    let resend = Resend::start(0);
    for (status, name, message, fault, told) in cases {
        let mailer = to(&resend);
        resend.next(refusal(status, name, message));
        let refused = mailer.send(&mail(GRACE)).await.unwrap_err();
        assert_eq!(refused.fault, fault, "{status} {name}: {refused}");
        assert!(refused.detail.contains(told), "{status} {name}: {refused}");
        assert!(
            refused.detail.contains(&format!("HTTP {status}")),
            "{refused}"
        );
    }
    assert_eq!(resend.mails().len(), 0);
}

#[tokio::test]
async fn what_is_no_answer_of_resends_is_told_apart() {
    let page = |status: u16, headers: Vec<(&'static str, String)>| Fault::Answer {
        status,
        headers,
        body: "<html>error code: 1010</html>".into(),
    };
    let elsewhere = Resend::start(0);
    let location = ("location", elsewhere.api_url() + "/emails");
    let resend = Resend::start(0);
    for (fault, told) in [
        (page(403, vec![]), "Resend refused access (HTTP 403)"),
        (page(307, vec![location]), "sends elsewhere"),
        (page(502, vec![]), "could not take the mail (HTTP 502)"),
    ] {
        resend.next(fault);
        let refused = to(&resend).send(&mail(GRACE)).await.unwrap_err();
        assert!(refused.detail.contains(told), "{refused}");
        assert_ne!(refused.fault, sent::Fault::Permanent);
    }
    assert_eq!(elsewhere.requests().len(), 0, "no redirect is followed");
    let nobody = mailer(&test_server::refused(), "re_x".into());
    let refused = nobody.send(&mail(GRACE)).await.unwrap_err();
    assert!(
        refused.detail.starts_with("Resend: could not connect"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_refused_key_costs_a_few_requests_whatever_waits() {
    let resend = Resend::start(0);
    let mailer = std::sync::Arc::new(to(&resend));
    resend.always(Some(refusal(403, "invalid_api_key", "API key is invalid.")));
    let mut sending = tokio::task::JoinSet::new();
    for n in 0..100 {
        let mailer = mailer.clone();
        sending.spawn(async move { mailer.send(&mail(&format!("guest{n}@example.org"))).await });
    }
    for refused in sending.join_all().await {
        let refused = refused.unwrap_err();
        assert!(
            refused.detail.contains("does not take the API key"),
            "{refused}"
        );
        assert!(matches!(
            refused.fault,
            sent::Fault::Closed {
                is_attempt: false,
                ..
            }
        ));
    }
    assert!(resend.requests().len() <= 3, "{}", resend.requests().len());
}

#[tokio::test]
async fn a_rate_limit_holds_back_all_and_nothing_is_lost() {
    let resend = Resend::start(0);
    let mailer = std::sync::Arc::new(to(&resend));
    mailer.send(&mail("first@example.org")).await.unwrap();
    resend.next(Fault::RateLimited { retry_after: 2 });
    let limited = mailer.send(&mail(GRACE)).await.unwrap_err();
    let pause = Duration::from_secs(2);
    assert_eq!(
        limited.fault,
        sent::Fault::Closed {
            pause,
            is_attempt: false
        }
    );
    let began = Instant::now();
    let mut sending = tokio::task::JoinSet::new();
    for n in 0..8 {
        let mailer = mailer.clone();
        sending.spawn(async move { mailer.send(&mail(&format!("g{n}@example.org"))).await });
    }
    assert!(sending.join_all().await.iter().all(Result::is_ok));
    assert!(
        began.elapsed() >= Duration::from_millis(1_900),
        "{:?}",
        began.elapsed()
    );
    // They were not all let go at once: one found out first.
    let requests = resend.take_requests();
    assert_eq!(requests.len(), 10);
}

/// Its windows are of seconds, and mails of a day would come too late.
#[tokio::test]
async fn a_rate_limit_that_claims_to_last_for_a_day_is_asked_again_within_the_hour() {
    let resend = Resend::start(0);
    resend.next(Fault::RateLimited {
        retry_after: 86_400,
    });
    let limited = to(&resend).send(&mail(GRACE)).await.unwrap_err();
    assert_eq!(
        limited.fault,
        sent::Fault::Closed {
            pause: Duration::from_secs(3_600),
            is_attempt: false
        }
    );
}

/// The headers of an answer say that the window is used up; so nothing is asked in vain.
#[tokio::test]
async fn a_window_that_is_used_up_is_waited_for() {
    let resend = Resend::start(0);
    let mailer = to(&resend);
    resend.set_rate(Some(0));
    mailer.send(&mail(GRACE)).await.unwrap();
    resend.set_rate(None);
    let began = Instant::now();
    mailer.send(&mail("b@example.org")).await.unwrap();
    assert!(
        began.elapsed() >= Duration::from_millis(900),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn no_answer_brings_the_key_into_an_error() {
    let resend = Resend::start(0);
    let key = "re_s3cret_666";
    let mailer = mailer(&resend.api_url(), key.into());
    resend.next(refusal(422, key, &format!("The key {key} and its like")));
    let refused = mailer.send(&mail(GRACE)).await.unwrap_err();
    assert!(
        refused.detail.contains("[hidden] and its like"),
        "{refused}"
    );
    let told = format!("{refused:?} {mailer:?}");
    assert!(!told.contains("s3cret"), "{told}");
}

#[test]
fn what_no_request_can_be_made_of_is_refused() {
    for url in [
        "",
        "resend",
        "ftp://api.resend.com",
        "https://",
        "https://u:s3cret@api.resend.com",
        "https://api.resend.com?x=1",
        "https://api.resend.com#x",
    ] {
        assert_eq!(check(url, "re_x").unwrap_err(), ResendError::Url, "{url}");
    }
    for key in ["", "re x", "re\n", "ré"] {
        assert_eq!(
            check(super::API_URL, key).unwrap_err(),
            ResendError::Key,
            "{key}"
        );
    }
    for base in [
        "http://127.0.0.1:4000/resend",
        "http://127.0.0.1:4000/resend/",
    ] {
        let (url, _) = check(base, "re_x").unwrap();
        assert_eq!(url.as_str(), "http://127.0.0.1:4000/resend/emails");
    }
}
