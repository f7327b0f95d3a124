//! The sources as the test of the house sees them: each module, and the paths that it names, in macros
//! and under other names too. What it could not follow (`include!`, `#[path]`) it refuses.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use syn::visit::{self, Visit};

/// A source file: the paths that it names, as they are from the root of a crate.
pub struct File {
    pub source: String,
    pub names: BTreeSet<String>,
}

/// All files of src/ by their modules, lib.rs and tests left out.
pub fn read_house() -> BTreeMap<String, File> {
    let mut house = BTreeMap::new();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    read_module(&src.join("lib.rs"), &src, "", &mut house);
    house.remove("");
    assert!(house.len() > 50, "the sources are not where they were");
    house
}

/// Reads a module and the modules that it declares in files of their own; those lie in `folder`.
fn read_module(path: &Path, folder: &Path, module: &str, house: &mut BTreeMap<String, File>) {
    let source = fs::read_to_string(path).unwrap();
    let parsed = syn::parse_file(&source).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    let mut items = parsed.items;
    items.retain(|item| !is_test(attributes(item)));
    let mut aliases = Aliases {
        module,
        known: BTreeMap::new(),
    };
    // Twice: an import may come before what it stands on.
    for item in items.iter().chain(&items) {
        aliases.visit_item(item);
    }
    let mut names = Names {
        module,
        aliases: aliases.known,
        found: BTreeSet::new(),
    };
    for item in &items {
        names.visit_item(item);
    }
    for item in items {
        let syn::Item::Mod(inner) = item else {
            continue;
        };
        assert!(
            inner.content.is_none(),
            "{path:?}: a module has a file of its own"
        );
        let elsewhere = inner.attrs.iter().any(|a| a.path().is_ident("path"));
        assert!(!elsewhere, "{path:?}: a file lies where its module does");
        let name = inner.ident.to_string();
        let (file, door) = (
            folder.join(format!("{name}.rs")),
            folder.join(&name).join("mod.rs"),
        );
        let path = if file.exists() { file } else { door };
        let full = [module, &name].join("::");
        let full = full.trim_start_matches("::");
        read_module(&path, &folder.join(&name), full, house);
    }
    let names = names.found;
    house.insert(module.to_owned(), File { source, names });
}

fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        _ => &[],
    }
}

/// Whether only tests are compiled with it.
fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let syn::Meta::List(list) = &attribute.meta else {
            return false;
        };
        let mut condition = list.tokens.to_string();
        condition.retain(|c| !c.is_whitespace());
        list.path.is_ident("cfg")
            && [
                "test",
                "any(test,fuzzing)",
                r#"any(test,feature="pg_test")"#,
            ]
            .contains(&condition.as_str())
    })
}

/// The path from the root: this crate's begin with its name.
fn from_root(
    module: &str,
    aliases: &BTreeMap<String, Vec<String>>,
    path: &[String],
) -> Vec<String> {
    let mut full: Vec<String> = std::iter::once("scheduling")
        .chain(module.split("::").filter(|name| !name.is_empty()))
        .map(str::to_owned)
        .collect();
    let mut rest = path;
    match rest.first().map(String::as_str) {
        Some("crate") => {
            full.truncate(1);
            rest = &rest[1..];
        }
        Some("self" | "super") => {}
        Some(first) => {
            full = aliases
                .get(first)
                .map_or(vec![first.to_owned()], Clone::clone);
            rest = &rest[1..];
        }
        None => {}
    }
    for step in rest {
        match step.as_str() {
            "self" => {}
            "super" => full.truncate(full.len().saturating_sub(1).max(1)),
            step => full.push(step.to_owned()),
        }
    }
    full
}

/// Walks through a `use`: each path, and the name that it has from there on, if it has one.
fn each_use(
    tree: &syn::UseTree,
    path: &mut Vec<String>,
    found: &mut impl FnMut(&[String], Option<String>),
) {
    match tree {
        syn::UseTree::Path(step) => {
            path.push(step.ident.to_string());
            each_use(&step.tree, path, found);
            path.pop();
        }
        syn::UseTree::Group(group) => {
            for tree in &group.items {
                each_use(tree, path, found);
            }
        }
        syn::UseTree::Name(syn::UseName { ident }) => {
            path.push(ident.to_string());
            let known = path.iter().rev().find(|name| *name != "self").cloned();
            found(path, known);
            path.pop();
        }
        syn::UseTree::Rename(syn::UseRename { ident, rename, .. }) => {
            path.push(ident.to_string());
            found(path, Some(rename.to_string()));
            path.pop();
        }
        syn::UseTree::Glob(_) => found(path, None),
    }
}

/// Collects what a file calls something: its modules, and what it imports.
struct Aliases<'a> {
    module: &'a str,
    known: BTreeMap<String, Vec<String>>,
}

impl<'ast> Visit<'ast> for Aliases<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let path = ["self".to_owned(), item.ident.to_string()];
        let full = from_root(self.module, &self.known, &path);
        self.known.insert(item.ident.to_string(), full);
        visit::visit_item_mod(self, item);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let (module, known) = (self.module, &mut self.known);
        each_use(&item.tree, &mut Vec::new(), &mut |path, name| {
            if let Some(name) = name {
                let full = from_root(module, known, path);
                known.insert(name, full);
            }
        });
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        let name = item.rename.as_ref().map_or(&item.ident, |(_, name)| name);
        let path = match item.ident.to_string().as_str() {
            "self" => "scheduling".to_owned(),
            name => name.to_owned(),
        };
        self.known.insert(name.to_string(), vec![path]);
    }
}

/// Collects the paths that a file names, in `use` items and elsewhere.
struct Names<'a> {
    module: &'a str,
    aliases: BTreeMap<String, Vec<String>>,
    found: BTreeSet<String>,
}

impl Names<'_> {
    fn take(&mut self, path: &[String]) {
        let full = from_root(self.module, &self.aliases, path);
        self.found.insert(full.join("::"));
    }

    /// The paths in what a macro or an attribute is given, which nobody has parsed: names with `::`
    /// between them.
    fn take_tokens(&mut self, tokens: &str) {
        let mut rest = tokens;
        let mut path: Vec<String> = Vec::new();
        let mut is_open = false;
        while let Some(next) = rest.chars().next() {
            let is_name = |c: char| c.is_alphanumeric() || c == '_';
            let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            if end > 0 {
                if !is_open {
                    self.take_longer(&path);
                    path.clear();
                }
                path.push(rest[..end].to_owned());
                is_open = false;
                rest = &rest[end..];
            } else if rest.starts_with("::") {
                is_open = !path.is_empty();
                rest = &rest[2..];
            } else {
                // A path goes on over white space.
                if !next.is_whitespace() {
                    self.take_longer(&path);
                    path.clear();
                    is_open = false;
                }
                rest = &rest[next.len_utf8()..];
            }
        }
        self.take_longer(&path);
    }

    fn take_longer(&mut self, path: &[String]) {
        if path.len() > 1 {
            self.take(path);
        }
    }
}

impl<'ast> Visit<'ast> for Names<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        each_use(&item.tree, &mut Vec::new(), &mut |path, _| self.take(path));
    }

    fn visit_item_extern_crate(&mut self, item: &'ast syn::ItemExternCrate) {
        self.found.insert(item.ident.to_string());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let steps: Vec<_> = path
            .segments
            .iter()
            .map(|step| step.ident.to_string())
            .collect();
        self.take_longer(&steps);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        assert!(
            !call.path.is_ident("include"),
            "{}: what is included is read by nobody here",
            self.module
        );
        self.take_tokens(&call.tokens.to_string());
        visit::visit_macro(self, call);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.take_tokens(&list.tokens.to_string());
        }
        visit::visit_attribute(self, attribute);
    }
}
