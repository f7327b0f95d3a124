//! The demo's CRM: the tests' stand-in for Close as a program of its own. It listens on the port that it is
//! given, prints as shell variables what `configure_close` needs, and runs until it is stopped. Leads and
//! notes are shown at `lead/` and `activity/note/` below the API's URL, to whoever has the key.

use stand_ins::Close;

fn main() {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok());
    let Some(port) = port else {
        eprintln!("usage: close-standin PORT");
        std::process::exit(2);
    };
    let close = Close::start(port);
    close.show_all();
    println!("CLOSE_API_URL={}", close.api_url());
    println!("CLOSE_API_KEY={}", close.key());
    loop {
        std::thread::park();
    }
}
