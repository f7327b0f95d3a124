//! A server on this machine that notes what it is asked, and answers all of it alike.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub struct Listener {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Listener {
    /// Says this to whatever is asked.
    pub fn saying(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let (notes, answer) = (Arc::clone(&asked), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (notes, answer) = (Arc::clone(&notes), Arc::clone(&answer));
                std::thread::spawn(move || converse(stream, &notes, &*answer));
            }
        });
        Self { port, asked }
    }

    /// With nothing to say.
    pub fn start() -> Self {
        Self::saying(|_| {
            "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".into()
        })
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What was asked so far: whole requests, a connection on which nothing came as well.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("nobody panics with it").clone()
    }
}

fn converse(mut stream: TcpStream, notes: &Mutex<Vec<String>>, answer: &dyn Fn(&str) -> String) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(2)));
    let mut request = Vec::new();
    let mut some = [0; 16 * 1024];
    loop {
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length")
                    .then(|| value.trim().parse::<usize>())?
                    .ok()
            });
            if body.len() >= length.unwrap_or(0) {
                break;
            }
        }
        match stream.read(&mut some) {
            Ok(0) | Err(_) => break,
            Ok(count) => request.extend_from_slice(&some[..count]),
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let said = answer(&request);
    notes.lock().expect("nobody panics with it").push(request);
    let _ = stream.write_all(said.as_bytes());
}
