//! Processes that never outlive the test run: each is stopped when its value drops (also while a
//! test panics), at the end of the run where a static holds it, and by the kernel where the run
//! itself is killed.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Mutex, Once, OnceLock, mpsc};
use std::time::{Duration, Instant};

use super::machine::User;

/// Everything running, by process id, with the signal that stops it.
static RUNNING: Mutex<BTreeMap<i32, i32>> = Mutex::new(BTreeMap::new());

/// What a program makes of an input, once it has read it all and ended.
#[track_caller]
pub fn fed(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it can be started");
    let mut pipe = child.stdin.take().expect("asked for a pipe");
    pipe.write_all(input).expect("it reads it all");
    drop(pipe);
    child.wait_with_output().expect("it ends")
}

pub struct Process {
    child: Child,
    stop_signal: i32,
}

impl Process {
    /// Starts `command`, as `user` where one is given; `stop_signal` is what asks it to end.
    pub fn start(mut command: Command, user: Option<User>, stop_signal: i32) -> io::Result<Self> {
        at_exit(None);
        if let Some(user) = user {
            command.uid(user.uid).gid(user.gid);
        }
        // SAFETY: prctl is async-signal-safe, which is all that holds between fork and exec.
        unsafe {
            command.pre_exec(
                move || match libc::prctl(libc::PR_SET_PDEATHSIG, stop_signal) {
                    0 => Ok(()),
                    _ => Err(io::Error::last_os_error()),
                },
            );
        }
        let child = spawn_on_lasting_thread(command)?;
        RUNNING
            .lock()
            .unwrap()
            .insert(child.id() as i32, stop_signal);
        Ok(Self { child, stop_signal })
    }

    pub fn pid(&self) -> i32 {
        self.child.id() as i32
    }

    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Sends a signal.
    pub fn signal(&self, signal: i32) {
        // SAFETY: the child is not yet waited for, so the id is still its own.
        unsafe { libc::kill(self.pid(), signal) };
    }

    /// How it ended, where it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be waited for")
    }

    /// Asks it to end and waits; SIGKILL after 20 seconds.
    pub fn stop(&mut self) -> ExitStatus {
        if self.ended().is_none() {
            self.signal(self.stop_signal);
        }
        let deadline = Instant::now() + Duration::from_secs(20);
        let status = loop {
            match self.ended() {
                Some(status) => break status,
                None if Instant::now() > deadline => {
                    self.signal(libc::SIGKILL);
                    break self.child.wait().expect("a child can be waited for");
                }
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        };
        RUNNING.lock().unwrap().remove(&self.pid());
        status
    }

    /// SIGKILL, and nothing more is left of it when this returns.
    pub fn kill(&mut self) {
        self.signal(libc::SIGKILL);
        assert_eq!(self.stop().signal(), Some(libc::SIGKILL));
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The kernel ties PR_SET_PDEATHSIG to the thread that forks, not to the process; tests run in
/// threads of their own, which end. So one thread starts all processes, and stays.
fn spawn_on_lasting_thread(command: Command) -> io::Result<Child> {
    type Order = (Command, mpsc::Sender<io::Result<Child>>);
    static SPAWNER: OnceLock<mpsc::Sender<Order>> = OnceLock::new();
    let spawner = SPAWNER.get_or_init(|| {
        let (sender, orders) = mpsc::channel::<Order>();
        std::thread::spawn(move || {
            for (mut command, reply) in orders {
                let _ = reply.send(command.spawn());
            }
        });
        sender
    });
    let (reply, answer) = mpsc::channel();
    spawner
        .send((command, reply))
        .expect("the spawning thread never ends");
    answer.recv().expect("the spawning thread always answers")
}

/// Has `hook` called when the run ends, before what still runs by then is stopped.
pub fn at_exit(hook: Option<extern "C" fn()>) {
    static STOP_ALL: Once = Once::new();
    let register = |hook: extern "C" fn()| {
        // SAFETY: an `extern "C"` function without arguments is what atexit wants.
        assert_eq!(unsafe { libc::atexit(hook) }, 0);
    };
    // The last one registered is the first one called.
    STOP_ALL.call_once(|| register(stop_all));
    hook.into_iter().for_each(register);
}

/// For what statics hold, which Rust never drops.
extern "C" fn stop_all() {
    let Ok(running) = RUNNING.lock() else { return };
    for (&pid, &signal) in running.iter() {
        // SAFETY: only unreaped children are in the map, so the ids are still theirs.
        unsafe {
            libc::kill(pid, signal);
            libc::waitpid(pid, std::ptr::null_mut(), 0);
        }
    }
}
