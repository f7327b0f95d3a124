//! A page as it goes out: its text, its status and its headers. Pure, so the same link and the same site give
//! the same bytes, and a browser that has them is told so.

use std::rc::Rc;

use minijinja::context;
use minijinja::value::Value;
use sha2::{Digest, Sha256};

use super::policy::{Frames, policy};
use super::script::{BOOKING, MANAGE, OWNER, Script};
use super::shown::{Link, in_script};
use super::templates::{STYLE, STYLE_HASH, Trouble, fill};
use super::texts::{Reader, held};
use crate::mail::{LINE, Text, Voice, single_line};

/// Where the pages of an address find `/rpc/…` that nobody has named another: one above themselves.
const HERE: &str = "..";

/// What `configure_site` has said, and how PostgREST was asked.
#[derive(Default)]
pub struct Site {
    /// Where PostgREST is; `None`: where the page comes from.
    pub api: Option<String>,
    /// Who may show booking pages in a frame.
    pub embed_origins: Vec<String>,
    /// The schema that PostgREST was told to look into; `None`: its first.
    pub schema: Option<String>,
}

impl Site {
    fn api(&self) -> &str {
        self.api.as_deref().unwrap_or(HERE)
    }
}

/// A page, with all that is said of it.
pub struct Page {
    /// `None`: 200.
    pub status: Option<u16>,
    pub headers: Vec<(&'static str, String)>,
    /// `None` where nobody keeps it.
    pub tag: Option<String>,
    text: String,
    /// The texts of the script in the page's language.
    held: Option<&'static str>,
    script: Option<&'static Script>,
}

impl Page {
    /// The whole of it.
    pub fn html(&self) -> Vec<u8> {
        let script = self.script.map_or("", |script| script.source);
        let held = self.held.unwrap_or_default();
        // Room for the elements as well.
        let mut html = String::with_capacity(self.text.len() + held.len() + script.len() + 128);
        html.push_str(&self.text);
        if self.held.is_some() {
            html.push_str("<script type=\"application/json\" id=\"scheduling-texts\">");
            html.push_str(held);
            html.push_str("</script>\n");
        }
        if self.script.is_some() {
            html.push_str("<script>");
            html.push_str(script);
            html.push_str("</script>\n");
        }
        html.push_str("</body>\n</html>\n");
        html.into_bytes()
    }

    /// The booking page of a link; `row` is what `get_booking_link` returns, as JSON.
    pub fn booking(
        row: &str,
        site: &Site,
        voice: impl Fn(Option<&str>) -> Rc<Voice>,
    ) -> Result<Self, Trouble> {
        let link: Link = serde_json::from_str(row).map_err(|_| Trouble::Link)?;
        let voice = voice(link.locale.as_deref());
        let (title, owner, about) = (link.title(), link.owner(), link.about());
        let body = fill(
            "booking.html",
            context! {
                api => site.api(),
                schema => &site.schema,
                slug => &link.slug,
                title => &title,
                owner => &owner,
                length => link.length(&voice),
                location => link.location(),
                about => &about,
                no_script => voice.say(Text::PageScript),
                data => Value::from_safe_string(in_script(&format!("{{\"link\":{row}}}"))),
            },
        )?;
        let named = [title, owner]
            .into_iter()
            .filter(|name| !name.is_empty())
            .collect::<Vec<_>>()
            .join(" · ");
        Self::new(Parts {
            status: None,
            title: &named,
            description: &single_line(&about, LINE),
            body,
            script: Some((&BOOKING, Reader::Guest)),
            api: site.api.as_deref(),
            frames: &Frames::Site(&site.embed_origins),
            keeping: Keeping::For(60),
            is_private: false,
            voice: &voice,
        })
    }

    /// The page on which a guest manages a booking. In its address, or in the one that it comes from, is the right
    /// to.
    pub fn manage(site: &Site, voice: &Voice) -> Result<Self, Trouble> {
        Self::of_script(
            "manage.html",
            Text::PageManage,
            (&MANAGE, Reader::Guest),
            Keeping::Never,
            site,
            voice,
        )
    }

    /// The page of owners.
    pub fn owner(site: &Site, voice: &Voice) -> Result<Self, Trouble> {
        Self::of_script(
            "owner.html",
            Text::PageOwner,
            (&OWNER, Reader::Owner),
            Keeping::For(300),
            site,
            voice,
        )
    }

    /// Of a link that is not there, or closed.
    pub fn gone(site: &Site, voice: &Voice) -> Result<Self, Trouble> {
        Self::notice(404, Text::PageGone, Text::PageGoneWhy, site, voice)
    }

    /// Where something went wrong that the visitor can do nothing about.
    pub fn failed(voice: &Voice) -> Result<Self, Trouble> {
        let site = Site::default();
        Self::notice(500, Text::PageFailed, Text::PageFailedWhy, &site, voice)
    }

    fn of_script(
        template: &'static str,
        title: Text,
        script: (&'static Script, Reader),
        keeping: Keeping,
        site: &Site,
        voice: &Voice,
    ) -> Result<Self, Trouble> {
        let title = voice.say(title);
        let no_script = voice.say(Text::PageScript);
        let body = fill(
            template,
            context! { api => site.api(), schema => &site.schema, title => &title, no_script },
        )?;
        Self::new(Parts {
            status: None,
            title: &title,
            description: "",
            body,
            script: Some(script),
            api: site.api.as_deref(),
            frames: &Frames::Nobody,
            keeping,
            is_private: true,
            voice,
        })
    }

    fn notice(
        status: u16,
        title: Text,
        why: Text,
        site: &Site,
        voice: &Voice,
    ) -> Result<Self, Trouble> {
        let (title, why) = (voice.say(title), voice.say(why));
        let body = fill(
            "notice.html",
            context! { title => &title, description => &why },
        )?;
        Self::new(Parts {
            status: Some(status),
            title: &title,
            description: &why,
            body,
            script: None,
            api: None,
            // It says in the frame why there is nothing in it.
            frames: &Frames::Site(&site.embed_origins),
            keeping: Keeping::Never,
            is_private: true,
            voice,
        })
    }

    fn new(parts: Parts<'_>) -> Result<Self, Trouble> {
        let Parts {
            status,
            title,
            description,
            body,
            script,
            api,
            frames,
            keeping,
            is_private,
            voice,
        } = parts;
        let dir = if voice.is_right_to_left() {
            "rtl"
        } else {
            "ltr"
        };
        let text = fill(
            "layout.html",
            context! {
                lang => voice.tag(),
                dir,
                title,
                description,
                style => Value::from_safe_string(STYLE.to_owned()),
                body => Value::from_safe_string(body),
            },
        )?;
        let held = script.and_then(|(_, reader)| held(voice.tag(), reader));
        let script = script.map(|(script, _)| script);
        let hash = script.map(|script| script.hash.as_str());
        let policy = policy(hash, &STYLE_HASH, api, frames);
        let tag = match keeping {
            Keeping::Never => None,
            // What is kept is kept with its headers.
            Keeping::For(_) => Some(tag(&[
                &text,
                held.unwrap_or_default(),
                hash.unwrap_or_default(),
                &policy,
            ])),
        };
        let mut headers = vec![
            ("Content-Type", "text/html; charset=utf-8".to_owned()),
            ("Content-Language", voice.tag().to_owned()),
            ("Content-Security-Policy", policy),
            ("X-Content-Type-Options", "nosniff".to_owned()),
            ("Referrer-Policy", "no-referrer".to_owned()),
            (
                "Permissions-Policy",
                "camera=(), geolocation=(), microphone=(), payment=(), usb=()".to_owned(),
            ),
            ("Vary", "Accept-Language".to_owned()),
            (
                "Cache-Control",
                match keeping {
                    Keeping::Never => "no-store".to_owned(),
                    Keeping::For(seconds) => format!("public, max-age={seconds}"),
                },
            ),
        ];
        if is_private {
            headers.push(("X-Robots-Tag", "noindex".to_owned()));
        }
        if matches!(frames, Frames::Nobody) {
            headers.push(("Cross-Origin-Opener-Policy", "same-origin".to_owned()));
        }
        headers.extend(tag.clone().map(|tag| ("ETag", tag)));
        Ok(Self {
            status,
            headers,
            tag,
            text,
            held,
            script,
        })
    }
}

/// How long a page may be kept and shown again without asking.
#[derive(Clone, Copy)]
enum Keeping {
    Never,
    /// Seconds.
    For(u32),
}

struct Parts<'a> {
    status: Option<u16>,
    title: &'a str,
    description: &'a str,
    body: String,
    script: Option<(&'static Script, Reader)>,
    api: Option<&'a str>,
    frames: &'a Frames<'a>,
    keeping: Keeping,
    /// Nothing that a search engine is to list.
    is_private: bool,
    voice: &'a Voice,
}

fn tag(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let hash: String = hash.finalize()[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("\"{hash}\"")
}

#[cfg(test)]
mod tests;
