//! Browser: headless Chromium, spoken to over a pipe in its DevTools protocol.
//!
//! `FIREDRILL_CHROMIUM` names the program [default: `chromium`]. Without one the tests that need it say that they are
//! skipped; with `FIREDRILL_REQUIRE_CLIENTS` they fail.

use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;

/// No answer takes longer; one that does has failed.
const PATIENCE: Duration = Duration::from_secs(120);

/// A browser with one page.
pub(crate) struct Browser {
    child: Child,
    to: ChildStdin,
    from: Receiver<Value>,
    session: String,
    last: u64,
    /// What the browser told without being asked, since the last look.
    told: Vec<Value>,
    _profile: TempDir,
}

/// The program, if it is installed.
fn program() -> Option<PathBuf> {
    let path =
        std::env::var_os("FIREDRILL_CHROMIUM").map_or_else(|| PathBuf::from("chromium"), PathBuf::from);
    let found = Command::new(&path).arg("--version").stderr(Stdio::null()).output();
    if found.is_ok_and(|output| output.status.success()) {
        return Some(path);
    }
    skipped("no Chromium is here (FIREDRILL_CHROMIUM names one): pages were not opened");
    None
}

/// Says that something is not tested; fails where it must be.
#[allow(clippy::explicit_write, reason = "the test harness swallows what a passing test prints")]
pub(crate) fn skipped(why: &str) {
    assert!(std::env::var_os("FIREDRILL_REQUIRE_CLIENTS").is_none(), "required: {why}");
    writeln!(std::io::stderr(), "SKIPPED: {why}").unwrap();
}

impl Browser {
    /// Starts one; `None` where there is none.
    pub(crate) fn start() -> Option<Browser> {
        let program = program()?;
        let profile = tempfile::tempdir().unwrap();
        // The protocol's pipe is descriptors 3 and 4 of the browser: the shell makes them of its own 0 and 1.
        let mut child = Command::new("sh")
            .arg("-c")
            .arg("exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1")
            .arg(program)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--remote-debugging-pipe",
                "--no-first-run",
            ])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-dev-shm-usage",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let to = child.stdin.take().unwrap();
        let from = messages(BufReader::new(child.stdout.take().unwrap()));
        let session = String::new();
        let mut browser = Browser { child, to, from, session, last: 0, told: Vec::new(), _profile: profile };
        let target = browser.ask("Target.createTarget", json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = browser.ask("Target.attachToTarget", attach);
        browser.session = attached["sessionId"].as_str().unwrap().to_owned();
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.ask(&format!("{domain}.enable"), json!({}));
        }
        Some(browser)
    }

    /// Makes the window so wide, and its colours light or dark.
    pub(crate) fn dress(&mut self, width: u32, scheme: &str) {
        let metrics = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500 });
        self.ask("Emulation.setDeviceMetricsOverride", metrics);
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.ask("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    /// Opens a page and waits until it is loaded; what the page before told is forgotten.
    pub(crate) fn open(&mut self, url: &str) {
        self.told.clear();
        self.ask("Page.navigate", json!({ "url": url }));
        while !self.told.iter().any(|event| event["method"] == "Page.loadEventFired") {
            self.listen();
        }
    }

    /// What an expression comes to, promises awaited.
    #[track_caller]
    pub(crate) fn evaluate(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let answer = self.ask("Runtime.evaluate", params);
        assert!(answer["exceptionDetails"].is_null(), "{expression:.200}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// Every event of these kinds since the page was opened.
    pub(crate) fn told(&self, methods: &[&str]) -> Vec<&Value> {
        self.told.iter().filter(|event| methods.iter().any(|method| event["method"] == *method)).collect()
    }

    #[track_caller]
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": params });
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        let mut bytes = serde_json::to_vec(&message).unwrap();
        bytes.push(0);
        self.to.write_all(&bytes).unwrap();
        self.to.flush().unwrap();
        loop {
            let answer = self.from.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("{method}: no answer"));
            if answer["id"] == self.last {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
            self.told.push(answer);
        }
    }

    #[track_caller]
    fn listen(&mut self) {
        let event = self.from.recv_timeout(PATIENCE).expect("the browser says nothing more");
        self.told.push(event);
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The messages that come, each ended by a zero.
fn messages(mut from: impl BufRead + Send + 'static) -> Receiver<Value> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        while from.read_until(0, &mut bytes).is_ok_and(|read| read > 0) {
            bytes.pop();
            let sent = serde_json::from_slice(&bytes).map(|message| send.send(message));
            if !matches!(sent, Ok(Ok(()))) {
                return;
            }
            bytes.clear();
        }
    });
    receive
}
