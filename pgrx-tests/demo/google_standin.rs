//! The demo's calendar: the tests' stand-in for Google as a program of its own. It listens on the port
//! that it is given, prints as shell variables what a connection to it needs, and runs until it is
//! stopped.

use stand_ins::google;

fn main() {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok());
    let Some(port) = port else {
        eprintln!("usage: google-standin PORT");
        std::process::exit(2);
    };
    let google = google::Google::start(port);
    for calendar in ["acme", "robin"] {
        google.add_calendar(calendar, &serde_json::json!({}));
    }
    // The demo shows all of its events, not only when they keep somebody busy.
    google.set_lists(|lists| lists.takes_any_query = true);
    let (access_token, refresh_token) = google.grant();
    println!("TOKEN_URL={}", google.token_url());
    println!("API_URL={}", google.api_url());
    println!("CLIENT_ID={}", google::CLIENT_ID);
    println!("CLIENT_SECRET={}", google::CLIENT_SECRET);
    println!("ACCESS_TOKEN={access_token}");
    println!("REFRESH_TOKEN={refresh_token}");
    loop {
        std::thread::park();
    }
}
