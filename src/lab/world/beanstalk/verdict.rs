//! Verdict: enhanced health, its colours and numbers, and how it follows from what is seen of the machines.
//! Invariant: pure; status, colour and causes always belong together.
//! Not here: when a verdict is shown (see `agents`).
//! Used by: the rest of `beanstalk`.

/// An environment's or instance's enhanced health.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    /// Checks pass.
    Ok,
    /// An operation is in progress.
    Info,
    /// An operation is in progress and nothing is known yet.
    Pending,
    /// The agent has not said enough.
    Unknown,
    /// The agent says nothing.
    NoData,
    /// A moderate number of failures.
    Warning,
    /// Many failures.
    Degraded,
    /// Failures everywhere.
    Severe,
    /// Beanstalk no longer looks.
    Suspended,
}

impl Grade {
    /// AWS's word for it.
    pub fn word(self) -> &'static str {
        match self {
            Grade::Ok => "Ok",
            Grade::Info => "Info",
            Grade::Pending => "Pending",
            Grade::Unknown => "Unknown",
            Grade::NoData => "NoData",
            Grade::Warning => "Warning",
            Grade::Degraded => "Degraded",
            Grade::Severe => "Severe",
            Grade::Suspended => "Suspended",
        }
    }

    /// Its colour (Beanstalk guide, health colors and statuses).
    pub fn colour(self) -> &'static str {
        match self {
            Grade::Ok | Grade::Info => "Green",
            Grade::Warning => "Yellow",
            Grade::Degraded | Grade::Severe => "Red",
            Grade::Pending | Grade::Unknown | Grade::NoData | Grade::Suspended => "Grey",
        }
    }

    /// Its number as CloudWatch's `EnvironmentHealth` has it (Beanstalk guide, enhanced health in CloudWatch); two have
    /// none.
    pub fn metric(self) -> Option<u32> {
        match self {
            Grade::Ok => Some(0),
            Grade::Info => Some(1),
            Grade::Unknown => Some(5),
            Grade::NoData => Some(10),
            Grade::Warning => Some(15),
            Grade::Degraded => Some(20),
            Grade::Severe => Some(25),
            Grade::Pending | Grade::Suspended => None,
        }
    }

    /// Its place from good to bad.
    pub fn rank(self) -> u32 {
        match self {
            Grade::Pending => 2,
            Grade::Suspended => 30,
            other => other.metric().unwrap_or(0),
        }
    }
}

/// A health with its causes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The health.
    pub status: Grade,
    /// Why, in Beanstalk's words.
    pub causes: Vec<String>,
}

impl Verdict {
    /// A health and why.
    pub fn new<const N: usize>(status: Grade, causes: [String; N]) -> Verdict {
        Verdict { status, causes: causes.into() }
    }

    /// All is well.
    pub fn ok() -> Verdict {
        Verdict::new(Grade::Ok, [])
    }
}

/// Failed checks in a row that make an instance count as failing. AWS: "at least three checks within one minute".
pub const FAILED_CHECKS: u32 = 3;

/// What an agent and the balancer say of one instance.
#[derive(Debug, Clone)]
pub struct Machine {
    /// The instance.
    pub instance: String,
    /// Checks failed in a row; an instance must fail three before its environment may get worse.
    pub failed: u32,
    /// Reports missing in a row.
    pub silent: u32,
    /// What is shown of it.
    pub verdict: Verdict,
}

impl Machine {
    /// An instance that is well.
    pub fn well(instance: String) -> Machine {
        Machine { instance, failed: 0, silent: 0, verdict: Verdict::ok() }
    }
}

/// How an instance's application fails, as its agent sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The application answers, or hangs: only the balancer's checks fail.
    Unseen,
    /// The web server does not run.
    Stopped,
    /// It answers with this status.
    Answers(u16),
}

/// What is to be shown of a machine.
pub fn of_machine(machine: &Machine, silent_after: u32, fault: Fault) -> Verdict {
    if machine.silent >= silent_after {
        return Verdict::new(Grade::NoData, ["No data.".to_owned()]);
    }
    if machine.failed < FAILED_CHECKS {
        return Verdict::ok();
    }
    let cause = match fault {
        Fault::Unseen => "ELB health is failing or not available for this instance.".to_owned(),
        Fault::Answers(status) => {
            format!("100.0 % of the requests are failing with HTTP {}xx.", status / 100)
        }
        Fault::Stopped => "Following services are not running: web server.".to_owned(),
    };
    Verdict::new(Grade::Severe, [cause])
}

/// What the machines' states mean for the environment. `least` is the Auto Scaling group's minimum.
pub fn of_environment(machines: &[Machine], silent_after: u32, least: usize) -> Verdict {
    let all = machines.len();
    let silent = machines.iter().filter(|machine| machine.silent >= silent_after).count();
    let failing = machines.iter().filter(|machine| machine.failed >= FAILED_CHECKS).count();
    match (silent, failing) {
        _ if all == 0 => Verdict::new(Grade::Severe, ["There are no instances.".to_owned()]),
        (0, 0) if all < least => {
            let cause = format!("{all} active instances is below Auto Scaling group minimum size {least}.");
            Verdict::new(Grade::Degraded, [cause])
        }
        (0, 0) => Verdict::ok(),
        (_, failing) if failing == all => {
            let mut causes = vec![
                "ELB processes are not healthy on all instances.".to_owned(),
                "ELB health is failing or not available for all instances.".to_owned(),
            ];
            causes.extend((silent == all).then(|| "None of the instances are sending data.".to_owned()));
            Verdict { status: Grade::Severe, causes }
        }
        (silent, _) if silent == all => {
            Verdict::new(Grade::Severe, ["None of the instances are sending data.".to_owned()])
        }
        (0, some) => {
            let cause = format!("ELB processes are not healthy on {some} out of {all} instances.");
            Verdict::new(Grade::Degraded, [cause])
        }
        (some, _) => {
            let cause = format!("No data received from {some} out of {all} instances.");
            Verdict::new(Grade::Degraded, [cause])
        }
    }
}
