//! Machine: instances, and the interfaces that carry addresses and security groups.
//! Invariant: an instance is reached only while it runs and is not rebooting.
//! Used by: the rest of `ec2`; `elb`, `beanstalk` and `autoscaling` read it.

use std::net::{Ipv4Addr, Ipv6Addr};

use jiff::Timestamp;

/// What carries addresses and security groups.
#[derive(Debug, Clone)]
pub struct Interface {
    /// Its subnet.
    pub subnet: String,
    /// Its private address.
    pub private: Ipv4Addr,
    /// Its public address, if it has one.
    pub public: Option<Ipv4Addr>,
    /// Its IPv6 address, if its subnet has such a range.
    pub ipv6: Option<Ipv6Addr>,
    /// Its groups as configured.
    pub groups: Vec<String>,
    /// Its groups as packets meet them.
    pub effective_groups: Vec<String>,
    /// What it belongs to.
    pub owner: Owner,
    /// Since when it is attached to that.
    pub attached: Option<Timestamp>,
    /// False for what forwards packets of others.
    pub source_dest_check: bool,
    /// A person's words; empty for those that a service names itself.
    pub description: String,
}

/// What an interface belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// An instance, by id.
    Instance(String),
    /// A balancer, by the last part of its ARN: `app/NAME/ID`.
    Balancer(String),
    /// A NAT gateway, by id.
    Nat(String),
}

/// What an instance's application does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum App {
    /// Answers.
    Serving,
    /// Is not running: the host resets connections.
    Down,
    /// Answers every request with this status.
    Failing(u16),
    /// Accepts connections and never answers.
    Mute,
}

/// The state of an instance (AWS: InstanceState).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum InstanceState {
    /// Is being prepared, or starts.
    Pending,
    /// Runs.
    Running,
    /// Is being terminated.
    ShuttingDown,
    /// Is gone; reads show it for about an hour.
    Terminated,
    /// Is being stopped.
    Stopping,
    /// Is stopped.
    Stopped,
}

impl InstanceState {
    /// The number that EC2 gives it.
    pub fn code(self) -> i64 {
        match self {
            InstanceState::Pending => 0,
            InstanceState::Running => 16,
            InstanceState::ShuttingDown => 32,
            InstanceState::Terminated => 48,
            InstanceState::Stopping => 64,
            InstanceState::Stopped => 80,
        }
    }

    /// The name that EC2 gives it.
    pub fn name(self) -> &'static str {
        match self {
            InstanceState::Pending => "pending",
            InstanceState::Running => "running",
            InstanceState::ShuttingDown => "shutting-down",
            InstanceState::Terminated => "terminated",
            InstanceState::Stopping => "stopping",
            InstanceState::Stopped => "stopped",
        }
    }
}

/// A machine.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Its interface; gone when it is terminated.
    pub interface: String,
    /// Its type.
    pub kind: String,
    /// Its zone.
    pub zone: String,
    /// Its image.
    pub image: String,
    /// Its key, if it has one.
    pub key_name: Option<String>,
    /// The ARN of its instance profile, if it has one.
    pub profile: Option<String>,
    /// Its reservation.
    pub reservation: String,
    /// Since when it runs, or last began to.
    pub launched: Timestamp,
    /// Its state.
    pub state: InstanceState,
    /// Since when it is in this state.
    pub since: Timestamp,
    /// Counts changes of state, so that an overtaken one does not happen.
    pub turn: u64,
    /// True while its system starts anew.
    pub rebooting: bool,
    /// Why it left its state, as EC2 words it.
    pub reason: String,
    /// What its application does.
    pub app: App,
    /// True if `TerminateInstances` is refused.
    pub keep: bool,
    /// True if `StopInstances` is refused.
    pub keep_running: bool,
}

impl Instance {
    /// True if it is stopped, or about to be.
    pub fn is_stopped(&self) -> bool {
        matches!(self.state, InstanceState::Stopping | InstanceState::Stopped)
    }

    /// True if packets find it.
    pub fn is_up(&self) -> bool {
        self.state == InstanceState::Running && !self.rebooting
    }
}
