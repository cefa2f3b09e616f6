//! The README's promises: each is quoted, word for word, by a test that proves it.
//!
//! A test quotes a promise in its doc comment: `/// Promise: ` and the sentence. Below the two tests that hold promises
//! and quotes together are proofs of promises that no other module proves.

#[cfg(feature = "aws")]
mod proofs;

use std::{
    fs,
    path::{Path, PathBuf},
};

const MARK: &str = "Promise: ";

/// Each promise, as one line.
fn promises() -> Vec<String> {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let section = readme.split_once("\n## Promises\n").expect("the section").1;
    let section = section.split("\n## ").next().unwrap();
    let mut found: Vec<String> = Vec::new();
    for line in section.lines() {
        match line.split_once(". ").filter(|(number, _)| number.parse::<u8>().is_ok()) {
            Some((_, sentence)) => found.push(sentence.to_owned()),
            None if line.starts_with("   ") => {
                let last = found.last_mut().expect("a promise that goes on");
                last.push(' ');
                last.push_str(line.trim());
            }
            None => {}
        }
    }
    found
}

/// The doc comment of each test in `tests` and `src` that quotes a promise: file, and the comment as one line.
fn quotes() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    walk(&root().join("tests"), &mut files);
    walk(&root().join("src"), &mut files);
    let mut found = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let mut comment = String::new();
        for line in text.lines().map(str::trim) {
            if let Some(words) = line.strip_prefix("///") {
                comment.push_str(words.trim());
                comment.push(' ');
                continue;
            }
            if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
                let quote = comment.split_once(MARK).map(|(_, quote)| quote.trim().to_owned());
                found.extend(quote.map(|quote| (path.clone(), quote)));
            }
            if !line.starts_with("#[") {
                comment.clear();
            }
        }
    }
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => walk(&path, into),
            false if path.extension().is_some_and(|ending| ending == "rs") => into.push(path),
            false => {}
        }
    }
}

/// A quote may begin in lower case, and more may follow it.
fn quotes_it(quote: &str, promise: &str) -> bool {
    quote.to_lowercase().starts_with(&promise.to_lowercase())
}

#[test]
fn every_promise_has_a_test_that_quotes_it() {
    let (promises, quotes) = (promises(), quotes());
    assert!(promises.len() >= 6, "{promises:#?}");
    let unproven: Vec<&String> = promises
        .iter()
        .filter(|promise| !quotes.iter().any(|(_, quote)| quotes_it(quote, promise)))
        .collect();
    assert!(unproven.is_empty(), "no test quotes: {unproven:#?}\nquoted are: {quotes:#?}");
}

#[test]
fn every_quote_is_a_promise() {
    let promises = promises();
    let stale: Vec<_> = quotes()
        .into_iter()
        .filter(|(_, quote)| !promises.iter().any(|promise| quotes_it(quote, promise)))
        .collect();
    assert!(stale.is_empty(), "not in the README: {stale:#?}\npromised are: {promises:#?}");
}
