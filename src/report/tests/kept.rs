//! Kept: the reports of two runs as Markdown and JSON, so that whoever changes a word or a field sees what it does to readers.
//! `FIREDRILL_BLESS=1` writes them anew.

use std::{fs, path::Path};

use super::*;

fn is_as_kept(prefix: &str, run: &SeedRun) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports");
    for (name, bytes) in
        rendered(run).into_iter().filter(|(name, _)| !name.ends_with("html") && !name.ends_with("pdf"))
    {
        let path = folder.join(format!("{prefix}{name}"));
        if std::env::var_os("FIREDRILL_BLESS").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &bytes).unwrap();
        }
        let kept = fs::read(&path).unwrap_or_default();
        let (kept, made) = (String::from_utf8_lossy(&kept), String::from_utf8_lossy(&bytes));
        let differs = kept.lines().zip(made.lines()).position(|(kept, made)| kept != made);
        let line = differs.unwrap_or_else(|| kept.lines().count().min(made.lines().count()));
        assert!(
            kept == made,
            "{} is another from line {}; if it is meant, run again with FIREDRILL_BLESS=1\n kept: {}\n made: {}",
            path.display(),
            line + 1,
            kept.lines().nth(line).unwrap_or_default(),
            made.lines().nth(line).unwrap_or_default()
        );
    }
}

#[test]
fn a_run_that_passed_is_told_as_it_was() {
    is_as_kept("passed.", &SeedRun::new());
}

#[test]
fn a_run_that_went_wrong_is_told_as_it_was() {
    is_as_kept("troubled.", &troubled());
}
