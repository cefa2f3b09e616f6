//! Files: the texts of this project that inputs begin from.
//! Used by: every target.

use std::{fs, path::Path};

/// Every file with this ending below a folder of the project, by name.
///
/// # Panics
/// If there is none: a target without a real input proves nothing.
pub(crate) fn texts(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), ending, &mut found);
    assert!(!found.is_empty(), "{folder} has no .{ending}");
    found
}

fn walk(folder: &Path, ending: &str, into: &mut Vec<Vec<u8>>) {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        match path.is_dir() {
            true => walk(&path, ending, into),
            false if path.extension().is_some_and(|own| own == ending) => into.push(fs::read(&path).unwrap()),
            false => {}
        }
    }
}
