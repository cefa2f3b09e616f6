//! firedrill: disaster-recovery drills for a two-region AWS deployment.
//!
//! The floors, top to bottom; imports go down only:
//!
//! - `cli`: one verb, one file; the only printing
//! - `simulate`: whole runs in a world without sockets, in no time; killed, restored and judged
//! - `lab`: the embedded AWS; knows nothing above `clock`
//! - `report`: views to bytes
//! - `evidence`: that a run's folder is as it was left, and how somebody else can see that
//! - `engine`: the loop; one dispatcher owns the journal
//! - `forecast`: a drill on a small model of the deployment, many times
//! - `measure`: pure arithmetic over records and samples
//! - `discover`: from a site's name to its deployment and a first drill
//! - `catalog`: everything that a drill may name, from the registries
//! - `ready`: whether the standby could take over: readiness and parity of the two regions
//! - `plan`: drill and live deployment to what exactly will be touched
//! - `change`: faults and recoveries, one file each
//! - `probe`: looks, one file each
//! - `account`: what a run keeps in the account: its lock, its breadcrumb, the safety switch
//! - `survey`: all that both regions say of a deployment, each part known or not
//! - `aws`: the only folder that names the AWS SDK
//! - `net`: DNS and HTTP as a client sees them
//! - `journal`: the truth
//! - `drill`: text to typed drill
//! - `grammar`: how a file is described, once, as data
//! - `diagnostic`: a problem in a file, with its place
//! - `words`: what is said to people, in each language
//! - `clock`, `id`, `text`

pub mod account;
#[cfg(feature = "aws")]
pub mod aws;
#[cfg(feature = "aws")]
pub mod catalog;
pub mod change;
pub mod cli;
pub mod clock;
pub mod diagnostic;
#[cfg(feature = "aws")]
pub mod discover;
pub mod drill;
pub mod engine;
pub mod evidence;
pub mod forecast;
#[cfg(test)]
mod fuzz;
mod grammar;
pub mod id;
pub mod journal;
pub mod lab;
pub mod measure;
pub mod net;
#[cfg(feature = "aws")]
pub mod plan;
pub mod probe;
#[cfg(feature = "aws")]
pub mod ready;
pub mod report;
#[cfg(feature = "aws")]
pub mod simulate;
#[cfg(feature = "aws")]
pub mod survey;
pub mod text;
pub mod words;
