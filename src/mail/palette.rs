//! The colours of a mail, by day and by night.

/// One set of them; `#rrggbb`, as every mail program reads it.
struct Palette {
    /// What is behind the card.
    page: &'static str,
    card: &'static str,
    line: &'static str,
    text: &'static str,
    /// Labels and the footer.
    quiet: &'static str,
    link: &'static str,
    button: &'static str,
    on_button: &'static str,
}

/// A layout with the colours that it names: `{{ light.page }}`, `{{ dark.text }}`. They are the same in every mail,
/// so they are not looked up for each.
pub fn coloured(layout: &str) -> String {
    let mut coloured = layout.to_owned();
    for (palette, colours) in [("light", &LIGHT), ("dark", &DARK)] {
        for (name, colour) in [
            ("page", colours.page),
            ("card", colours.card),
            ("line", colours.line),
            ("text", colours.text),
            ("quiet", colours.quiet),
            ("link", colours.link),
            ("button", colours.button),
            ("on_button", colours.on_button),
        ] {
            coloured = coloured.replace(&format!("{{{{ {palette}.{name} }}}}"), colour);
        }
    }
    coloured
}

const LIGHT: Palette = Palette {
    page: "#f3f4f6",
    card: "#ffffff",
    line: "#e5e7eb",
    text: "#111827",
    quiet: "#6b7280",
    link: "#1d4ed8",
    button: "#111827",
    on_button: "#ffffff",
};

const DARK: Palette = Palette {
    page: "#030712",
    card: "#1f2937",
    line: "#4b5563",
    text: "#f3f4f6",
    quiet: "#b6bdc8",
    link: "#93c5fd",
    button: "#e5e7eb",
    on_button: "#111827",
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Of two colours (WCAG 2.2, "contrast ratio").
    fn contrast(one: &str, other: &str) -> f64 {
        let luminance = |colour: &str| {
            let channel = |at: usize| {
                let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
                if value <= 0.040_45 {
                    value / 12.92
                } else {
                    ((value + 0.055) / 1.055).powf(2.4)
                }
            };
            0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn every_text_stands_out_from_what_is_behind_it_by_day_and_by_night() {
        for colours in [LIGHT, DARK] {
            for (text, behind) in [
                (colours.text, colours.card),
                (colours.quiet, colours.card),
                (colours.link, colours.card),
                (colours.on_button, colours.button),
            ] {
                let contrast = contrast(text, behind);
                assert!(contrast >= 4.5, "{text} on {behind}: {contrast:.2}");
            }
        }
        assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9);
    }
}
