//! The sources as the test of the house sees them: each module, and the paths that it names.

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
    let mut names = Names {
        module,
        found: BTreeSet::new(),
    };
    for item in parsed.items {
        match item {
            syn::Item::Mod(inner) if inner.content.is_none() => {
                let name = inner.ident.to_string();
                if is_test(&inner.attrs) {
                    continue;
                }
                let (file, door) = (
                    folder.join(format!("{name}.rs")),
                    folder.join(&name).join("mod.rs"),
                );
                let path = if file.exists() { file } else { door };
                let full = if module.is_empty() {
                    name.clone()
                } else {
                    format!("{module}::{name}")
                };
                read_module(&path, &folder.join(name), &full, house);
            }
            item => names.visit_item(&item),
        }
    }
    let names = names.found;
    house.insert(module.to_owned(), File { source, names });
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && matches!(&attribute.meta, syn::Meta::List(list) if list.tokens.to_string().contains("test"))
    })
}

/// Collects the paths that a file names, in `use` items and elsewhere.
struct Names<'a> {
    module: &'a str,
    found: BTreeSet<String>,
}

impl Names<'_> {
    /// Takes a path as it is from the root: this crate's begin with its name.
    fn take(&mut self, path: &[String]) {
        let ups = path.iter().take_while(|name| *name == "super").count();
        let mut full: Vec<&str> = self
            .module
            .split("::")
            .filter(|name| !name.is_empty())
            .collect();
        let rest = match path.first().map(String::as_str) {
            Some("crate") => {
                full.clear();
                &path[1..]
            }
            Some("self") => &path[1..],
            Some("super") => {
                full.truncate(full.len().saturating_sub(ups));
                &path[ups..]
            }
            _ => {
                self.found.insert(path.join("::"));
                return;
            }
        };
        full.insert(0, "scheduling");
        full.extend(rest.iter().map(String::as_str));
        self.found.insert(full.join("::"));
    }

    fn take_tree(&mut self, tree: &syn::UseTree, path: &mut Vec<String>) {
        match tree {
            syn::UseTree::Path(step) => {
                path.push(step.ident.to_string());
                self.take_tree(&step.tree, path);
                path.pop();
            }
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.take_tree(tree, path);
                }
            }
            syn::UseTree::Name(syn::UseName { ident })
            | syn::UseTree::Rename(syn::UseRename { ident, .. }) => {
                if ident != "self" {
                    path.push(ident.to_string());
                    self.take(path);
                    path.pop();
                } else {
                    self.take(path);
                }
            }
            syn::UseTree::Glob(_) => self.take(path),
        }
    }
}

impl<'ast> Visit<'ast> for Names<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let attributes = match item {
            syn::Item::Mod(item) => &item.attrs,
            syn::Item::Fn(item) => &item.attrs,
            syn::Item::Use(item) => &item.attrs,
            syn::Item::Impl(item) => &item.attrs,
            _ => &Vec::new(),
        };
        if !is_test(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.take_tree(&item.tree, &mut Vec::new());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let steps: Vec<_> = path
            .segments
            .iter()
            .map(|step| step.ident.to_string())
            .collect();
        if steps.len() > 1 {
            self.take(&steps);
        }
        visit::visit_path(self, path);
    }
}
