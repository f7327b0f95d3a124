//! Small servers for the tests of everything that speaks HTTP: real sockets on the loopback
//! interface, in this process. They keep no state and know no provider.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};

/// Serves `router` on a free port until the test's runtime ends; returns `http://127.0.0.1:PORT`.
pub async fn serve(router: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url_of(address)
}

/// Answers one connection with exactly `answer`, whatever was asked, and hangs up.
pub fn serve_bytes(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let asked = stream.read(&mut request).unwrap();
        assert!(asked > 0, "the client hung up first");
        // A client that has seen enough hangs up early; that is its right.
        let _ = stream.write_all(answer);
    });
    url_of(address)
}

/// A URL on which nobody listens.
pub fn refused() -> String {
    url_of(
        TcpListener::bind(("127.0.0.1", 0))
            .unwrap()
            .local_addr()
            .unwrap(),
    )
}

fn url_of(address: SocketAddr) -> String {
    format!("http://{address}")
}
