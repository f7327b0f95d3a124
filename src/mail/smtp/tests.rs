//! The SMTP client against a scripted server on a real socket. TLS is proved end to end elsewhere.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{MAX_CONNECTIONS, SmtpMailer};
use crate::mail::{Fault, SendError, Sent};

const MESSAGE: &[u8] = b"Subject: x\r\n\r\nhello\r\n.\r\n..end\r\n";
const ADA: &str = "ada@example.com";

/// What a script can do instead of the usual answer.
enum Act {
    Say(&'static str),
    Close,
    Hang,
}
use Act::{Close, Hang, Say};

/// Asked with the connection's number, the number of the step on it, and the line received. Step 0
/// is `CONNECT`; a mail is EHLO, MAIL, RCPT, DATA and its text (`.`), the next one starts at MAIL.
type Script = fn(usize, usize, &str) -> Option<Act>;

/// A server that takes every mail, except where its script acts.
struct Server {
    port: u16,
    texts: Arc<Mutex<Vec<String>>>,
    connections: Arc<Mutex<usize>>,
}

impl Server {
    fn run(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            texts: Arc::default(),
            connections: Arc::default(),
        };
        let (texts, connections) = (Arc::clone(&server.texts), Arc::clone(&server.connections));
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                *connections.lock().unwrap() += 1;
                let texts = Arc::clone(&texts);
                std::thread::spawn(move || converse(number, stream.unwrap(), script, &texts));
            }
        });
        server
    }

    fn mailer(&self) -> SmtpMailer {
        SmtpMailer::new(&format!("smtp://127.0.0.1:{}", self.port)).unwrap()
    }

    /// Connections made and mails taken.
    fn counts(&self) -> (usize, usize) {
        (
            *self.connections.lock().unwrap(),
            self.texts.lock().unwrap().len(),
        )
    }
}

fn converse(number: usize, mut stream: TcpStream, script: Script, texts: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = "CONNECT".to_owned();
    for step in 0.. {
        let usual = match line.split(' ').next().unwrap() {
            "CONNECT" => "220 fake",
            "EHLO" => "250-fake\r\n250 AUTH PLAIN LOGIN",
            "AUTH" => "235 welcome",
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        let answer = match script(number, step, &line) {
            None => usual,
            Some(Say(answer)) => answer,
            Some(Close) => return,
            Some(Hang) => return std::thread::sleep(Duration::from_secs(60)),
        };
        if write!(stream, "{answer}\r\n").is_err() {
            return;
        }
        let mut text = String::new();
        loop {
            line.clear();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            let in_text = answer.starts_with("354");
            if in_text && line == ".\r\n" {
                texts.lock().unwrap().push(std::mem::take(&mut text));
            }
            if !in_text || line == ".\r\n" {
                break;
            }
            text.push_str(&line);
        }
        line.truncate(line.trim_end().len());
    }
}

async fn send(mailer: &SmtpMailer, to: &str) -> Result<Sent, SendError> {
    mailer.send("bookings@example.com", to, MESSAGE).await
}

#[tokio::test]
async fn one_connection_carries_mail_after_mail() {
    let server = Server::run(|_, _, _| None);
    let mailer = server.mailer();
    for _ in 0..3 {
        assert_eq!(send(&mailer, ADA).await, Ok(Sent::default()));
    }
    assert_eq!(server.counts(), (1, 3));
}

#[tokio::test]
async fn a_line_that_starts_with_a_dot_does_not_end_the_mail() {
    let server = Server::run(|_, _, _| None);
    send(&server.mailer(), ADA).await.unwrap();
    let texts = server.texts.lock().unwrap();
    assert_eq!(texts[0], "Subject: x\r\n\r\nhello\r\n..\r\n...end\r\n");
}

#[tokio::test]
async fn a_connection_that_went_stale_costs_no_mail() {
    let scripts: [Script; 3] = [
        |connection, step, _| (connection == 0 && step == 6).then_some(Close),
        |connection, step, _| (connection == 0 && step == 6).then_some(Say("421 4.7.0 enough")),
        |connection, step, _| (connection == 0 && step == 6).then_some(Say("554 5.7.0 enough")),
    ];
    for script in scripts {
        let server = Server::run(script);
        let mailer = server.mailer();
        assert_eq!(send(&mailer, ADA).await, Ok(Sent::default()));
        assert_eq!(send(&mailer, ADA).await, Ok(Sent::default()));
        assert_eq!(server.counts(), (2, 2));
    }
}

#[tokio::test]
async fn a_send_that_was_cut_off_leaves_no_connection_behind() {
    let server = Server::run(|connection, step, _| {
        // After the text of the second mail, at the end of its dialogue.
        (connection == 0 && step == 9).then_some(Hang)
    });
    let mailer = server.mailer();
    send(&mailer, ADA).await.unwrap();
    let cut_off = tokio::time::timeout(Duration::from_millis(300), send(&mailer, ADA)).await;
    assert!(cut_off.is_err());
    send(&mailer, ADA).await.unwrap();
    assert_eq!(server.counts(), (2, 3));
}

#[tokio::test]
async fn a_refusal_says_whether_to_try_again() {
    let closed = |why: &str| SendError::closed(Duration::from_secs(300), why);
    let cases: [(Script, SendError); 9] = [
        (
            |_, step, _| (step == 3).then_some(Say("550 5.1.1 No such user")),
            SendError::permanent("550 5.1.1 No such user"),
        ),
        (
            |_, step, _| (step == 3).then_some(Say("450 4.2.1 Try later")),
            SendError::transient("450 4.2.1 Try later"),
        ),
        (
            |_, step, _| (step == 2).then_some(Say("553 5.1.8 Sender unknown")),
            SendError::permanent("553 5.1.8 Sender unknown"),
        ),
        (
            |_, step, _| (step == 2).then_some(Say("530 5.7.0 Log in first")),
            closed("530 5.7.0 Log in first"),
        ),
        (
            |_, step, _| (step == 5).then_some(Say("552 5.3.4 Too big")),
            SendError::permanent("552 5.3.4 Too big"),
        ),
        (
            |_, step, _| (step == 5).then_some(Say("451 4.3.0 Disk full")),
            SendError::transient("451 4.3.0 Disk full"),
        ),
        // Before a mail is on the table, every refusal is about the set-up.
        (
            |_, step, _| (step == 0).then_some(Say("554 5.3.2 No service")),
            closed("554 5.3.2 No service"),
        ),
        (
            |_, step, _| (step == 1).then_some(Say("550 5.7.1 Go away")),
            closed("550 5.7.1 Go away"),
        ),
        (
            |_, step, _| (step == 3).then_some(Say("550-5.7.1 One\r\n550 5.7.1 two")),
            SendError::permanent("550 5.7.1 One two"),
        ),
    ];
    for (script, expected) in cases {
        let refused = send(&Server::run(script).mailer(), ADA).await;
        assert_eq!(refused, Err(expected));
    }
}

/// Servers lock accounts for a few logins that fail, and mails come by the thousand.
#[tokio::test]
async fn a_server_that_will_have_none_of_us_is_left_alone_until_somebody_has_mended_it() {
    let scripts: [Script; 3] = [
        |connection, _, line| {
            (connection == 0 && line.starts_with("AUTH")).then_some(Say("535 5.7.8 wrong"))
        },
        |connection, step, _| (connection == 0 && step == 0).then_some(Say("554 5.3.2 no")),
        |connection, _, line| {
            (connection == 0 && line.starts_with("MAIL")).then_some(Say("530 5.7.0 log in"))
        },
    ];
    for script in scripts {
        let server = Server::run(script);
        let url = format!("smtp://user:pw@127.0.0.1:{}?tls=none", server.port);
        let mailer = SmtpMailer::new(&url).unwrap();
        for _ in 0..3 {
            let refused = send(&mailer, ADA).await.unwrap_err();
            let Fault::Closed { pause, is_attempt } = refused.fault else {
                panic!("{refused:?}");
            };
            assert!(!is_attempt && pause > Duration::from_secs(290));
        }
        assert_eq!(server.counts(), (1, 0));
        // As configure_mail makes one.
        let mailer = SmtpMailer::new(&url).unwrap();
        assert_eq!(send(&mailer, ADA).await, Ok(Sent::default()));
    }
}

#[tokio::test]
async fn a_server_out_of_reach_is_tried_again() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let gone = SmtpMailer::new(&format!("smtp://127.0.0.1:{port}")).unwrap();
    let closes = Server::run(|_, step, _| (step == 4).then_some(Close));
    let babbles = Server::run(|_, _, _| Some(Say("<html>")));
    let plain = Server::run(|_, _, _| None);
    let wants_tls = format!("smtp://127.0.0.1:{}?tls=required", plain.port);
    for (mailer, told) in [
        (gone, "refused"),
        (closes.mailer(), "incomplete response"),
        (babbles.mailer(), "127.0.0.1"),
        (
            SmtpMailer::new(&wants_tls).unwrap(),
            "STARTTLS is not supported",
        ),
    ] {
        let error = send(&mailer, ADA).await.unwrap_err();
        assert!(
            !error.is_permanent() && error.detail.contains(told),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn no_password_comes_back_in_an_error() {
    let scripts: [Script; 3] = [
        |_, _, line| {
            line.starts_with("AUTH")
                .then_some(Say("535 wrong: AUTH PLAIN AHVzZXIAcHc6NjY2"))
        },
        |_, _, line| {
            line.starts_with("AUTH")
                .then_some(Say("535 wrong: cHc6NjY2"))
        },
        |_, _, line| line.starts_with("AUTH").then_some(Say("535 wrong: pw:666")),
    ];
    for script in scripts {
        let server = Server::run(script);
        let url = format!("smtp://user:pw%3A666@127.0.0.1:{}?tls=none", server.port);
        let error = send(&SmtpMailer::new(&url).unwrap(), ADA)
            .await
            .unwrap_err();
        assert!(!error.is_permanent());
        assert!(error.detail.starts_with("535 wrong: "), "{error:?}");
        assert!(error.detail.ends_with("[hidden]"), "{error:?}");
    }
}

#[tokio::test]
async fn a_long_answer_is_cut() {
    let server = Server::run(|_, step, _| {
        let long = format!("550-5.7.1 {}\r\n550 5.7.1 end", "no, ".repeat(200));
        (step == 3).then(|| Say(long.leak()))
    });
    let error = send(&server.mailer(), ADA).await.unwrap_err();
    assert_eq!(error.detail.chars().count(), 500);
    assert!(error.detail.starts_with("550 5.7.1 no, no, "), "{error:?}");
}

#[tokio::test]
async fn no_more_connections_are_opened_than_services_allow() {
    let server = Server::run(|_, step, _| {
        if step == 5 {
            std::thread::sleep(Duration::from_millis(100));
        }
        None
    });
    let mailer = Arc::new(server.mailer());
    let sends: Vec<_> = (0..9)
        .map(|_| {
            let mailer = Arc::clone(&mailer);
            tokio::spawn(async move { send(&mailer, ADA).await })
        })
        .collect();
    for sent in sends {
        assert_eq!(sent.await.unwrap(), Ok(Sent::default()));
    }
    assert_eq!(server.counts(), (MAX_CONNECTIONS, 9));
}

#[tokio::test]
async fn an_envelope_that_is_none_is_refused_for_good() {
    let mailer = SmtpMailer::new("smtp://127.0.0.1:1").unwrap();
    for to in [
        "",
        "x",
        "ä@example.com",
        "a@example.com>\r\nRCPT TO:<b@example.com",
    ] {
        assert!(
            send(&mailer, to).await.unwrap_err().is_permanent(),
            "{to:?}"
        );
    }
}

/// Whoever is refused or put off, and whatever breaks, is one mail's trouble; only what broke costs a
/// connection.
#[tokio::test]
async fn one_readers_trouble_is_nobody_elses() {
    let cases: [(Script, usize); 4] = [
        (
            |_, _, line| {
                line.contains("bob@")
                    .then_some(Say("550 5.1.1 no such user"))
            },
            1,
        ),
        (
            |_, _, line| line.contains("bob@").then_some(Say("450 4.2.0 greylisted")),
            1,
        ),
        // Bob's is the second mail on the first connection: MAIL, RCPT, DATA, its text, six to nine.
        (
            |connection, step, _| {
                (connection == 0 && step == 9).then_some(Say("554 5.6.0 no such words"))
            },
            1,
        ),
        (
            |connection, step, _| (connection == 0 && step == 9).then_some(Close),
            2,
        ),
    ];
    for (n, (script, connections)) in cases.into_iter().enumerate() {
        let server = Server::run(script);
        let mailer = server.mailer();
        send(&mailer, ADA).await.unwrap();
        let refused = send(&mailer, "bob@example.com").await.unwrap_err();
        assert_eq!(refused.is_permanent(), n % 2 == 0, "{refused}");
        send(&mailer, ADA).await.unwrap();
        assert_eq!(server.counts().0, connections, "case {n}");
    }
}

/// What is written apart waits for an acknowledgement, which takes 40 ms each time.
#[tokio::test]
async fn a_text_and_its_end_travel_in_one_piece() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        for reply in ["220 fake", "250 fake", "250 ok", "250 ok", "354 go on"] {
            write!(stream, "{reply}\r\n").unwrap();
            let mut piece = [0; 4096];
            let length = stream.read(&mut piece).unwrap();
            if reply.starts_with("354") {
                let _ = write!(stream, "250 ok\r\n");
                return piece[..length].ends_with(b"\r\n.\r\n");
            }
        }
        false
    });
    send(&SmtpMailer::new(&url).unwrap(), ADA).await.unwrap();
    assert!(server.join().unwrap());
}
