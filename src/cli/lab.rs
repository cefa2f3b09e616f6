//! Lab: the verbs `lab up` and `lab coverage`: the embedded AWS, for any client, and what of AWS it is.
//! Invariant: what `up` prints is true when it is printed: every port answers.
//! Not here: the lab itself (see `lab`).
//! Used by: `cli`.

use std::{
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use comfy_table::{Table, presets};

use crate::{
    clock::Clock,
    lab::{
        Lab, LabError, LabInfo, LabSettings,
        world::{World, truth::Transition},
    },
};

/// Start a two-region AWS on this machine, for any AWS client.
#[derive(Debug, Clone, Args)]
pub(crate) struct LabUpArgs {
    /// Seconds of the lab's time in one real second
    #[arg(long, value_name = "N", default_value_t = 1.0, value_parser = speed)]
    pub(crate) speed: f64,
    /// What decides every random choice: equal seeds give equal worlds
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Port of the AWS protocols; 0 for any that is free
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) api_port: u16,
    /// Port of the DNS resolver, UDP and TCP; 0 for any that is free
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) dns_port: u16,
    /// First of the eight ports of the sites; 0 for any that are free
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) site_port: u16,
    /// Write what physically happens in the lab to this file, one JSON object a line, as it happens
    #[arg(long, value_name = "FILE")]
    pub(crate) truth: Option<PathBuf>,
    /// Write the authority that signed the sites' certificates to this file, in PEM
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_out: Option<PathBuf>,
    /// Write every AWS request and its answer to this file, one JSON object a line, without secrets
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
    /// Print one line of JSON in place of the table
    #[arg(long)]
    pub(crate) json: bool,
}

/// Why `lab up` ended otherwise than by being told to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LabUpError {
    /// The lab did not start.
    #[error("the lab did not start")]
    Start(#[from] LabError),
    /// A file could not be written.
    #[error("{path} cannot be written; the lab has stopped")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The record has a hole.
    #[error("an exchange could not be recorded, and the lab has stopped: {0}")]
    Record(String),
    /// Standard output is closed.
    #[error("where the lab is could not be printed; the lab has stopped")]
    Print(#[source] io::Error),
    /// The machine does not deliver signals.
    #[error("the lab cannot wait for signals; it has stopped")]
    Signals(#[source] io::Error),
}

/// Runs a lab until SIGINT or SIGTERM. Prints where it is once every port answers.
pub(crate) async fn up(args: LabUpArgs, out: &mut impl Write) -> Result<(), LabUpError> {
    let mut end = EndSignals::listen().map_err(LabUpError::Signals)?;
    let mut truth = args.truth.map(TruthFile::create).transpose()?;
    let lab = Lab::start(LabSettings {
        seed: args.seed,
        clock: Clock::at_speed(args.speed),
        api_port: args.api_port,
        dns_port: args.dns_port,
        site_port: args.site_port,
        record: args.record.clone(),
    })
    .await?;
    if let Some(path) = &args.ca_out {
        std::fs::write(path, &lab.info().ca_pem).map_err(cannot_write(path))?;
    }
    let text = if args.json { json(lab.info()) } else { human(lab.info(), args.ca_out.as_deref()) };
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(LabUpError::Print)?;

    let mut changes = lab.changes();
    let mut written = 0;
    loop {
        tokio::select! {
            () = end.received() => break,
            why = lab.record_failed() => return Err(LabUpError::Record(why)),
            known = changes.past(written), if truth.is_some() => {
                if let Some(truth) = &mut truth {
                    truth.append(&lab.truth(written))?;
                }
                written = known;
            }
        }
    }
    let all = lab.stop().await;
    match &mut truth {
        Some(truth) => truth.append(all.get(written..).unwrap_or_default()),
        None => Ok(()),
    }
}

/// Prints every operation that the lab answers, one a line: `Ec2 DescribeInstances`.
pub(crate) fn coverage(out: &mut impl Write) -> io::Result<()> {
    for (service, operation) in World::routes() {
        writeln!(out, "{service:?} {}", operation.name)?;
    }
    out.flush()
}

fn speed(text: &str) -> Result<f64, String> {
    let speed: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.01..=1000.0).contains(&speed) { Ok(speed) } else { Err("not between 0.01 and 1000".to_owned()) }
}

fn cannot_write(path: &Path) -> impl FnOnce(io::Error) -> LabUpError {
    move |source| LabUpError::File { path: path.to_owned(), source }
}

/// The file of physical transitions.
struct TruthFile {
    path: PathBuf,
    file: File,
}

impl TruthFile {
    fn create(path: PathBuf) -> Result<TruthFile, LabUpError> {
        let file = File::create(&path).map_err(cannot_write(&path))?;
        Ok(TruthFile { path, file })
    }

    /// Adds whole lines in one write, so that a reader never sees half of one from here.
    fn append(&mut self, transitions: &[Transition]) -> Result<(), LabUpError> {
        let mut lines = Vec::new();
        for transition in transitions {
            let written = serde_json::to_writer(&mut lines, transition).map_err(io::Error::from);
            written.map_err(cannot_write(&self.path))?;
            lines.push(b'\n');
        }
        self.file.write_all(&lines).map_err(cannot_write(&self.path))
    }
}

fn json(info: &LabInfo) -> String {
    // Strings, numbers and maps with text keys: this cannot fail to be JSON.
    let line = serde_json::to_string(info);
    debug_assert!(line.is_ok());
    line.map(|line| line + "\n").unwrap_or_default()
}

fn human(info: &LabInfo, ca: Option<&Path>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.add_row(["AWS", &info.aws_endpoint]);
    table.add_row(["DNS", &info.dns]);
    for region in &info.regions {
        if let Some(site) = info.sites.get(region) {
            table.add_row([region, &site.http]);
            table.add_row(["", &site.https]);
        }
    }
    table.add_row(["account", &info.account]);
    table.add_row(["seed, speed", &format!("{}, {}", info.seed, info.speed)]);
    let first = info.regions.first().map_or("", String::as_str);
    let exports = [
        ("AWS_ENDPOINT_URL", info.aws_endpoint.as_str()),
        ("AWS_ACCESS_KEY_ID", &info.access_key_id),
        ("AWS_SECRET_ACCESS_KEY", &info.secret_access_key),
        ("AWS_REGION", first),
        ("AWS_DEFAULT_REGION", first),
    ];
    let exports: String = exports.iter().map(|(name, value)| format!("export {name}={value}\n")).collect();
    let ca = ca.map_or(String::new(), |path| format!("\nThe sites' CA is in {}.\n", path.display()));
    format!(
        "The lab is up. Ctrl-C ends it.\n\n{}\n\nFor AWS clients in another terminal:\n\n{exports}{ca}",
        table.trim_fmt()
    )
}

/// The signals that end a lab.
struct EndSignals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl EndSignals {
    #[cfg(unix)]
    fn listen() -> io::Result<EndSignals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(EndSignals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    #[cfg(unix)]
    async fn received(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    #[cfg(not(unix))]
    fn listen() -> io::Result<EndSignals> {
        Ok(EndSignals {})
    }

    #[cfg(not(unix))]
    async fn received(&mut self) {
        // Where Ctrl-C cannot be waited for, only the end of the process ends the lab.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_that_makes_no_sense_is_refused() {
        assert_eq!(speed("20"), Ok(20.0));
        for text in ["0", "-1", "NaN", "inf", "1e9", "fast"] {
            assert!(speed(text).is_err(), "{text}");
        }
    }

    #[tokio::test]
    async fn the_json_line_reads_back_and_the_table_can_be_pasted() {
        let lab = Lab::start(LabSettings::new(7, Clock::at_speed(20.0))).await.unwrap();
        let line = json(lab.info());
        assert_eq!(line.lines().count(), 1);
        let back: LabInfo = serde_json::from_str(&line).unwrap();
        assert_eq!(&back, lab.info());
        let text = human(lab.info(), None);
        assert!(text.contains(&format!("export AWS_ENDPOINT_URL={}\n", lab.info().aws_endpoint)), "{text}");
    }
}
