//! Settings: what of Beanstalk's behaviour a world may choose.
//! Invariant: the defaults lie within what AWS documents or what was observed; where AWS publishes no number or no
//! rule, the field says so.
//! Not here: options of one environment (see `configuration`).
//! Used by: the rest of `beanstalk`.

use serde::Deserialize;

use crate::lab::world::timings::{self, Span};

/// The group whose port 80 Beanstalk's own resource monitoring looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WatchedGroup {
    /// None: resource monitoring is not simulated.
    None,
    /// The instances' group.
    Instances,
    /// The balancer's group.
    Balancer,
}

/// What a world may choose.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// From failing targets to the environment's lower status. Default 60 to 90 seconds. AWS publishes no number but "at
    /// least three failed checks within one minute"; observed 60 to 180.
    pub worsens: Span,
    /// From healthy targets to the environment's better status. Default 60 to 100 seconds; AWS publishes no number,
    /// observed 60 to 240.
    pub recovers: Span,
    /// Seconds between the moments at which a changed status is shown; 0 shows it with the agents' next report. Default
    /// 0. AWS publishes no number; one observed log has changes on ticks of a minute.
    pub transition_tick: u32,
    /// How long a deployment takes once it runs on the instances. Default 20 to 40 seconds; AWS publishes no number.
    pub deployment: Span,
    /// How long a change of configuration takes. Default 60 to 120 seconds; AWS publishes no number.
    pub configuration: Span,
    /// How long `RestartAppServer` takes. Default 8 to 16 seconds; AWS publishes no number.
    pub restart: Span,
    /// How long `SwapEnvironmentCNAMEs` takes. Default 4 to 10 seconds; AWS publishes no number.
    pub swap: Span,
    /// How long `RebuildEnvironment` and `TerminateEnvironment` take. Default 240 to 600 seconds; AWS says "several minutes".
    pub rebuild: Span,
    /// How long an abort takes. Default 10 to 30 seconds; AWS publishes no number.
    pub abort: Span,
    /// From `RequestEnvironmentInfo` to the logs. Default 5 to 15 seconds; AWS publishes no number.
    pub logs: Span,
    /// Seconds for which a terminated environment is still listed. Default 3600: the console shows it for about an
    /// hour; AWS does not say so of the API.
    pub terminated_listed: u32,
    /// True if a change of configuration puts the rules of the environment's own security groups back as Beanstalk made
    /// them. Default true. Beanstalk's groups belong to a CloudFormation stack; AWS does not say when an update rewrites
    /// what a person changed there.
    pub update_rewrites_groups: bool,
    /// The group whose missing port 80 turns the environment red at once. Default `none`: AWS documents that there is
    /// such a check, but neither on which group nor how often.
    pub watched_group: WatchedGroup,
    /// Reports of an agent that must be missing before its instance counts as sending no data. Default 3; AWS publishes
    /// no number.
    pub silent_reports: u32,
    /// Requests that one instance answers in a second while its balancer reaches it. Default 6; the deployment's own
    /// number.
    pub traffic: u32,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            worsens: timings::ENVIRONMENT_WORSENS,
            recovers: timings::ENVIRONMENT_RECOVERS,
            transition_tick: 0,
            deployment: Span::secs(20, 40),
            configuration: Span::secs(60, 120),
            restart: Span::secs(8, 16),
            swap: Span::secs(4, 10),
            rebuild: Span::secs(240, 600),
            abort: Span::secs(10, 30),
            logs: Span::secs(5, 15),
            terminated_listed: 3600,
            update_rewrites_groups: true,
            watched_group: WatchedGroup::None,
            silent_reports: 3,
            traffic: 6,
        }
    }
}
