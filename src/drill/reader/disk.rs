//! Disk: the files of a drill.
//! Invariant: never holds more of a file than a person writes, whatever the path leads to.
//! Not here: what is in them.
//! Used by: reader.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use super::{Fetched, NoText};
use crate::{
    diagnostic::{SourceFile, source::MAX_BYTES},
    drill::shapes::rule,
    text::nearest,
};

/// The file that a drill means by a deployment's name or path.
pub(super) fn deployment_path(drill: &Path, reference: &str) -> PathBuf {
    let home = drill.parent().unwrap_or(Path::new(""));
    match rule::is_path(reference) {
        true => home.join(reference),
        false => home.join("deployments").join(format!("{reference}.yaml")),
    }
}

/// The file's text.
pub(super) fn fetch(path: &Path) -> Fetched {
    let shown = path.to_string_lossy().replace('\\', "/");
    match bytes(path) {
        Ok(bytes) => {
            SourceFile::from_bytes(shown, bytes).map_err(|(file, why)| NoText::Unreadable(file, why))
        }
        Err(error) => {
            Err(NoText::Missing { path: shown, why: reason(&error), help: neighbour(path, &error) })
        }
    }
}

fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The reason in words that do not differ between systems.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "this user may not read it".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}

/// The file beside it that was probably meant.
fn neighbour(path: &Path, error: &io::Error) -> Option<String> {
    if error.kind() != io::ErrorKind::NotFound {
        return None;
    }
    let home = path.parent().filter(|home| !home.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(home).ok()?.take(1000);
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    names.retain(|name| rule::is_path(name));
    names.sort();
    let wanted = path.file_name()?.to_str()?;
    let near = nearest(wanted, names.iter().map(String::as_str))?;
    Some(format!("did you mean {}?", path.with_file_name(near).to_string_lossy().replace('\\', "/")))
}
