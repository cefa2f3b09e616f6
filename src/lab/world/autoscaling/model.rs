//! Model: a group, its instances, and what it did.
//! Invariant: an instance is of one group at most; its lifecycle goes only the ways that AWS's diagram shows.
//! Used by: the rest of `autoscaling`.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// The processes that can be suspended (AWS: SuspendProcesses API reference).
pub const PROCESSES: [&str; 9] = [
    "AZRebalance",
    "AddToLoadBalancer",
    "AlarmNotification",
    "HealthCheck",
    "InstanceRefresh",
    "Launch",
    "ReplaceUnhealthy",
    "ScheduledActions",
    "Terminate",
];

/// A launch template, by id, name and version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// What a group launches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    /// The template.
    pub template: Template,
    /// The image.
    pub image: String,
    /// The type.
    pub kind: String,
    /// The security groups.
    pub groups: Vec<String>,
}

/// A tag of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its value.
    pub value: String,
    /// True if instances get it too.
    pub propagates: bool,
}

/// A group.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its region.
    pub region: String,
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The fewest instances.
    pub min: u32,
    /// The most.
    pub max: u32,
    /// How many there should be.
    pub desired: u32,
    /// Seconds between two scalings.
    pub cooldown: u32,
    /// What it launches.
    pub recipe: Recipe,
    /// Its subnets.
    pub subnets: Vec<String>,
    /// Their zones.
    pub zones: Vec<String>,
    /// The target groups that it registers instances with.
    pub target_groups: Vec<String>,
    /// `EC2`, `ELB`, or several with commas.
    pub health_check: String,
    /// Seconds after coming into service in which bad health does not count.
    pub grace: u32,
    /// How it chooses what to terminate.
    pub policies: Vec<String>,
    /// True if new instances are protected from scale-in.
    pub protects_new: bool,
    /// Since when it is there.
    pub created: Timestamp,
    /// Its tags.
    pub tags: BTreeMap<String, Tag>,
    /// Its instances.
    pub members: BTreeMap<String, Member>,
    /// Suspended processes, each with the reason shown.
    pub suspended: BTreeMap<String, String>,
    /// What it did, oldest first.
    pub activities: Vec<Activity>,
}

/// Where an instance is in its life in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifecycle {
    /// Being launched.
    Pending,
    /// Counted and used.
    InService,
    /// On its way to standby.
    EnteringStandby,
    /// Kept, not used and not checked.
    Standby,
    /// On its way out of the group, to live on.
    Detaching,
    /// On its way to its end.
    Terminating,
}

impl Lifecycle {
    /// AWS's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Lifecycle::Pending => "Pending",
            Lifecycle::InService => "InService",
            Lifecycle::EnteringStandby => "EnteringStandby",
            Lifecycle::Standby => "Standby",
            Lifecycle::Detaching => "Detaching",
            Lifecycle::Terminating => "Terminating",
        }
    }
}

/// An instance of a group.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its zone.
    pub zone: String,
    /// Its type.
    pub kind: String,
    /// Its image.
    pub image: String,
    /// Where it is in its life.
    pub lifecycle: Lifecycle,
    /// Since when it is in service.
    pub since: Timestamp,
    /// Why it was marked unhealthy, if it was.
    pub unhealthy: Option<&'static str>,
    /// True if scale-in leaves it.
    pub protected: bool,
    /// The template it was launched from.
    pub template: Template,
    /// The activity that moves it now.
    pub activity: Option<String>,
}

/// Something that a group did.
#[derive(Debug, Clone)]
pub struct Activity {
    /// Its id.
    pub id: String,
    /// What.
    pub description: String,
    /// Why.
    pub cause: String,
    /// When it began.
    pub started: Timestamp,
    /// When it ended, if it has.
    pub ended: Option<Timestamp>,
    /// How far it is.
    pub status: &'static str,
    /// The zone and subnet it happened in.
    pub details: String,
}

impl Group {
    /// True if a process is suspended.
    pub fn suspends(&self, process: &str) -> bool {
        self.suspended.contains_key(process)
    }

    /// True if what the balancer finds counts.
    pub fn heeds_balancer(&self) -> bool {
        self.health_check.split(',').any(|kind| kind.trim() == "ELB")
    }

    /// How many instances count towards the desired capacity.
    pub fn capacity(&self) -> usize {
        let counts = |own: &&Member| matches!(own.lifecycle, Lifecycle::Pending | Lifecycle::InService);
        self.members.values().filter(counts).count()
    }
}
