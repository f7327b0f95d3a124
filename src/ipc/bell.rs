//! How processes of one cluster wake each other: datagrams to Unix sockets in the data directory.
//!
//! The worker of a database and the launcher each hang up a bell; anybody in the cluster may ring.
//! It needs no shared memory, so it works whether or not the library was preloaded, and a bell whose
//! owner died answers as if it were not there. The network thread rings the worker's bell as well.
//! Every server process has the data directory as its working directory, which keeps the paths short.

use std::cell::RefCell;
use std::io;
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixDatagram;
use std::sync::OnceLock;

use pgrx::pg_sys;

/// Whose bell it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    Launcher,
    /// The worker of the database with this OID.
    Worker(pg_sys::Oid),
}

impl Address {
    fn path(self) -> String {
        match self {
            Self::Launcher => "scheduling.launcher.bell".to_owned(),
            Self::Worker(database) => format!("scheduling.{}.bell", database.to_u32()),
        }
    }
}

/// What is rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// To a worker: there are jobs, or results.
    Wake,
    /// To a worker: get out of the way; the launcher may start another one soon.
    Leave,
    /// To a worker: leave, and stay away until `Start`.
    Stop,
    /// To the launcher: start the worker of this database.
    Start(pg_sys::Oid),
    /// To the launcher: do not start one in this database until `Start`.
    Idle(pg_sys::Oid),
    /// To the launcher: do not start one in this database for a moment.
    Later(pg_sys::Oid),
}

impl Message {
    fn encode(self) -> [u8; 5] {
        let (tag, database) = match self {
            Self::Wake => (b'w', 0),
            Self::Leave => (b'l', 0),
            Self::Stop => (b'x', 0),
            Self::Start(database) => (b's', database.to_u32()),
            Self::Idle(database) => (b'i', database.to_u32()),
            Self::Later(database) => (b't', database.to_u32()),
        };
        let mut bytes = [tag; 5];
        bytes[1..].copy_from_slice(&database.to_ne_bytes());
        bytes
    }

    fn decode(bytes: [u8; 5]) -> Option<Self> {
        let [tag, database @ ..] = bytes;
        let database = pg_sys::Oid::from(u32::from_ne_bytes(database));
        match tag {
            b'w' => Some(Self::Wake),
            b'l' => Some(Self::Leave),
            b'x' => Some(Self::Stop),
            b's' => Some(Self::Start(database)),
            b'i' => Some(Self::Idle(database)),
            b't' => Some(Self::Later(database)),
            _ => None,
        }
    }
}

/// Rings, without waiting. False where nobody hung up that bell. A bell that has rung so often
/// that its buffer is full will be looked at anyway.
pub fn ring(address: Address, message: Message) -> bool {
    let sent = outgoing().and_then(|socket| socket.send_to(&message.encode(), address.path()));
    match sent {
        Ok(_) => true,
        Err(error) => error.kind() == io::ErrorKind::WouldBlock,
    }
}

/// What this process rings with, kept open: making a socket takes longer than using it.
fn outgoing() -> io::Result<&'static UnixDatagram> {
    static SOCKET: OnceLock<UnixDatagram> = OnceLock::new();
    if let Some(socket) = SOCKET.get() {
        return Ok(socket);
    }
    let socket = UnixDatagram::unbound()?;
    socket.set_nonblocking(true)?;
    Ok(SOCKET.get_or_init(|| socket))
}

/// Whether somebody answers at this address.
pub fn is_hung(address: Address) -> bool {
    UnixDatagram::unbound()
        .and_then(|socket| socket.connect(address.path()))
        .is_ok()
}

/// A bell of this process; taken down when it is dropped.
pub struct Bell {
    socket: UnixDatagram,
    address: Address,
    /// What has been read from the socket and not been taken yet.
    heard: RefCell<Vec<Message>>,
    /// Whether the bell of one that died hung here: whoever leaves takes it down.
    was_left: bool,
}

impl Bell {
    /// Hangs up a bell in place of one that a dead process left. The caller has made sure, by a
    /// lock, that no living one uses the address.
    pub fn hang(address: Address) -> io::Result<Self> {
        let was_left = std::path::Path::new(&address.path()).exists();
        take_down(address);
        let socket = UnixDatagram::bind(address.path())?;
        socket.set_nonblocking(true)?;
        Ok(Self {
            socket,
            address,
            heard: RefCell::default(),
            was_left,
        })
    }

    /// Whether the process before this one died without taking its bell down.
    pub fn was_left(&self) -> bool {
        self.was_left
    }

    /// Takes what has been rung, oldest first.
    pub fn messages(&self) -> Vec<Message> {
        self.listen();
        self.heard.take()
    }

    /// Whether one of these has been rung and not been taken yet; the first of them that has.
    pub fn has_rung(&self, messages: &[Message]) -> Option<Message> {
        self.listen();
        let heard = self.heard.borrow();
        messages.iter().find(|rung| heard.contains(rung)).copied()
    }

    /// Takes `Wake`, because what there is to do is about to be done.
    pub fn awake(&self) {
        self.heard
            .borrow_mut()
            .retain(|&message| message != Message::Wake);
    }

    /// Whether nothing has been heard that was not taken; what is rung from now on can be waited for at
    /// the socket.
    pub fn is_quiet(&self) -> bool {
        self.heard.borrow().is_empty()
    }

    fn listen(&self) {
        let mut heard = self.heard.borrow_mut();
        let mut bytes = [0; 5];
        while self.socket.recv(&mut bytes).is_ok() {
            let message = Message::decode(bytes);
            // The order of all others tells something.
            let again = message == Some(Message::Wake) && heard.contains(&Message::Wake);
            heard.extend(message.filter(|_| !again));
        }
    }
}

impl AsRawFd for Bell {
    fn as_raw_fd(&self) -> RawFd {
        self.socket.as_raw_fd()
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        take_down(self.address);
    }
}

/// Removes the socket file; that it is gone already is as good.
pub fn take_down(address: Address) {
    let _ = std::fs::remove_file(address.path());
}
