//! What a booking page shows of its link until the script runs, and what it hands to the script: what
//! `get_booking_link` returns, and nothing else. Pure.

use serde::Deserialize;

use crate::mail::{Args, LINE, NAME, PARAGRAPHS, Text, Voice, paragraphs, place, single_line};

/// The row of `get_booking_link`, as far as it is text for people.
#[derive(Deserialize)]
pub struct Link {
    pub slug: String,
    title: Option<String>,
    description: Option<String>,
    owner_name: Option<String>,
    duration_minutes: u32,
    duration_options: Option<Vec<u32>>,
    location: Option<String>,
    pub locale: Option<String>,
}

impl Link {
    pub fn title(&self) -> String {
        single_line(self.title.as_deref().unwrap_or_default(), LINE)
    }

    pub fn owner(&self) -> String {
        single_line(self.owner_name.as_deref().unwrap_or_default(), NAME)
    }

    pub fn location(&self) -> String {
        place(self.location.as_deref().unwrap_or_default())
    }

    /// With its line breaks.
    pub fn about(&self) -> String {
        paragraphs(self.description.as_deref().unwrap_or_default(), PARAGRAPHS)
    }

    /// All lengths that there are, the shortest first.
    pub fn length(&self, voice: &Voice) -> String {
        let mut lengths = self.duration_options.clone().unwrap_or_default();
        lengths.push(self.duration_minutes);
        lengths.sort_unstable();
        lengths.dedup();
        let lengths = lengths.into_iter().map(|minutes| {
            let mut args = Args::new();
            args.set("number", voice.number(minutes as usize));
            voice.tell(Text::PageMinutes, &args)
        });
        lengths.collect::<Vec<_>>().join(&voice.say(Text::Comma))
    }
}

/// A JSON text as the content of an element `script`: it ends only where it does, and reads the same in JavaScript
/// (<https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements>).
/// Outside of its strings JSON has none of these characters.
pub fn in_script(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' => escaped.push_str("\\u003c"),
            '>' => escaped.push_str("\\u003e"),
            '&' => escaped.push_str("\\u0026"),
            '\u{2028}' => escaped.push_str("\\u2028"),
            '\u{2029}' => escaped.push_str("\\u2029"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn no_text_ends_the_element_that_it_stands_in_and_each_reads_as_it_was() {
        for text in [
            "</script><script>alert(1)</script>",
            "<!-- <script>",
            "]]>",
            "&lt;&amp;",
            "a\u{2028}b\u{2029}c",
            "\u{202e}gnp.exe\u{0}\"\\",
            "{{ 7 * 7 }}{% raw %}",
        ] {
            let json = json!({ text: text }).to_string();
            let escaped = in_script(&json);
            assert!(
                !escaped.contains(['<', '>', '&', '\u{2028}', '\u{2029}']),
                "{escaped}"
            );
            let read: Value = serde_json::from_str(&escaped).unwrap();
            assert_eq!(read, json!({ text: text }));
        }
    }

    #[test]
    fn every_length_is_named_once_in_the_readers_words() {
        let link = |options: Value| -> Link {
            serde_json::from_value(json!({
                "slug": "a", "duration_minutes": 30, "duration_options": options
            }))
            .unwrap()
        };
        let length = |options, locale| link(options).length(&Voice::of(Some(locale)));
        assert_eq!(length(Value::Null, "en"), "30 min");
        assert_eq!(length(json!([60, 15, 30]), "en"), "15 min, 30 min, 60 min");
        assert_eq!(length(json!([45]), "ja"), "30分、45分");
        assert_eq!(length(json!([]), "de"), "30 Min.");
    }
}
