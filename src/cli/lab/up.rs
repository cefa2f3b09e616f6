//! Up: the verb `lab up`: the embedded AWS, for any client.
//! Invariant: what it prints is true when it is printed: every port answers.
//! Not here: the lab itself (see `lab`).
//! Used by: `lab`.

use std::{io::Write, path::PathBuf};

use clap::Args;

use super::{
    ended::{LabUpError, cannot_write},
    exports, files, misbehave,
    signals::EndSignals,
    truth::TruthFile,
};
use crate::{
    cli::error::CliError,
    clock::Clock,
    lab::{Lab, LabSettings, world::options::Options},
};

/// Starts a two-region AWS on this machine, for any AWS client.
#[derive(Debug, Clone, Args)]
pub(crate) struct LabUpArgs {
    /// The world that there is, described by this file [default: the wordpress deployment in two regions]
    #[arg(long, value_name = "FILE")]
    pub(crate) world: Option<PathBuf>,
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
    /// Port of the control door; 0 for any that is free
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) control_port: u16,
    /// First of the ports of the sites, two or more for each balancer address; 0 for any that are free
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
    /// Misbehave by a rule, as `ec2:RevokeSecurityGroupIngress reply-lost-after count=1`
    #[arg(long, value_name = "RULE")]
    pub(crate) misbehave: Vec<String>,
    /// Misbehave by the rules of this file, one a line
    #[arg(long, value_name = "FILE")]
    pub(crate) misbehave_file: Option<PathBuf>,
    /// Let IAM decide what the lab's key may do, by the policy in this file alone
    #[arg(long, value_name = "FILE")]
    pub(crate) enforce_iam: Option<PathBuf>,
    /// Let no page of a listing have more than N entries, whatever a client asks for
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) page_size: Option<u16>,
    /// Refuse no call for its rate
    #[arg(long)]
    pub(crate) unlimited: bool,
    /// Let every read show every write at once
    #[arg(long)]
    pub(crate) prompt_reads: bool,
    /// Let the resolver keep answers longer than their TTL: `overstays=FACTOR`
    #[arg(long, value_name = "HOW", value_parser = overstays)]
    pub(crate) resolver: Option<u32>,
    /// Print one line of JSON in place of the table
    #[arg(long)]
    pub(crate) json: bool,
}

/// Runs a lab until SIGINT or SIGTERM. Prints where it is once every port answers.
pub(crate) async fn up(args: LabUpArgs, out: &mut impl Write) -> Result<(), CliError> {
    let rules = misbehave::rules(&args.misbehave, args.misbehave_file.as_deref())?;
    let world = files::world(args.world.as_deref())?;
    let policy = files::policy(args.enforce_iam.as_deref())?;
    let options = Options {
        unlimited: args.unlimited,
        prompt_reads: args.prompt_reads,
        page_size: args.page_size.map(usize::from),
        overstays: args.resolver,
    };
    let settings = LabSettings {
        world,
        policy,
        api_port: args.api_port,
        dns_port: args.dns_port,
        control_port: args.control_port,
        site_port: args.site_port,
        record: args.record.clone(),
        options,
        misbehave: rules,
        ..LabSettings::new(args.seed, Clock::at_speed(args.speed))
    };
    run(settings, args, out).await.map_err(|why| CliError::broken("no lab runs", why))
}

async fn run(settings: LabSettings, args: LabUpArgs, out: &mut impl Write) -> Result<(), LabUpError> {
    let mut end = EndSignals::listen().map_err(LabUpError::Signals)?;
    let mut truth = args.truth.map(TruthFile::create).transpose()?;
    let lab = Lab::start(settings).await?;
    if let Some(path) = &args.ca_out {
        std::fs::write(path, &lab.info().ca_pem).map_err(cannot_write(path))?;
    }
    let info = lab.info();
    let text = if args.json { exports::json(info) } else { exports::human(info, args.ca_out.as_deref()) };
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

fn speed(text: &str) -> Result<f64, String> {
    let speed: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.01..=1000.0).contains(&speed) { Ok(speed) } else { Err("not between 0.01 and 1000".to_owned()) }
}

fn overstays(text: &str) -> Result<u32, String> {
    let factor = text.strip_prefix("overstays=").and_then(|factor| factor.parse().ok());
    factor
        .filter(|factor| (1..=1000).contains(factor))
        .ok_or_else(|| "expected overstays=FACTOR, with a whole number from 1 to 1000".to_owned())
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

    #[test]
    fn a_resolver_overstays_by_a_factor() {
        assert_eq!(overstays("overstays=3"), Ok(3));
        for text in ["3", "overstays=", "overstays=0", "overstays=1.5", "obeys"] {
            assert!(overstays(text).is_err(), "{text}");
        }
    }
}
