//! The engine: MiniJinja with nothing to reach for. No file, no other template, no environment; variables that
//! there are not are errors; what it may use up is fuel, which bounds time and memory, and bytes of output.

use std::io;

use minijinja::value::{Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};

use super::source::{self, Field, Source, Trouble};

/// Instructions, and 64 bytes each of what a template makes: a few milliseconds, and about 6 MB.
const FUEL: u64 = 100_000;
/// Loops in loops.
const DEEPEST: usize = 50;
/// Bytes of one part of a mail. Programs cut off longer ones.
const LONGEST_OUTPUT: usize = 256 * 1024;

/// What makes much of little, shows what is inside, or switches escaping off: the engine has fuel for most of it,
/// but lists that are made as they are read (`chain`, `zip`) cost nothing until somebody reads them to their end.
const REMOVED_FILTERS: &[&str] = &[
    "attr",
    "batch",
    "chain",
    "dictsort",
    "format",
    "groupby",
    "indent",
    "list",
    "map",
    "pprint",
    "reject",
    "rejectattr",
    "reverse",
    "safe",
    "select",
    "selectattr",
    "slice",
    "sort",
    "string",
    "sum",
    "unique",
    "zip",
];
const REMOVED_GLOBALS: &[&str] = &["debug", "dict", "namespace", "range"];

/// Templates that were read.
pub struct OwnText {
    environment: Environment<'static>,
    fields: Vec<Field>,
}

impl OwnText {
    /// Reads templates.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn read(written: Source) -> Result<Self, Trouble> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.set_recursion_limit(DEEPEST);
        for global in REMOVED_GLOBALS {
            environment.remove_global(global);
        }
        for filter in REMOVED_FILTERS {
            environment.remove_filter(filter);
        }
        environment.set_auto_escape_callback(|name| match name {
            "html" => AutoEscape::Html,
            _ => AutoEscape::None,
        });
        environment.set_formatter(|output, state, value| match value.kind() {
            // A list is looked through to its end to be written, however long it says it is.
            ValueKind::Seq | ValueKind::Map | ValueKind::Iterable => Err(Error::new(
                ErrorKind::InvalidOperation,
                "a list is written by a loop or by join",
            )),
            _ => minijinja::escape_formatter(output, state, value),
        });
        let mut fields = Vec::new();
        for (field, template) in written.fields() {
            source::check(field, &template)?;
            environment
                .add_template_owned(field.as_str(), template)
                .map_err(|error| trouble(field, &error))?;
            fields.push(field);
        }
        Ok(Self {
            environment,
            fields,
        })
    }

    /// Renders one of them; `None` where it is ours to write.
    ///
    /// # Errors
    /// What went wrong, and where.
    pub fn render(&self, field: Field, known: &Value) -> Result<Option<String>, Trouble> {
        if !self.fields.contains(&field) {
            return Ok(None);
        }
        let mut output = Output(Vec::new());
        let rendered = self
            .environment
            .get_template(field.as_str())
            .and_then(|template| template.render_captured_to(known.clone(), &mut output));
        rendered.map_err(|error| match error.kind() {
            ErrorKind::WriteFailure => Trouble::new(
                field,
                error.line(),
                format!("it writes more than {LONGEST_OUTPUT} bytes"),
            ),
            _ => self.explained(field, &error, known),
        })?;
        let text = String::from_utf8(output.0);
        text.map(Some)
            .map_err(|_| Trouble::new(field, None, "it writes what is no text"))
    }

    /// A variable that there is not is named, and those that there are.
    fn explained(&self, field: Field, error: &Error, known: &Value) -> Trouble {
        let mut trouble = trouble(field, error);
        if error.kind() != ErrorKind::UndefinedError {
            return trouble;
        }
        let names: Vec<String> = known
            .try_iter()
            .map(|keys| keys.map(|key| key.to_string()).collect())
            .unwrap_or_default();
        let template = self.environment.get_template(field.as_str());
        let used = template.map(|template| template.undeclared_variables(false));
        let mut unknown: Vec<_> = used
            .unwrap_or_default()
            .into_iter()
            .filter(|name| !names.contains(name))
            .collect();
        unknown.sort_unstable();
        if let [first, ..] = &*unknown {
            trouble.what = format!(
                "there is no \"{first}\" for this reader; there are {}",
                names.join(", ")
            );
        }
        trouble
    }
}

fn trouble(field: Field, error: &Error) -> Trouble {
    let kind = error.kind().to_string();
    let detail = error.detail().map(|detail| format!(": {detail}"));
    Trouble {
        field,
        line: error.line(),
        what: format!("{kind}{}", detail.unwrap_or_default()),
        kind,
    }
}

/// What is written, to a limit.
struct Output(Vec<u8>);

impl io::Write for Output {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if self.0.len() + more.len() > LONGEST_OUTPUT {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
