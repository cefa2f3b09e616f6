//! The floors: imports go down only, and some words belong to one folder.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// The floors from the ground up; those on one line do not know each other.
const FLOORS: &[&[&str]] = &[
    &["clock", "id", "text"],
    &["words"],
    &["diagnostic"],
    &["grammar", "fuzz"],
    &["drill"],
    &["journal"],
    &["net"],
    &["aws"],
    &["survey"],
    &["account"],
    &["probe"],
    &["change"],
    &["plan"],
    &["discover", "ready"],
    &["catalog"],
    &["measure"],
    &["forecast"],
    &["engine", "evidence", "report", "lab"],
    &["simulate"],
    &["cli"],
];

/// The lab stands beside the program: it meets the rest over sockets alone.
const LAB_MAY_USE: &[&str] = &["clock", "id", "text", "diagnostic", "grammar", "fuzz"];

pub(crate) fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
        let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            match path.is_dir() {
                true => walk(&path, into),
                false if path.extension().is_some_and(|e| e == "rs") => into.push(path),
                false => {}
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        (path.strip_prefix(&root).unwrap().to_owned(), text)
    };
    files.into_iter().map(read).collect()
}

/// True for files that only tests are made of.
pub(crate) fn is_test(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs")
}

/// The first name of a path below `src`: the module it belongs to.
fn module_of(path: &Path) -> String {
    let first = path.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// Every `crate::name` in the code, comments left out; groups (`use crate::{a, b}`) are opened.
fn uses(text: &str) -> Vec<String> {
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => found.extend(names_of_group(group)),
            None => found.push(name_at(rest)),
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

fn name_at(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn names_of_group(group: &str) -> Vec<String> {
    let (mut depth, mut names, mut expects_name) = (1, Vec::new(), true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => expects_name = true,
            c if expects_name && depth == 1 && c.is_alphabetic() => {
                names.push(name_at(&group[at..]));
                expects_name = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    names
}

#[test]
fn imports_go_down_only() {
    let level: BTreeMap<&str, usize> =
        FLOORS.iter().enumerate().flat_map(|(n, floor)| floor.iter().map(move |name| (*name, n))).collect();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let own = module_of(&path);
        let Some(own_level) = level.get(own.as_str()) else {
            assert!(["lib", "main"].contains(&own.as_str()), "{own} has no floor: name it in FLOORS");
            continue;
        };
        for used in uses(&text).into_iter().filter(|used| *used != own) {
            let down = level.get(used.as_str()).is_some_and(|used_level| used_level < own_level);
            let allowed = if own == "lab" { LAB_MAY_USE.contains(&used.as_str()) } else { down };
            if !allowed {
                wrong.push(format!("{}: uses {used}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "these imports do not go down:\n{}", wrong.join("\n"));
}

#[test]
fn only_the_aws_floor_names_the_sdk() {
    let names = ["aws_sdk_", "aws_config", "aws_smithy_", "aws_credential_types"];
    let wrong: Vec<String> = sources()
        .into_iter()
        .filter(|(path, text)| module_of(path) != "aws" && names.iter().any(|name| text.contains(name)))
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert!(wrong.is_empty(), "these files name the SDK: {wrong:?}");
}

#[test]
fn only_output_prints() {
    let printing = ["println!", "print!("];
    let wrong: Vec<String> = sources()
        .into_iter()
        .filter(|(path, text)| {
            *path != Path::new("cli/output.rs")
                && !is_test(path)
                && printing.iter().any(|word| text.contains(word))
        })
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert!(wrong.is_empty(), "these files print: {wrong:?}");
}

#[test]
fn every_file_says_what_it_is_for_and_stays_small() {
    for (path, text) in sources().into_iter().filter(|(path, _)| !is_test(path)) {
        assert!(text.starts_with("//!"), "{} has no header", path.display());
        let lines = text.lines().count();
        assert!(lines <= 500, "{} has {lines} lines: split it", path.display());
    }
}
