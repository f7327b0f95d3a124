//! The demo's receiver of webhooks, as a program of its own: the tests' strict one, which verifies what comes
//! with the library of Standard Webhooks. It listens on the port that it is given, prints as shell variables what
//! `add_webhook` is to be told, then a line for each delivery, and runs until it is stopped.

use std::time::Duration;

use stand_ins::receiver::Receiver;

/// Nobody's secret: the receiver listens on this machine only.
const SECRET: &str = "whsec_ZGVtby1vZi10aGUtc2NoZWR1bGluZy1leHRlbnNpb24=";

fn main() {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok());
    let Some(port) = port else {
        eprintln!("usage: webhook-receiver PORT");
        std::process::exit(2);
    };
    let receiver = Receiver::start(port);
    receiver.learn(SECRET);
    println!("WEBHOOK_URL={}", receiver.url());
    println!("WEBHOOK_SECRET={SECRET}");
    let mut seen = 0;
    loop {
        for delivery in receiver.received().iter().skip(seen) {
            let event = delivery.event();
            let told = |key: &str| event["data"][key].as_str().unwrap_or("-").to_owned();
            match &delivery.problem {
                None => println!(
                    "verified {} {}: {} at {} with {}",
                    delivery.id(),
                    delivery.kind(),
                    told("title"),
                    told("starts_at"),
                    told("guest_name"),
                ),
                Some(problem) => println!("refused: {problem}"),
            }
            seen += 1;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}
