//! What mail programs make a link of, whoever wrote it: a name that is mailed to others must not be one.

/// Endings that are made links of however they are written.
const COMMON: [&str; 16] = [
    "app", "biz", "ch", "co", "com", "de", "dev", "info", "io", "link", "net", "online", "org",
    "ru", "top", "xyz",
];
/// What stands before a dot in names of people.
const TITLES: [&str; 17] = [
    "dipl", "dr", "frl", "hr", "ing", "jr", "mag", "med", "mr", "mrs", "ms", "mx", "phil", "prof",
    "sr", "st", "ste",
];

/// Whether some part of the text is an address of the web or of a mailbox.
pub fn has_link(text: &str) -> bool {
    let text = text.replace(['\u{3002}', '\u{ff0e}', '\u{ff61}'], ".");
    let lower = text.to_lowercase();
    if lower.contains("://") || lower.contains("mailto:") {
        return true;
    }
    let apart = |c: char| c.is_whitespace() || "()[]{}<>\"',;|".contains(c);
    text.split(apart).any(is_link)
}

/// Of one word.
fn is_link(word: &str) -> bool {
    if word.to_lowercase().starts_with("www.") && word.len() > 4 {
        return true;
    }
    if let Some((_, domain)) = word.rsplit_once('@') {
        return domain.contains('.') && !domain.starts_with('.');
    }
    let end = word.find(['/', ':', '?', '#', '\\']);
    let (domain, goes_on) = match end {
        Some(end) => (&word[..end], end + 1 < word.len()),
        None => (word, false),
    };
    // A full stop at the end is the sentence's.
    let domain = domain.trim_matches('.');
    let Some((before, ending)) = domain.rsplit_once('.') else {
        return false;
    };
    let letters = |text: &str| text.chars().count() >= 2 && text.chars().all(char::is_alphabetic);
    if !letters(ending) {
        return false;
    }
    let last = before.rsplit('.').next().unwrap_or(before);
    let is_title = TITLES.contains(&before.to_lowercase().as_str())
        || TITLES.contains(&last.to_lowercase().as_str());
    goes_on
        || COMMON.contains(&ending.to_lowercase().as_str())
        // As people write addresses, and hardly ever their names.
        || !is_title && last.chars().count() >= 2 && ending.chars().all(|c| c.is_ascii_lowercase())
}

/// Marks that turn the direction of text, or that nobody sees; those that join letters stay.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_mail_program_makes_a_link_of_is_one() {
        for text in [
            "https://prize.example/claim",
            "You have won: HTTP://prize.example",
            "www.prize.example",
            "Claim at WWW.prize",
            "prize.example/x",
            "Prize.Example/x",
            "(prize.example)",
            "Go to prize.example now",
            "Prize.COM",
            "prize\u{3002}com",
            "dr.evil.com",
            "ada@prize.example",
            "prize.example:8080",
            "prize.example?x",
        ] {
            assert!(has_link(text), "{text}");
        }
    }

    #[test]
    fn names_of_people_are_no_links() {
        for name in [
            "Ada Lovelace",
            "St. John",
            "St.John",
            "st.john",
            "J.R. Smith",
            "J.R.R.Tolkien",
            "j.r. smith",
            "Dr.Müller",
            "dr.müller",
            "Dipl.-Ing. Weiß",
            "Prof.Dr.Klein",
            "Anne-Marie O'Neill",
            "Smith, John (Sales)",
            "A/B Testing Ltd.",
            "Smith & Co.",
            "Ada @ Engines",
            "José da Silva Jr.",
            "山田太郎",
            "Martin Luther King Jr.",
        ] {
            assert!(!has_link(name), "{name}");
        }
    }
}
