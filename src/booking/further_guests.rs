//! The further guests of a meeting: each address once, in the order in which they were named.

use pgrx::prelude::*;

/// `scheduling_private.further_guests(text, text[])`; see sql/jobs.sql.
#[pg_extern(sql = false)]
fn further_guests(guest_email: Option<&str>, guests: Option<Vec<Option<String>>>) -> Vec<String> {
    each_once(guest_email, guests.iter().flatten().flatten())
}

/// `guests` without white space around them and without the guest's own address.
fn each_once<'a>(
    guest_email: Option<&str>,
    guests: impl IntoIterator<Item = &'a String>,
) -> Vec<String> {
    let mut known: Vec<_> = guest_email.map(str::to_lowercase).into_iter().collect();
    let mut each = Vec::new();
    for guest in guests {
        // Other white space is no part of an address either, and the mail room refuses it.
        let address = guest.trim_matches(' ');
        let key = address.to_lowercase();
        if !address.is_empty() && !known.contains(&key) {
            known.push(key);
            each.push(address.to_owned());
        }
    }
    each
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_further_guest_counts_once_and_the_guest_not_at_all() {
        let named = [
            " kay@guest.example",
            "Ada@Guest.example",
            "",
            "KAY@guest.example",
            "bob@guest.example",
        ];
        let named = named.map(str::to_owned);
        assert_eq!(
            each_once(Some("ada@guest.example"), &named),
            ["kay@guest.example", "bob@guest.example"]
        );
        assert_eq!(
            each_once(None, &named),
            [
                "kay@guest.example",
                "Ada@Guest.example",
                "bob@guest.example"
            ]
        );
    }
}
