//! Files: the deployment's file and its seed drill, of what was found.
//! Invariant: pure; the same facts give the same bytes; every value is written so that it is read back as it is.
//! Not here: whether there is enough for a file (see `outcome`), whether what is written is read back so (see `proof`).
//! Used by: `outcome`, cli.

mod deployment;
mod drill;

pub(super) use self::{deployment::deployment, drill::drill};

/// What the drill's name has after the deployment's.
pub const OUTAGE: &str = "-outage";

/// A file's path below the folder of drills, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// `deployments/NAME.yaml` or `NAME-outage.yaml`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A text as YAML takes it: bare where nothing in it could be read as anything else, quoted otherwise.
fn scalar(text: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || "-_./:?=&+%~".contains(c);
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let ends = text.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '/');
    // YAML 1.1 and 1.2 read these as truth and nothing.
    let words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    let word = words.contains(&text.to_ascii_lowercase().as_str());
    if begins && ends && !word && text.chars().all(bare) {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// `line` with a comment that begins in the column where the others do.
fn commented(line: &str, comment: &str) -> String {
    const COLUMN: usize = 52;
    format!("{line:<width$}# {comment}\n", width = COLUMN.max(line.chars().count() + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_yaml_could_read_otherwise_is_quoted() {
        for bare in ["wordpress-seoul", "https://www.example.com:8443/a?b=c&d"] {
            assert_eq!(scalar(bare), bare);
        }
        assert_eq!(scalar("no"), "\"no\"");
        assert_eq!(scalar("123"), "\"123\"");
        assert_eq!(scalar("a b\"\\"), "\"a b\\\"\\\\\"");
    }
}
