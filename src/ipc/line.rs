//! A session's connection to the worker. Nothing here blocks: every wait is one for the session's latch,
//! so that a query that waits can be cancelled, and ends when its time is over, even where the worker is
//! stopped and takes neither connections nor bytes.

use std::io::{self, ErrorKind, Read, Write};
use std::mem::{MaybeUninit, offset_of};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use pgrx::pg_sys;
use pgrx::prelude::*;

const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// What a wait is for, besides the latch and the time.
#[derive(Clone, Copy)]
enum For {
    Nothing,
    Reading,
    Writing,
}

pub struct Line {
    socket: UnixStream,
    deadline: Instant,
}

impl Line {
    /// A connection to whoever listens there, for so long. While nobody does, `is_expected` says whether
    /// to go on waiting for that, and the time has not begun.
    ///
    /// # Errors
    /// `TimedOut` where the listener takes longer, else why there is none.
    pub fn connect(
        path: &Path,
        time: Duration,
        is_expected: impl Fn() -> bool,
    ) -> io::Result<Self> {
        let mut deadline = Instant::now() + time;
        loop {
            match connect_now(path) {
                Ok(socket) => return Ok(Self { socket, deadline }),
                // So many are waiting that there is no room for one more.
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(_) if is_expected() => deadline = Instant::now() + time,
                Err(error) => return Err(error),
            }
            if Instant::now() >= deadline {
                return Err(ErrorKind::TimedOut.into());
            }
            wait(None, For::Nothing, LOOK_AGAIN);
        }
    }

    /// # Errors
    /// `TimedOut` at the deadline, and what the system says.
    pub fn send(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.socket.write(bytes) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => bytes = &bytes[written..],
                Err(error) => self.wait_out(error, For::Writing)?,
            }
        }
        Ok(())
    }

    /// Fills the buffer.
    ///
    /// # Errors
    /// `TimedOut` at the deadline, `UnexpectedEof`, and what the system says.
    pub fn receive(&mut self, mut buffer: &mut [u8]) -> io::Result<()> {
        while !buffer.is_empty() {
            match self.socket.read(buffer) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(read) => buffer = &mut buffer[read..],
                Err(error) => self.wait_out(error, For::Reading)?,
            }
        }
        Ok(())
    }

    /// Waits until it can go on, where it could not for now.
    fn wait_out(&self, error: io::Error, what: For) -> io::Result<()> {
        match error.kind() {
            ErrorKind::Interrupted => Ok(()),
            ErrorKind::WouldBlock => {
                let left = self.deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Err(ErrorKind::TimedOut.into());
                }
                wait(Some(&self.socket), what, left);
                Ok(())
            }
            _ => Err(error),
        }
    }
}

/// As `UnixStream::connect`, which waits where the listener's queue is full.
fn connect_now(path: &Path) -> io::Result<UnixStream> {
    // SAFETY: plain system calls; the descriptor is owned as soon as it is there, and the address is one
    // of its family, with a path that fits and ends in a zero.
    unsafe {
        let kind = libc::SOCK_STREAM | libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
        let descriptor = libc::socket(libc::AF_UNIX, kind, 0);
        if descriptor < 0 {
            return Err(io::Error::last_os_error());
        }
        let socket = OwnedFd::from_raw_fd(descriptor);
        let mut address: libc::sockaddr_un = MaybeUninit::zeroed().assume_init();
        address.sun_family = libc::AF_UNIX as libc::sa_family_t;
        let path = path.as_os_str().as_bytes();
        if path.len() >= address.sun_path.len() {
            return Err(ErrorKind::InvalidInput.into());
        }
        for (to, &from) in address.sun_path.iter_mut().zip(path) {
            *to = from as libc::c_char;
        }
        let length = offset_of!(libc::sockaddr_un, sun_path) + path.len() + 1;
        let connected = libc::connect(
            socket.as_raw_fd(),
            (&raw const address).cast(),
            length as libc::socklen_t,
        );
        match connected {
            0 => Ok(UnixStream::from(socket)),
            _ => Err(io::Error::last_os_error()),
        }
    }
}

/// Waits for the socket, or for some time only; a cancelled query ends here.
fn wait(socket: Option<&UnixStream>, what: For, time: Duration) {
    let events = pg_sys::WL_LATCH_SET | pg_sys::WL_TIMEOUT | pg_sys::WL_EXIT_ON_PM_DEATH;
    let events = match what {
        For::Nothing => events,
        For::Reading => events | pg_sys::WL_SOCKET_READABLE,
        For::Writing => events | pg_sys::WL_SOCKET_WRITEABLE,
    };
    // SAFETY: the session's own latch and socket, on the main thread.
    unsafe {
        pg_sys::WaitLatchOrSocket(
            pg_sys::MyLatch,
            events as i32,
            socket.map_or(pg_sys::PGINVALID_SOCKET, AsRawFd::as_raw_fd),
            time.as_millis().max(1) as std::ffi::c_long,
            pg_sys::PG_WAIT_EXTENSION,
        );
        pg_sys::ResetLatch(pg_sys::MyLatch);
    }
    check_for_interrupts!();
}
