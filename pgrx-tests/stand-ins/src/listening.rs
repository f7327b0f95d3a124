//! Listening on a port of 127.0.0.1, by a thread of its own; it can go down and come back.

use std::net::{Ipv4Addr, TcpListener};
use std::thread::JoinHandle;

use axum::Router;
use tokio::sync::oneshot;

/// A port and, while it is up, whoever listens there. It stops when dropped.
pub struct Listening {
    port: u16,
    server: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Listening {
    /// Nobody listens yet. 0 is any port that is free, and the one that it got from then on.
    pub fn on(port: u16) -> Self {
        Self { port, server: None }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn up(&mut self, app: Router) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port));
        let listener = listener.expect("nobody else took the port");
        let nonblocking = listener.set_nonblocking(true);
        nonblocking.expect("sockets can be made non-blocking");
        self.port = listener.local_addr().expect("it is bound").port();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            // Dropping the runtime at the end drops the connections too.
            runtime.expect("a runtime can be made").block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                tokio::select! {
                    _ = axum::serve(listener, app) => {}
                    _ = stopped => {}
                }
            });
        });
        self.server = Some((stop, thread));
    }

    /// Stops listening and drops every connection: from now on they are refused.
    pub fn down(&mut self) {
        if let Some((stop, thread)) = self.server.take() {
            drop(stop);
            thread.join().expect("the server's thread does not panic");
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.down();
    }
}
