//! What the tests stand on: the program as a process, a lab as a process, folders that go away.

pub(crate) mod drills;
pub(crate) mod open_lab;
pub(crate) mod world;

use std::{
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

/// No wait in a test is longer than this; one that reaches it has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(150);

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program, with nothing of the caller's AWS configuration.
pub(crate) fn firedrill() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_firedrill"));
    command.current_dir(root());
    for (name, _) in
        std::env::vars().filter(|(name, _)| name.starts_with("AWS_") || name.starts_with("FIREDRILL_"))
    {
        command.env_remove(name);
    }
    // The tests may run in a job themselves.
    command.env_remove("GITHUB_ACTIONS").env_remove("GITHUB_STEP_SUMMARY");
    command.env("AWS_EC2_METADATA_DISABLED", "true").env("AWS_CONFIG_FILE", "/nonexistent");
    command.env("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent");
    command
}

/// What a finished process left.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Finished {
    /// The exit code, or a panic that shows what was said.
    #[track_caller]
    pub(crate) fn expect_code(&self, code: i32) -> &Finished {
        assert_eq!(self.status.code(), Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}

/// A process whose lines can be waited for.
pub(crate) struct Process {
    child: Child,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
    seen: (Vec<String>, Vec<String>),
}

fn lines(from: impl Read + Send + 'static) -> Receiver<String> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                return;
            }
        }
    });
    receive
}

impl Process {
    pub(crate) fn start(command: &mut Command) -> Process {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} did not start: {error}"));
        let stdout = lines(child.stdout.take().unwrap());
        let stderr = lines(child.stderr.take().unwrap());
        Process { child, stdout, stderr, seen: (vec![], vec![]) }
    }

    /// The first stdout line that `wanted` accepts.
    #[track_caller]
    pub(crate) fn stdout_line(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        loop {
            match self.stdout.recv_timeout(PATIENCE) {
                Ok(line) => {
                    self.seen.0.push(line.clone());
                    if wanted(&line) {
                        return line;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    panic!("no such line in time; seen:\n{}", self.seen.0.join("\n"))
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let rest: Vec<String> = self.stderr.iter().collect();
                    panic!("ended without it; seen:\n{}\n{}", self.seen.0.join("\n"), rest.join("\n"))
                }
            }
        }
    }

    /// Reads nothing more: what it writes from now on meets a closed pipe.
    pub(crate) fn stop_reading(&mut self) {
        self.stdout = channel().1;
        self.stderr = channel().1;
    }

    /// Sends a signal by its number.
    pub(crate) fn signal(&self, name: &str) {
        let status =
            Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status().unwrap();
        assert!(status.success());
    }

    /// Sends a signal to it and to all that it started; it must lead a process group of its own.
    pub(crate) fn signal_group(&self, name: &str) {
        let group = format!("-{}", self.child.id());
        let status = Command::new("kill").args(["-s", name, "--", &group]).status().unwrap();
        assert!(status.success());
    }

    /// Kills it as a power loss would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end.
    #[track_caller]
    pub(crate) fn finish(mut self) -> Finished {
        let (send, ended) = channel();
        let id = self.child.id();
        std::thread::spawn(move || {
            if ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let _ = Command::new("kill").arg("-KILL").arg(id.to_string()).status();
            }
        });
        let status = self.child.wait().unwrap();
        let _: Result<(), _> = send.send(());
        self.seen.0.extend(self.stdout.iter());
        self.seen.1.extend(self.stderr.iter());
        Finished { status, stdout: self.seen.0.join("\n"), stderr: self.seen.1.join("\n") }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs to the end.
#[track_caller]
pub(crate) fn run(command: &mut Command) -> Finished {
    Process::start(command).finish()
}

/// A lab in a process of its own.
pub(crate) struct Lab {
    _process: Process,
    /// The line it printed.
    pub(crate) info: Value,
    folder: TempDir,
}

impl Lab {
    /// Ready when this returns.
    pub(crate) fn up(speed: u32, seed: u32) -> Lab {
        let folder = tempfile::tempdir().unwrap();
        let mut command = firedrill();
        command.args(["lab", "up", "--json", "--speed", &speed.to_string(), "--seed", &seed.to_string()]);
        let mut process = Process::start(&mut command);
        let line = process.stdout_line(|line| line.starts_with('{'));
        let info: Value = serde_json::from_str(&line).unwrap();
        std::fs::write(folder.path().join("lab.json"), &line).unwrap();
        Lab { _process: process, info, folder }
    }

    /// The file that `--lab-at` takes.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("lab.json")
    }

    /// The program, pointed at this lab.
    pub(crate) fn firedrill(&self, verb: &[&str], reports: &Path) -> Command {
        let mut command = firedrill();
        command.args(verb).arg("--lab-at").arg(self.file()).arg("--reports").arg(reports);
        command
    }

    /// `lab do` of this lab.
    #[track_caller]
    pub(crate) fn perform(&self, words: &[&str]) {
        run(firedrill().args(["lab", "do"]).args(words).arg("--at").arg(self.file())).expect_code(0);
    }

    /// The environment that any AWS client needs to talk to it.
    pub(crate) fn client_env(&self) -> Vec<(&'static str, String)> {
        let text = |key: &str| self.info[key].as_str().unwrap().to_owned();
        vec![
            ("AWS_ENDPOINT_URL", text("aws_endpoint")),
            ("AWS_ACCESS_KEY_ID", text("access_key_id")),
            ("AWS_SECRET_ACCESS_KEY", text("secret_access_key")),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("AWS_DEFAULT_REGION", "ap-northeast-2".to_owned()),
        ]
    }
}
