//! The demo's way for mail: the tests' stand-in for Resend as a program of its own. It listens on the port that
//! it is given, prints as shell variables what `configure_mail` is to be told, then a few lines for each mail that
//! it takes, and runs until it is stopped.

use std::time::Duration;

use serde_json::Value;
use stand_ins::Resend;

fn main() {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok());
    let Some(port) = port else {
        eprintln!("usage: resend-standin PORT");
        std::process::exit(2);
    };
    let resend = Resend::start(port);
    println!("RESEND_API_URL={}", resend.api_url());
    println!("RESEND_API_KEY={}", resend.api_key());
    let mut seen = 0;
    loop {
        for mail in resend.mails().iter().skip(seen) {
            let told = |value: &Value| value.as_str().unwrap_or("-").to_owned();
            println!("taken {}: {}", mail.id, told(&mail.body["subject"]));
            println!(
                "  to {}, by the key {}",
                told(&mail.body["to"][0]),
                mail.key
            );
            if let Some(file) = mail.body["attachments"].get(0) {
                let kind = told(&file["content_type"]);
                println!("  with {} as {kind}", told(&file["filename"]));
            }
            seen += 1;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}
