//! Stands in for whatever the bench's jobs are sent to: one thread on a free port of 127.0.0.1, which it
//! prints, and the same answer to everything, at once or after a while. It takes well over a hundred
//! thousand requests a second, so that it is never what is measured. It leaves when its input ends.
//!
//! ```text
//! GET /_delay?ms=50   answers from now on come so much later
//! GET /_reset         forgets what was noted
//! GET /_posts         when each POST arrived, a line each: nanoseconds of CLOCK_MONOTONIC
//! ```

use std::cell::RefCell;
use std::convert::Infallible;
use std::io::{self, Read, Write};
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

#[derive(Default)]
struct Noted {
    delay: Duration,
    posts: Vec<u64>,
}

type Shared = Rc<RefCell<Noted>>;

fn main() -> io::Result<()> {
    // The bench may be killed; its end of the pipe is closed then, and nothing is left running.
    std::thread::spawn(|| {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    tokio::task::LocalSet::new().block_on(&runtime, serve())
}

async fn serve() -> io::Result<()> {
    let listener = listen()?;
    println!("{}", listener.local_addr()?.port());
    io::stdout().flush()?;
    let noted = Shared::default();
    let answer = Bytes::from(answer());
    loop {
        let (stream, _) = listener.accept().await?;
        let _ = stream.set_nodelay(true);
        tokio::task::spawn_local(converse(stream, noted.clone(), answer.clone()));
    }
}

fn listen() -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    socket.listen(4096)
}

async fn converse(stream: TcpStream, noted: Shared, answer: Bytes) {
    let service =
        service_fn(move |request| respond(request, noted.clone(), answer.clone(), monotonic()));
    let connection = hyper::server::conn::http1::Builder::new();
    // That a client hangs up is its own affair.
    let _ = connection
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn respond(
    request: Request<Incoming>,
    noted: Shared,
    answer: Bytes,
    now: u64,
) -> Result<Response<Full<Bytes>>, Infallible> {
    if let Some(order) = request.uri().path().strip_prefix("/_") {
        let said = obey(order, request.uri().query(), &mut noted.borrow_mut());
        return Ok(Response::new(Full::from(said)));
    }
    if request.method() == Method::POST {
        noted.borrow_mut().posts.push(now);
    }
    let delay = noted.borrow().delay;
    let _ = request.into_body().collect().await;
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let mut response = Response::new(Full::new(answer));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}

fn obey(order: &str, query: Option<&str>, noted: &mut Noted) -> String {
    match order {
        "posts" => noted.posts.iter().map(|at| format!("{at}\n")).collect(),
        "delay" => {
            let milliseconds = query.and_then(|query| query.strip_prefix("ms=")?.parse().ok());
            noted.delay = Duration::from_millis(milliseconds.unwrap_or(0));
            String::new()
        }
        _ => {
            noted.posts.clear();
            String::new()
        }
    }
}

/// Two kilobytes, as a provider's answer about an event has them; and a list of nothing to whoever asked
/// for one, so that a calendar here has no busy times.
fn answer() -> String {
    let padding = "x".repeat(1_900);
    format!(
        r#"{{"id": "event", "status": "confirmed", "items": [], "timeZone": "UTC", "pad": "{padding}"}}"#
    )
}

fn monotonic() -> u64 {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the pointer is to a timespec of our own.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut now) };
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}
