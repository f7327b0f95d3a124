//! The worker's end of questions from sessions, on the network thread: reads one question a
//! connection, passes it to the main thread, and writes the answer when it has one.

use std::collections::HashMap;
use std::io;
use std::os::unix::net::UnixListener as StdUnixListener;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pgrx::pg_sys;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::ipc::question::{Answer, LONGEST_FRAME, Question, Reason, Refusal, socket_path};

/// Sessions on the same machine send what they have to say at once.
const PATIENCE: Duration = Duration::from_secs(5);

/// A session that waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Caller(u64);

/// Opens the socket in place of one that a dead worker left: there is one worker a database.
pub fn open(database: pg_sys::Oid) -> io::Result<StdUnixListener> {
    close(database);
    let listener = StdUnixListener::bind(socket_path(database))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Removes the socket; that it is gone already is as good.
pub fn close(database: pg_sys::Oid) {
    let _ = std::fs::remove_file(socket_path(database));
}

/// The sessions that wait.
#[derive(Clone, Default)]
pub struct Waiting {
    sessions: Arc<Mutex<HashMap<Caller, oneshot::Sender<Answer>>>>,
    next: Arc<AtomicU64>,
}

impl Waiting {
    /// Answers one; it may have given up waiting.
    pub fn answer(&self, caller: Caller, answer: Answer) {
        if let Some(session) = self.lock().remove(&caller) {
            let _ = session.send(answer);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Caller, oneshot::Sender<Answer>>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves sessions until the worker ends; each question goes to `pass`.
pub async fn listen(
    listener: UnixListener,
    waiting: Waiting,
    pass: impl Fn(Caller, Question) + Clone + Send + Sync + 'static,
) {
    loop {
        match listener.accept().await {
            Ok((session, _)) => {
                tokio::spawn(serve(session, waiting.clone(), pass.clone()));
            }
            // Out of file descriptors, say: it passes.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

async fn serve(
    mut session: UnixStream,
    waiting: Waiting,
    pass: impl Fn(Caller, Question) + Send + Sync,
) {
    let Ok(Ok(question)) = timeout(PATIENCE, read(&mut session)).await else {
        return;
    };
    let caller = Caller(waiting.next.fetch_add(1, Ordering::Relaxed));
    let (sender, receiver) = oneshot::channel();
    waiting.lock().insert(caller, sender);
    pass(caller, question);
    // A session that goes away closes its socket; then nobody waits any more.
    let answer = tokio::select! {
        answer = receiver => answer
            .unwrap_or_else(|_| Err(Refusal::new(Reason::Internal, "the question was lost"))),
        _ = session.read_u8() => {
            waiting.lock().remove(&caller);
            return;
        }
    };
    let _ = timeout(PATIENCE, write(&mut session, &answer)).await;
}

async fn read(session: &mut UnixStream) -> io::Result<Question> {
    let mut length = [0; 4];
    session.read_exact(&mut length).await?;
    let length = u32::from_ne_bytes(length) as usize;
    if length > LONGEST_FRAME {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut frame = vec![0; length];
    session.read_exact(&mut frame).await?;
    Ok(serde_json::from_slice(&frame)?)
}

async fn write(session: &mut UnixStream, answer: &Answer) -> io::Result<()> {
    let frame = serde_json::to_vec(answer)?;
    let length = u32::try_from(frame.len()).map_err(io::Error::other)?;
    session.write_all(&length.to_ne_bytes()).await?;
    session.write_all(&frame).await
}
