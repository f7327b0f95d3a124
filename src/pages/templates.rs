//! The templates of web/pages/, filled in. Pure. Whatever goes into one is escaped by minijinja, by the `.html`
//! in their names; what is not, is ours or was made for its place (`shown::in_script`), and is a [`Value`] that
//! says so.

use std::sync::LazyLock;

use minijinja::value::Value;
use minijinja::{Environment, ErrorKind};

use super::script;
use crate::mail::environment_of;

/// The style of all pages, and what a policy names it by.
pub const STYLE: &str = include_str!("../../web/pages/page.css");
pub static STYLE_HASH: LazyLock<String> = LazyLock::new(|| script::hash(STYLE));

/// Why there is no page: nothing that a visitor could do anything about.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub enum Trouble {
    #[error("the template {0} cannot be filled: {1}")]
    Template(&'static str, ErrorKind),
    #[error("a link is not what a page shows")]
    Link,
}

/// A template with what it asks for.
pub fn fill(name: &'static str, values: Value) -> Result<String, Trouble> {
    let filled = TEMPLATES
        .get_template(name)
        .and_then(|template| template.render(values));
    filled.map_err(|error| Trouble::Template(name, error.kind()))
}

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    environment_of(&[
        ("layout.html", include_str!("../../web/pages/layout.html")),
        ("booking.html", include_str!("../../web/pages/booking.html")),
        ("manage.html", include_str!("../../web/pages/manage.html")),
        ("owner.html", include_str!("../../web/pages/owner.html")),
        ("notice.html", include_str!("../../web/pages/notice.html")),
    ])
});
