//! Circles: no two files need each other, however long the way round.
//!
//! The scan reads every path that begins with `crate`, `super` or `self`, follows re-exports to the file that defines the
//! name, and takes `mod x;` in `foo.rs` as a need of its child. A folder's `mod.rs` is left out of the circles: it names its
//! files and holds what they share. Files for tests alone are left out too. Paths that a macro makes are not seen, nor is a
//! method that a file adds to another's type.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use crate::layers::{is_test, sources};

type Module = Vec<String>;

/// One file: the names that it defines, those that it hands on, and every path that it speaks of.
struct File {
    face: bool,
    defines: BTreeSet<String>,
    hands_on: Vec<(String, Module)>,
    names: Vec<Module>,
}

/// The words that stand before a name where it is defined.
const DEFINING: [&str; 8] = ["struct", "enum", "fn", "const", "static", "trait", "type", "union"];

/// Where a file's module is; `lib.rs` is the root.
fn module_of(path: &Path) -> Module {
    let mut parts: Module =
        path.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if matches!(parts.last().map(String::as_str), Some("mod" | "lib")) {
        parts.pop();
    }
    parts
}

/// The code without comments and without what only tests are made of.
fn code_of(text: &str) -> String {
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    let code = lines.collect::<Vec<_>>().join("\n");
    code.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned()
}

/// Every path of a use tree, groups opened, with the name that it gives.
fn opened(tree: &str) -> Vec<(Vec<String>, String)> {
    let tree = tree.trim();
    if let (Some(start), Some(end)) = (tree.find('{'), tree.rfind('}')) {
        let prefix = segments(&tree[..start]);
        let below = split_at_commas(&tree[start + 1..end]).into_iter().flat_map(opened);
        return below.map(|(path, name)| ([prefix.clone(), path].concat(), name)).collect();
    }
    let (path, alias) = tree.split_once(" as ").map_or((tree, None), |(path, alias)| (path, Some(alias)));
    let mut path = segments(path);
    if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    let name = alias.map(|alias| alias.trim().to_owned()).or_else(|| path.last().cloned());
    name.map(|name| vec![(path, name)]).unwrap_or_default()
}

fn segments(path: &str) -> Vec<String> {
    path.split("::").map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

fn split_at_commas(group: &str) -> Vec<&str> {
    let (mut depth, mut from, mut parts) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&group[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&group[from..]);
    parts.into_iter().filter(|part| !part.trim().is_empty()).collect()
}

/// A path from the root; `None` if it leads out of the crate.
fn from_root(module: &Module, path: &[String]) -> Option<Module> {
    let mut base = module.clone();
    let mut rest = path;
    match path.first()?.as_str() {
        "crate" => {
            base.clear();
            rest = &path[1..];
        }
        "self" => rest = &path[1..],
        "super" => {
            while let Some((_, after)) = rest.split_first().filter(|(first, _)| *first == "super") {
                base.pop();
                rest = after;
            }
        }
        _ => return None,
    }
    Some([base.as_slice(), rest].concat())
}

fn file_of(path: &Path, text: &str) -> File {
    let (module, code) = (module_of(path), code_of(text));
    let words: Vec<&str> =
        code.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty()).collect();
    let defines =
        words.windows(2).filter(|pair| DEFINING.contains(&pair[0])).map(|pair| pair[1].to_owned()).collect();
    let face = path.ends_with("mod.rs") || path.ends_with("lib.rs");
    let (mut hands_on, mut names) = (Vec::new(), Vec::new());
    // A child that a file other than a folder's face declares is one that it needs.
    let children = code.lines().filter_map(|line| line.trim().strip_suffix(';')?.rsplit_once("mod "));
    let children = children.filter(|(before, _)| !face && (before.is_empty() || before.starts_with("pub")));
    names.extend(children.map(|(_, child)| [module.as_slice(), &[child.to_owned()]].concat()));
    for tree in uses(&code) {
        for (path, name) in opened(tree) {
            hands_on.extend(from_root(&module, &path).map(|path| (name, path)));
        }
    }
    for root in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(root).filter(|(at, _)| !code[..*at].ends_with(is_path)) {
            let end = code[at..].find(|c: char| !is_path(c)).map_or(code.len(), |len| at + len);
            // Before a group stands no name yet: the group's own names are read as a use tree.
            let path = Some(&code[at..end]).filter(|path| !path.ends_with("::"));
            names.extend(path.and_then(|path| from_root(&module, &segments(path))));
        }
    }
    names.extend(hands_on.iter().filter(|_| !face).map(|(_, path)| path.clone()));
    File { face, defines, hands_on, names }
}

fn is_path(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == ':'
}

/// The tree of each `use`.
fn uses(code: &str) -> Vec<&str> {
    let begins = |at: usize| {
        let line = code[..at].rsplit('\n').next().unwrap_or_default().trim();
        line.is_empty() || line.starts_with("pub")
    };
    let found = code.match_indices("use ").filter(|(at, _)| begins(*at));
    found.filter_map(|(at, word)| code[at + word.len()..].split(';').next()).collect()
}

/// The children that a file declares for tests alone.
fn test_children(module: &Module, text: &str) -> Vec<Module> {
    let after = text.split("#[cfg(test)]\n").skip(1);
    let declared = after.filter_map(|after| after.lines().next()?.strip_suffix(';')?.rsplit_once("mod "));
    declared.map(|(_, child)| [module.as_slice(), &[child.to_owned()]].concat()).collect()
}

/// The file that defines what a path leads to; re-exports are followed.
fn defined_in(files: &BTreeMap<Module, File>, path: &[String], depth: usize) -> Option<Module> {
    let length = (0..=path.len()).rev().find(|length| files.contains_key(&path[..*length]))?;
    let (module, rest) = path.split_at(length);
    let file = &files[module];
    match rest.first() {
        Some(name) if !file.defines.contains(name) && depth < 8 => {
            let handed_on = file.hands_on.iter().find(|(known, _)| known == name);
            match handed_on {
                Some((_, to)) => defined_in(files, &[to.as_slice(), &rest[1..]].concat(), depth + 1),
                None => Some(module.to_vec()),
            }
        }
        _ => Some(module.to_vec()),
    }
}

/// A way from `from` back to itself, if there is one.
fn way_back(needs: &BTreeMap<Module, BTreeSet<Module>>, from: &Module) -> Option<Vec<Module>> {
    let mut ways = vec![vec![from.clone()]];
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop() {
        for next in way.last().and_then(|last| needs.get(last)).into_iter().flatten() {
            if next == from {
                return Some([way.as_slice(), std::slice::from_ref(next)].concat());
            }
            if seen.insert(next.clone()) {
                ways.push([way.as_slice(), std::slice::from_ref(next)].concat());
            }
        }
    }
    None
}

fn circles(sources: &[(impl AsRef<Path>, String)]) -> Vec<String> {
    let only_tests: Vec<Module> =
        sources.iter().flat_map(|(path, text)| test_children(&module_of(path.as_ref()), text)).collect();
    let is_left_out =
        |path: &Path| is_test(path) || only_tests.iter().any(|module| module_of(path).starts_with(module));
    let kept = sources.iter().filter(|(path, _)| !is_left_out(path.as_ref()));
    let files: BTreeMap<Module, File> =
        kept.map(|(path, text)| (module_of(path.as_ref()), file_of(path.as_ref(), text))).collect();
    let needs: BTreeMap<Module, BTreeSet<Module>> = files
        .iter()
        .filter(|(_, file)| !file.face)
        .map(|(module, file)| {
            let needed = file.names.iter().filter_map(|path| defined_in(&files, path, 0));
            (module.clone(), needed.filter(|other| other != module && !files[other].face).collect())
        })
        .collect();
    let told = |way: Vec<Module>| way.iter().map(|module| module.join("::")).collect::<Vec<_>>().join(" -> ");
    needs.keys().filter_map(|module| way_back(&needs, module)).map(told).collect()
}

#[test]
fn no_two_files_need_each_other() {
    let found = circles(&sources());
    assert!(found.is_empty(), "move what they share into a file below both:\n{}", found.join("\n"));
}

#[test]
fn a_circle_is_found_through_groups_names_handed_on_and_children() {
    let file = |path: &'static str, text: &str| (path, text.to_owned());
    let straight = [
        file("lib.rs", "mod a; mod b; pub use b::Two;"),
        file("a.rs", "use crate::{b::{self, Two}};"),
        file("b.rs", "pub struct Two; // use super::a"),
    ];
    assert!(circles(&straight).is_empty(), "{:?}", circles(&straight));
    let grouped =
        [file("a.rs", "use super::b::One;"), file("b.rs", "use crate::{\n    a::{Two, Three},\n};")];
    assert_eq!(circles(&grouped).len(), 2);
    let handed_on = [
        file("x/mod.rs", "mod a;\nmod b;\npub use self::{a::One, b::Two};"),
        file("x/a.rs", "use super::Two;\npub struct One;"),
        file("x/b.rs", "pub struct Two(super::One);"),
    ];
    assert_eq!(circles(&handed_on).len(), 2);
    let child = [file("a.rs", "mod b;\npub struct One;"), file("a/b.rs", "use super::One;")];
    assert_eq!(circles(&child).len(), 2);
}
