//! Deliveries against servers of this machine, and resolvers that say what the test wants.

use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use reqwest::Url;

use super::*;
use crate::http::test_server::serve_bytes;

const PATIENT: Duration = Duration::from_secs(5);

/// Says one list of addresses after the other, and notes how often it was asked.
#[derive(Clone)]
struct Fickle(Arc<Mutex<(Vec<Vec<IpAddr>>, usize)>>);

impl Fickle {
    fn saying(answers: &[&[&str]]) -> Self {
        let parse = |list: &&[&str]| list.iter().map(|a| a.parse().unwrap()).collect();
        let mut answers: Vec<Vec<IpAddr>> = answers.iter().map(parse).collect();
        answers.reverse();
        Self(Arc::new(Mutex::new((answers, 0))))
    }

    fn asked(&self) -> usize {
        self.0.lock().unwrap().1
    }
}

impl Directory for Fickle {
    async fn look_up(&self, _name: &str) -> io::Result<Vec<SocketAddr>> {
        let mut said = self.0.lock().unwrap();
        said.1 += 1;
        let found = said.0.pop().unwrap_or_default();
        Ok(found.into_iter().map(|ip| SocketAddr::new(ip, 0)).collect())
    }
}

fn delivery(url: String, may_be_private: bool) -> Delivery {
    Delivery {
        url: Zeroizing::new(url),
        event: Uuid::nil(),
        body: "{}".into(),
        secrets: vec![Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap()],
        may_be_private,
        timeout: PATIENT,
    }
}

async fn deliver(directory: Fickle, url: String, may_be_private: bool) -> Result<u16, NotTaken> {
    let any = HttpClient::new(PATIENT).unwrap();
    let couriers = Couriers::with(directory, any, PATIENT).unwrap();
    couriers.deliver(&delivery(url, may_be_private)).await
}

#[tokio::test]
async fn nothing_is_sent_to_a_name_that_stands_for_an_address_that_is_not_public() {
    let heard = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    heard.set_nonblocking(true).unwrap();
    let port = heard.local_addr().unwrap().port();
    for (addresses, private) in [
        (&["127.0.0.1"][..], "127.0.0.1"),
        (&["10.1.2.3"], "10.1.2.3"),
        (&["169.254.169.254"], "169.254.169.254"),
        (&["::1"], "::1"),
        (&["::ffff:127.0.0.1"], "::ffff:127.0.0.1"),
        // any of several
        (&["8.8.8.8", "127.0.0.1"], "127.0.0.1"),
        (&["2606:4700:4700::1111", "8.8.8.8", "fd00::1"], "fd00::1"),
    ] {
        let fickle = Fickle::saying(&[addresses]);
        let url = format!("https://hooks.example.com:{port}/");
        let refused = deliver(fickle.clone(), url, false).await.unwrap_err();
        assert_eq!(
            refused.why,
            format!(
                "could not connect: its name stands for {private}, which is not a public address"
            )
        );
        assert_eq!((refused.status, fickle.asked()), (None, 1), "{addresses:?}");
    }
    let nobody = heard.accept().unwrap_err();
    assert_eq!(
        nobody.kind(),
        io::ErrorKind::WouldBlock,
        "somebody connected"
    );
}

/// It is looked up once a connection, and the connection goes where that look went. Here 127.0.0.1 is what is
/// public, and 127.0.0.2 what is not.
#[tokio::test]
async fn a_name_that_changes_its_mind_between_the_check_and_the_connection_gains_nothing() {
    let public = serve_bytes(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n");
    let port = Url::parse(&public).unwrap().port().unwrap();
    let private = TcpListener::bind(("127.0.0.2", port)).unwrap();
    private.set_nonblocking(true).unwrap();
    let fickle = Fickle::saying(&[&["127.0.0.1"], &["127.0.0.2"], &["127.0.0.1"]]);
    let resolver = PublicOnly::by_rule(fickle.clone(), |ip| ip.to_string() == "127.0.0.1");
    let http = HttpClient::resolved_by(resolver, PATIENT).unwrap();
    let url = Url::parse(&format!("http://hooks.example.com:{port}/")).unwrap();
    let send = || http.status_of(http.request(Method::POST, url.clone()));
    assert_eq!(send().await.unwrap().0, 204);
    assert_eq!(fickle.asked(), 1, "not asked again after the check");
    // By the next connection it has changed, and that is seen.
    let refused = send().await.unwrap_err().to_string();
    assert!(refused.contains("127.0.0.2"), "{refused}");
    assert_eq!(fickle.asked(), 2);
    let nobody = private.accept().unwrap_err();
    assert_eq!(
        nobody.kind(),
        io::ErrorKind::WouldBlock,
        "somebody connected"
    );
}

#[tokio::test]
async fn an_address_that_is_not_public_is_not_even_asked_for() {
    for url in [
        "https://127.0.0.1/",
        "http://example.com/",
        "https://localhost/",
    ] {
        let fickle = Fickle::saying(&[&["8.8.8.8"]]);
        let refused = deliver(fickle.clone(), url.into(), false)
            .await
            .unwrap_err();
        assert!(refused.why.starts_with("nothing is sent to its address: "));
        assert_eq!(fickle.asked(), 0, "{url}");
    }
}

/// The rest of the answer that was announced never comes.
#[tokio::test]
async fn a_status_counts_as_soon_as_it_is_there_however_long_the_body_takes() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let asked = stream.read(&mut request).unwrap();
        assert!(asked > 0, "the client hung up first");
        let begun = b"HTTP/1.1 200 OK\r\ncontent-length: 9000\r\n\r\nhello";
        stream.write_all(begun).unwrap();
        std::thread::sleep(2 * PATIENT);
    });
    let began = Instant::now();
    assert_eq!(deliver(Fickle::saying(&[]), url, true).await, Ok(200));
    assert!(began.elapsed() < PATIENT / 2, "{:?}", began.elapsed());
}

#[test]
fn debug_output_has_neither_address_nor_body_nor_secret() {
    let shown = format!(
        "{:?}",
        delivery("https://hooks.example.com/token".into(), false)
    );
    assert_eq!(
        shown,
        "Delivery { event: 00000000-0000-0000-0000-000000000000, .. }"
    );
}
