use std::{path::Path, time::Duration};

use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::*;
use crate::{
    journal::{Journal, SampleWriter, event::Event},
    measure::fixture::seed::SeedRun,
};

/// No answer takes longer; one that does has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// A run's folder that holds the first part of the seed's drill, and what is still to come.
struct Growing {
    folder: TempDir,
    journal: Journal,
    samples: SampleWriter,
    run: SeedRun,
}

impl Growing {
    /// Up to so many seconds into the run.
    fn until(seconds: f64) -> Growing {
        let run = SeedRun::new();
        let folder = tempfile::tempdir().unwrap();
        let Event::RunStarted(start) = &run.records[0].event else { unreachable!() };
        let (journal, _) =
            Journal::create(&folder.path().join("run"), (**start).clone(), run.records[0].at).unwrap();
        let samples = SampleWriter::open(journal.dir()).unwrap();
        let mut growing = Growing { folder, journal, samples, run };
        growing.run.records.remove(0);
        growing.grow(seconds);
        growing
    }

    fn grow(&mut self, seconds: f64) {
        let before = |mono: Duration| mono.as_secs_f64() <= seconds;
        while self.run.records.first().is_some_and(|record| before(record.at.mono)) {
            let record = self.run.records.remove(0);
            self.journal.append(record.at, record.event).unwrap();
        }
        let split = self.run.samples.partition_point(|sample| before(sample.finished.mono));
        self.run.samples.drain(..split).for_each(|sample| self.samples.write(&sample).unwrap());
        self.samples.flush().unwrap();
    }

    fn path(&self) -> &Path {
        self.journal.dir()
    }
}

/// A wall that is served until the test ends.
async fn served(growing: &Growing, tasks: &mut JoinSet<()>) -> u16 {
    let wall = Wall::open(growing.path().to_owned(), 0, Lang::En).await.unwrap();
    let port = wall.url.trim_end_matches('/').rsplit(':').next().unwrap().parse().unwrap();
    tasks.spawn(wall.serve());
    port
}

/// A connection that reads as it needs.
struct Screen {
    stream: TcpStream,
    read: String,
}

impl Screen {
    async fn ask(port: u16, line: &str, headers: &str) -> Screen {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.write_all(format!("{line} HTTP/1.1\r\n{headers}\r\n").as_bytes()).await.unwrap();
        Screen { stream, read: String::new() }
    }

    /// Events from the one after `last` on.
    async fn events(port: u16, last: &str) -> Screen {
        let last = if last.is_empty() { String::new() } else { format!("Last-Event-ID: {last}\r\n") };
        Screen::ask(port, "GET /events", &format!("Host: 127.0.0.1:{port}\r\n{last}")).await
    }

    /// Reads until this has come; everything up to it is forgotten.
    async fn until(&mut self, wanted: &str) -> String {
        let mut bytes = vec![0; 16 * 1024];
        loop {
            if let Some(at) = self.read.find(wanted) {
                let rest = self.read.split_off(at + wanted.len());
                return std::mem::replace(&mut self.read, rest);
            }
            let clock = Clock::real_time();
            let read = clock.timeout(PATIENCE, self.stream.read(&mut bytes)).await.expect(wanted).unwrap();
            assert!(read > 0, "closed before {wanted:?}; came: {}", self.read);
            self.read.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
    }

    /// The next event: its id and what it says.
    async fn event(&mut self) -> (String, String) {
        self.until("\nid: ").await;
        let id = self.until("\n").await.trim().to_owned();
        (id, self.until("\n\n").await)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finished_run_is_shown_whole() {
    let mut tasks = JoinSet::new();
    let run = Growing::until(1e6);
    let port = served(&run, &mut tasks).await;
    let mut page = Screen::ask(port, "GET /", &format!("Host: localhost:{port}\r\n")).await;
    let head = page.until("\r\n\r\n").await.to_lowercase();
    assert!(head.contains("script-src 'sha256-") && head.contains("default-src 'none'"), "{head}");
    let body = page.until("</html>").await;
    assert!(body.contains("Passed") && body.contains("id=\"picture\"") && !body.contains("In progress"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_growing_run_is_shown_as_it_grows_to_every_screen() {
    let mut tasks = JoinSet::new();
    let mut run = Growing::until(40.0);
    let port = served(&run, &mut tasks).await;
    let mut first = Screen::events(port, "").await;
    let (before, shown) = first.event().await;
    assert!(shown.contains("In progress") && shown.contains("before the fault"), "{shown:.2000}");
    // One that goes away holds up nobody.
    drop(Screen::events(port, "").await);
    let mut second = Screen::events(port, "").await;
    assert_eq!(second.event().await.0, before);
    run.grow(100.0);
    for screen in [&mut first, &mut second] {
        let (id, shown) = screen.event().await;
        assert_ne!(id, before);
        assert!(shown.contains("F1 fault") && shown.contains("In progress"), "{shown:.2000}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_that_comes_back_gets_only_what_it_has_not_seen() {
    let mut tasks = JoinSet::new();
    let mut run = Growing::until(40.0);
    let port = served(&run, &mut tasks).await;
    let (seen, _) = Screen::events(port, "").await.event().await;
    let mut back = Screen::events(port, &seen).await;
    run.grow(100.0);
    let (next, shown) = back.event().await;
    assert_ne!(next, seen, "what was seen is not sent again");
    assert!(shown.contains("F1 fault"));
    let mut behind = Screen::events(port, &seen).await;
    assert_eq!(behind.event().await.0, next, "what was missed is sent at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_this_machine_by_its_own_name_looks_and_nobody_touches() {
    let mut tasks = JoinSet::new();
    let run = Growing::until(40.0);
    let port = served(&run, &mut tasks).await;
    let own = format!("Host: 127.0.0.1:{port}\r\n");
    let asked = [
        ("GET /", "Host: evil.example\r\n".to_owned(), "403"),
        ("GET /events", format!("Host: rebound.example:{port}\r\n"), "403"),
        ("GET /", String::new(), "403"),
        ("POST /", format!("{own}Content-Length: 0\r\n"), "405"),
        ("DELETE /events", own.clone(), "405"),
        ("GET /../journal.jsonl", own.clone(), "404"),
    ];
    for (line, headers, status) in asked {
        let mut screen = Screen::ask(port, line, &headers).await;
        let answer = screen.until("\r\n").await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{line} {headers}: {answer}");
    }
    assert!(run.folder.path().exists());
}
