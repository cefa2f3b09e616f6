//! Wall: the screen of a run, in headless Chromium: it follows the run's files, says when its process is gone and when the
//! connection is, fetches nothing from elsewhere and complains of nothing.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::Path,
};

use crate::{
    browser::Browser,
    support::{self, Process},
};

/// Lines of the sample run's journal up to the fault's effect.
const SO_FAR: usize = 12;

/// Takes the first lines of a file of the sample run as a run has them that goes on; what is left of it.
fn begin(from: &Path, to: &Path, lines: usize) -> String {
    let whole = fs::read_to_string(from).unwrap();
    let at: usize = whole.split_inclusive('\n').take(lines).map(str::len).sum();
    fs::write(to, &whole[..at]).unwrap();
    whole[at..].to_owned()
}

fn grow(file: &Path, more: &str) {
    OpenOptions::new().append(true).open(file).unwrap().write_all(more.as_bytes()).unwrap();
}

/// True as soon as the page says so; the browser's own patience bounds it.
fn until(browser: &mut Browser, holds: &str) {
    let wait = format!(
        "new Promise(done => {{ const look = () => ({holds}) ? done(true) : setTimeout(look, 50); look(); }})"
    );
    assert_eq!(browser.evaluate(&wait), true);
}

#[test]
fn a_browser_follows_a_run_and_says_when_it_cannot() {
    let Some(mut browser) = Browser::start() else { return };
    let samples = support::root().join("reports/sample");
    let run = fs::read_dir(&samples)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.is_dir())
        .unwrap();
    let reports = tempfile::tempdir().unwrap();
    let folder = reports.path().join(run.file_name().unwrap());
    fs::create_dir(&folder).unwrap();
    let [journal, watched] = ["journal.jsonl", "samples.jsonl"];
    let rest = begin(&run.join(journal), &folder.join(journal), SO_FAR);
    let unseen = begin(&run.join(watched), &folder.join(watched), 2_000);

    let mut live = Process::start(support::firedrill().args(["live", "--reports"]).arg(reports.path()));
    let url = live.stdout_line(|line| line.starts_with("http://127.0.0.1:")).trim().to_owned();
    browser.dress(1280, "light");
    browser.open(&url);
    let verdict = "document.querySelector('.verdict strong').textContent";
    until(&mut browser, &format!("{verdict} === 'Not running'"));
    let pictures = browser.evaluate("document.querySelectorAll('#picture svg').length");
    assert_eq!(pictures, 2, "the timeline so far, for wide screens and narrow ones");

    grow(&folder.join(watched), &unseen);
    grow(&folder.join(journal), &rest);
    until(&mut browser, &format!("{verdict}.startsWith('Passed')"));
    let hidden = "document.getElementById('lost').hidden";
    assert_eq!(browser.evaluate(hidden), true);
    let said = browser.told(&["Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"]);
    assert!(said.is_empty(), "{said:?}");
    for request in browser.told(&["Network.requestWillBeSent"]) {
        let asked = request["params"]["request"]["url"].as_str().unwrap();
        assert!(asked.starts_with(&url), "{asked}");
    }

    live.kill();
    until(&mut browser, &format!("!{hidden}"));
    assert_eq!(browser.evaluate(&format!("{verdict}.startsWith('Passed')")), true, "what was seen stays");
}
