//! Surroundings: which world a verb works in: AWS, a lab of this process, or a lab that runs elsewhere.
//! Invariant: the floors below never learn which; they get a clock, settings for AWS and a net, no more.
//! Not here: the lab itself (see `lab::door`).
//! Used by: `run`, `restore`.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;

use crate::{
    aws::{AwsSettings, StaticCredentials},
    clock::Clock,
    drill::model::Deployment,
    journal::event::{LabFacts, RunStarted},
    lab::{
        door::{Lab, LabInfo, LabSettings},
        world::blueprint::Blueprint,
    },
    net::{ConnectMap, Net, RealNet, RealNetSettings},
};

use super::{error::CliError, lab};

/// Speed of a lab that nobody gave a speed.
const LAB_SPEED: f64 = 20.0;

/// Above the options of `--help` that are about a lab.
const LAB: &str = "A lab in place of AWS";
/// Above those that are about how the site is reached.
const SITE: &str = "How the site is reached";

/// Where the world is.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct WorldArgs {
    /// Run against a lab that starts and ends with this process, not against AWS
    #[arg(help_heading = LAB, long, conflicts_with = "lab_at")]
    pub(crate) lab: bool,
    /// Run against the lab whose `lab up --json` line this file holds
    #[arg(help_heading = LAB, long, value_name = "FILE")]
    pub(crate) lab_at: Option<PathBuf>,
    /// Let the lab be the world that this file describes [default: the wordpress deployment in two regions]
    #[arg(help_heading = LAB, long, value_name = "FILE", requires = "lab")]
    pub(crate) world: Option<PathBuf>,
    /// How fast the lab's time runs, 1 to 1000 [default: 20]
    #[arg(help_heading = LAB, long, value_name = "N", requires = "lab", value_parser = speed)]
    pub(crate) speed: Option<f64>,
    /// What decides everything random in the lab [default: 1]
    #[arg(help_heading = LAB, long, value_name = "N", requires = "lab")]
    pub(crate) seed: Option<u64>,
    /// Write what physically happened in the lab, as JSON lines
    #[arg(help_heading = LAB, long, value_name = "FILE", requires = "lab")]
    pub(crate) lab_truth: Option<PathBuf>,
    /// Let the lab's AWS misbehave by a rule, as `ec2:* throttle count=3`
    #[arg(help_heading = LAB, long, value_name = "RULE", requires = "lab")]
    pub(crate) misbehave: Vec<String>,
    /// Let the lab's AWS misbehave by the rules of this file, one a line
    #[arg(help_heading = LAB, long, value_name = "FILE", requires = "lab")]
    pub(crate) misbehave_file: Option<PathBuf>,
    /// Let IAM decide what the lab's key may do, by the policy in this file alone
    #[arg(help_heading = LAB, long, value_name = "FILE", requires = "lab")]
    pub(crate) enforce_iam: Option<PathBuf>,
    /// Ask this DNS server, instead of the deployment's or the system's
    #[arg(help_heading = SITE, long, value_name = "IP:PORT")]
    pub(crate) resolver: Option<SocketAddr>,
    /// Reach these addresses of the site elsewhere: `192.0.2.10:443=127.0.0.1:4431,...`
    #[arg(help_heading = SITE, long, value_name = "MAP", env = "FIREDRILL_CONNECT_TO")]
    pub(crate) connect_to: Option<String>,
    /// Trust these certificate authorities too, when the site is probed
    #[arg(help_heading = SITE, long, value_name = "FILE", env = "FIREDRILL_CA")]
    pub(crate) ca: Option<PathBuf>,
}

/// Everything that the floors below are given of the world.
pub(crate) struct Surroundings {
    /// The world's time.
    pub(crate) clock: Clock,
    /// How AWS is reached.
    pub(crate) aws: AwsSettings,
    /// How the site is reached.
    pub(crate) net: Arc<dyn Net>,
    /// The DNS server to ask, if not the deployment's own choice.
    pub(crate) resolver: Option<SocketAddr>,
    /// What makes this world a lab.
    pub(crate) lab: Option<LabFacts>,
    /// The world of the lab of this process.
    pub(crate) world: Option<Arc<Blueprint>>,
    /// The lab of this process.
    embedded: Option<(Lab, Option<PathBuf>)>,
}

/// Reads a speed.
pub(crate) fn speed(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(speed) if (1.0..=1000.0).contains(&speed) => Ok(speed),
        _ => Err("a speed is a number from 1 to 1000".to_owned()),
    }
}

impl WorldArgs {
    /// What names this world on another command line, with a space before it; of AWS, nothing.
    pub(super) fn typed(&self) -> String {
        let mut typed = match (&self.lab_at, self.lab) {
            (Some(lab), _) => format!(" --lab-at {}", lab.display()),
            (None, true) => " --lab".to_owned(),
            (None, false) => String::new(),
        };
        typed.extend(self.world.iter().map(|world| format!(" --world {}", world.display())));
        typed.extend(self.seed.iter().map(|seed| format!(" --seed {seed}")));
        typed
    }

    /// What was changed in one world is not put back in another.
    pub(super) fn is_that_of(&self, started: &RunStarted) -> Result<(), CliError> {
        let run = &started.run;
        match (&started.lab, &self.lab_at) {
            (Some(lab), _) if lab.embedded => Err(CliError::Refused(format!(
                "{run} ran on a lab of its own, which ended with it: there is nothing left to put back"
            ))),
            (Some(_), None) => Err(CliError::Refused(format!(
                "{run} ran on a lab; nothing was touched on AWS\n  say which: firedrill restore {run} --lab-at FILE"
            ))),
            (None, Some(_)) => Err(CliError::Refused(format!(
                "{run} ran on AWS, not on a lab; nothing was touched\n  put it back with: firedrill restore {run}"
            ))),
            (Some(_), Some(_)) | (None, None) => Ok(()),
        }
    }

    /// Opens the world that the arguments name; an embedded lab is ready when this returns.
    pub(crate) async fn open(&self, deployment: &Deployment) -> Result<Surroundings, CliError> {
        if self.lab {
            return self.embedded_lab(deployment).await;
        }
        match &self.lab_at {
            Some(file) => {
                let info = read_info(file)?;
                let clock = Clock::anchored(info.anchor);
                self.in_lab(deployment, &info, clock, false)
            }
            None => self.on_aws(deployment),
        }
    }

    async fn embedded_lab(&self, deployment: &Deployment) -> Result<Surroundings, CliError> {
        let clock = Clock::at_speed(self.speed.unwrap_or(LAB_SPEED));
        let misbehave = lab::rules(&self.misbehave, self.misbehave_file.as_deref())?;
        let world = lab::world(self.world.as_deref())?;
        let settings = LabSettings {
            world: Arc::clone(&world),
            policy: lab::policy(self.enforce_iam.as_deref())?,
            misbehave,
            ..LabSettings::new(self.seed.unwrap_or(1), clock)
        };
        let lab = Lab::start(settings).await.map_err(|why| CliError::broken("the lab did not start", why))?;
        let mut surroundings = self.in_lab(deployment, &lab.info().clone(), clock, true)?;
        surroundings.world = Some(world);
        surroundings.embedded = Some((lab, self.lab_truth.clone()));
        Ok(surroundings)
    }

    fn in_lab(
        &self,
        deployment: &Deployment,
        info: &LabInfo,
        clock: Clock,
        embedded: bool,
    ) -> Result<Surroundings, CliError> {
        let credentials = StaticCredentials {
            access_key_id: info.access_key_id.clone(),
            secret_access_key: info.secret_access_key.clone(),
        };
        let map: Vec<String> =
            info.connect_map.iter().map(|(world, machine)| format!("{world}={machine}")).collect();
        let aws = AwsSettings {
            endpoint: Some(info.aws_endpoint.clone()),
            credentials: Some(credentials),
            ..AwsSettings::of(deployment, clock)
        };
        let resolver = match self.resolver {
            Some(resolver) => Some(resolver),
            None => Some(
                info.dns.parse().map_err(|why| CliError::broken("the lab's DNS address is not one", why))?,
            ),
        };
        let net = net(clock, &map.join(","), Some(info.ca_pem.clone()))?;
        let lab = Some(LabFacts { seed: info.seed, anchor: info.anchor, embedded });
        Ok(Surroundings { clock, aws, net, resolver, lab, world: None, embedded: None })
    }

    fn on_aws(&self, deployment: &Deployment) -> Result<Surroundings, CliError> {
        let clock = Clock::real_time();
        let ca = match &self.ca {
            Some(file) => Some(read(file)?),
            None => None,
        };
        let net = net(clock, self.connect_to.as_deref().unwrap_or_default(), ca)?;
        let aws = AwsSettings::of(deployment, clock);
        Ok(Surroundings { clock, aws, net, resolver: self.resolver, lab: None, world: None, embedded: None })
    }
}

impl Surroundings {
    /// Ends the lab of this process, if there is one, and writes its truth where it was asked for.
    pub(crate) async fn close(self) -> Result<(), CliError> {
        let Some((lab, truth)) = self.embedded else { return Ok(()) };
        if let Some(file) = truth {
            let failed = |why| CliError::broken(format!("could not write {}", file.display()), why);
            fs::write(&file, lines(&lab.truth(0))).map_err(failed)?;
        }
        lab.stop().await;
        Ok(())
    }
}

/// One JSON object a line.
fn lines(truth: &[impl serde::Serialize]) -> String {
    truth.iter().filter_map(|entry| serde_json::to_string(entry).ok()).map(|line| line + "\n").collect()
}

fn net(clock: Clock, map: &str, extra_ca: Option<String>) -> Result<Arc<dyn Net>, CliError> {
    let map = ConnectMap::parse(map).map_err(|why| CliError::Usage(why.to_string()))?;
    let net = RealNet::new(RealNetSettings { clock, map, extra_ca });
    Ok(Arc::new(net.map_err(|why| CliError::broken("the site can not be probed from here", why))?))
}

fn read(file: &Path) -> Result<String, CliError> {
    fs::read_to_string(file)
        .map_err(|why| CliError::broken(format!("could not read {}", file.display()), why))
}

fn read_info(file: &Path) -> Result<LabInfo, CliError> {
    let not_a_lab =
        |why| CliError::broken(format!("{} is not what `lab up --json` prints", file.display()), why);
    serde_json::from_str(read(file)?.trim()).map_err(not_a_lab)
}
