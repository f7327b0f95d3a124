//! What the client promises, over real sockets.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::routing::get;
use reqwest::header::{HeaderValue, LOCATION};

use super::test_server::{refused, serve, serve_bytes};
use super::*;

async fn get_from(url: &str, timeout: Duration) -> Result<Answer, HttpError> {
    let http = HttpClient::new(timeout).unwrap();
    http.send(http.request(Method::GET, Url::parse(url).unwrap()))
        .await
}

const PATIENT: Duration = Duration::from_secs(10);

#[tokio::test]
async fn an_answer_comes_with_its_status_body_and_retry_after() {
    let url = serve(Router::new().route(
        "/",
        get(|| async {
            (
                StatusCode::TOO_MANY_REQUESTS,
                [("retry-after", "7")],
                "slow down",
            )
        }),
    ))
    .await;
    let answer = get_from(&url, PATIENT).await.unwrap();
    assert_eq!(answer.status, 429);
    assert_eq!(answer.retry_after, Some(Duration::from_secs(7)));
    assert_eq!(answer.body, b"slow down");
}

#[tokio::test]
async fn a_redirect_is_not_followed_to_another_host() {
    let visits = Arc::new(AtomicUsize::new(0));
    let counter = visits.clone();
    let elsewhere = serve(Router::new().fallback(move || async move {
        counter.fetch_add(1, Ordering::SeqCst);
    }))
    .await;
    let location = HeaderValue::from_str(&elsewhere).unwrap();
    let url = serve(Router::new().route(
        "/",
        get(|| async move { (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, location)]) }),
    ))
    .await;
    assert_eq!(get_from(&url, PATIENT).await.unwrap().status, 307);
    assert_eq!(visits.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_slow_answer_times_out() {
    let url = serve(Router::new().route("/", get(std::future::pending::<()>))).await;
    let timeout = Duration::from_millis(100);
    let answer = tokio::time::timeout(PATIENT, get_from(&url, timeout))
        .await
        .unwrap();
    assert_eq!(answer.unwrap_err(), HttpError::Timeout(timeout));
}

#[tokio::test]
async fn two_mebibytes_are_refused_with_and_without_a_length() {
    let announced = "x".repeat(2 * MAX_BODY);
    let url = serve(Router::new().route("/", get(|| async { announced }))).await;
    let error = get_from(&url, PATIENT).await.unwrap_err();
    assert_eq!(error, HttpError::ResponseTooLarge(MAX_BODY));

    // Without Content-Length the body ends with the connection.
    let endless = [
        b"HTTP/1.1 200 OK\r\n\r\n".to_vec(),
        vec![b'x'; 2 * MAX_BODY],
    ]
    .concat();
    let url = serve_bytes(endless.leak());
    let error = get_from(&url, PATIENT).await.unwrap_err();
    assert_eq!(error, HttpError::ResponseTooLarge(MAX_BODY));
}

#[tokio::test]
async fn one_mebibyte_is_read() {
    let url = serve(Router::new().route("/", get(|| async { "x".repeat(MAX_BODY) }))).await;
    assert_eq!(get_from(&url, PATIENT).await.unwrap().body.len(), MAX_BODY);
}

#[tokio::test]
async fn a_broken_exchange_is_transient_and_says_why() {
    let halved = serve_bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf");
    let error = get_from(&halved, PATIENT).await.unwrap_err();
    assert!(matches!(error, HttpError::Broken(_)), "{error:?}");
    assert!(error.is_transient());

    let error = get_from(&refused(), PATIENT).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "could not connect: Connection refused (os error 111)"
    );
    assert!(error.is_transient());
}

#[tokio::test]
async fn an_impossible_request_is_permanent_and_does_not_print_its_url() {
    let error = get_from("ftp://127.0.0.1/?code=secret", PATIENT)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the request could not be made: URL scheme is not allowed"
    );
    assert!(!error.is_transient());
}

#[tokio::test]
async fn plain_http_works_on_a_machine_without_certificates() {
    // Installs the cryptography that the builder needs.
    HttpClient::new(PATIENT).unwrap();
    let client = builder().tls_certs_only([]).build().unwrap();
    let http = HttpClient {
        client,
        timeout: PATIENT,
    };
    let url = serve(Router::new().route("/", get(|| async { "plain" }))).await;
    let request = http.request(Method::GET, Url::parse(&url).unwrap());
    assert_eq!(http.send(request).await.unwrap().body, b"plain");
}

#[test]
fn retry_after_is_read_as_seconds_and_as_a_date() {
    // 1994-11-06 08:49:00 UTC, half a minute before the date of RFC 9110's example.
    let now = UNIX_EPOCH + Duration::from_secs(784_111_740);
    let cases = [
        ("120", Some(120)),
        (" 0 ", Some(0)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", Some(37)),
        ("Sun, 06 Nov 1994 08:48:00 GMT", Some(0)),
        (
            "Sat, 06 Nov 2094 08:49:37 GMT",
            Some(MAX_RETRY_AFTER.as_secs()),
        ),
        ("99999999999", Some(MAX_RETRY_AFTER.as_secs())),
        ("99999999999999999999999", None),
        ("-5", None),
        ("soon", None),
        ("", None),
    ];
    for (value, seconds) in cases {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from_static(value))]);
        assert_eq!(
            retry_after(&headers, now),
            seconds.map(Duration::from_secs),
            "{value:?}"
        );
    }
    assert_eq!(retry_after(&HeaderMap::new(), now), None);
}
