//! The README is true: its commands run, its files are accepted, its tables are the program's own.
//!
//! What is done with a fenced block follows from the words after its language:
//!
//! - `sh run`: run by a shell, one block after the other in one folder; must succeed
//! - `sh background`: the same, and it goes on until the last block is done
//! - `sh shown`: needs an AWS account, so not run; every option of firedrill in it must exist
//! - `yaml file=PATH`: written there, and accepted by `check`
//! - `text NAME`: compared with what it shows
//!
//! A block without such words fails the test.

pub(crate) mod markdown;
mod tables;

use std::{
    fs,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::Command,
};

use self::markdown::{Block, Readme};
use crate::support::{Finished, Process, firedrill, root, run};

/// The speed of a lab that an unoptimised build manages on two cores while other tests run.
const SPEED: &str = "10";

/// One reader of the README, who types every command in it, in order.
struct Reader {
    folder: tempfile::TempDir,
    background: Option<Background>,
    /// What the first run of a drill printed.
    summary: Option<String>,
}

/// A command that goes on until this is dropped, with all that it started.
struct Background(Process);

impl Drop for Background {
    fn drop(&mut self) {
        self.0.signal_group("TERM");
    }
}

impl Reader {
    /// In a fresh clone, as far as running needs one.
    fn new() -> Reader {
        let folder = tempfile::tempdir().unwrap();
        copy(&root().join("drills"), &folder.path().join("drills"));
        Reader { folder, background: None, summary: None }
    }

    fn read(&mut self, block: &Block) {
        let (language, word) = block.info.split_once(' ').unwrap_or((&block.info, ""));
        match (language, word.split_once('=').map_or(word, |(name, _)| name)) {
            ("sh", "run") => self.run(block),
            ("sh", "background") => self.start(block),
            ("sh", "shown") => options_exist(block),
            ("yaml", "file") => self.write(block, &word["file=".len()..]),
            ("text", "summary") => summary_is_like(block, self.summary.as_deref().expect("a run before it")),
            ("text", "journal") => self.journal_is_like(block),
            ("text", "exports") => exports_are_printed(block),
            // Held to the program by tests of their own.
            ("text", "exit-codes") => {}
            _ => panic!("README.md:{}: nobody knows what to do with a block of `{}`", block.line, block.info),
        }
    }

    /// A shell in the folder, where `firedrill` is the program under test.
    fn shell(&self, script: &str) -> Command {
        let program = Path::new(env!("CARGO_BIN_EXE_firedrill")).parent().unwrap().to_owned();
        let mut path = vec![program];
        path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        let mut shell = Command::new("sh");
        shell.args(["-eu", "-c", script]).current_dir(self.folder.path());
        for (name, _) in std::env::vars() {
            if name.starts_with("AWS_") || name.starts_with("FIREDRILL_") {
                shell.env_remove(name);
            }
        }
        shell.env("PATH", std::env::join_paths(path).unwrap());
        shell
    }

    #[track_caller]
    fn run(&mut self, block: &Block) {
        let script = built_already(&block.text);
        let finished = run(&mut self.shell(&script));
        assert!(finished.status.success(), "README.md:{}:\n{script}\n{}", block.line, said(&finished));
        if self.summary.is_none() {
            self.summary = Some(finished.stdout);
        }
    }

    fn start(&mut self, block: &Block) {
        let mut shell = self.shell(&built_already(&block.text));
        let mut process = Process::start(shell.process_group(0));
        let line = process.stdout_line(|line| line.starts_with('{'));
        // Whether `tee` has written the file by now is not told by its having printed the line.
        fs::write(self.folder.path().join("lab.json"), line + "\n").unwrap();
        self.background = Some(Background(process));
    }

    fn write(&self, block: &Block, path: &str) {
        let path = self.folder.path().join(path);
        fs::write(&path, &block.text).unwrap();
        let finished = run(firedrill().arg("check").arg(&path));
        assert!(finished.status.success(), "README.md:{}:\n{}", block.line, said(&finished));
        assert_eq!(finished.stderr, "", "README.md:{}: accepted with a warning", block.line);
    }

    /// The line that README shows has the keys of a real one, in their order.
    fn journal_is_like(&self, block: &Block) {
        let journal = self.run_folder().join("journal.jsonl");
        let text = fs::read_to_string(journal).unwrap();
        let real = keys(text.lines().nth(1).unwrap());
        assert_eq!(keys(block.text.trim()), real, "README.md:{}", block.line);
    }

    fn run_folder(&self) -> PathBuf {
        let reports = fs::read_dir(self.folder.path().join("reports")).unwrap();
        let mut runs: Vec<PathBuf> = reports.map(|entry| entry.unwrap().path()).collect();
        runs.retain(|path| path.join("journal.jsonl").exists());
        assert_eq!(runs.len(), 1, "{runs:?}");
        runs.remove(0)
    }
}

#[test]
fn every_block_does_what_it_says() {
    let readme = Readme::read();
    let mut reader = Reader::new();
    for block in readme.blocks() {
        reader.read(&block);
    }
    assert!(reader.summary.is_some() && reader.background.is_some(), "the README has lost its commands");
}

fn said(finished: &Finished) -> String {
    format!("{:?}\n{}\n{}", finished.status, finished.stdout, finished.stderr)
}

/// The same commands where the program is built and the tests run already: in a test.
fn built_already(script: &str) -> String {
    let lines = script.lines().filter(|line| line.trim() != "cargo test");
    let lines = lines.map(|line| match line.strip_prefix("cargo run --release -- ") {
        Some(rest) => format!("firedrill {} --speed {SPEED}\n", rest),
        None => format!("{line}\n"),
    });
    lines.collect()
}

/// Every `--option` of a command of firedrill is one that the verb's help lists.
fn options_exist(block: &Block) {
    let commands = block.text.replace("\\\n", " ");
    for command in commands.lines().filter(|line| line.starts_with("firedrill ")) {
        let words: Vec<&str> = command.split('#').next().unwrap().split_whitespace().collect();
        // `lab` has verbs of its own, and its `do` has them too.
        let depth = match words[1..] {
            ["lab", "do", ..] => 3,
            ["lab" | "finding", ..] => 2,
            _ => 1,
        };
        let verb = &words[1..=depth.min(words.len() - 1)];
        let help = run(firedrill().args(verb).arg("--help"));
        help.expect_code(0);
        for option in words.iter().filter(|word| word.starts_with("--")) {
            let listed = help.stdout.split_whitespace().any(|word| word == *option);
            assert!(listed, "README.md:{}: {verb:?} has no option {option}", block.line);
        }
    }
}

/// Numbers differ from run to run; the headline, the rows and the verdicts do not.
fn summary_is_like(block: &Block, real: &str) {
    let stable = |text: &str| -> Vec<(String, String)> {
        let rows = text.lines().map(|line| line.replace(&format!("speed {SPEED}"), "speed 20"));
        let rows = rows.map(|line| {
            let cells: Vec<&str> = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
            let word = |cell: Option<&&str>| cell.map_or(String::new(), |cell| (*cell).to_owned());
            let last = word(cells.last());
            let judged = ["pass", "fail", "unknown", "restored, verified"].contains(&last.as_str());
            // A wrapped cell's further lines have no first cell.
            let first = if line.starts_with("   ") { String::new() } else { word(cells.first()) };
            (first, if judged { last } else { String::new() })
        });
        rows.filter(|(first, _)| !first.is_empty() && !first.starts_with(['─', '═'])).collect()
    };
    let real = stable(real);
    for row in stable(&block.text) {
        assert!(
            real.contains(&row),
            "README.md:{}: the summary has no row like {row:?}, but {real:#?}",
            block.line
        );
    }
}

/// What `lab up` tells other clients to export; the port differs.
fn exports_are_printed(block: &Block) {
    let mut lab = Process::start(firedrill().args(["lab", "up"]));
    for line in block.text.lines() {
        let wanted = line.strip_suffix(|c: char| c.is_ascii_digit()).map_or(line, |_| {
            line.rsplit_once(':')
                .filter(|(start, _)| start.ends_with("127.0.0.1"))
                .map_or(line, |(start, _)| start)
        });
        lab.stdout_line(|printed| printed == line || printed.starts_with(&format!("{wanted}:")));
    }
}

/// The keys of one flat line of JSON, in their order, where objects inside are left closed.
fn keys(line: &str) -> Vec<String> {
    let mut depth = 0;
    let mut found = Vec::new();
    let mut in_string = false;
    let mut word = String::new();
    let mut escaped = false;
    for c in line.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => {
                in_string = !in_string;
                if in_string {
                    word.clear();
                }
            }
            _ if in_string => word.push(c),
            '{' => depth += 1,
            '}' => depth -= 1,
            ':' if depth == 1 => found.push(word.clone()),
            _ => {}
        }
    }
    found
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copy(&path, &to),
            false => drop(fs::copy(&path, &to).unwrap()),
        }
    }
}
