//! Discover: from a site's name to the files that a drill needs.
//! Invariant: reads only, but for the two files; nothing that is there is overwritten unless told.
//! Not here: what is found and how (see `discover`), how it is shown (see `shown`).
//! Used by: cli.

mod person;
mod shown;
mod write;

use std::path::PathBuf;

use clap::Args;

use self::person::Person;
use super::{
    error::CliError,
    exit,
    output::{is_watched, note},
    ready,
    surroundings::WorldArgs,
};
use crate::{
    aws::{Aws, AwsSettings},
    discover::{
        facts::{Asked, Wanted},
        files::OUTAGE,
        outcome::{Outcome, Verdict, outcome},
        proof, read,
    },
    drill::{
        model::{Deployment, Drill, Freeze, Limits, PerSide, RegionOf, Side, Url},
        read_url,
    },
    grammar::rule::{NAME, REGION},
    plan::Readiness,
};

/// The exit codes of this verb.
const CODES: &str = "\
Exit codes:
   0  everything that a drill needs was found; the files are written
   1  something that a drill needs is not there, or several could be it;
      with --ready also: a check of readiness fails
   2  something could not be asked: it is unknown, with AWS's reason;
      with --ready also: a check of readiness can not be told
   3  a file that is there says something else; nothing was written
  64  bad usage";

/// What `discover` takes.
#[derive(Debug, Args)]
#[command(
    after_help = CODES,
    override_usage = "firedrill discover --site <URL> --primary <REGION> --standby <REGION>\n                          [OPTIONS]"
)]
pub(crate) struct DiscoverArgs {
    /// How users reach the site: `https://www.example.com/`
    #[arg(long, value_name = "URL", value_parser = site)]
    site: Url,
    /// The region that serves
    #[arg(long, value_name = "REGION", value_parser = region)]
    primary: String,
    /// The region that takes over
    #[arg(long, value_name = "REGION", value_parser = region)]
    standby: String,
    /// The deployment's name [default: what the environments' names have in common]
    #[arg(long, value_name = "NAME", value_parser = name)]
    name: Option<String>,
    /// A region's Elastic Beanstalk environment, where it is not to be found: `primary=shop-dublin`
    #[arg(long, value_name = "SIDE=NAME", value_parser = environment)]
    environment: Vec<(Side, String)>,
    /// The Aurora global cluster, where it is not to be found
    #[arg(long, value_name = "ID", conflicts_with = "no_database")]
    global_cluster: Option<String>,
    /// There is no database that a drill should move
    #[arg(long)]
    no_database: bool,
    /// A request that proves that writes work, for the file: no API of AWS's knows it
    #[arg(long, value_name = "URL", value_parser = site)]
    write_check: Option<Url>,
    /// A role to assume in both regions; the file names it
    #[arg(long, value_name = "ARN")]
    role_arn: Option<String>,
    /// A profile of the AWS configuration for both regions; the file names it
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// The folder of drills: deployments/NAME.yaml and NAME-outage.yaml are written below it
    #[arg(long, value_name = "DIR", default_value = "drills")]
    out: PathBuf,
    /// Tell in the same look whether the standby could take over, as `firedrill ready` does
    #[arg(long)]
    ready: bool,
    /// Write over files that are there
    #[arg(long)]
    force: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    world: WorldArgs,
}

/// Finds, shows and writes; the exit code.
pub(crate) async fn discover(args: DiscoverArgs) -> Result<u8, CliError> {
    let asked = asked(&args)?;
    let surroundings = args.world.open(&known(&asked)).await?;
    let aws = Aws::new(AwsSettings { remembers: true, ..surroundings.aws.clone() });
    if is_watched() {
        note(format!("asking AWS about {} in {} and {}", asked.site, args.primary, args.standby));
    }
    let facts = Box::pin(read::read(&aws, &asked, &Person::new(!args.json))).await;
    let outcome = outcome(&facts);
    let readiness = match args.ready {
        true => Box::pin(readiness(&aws, &outcome)).await,
        false => None,
    };
    drop(aws);
    let closed = surroundings.close().await;
    let written = write::write(&args.out, &outcome, args.force)?;
    let exit = match written.refused() {
        true => exit::REFUSED,
        false => worse(code(&outcome), readiness.as_ref().map_or(exit::PASSED, Judged::code)),
    };
    match args.json {
        true => shown::json(&facts, &outcome, &written, readiness.as_ref(), exit),
        false => shown::people(&args, &outcome, &written, readiness.as_ref()),
    }
    closed?;
    Ok(exit)
}

/// What the checks say of what the files name.
struct Judged {
    deployment: Deployment,
    drill: Option<Drill>,
    readiness: Readiness,
}

impl Judged {
    fn code(&self) -> u8 {
        ready::code(&self.readiness)
    }
}

/// Asks every check of the files that were made; `None` if there is none.
async fn readiness(aws: &Aws, outcome: &Outcome) -> Option<Judged> {
    let deployment = outcome.deployment.as_ref().ok()?;
    let (deployment, drill) = proof::read(deployment, outcome.drill.as_ref().ok())?;
    let readiness = Box::pin(ready::ask(aws, &deployment, drill.as_ref())).await;
    Some(Judged { deployment, drill, readiness })
}

/// What is missing or fails says more than what is not known.
fn worse(one: u8, other: u8) -> u8 {
    [exit::FAILED, exit::UNKNOWN].into_iter().find(|code| [one, other].contains(code)).unwrap_or(exit::PASSED)
}

/// What the process ends with: 0, 1 if a drill lacks something, 2 if something could not be asked.
fn code(outcome: &Outcome) -> u8 {
    match outcome.verdict() {
        Verdict::Complete => exit::PASSED,
        Verdict::Missing => exit::FAILED,
        Verdict::Unknown => exit::UNKNOWN,
    }
}

fn asked(args: &DiscoverArgs) -> Result<Asked, CliError> {
    if args.primary == args.standby {
        return Err(CliError::Usage(format!(
            "{} cannot stand in for itself: --primary and --standby are two regions",
            args.primary
        )));
    }
    let of = |region: &String| RegionOf {
        region: region.clone(),
        environment: String::new(),
        role_arn: args.role_arn.clone(),
        profile: args.profile.clone(),
    };
    let told = |side: Side| -> Result<Option<String>, CliError> {
        let mut names = args.environment.iter().filter(|(own, _)| *own == side).map(|(_, name)| name);
        match (names.next(), names.next()) {
            (Some(first), Some(second)) if first != second => {
                Err(CliError::Usage(format!("--environment {side} is said twice: {first} and {second}")))
            }
            (first, _) => Ok(first.cloned()),
        }
    };
    let database = match (&args.global_cluster, args.no_database) {
        (Some(id), _) => Wanted::Named(id.clone()),
        (None, true) => Wanted::Nothing,
        (None, false) => Wanted::Find,
    };
    Ok(Asked {
        site: args.site.clone(),
        regions: PerSide { primary: of(&args.primary), standby: of(&args.standby) },
        name: args.name.clone(),
        environments: PerSide { primary: told(Side::Primary)?, standby: told(Side::Standby)? },
        database,
        write_check: args.write_check.clone(),
    })
}

/// As much of a deployment as is known before anything is found: where its regions are.
fn known(asked: &Asked) -> Deployment {
    Deployment {
        name: String::new(),
        account: String::new(),
        site: asked.site.clone(),
        write_check: None,
        resolver: None,
        marker: None,
        regions: asked.regions.clone(),
        global_cluster: None,
        allow: None,
        account_lock: false,
        check_rights: false,
        accepts: Vec::new(),
        allow_regions: Vec::new(),
        calendar: Default::default(),
        freeze: Freeze::default(),
        limits: Limits::default(),
        report: Default::default(),
    }
}

/// A site's address; its host's last dot, which browsers drop too, is dropped.
fn site(text: &str) -> Result<Url, String> {
    let url = read_url(text)?;
    Ok(Url { host: url.host.trim_end_matches('.').to_owned(), ..url })
}

fn region(text: &str) -> Result<String, String> {
    (REGION.check)(text).map(|()| text.to_owned())
}

/// A deployment's name; the drill's, which is made of it, must be a name as well.
fn name(text: &str) -> Result<String, String> {
    (NAME.check)(text)?;
    let too_long = |_| format!("the drill would be called {text}{OUTAGE}: say a name of 53 letters at most");
    (NAME.check)(&format!("{text}{OUTAGE}")).map(|()| text.to_owned()).map_err(too_long)
}

fn environment(text: &str) -> Result<(Side, String), String> {
    let (side, name) = text.split_once('=').unwrap_or((text, ""));
    let side = Side::BOTH.into_iter().find(|own| own.as_str() == side);
    match side {
        Some(side) if !name.is_empty() => Ok((side, name.to_owned())),
        _ => Err("write the side and the name: `primary=NAME` or `standby=NAME`".to_owned()),
    }
}
