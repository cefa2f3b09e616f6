//! Case: what a check judges, and the words it answers in.
//! Used by: the checks.

use std::collections::BTreeSet;

use crate::{
    aws::{FoundBalancer, FoundDatabase, FoundSite, Listener, Part, RouteTable, TargetGroup},
    drill::model::{Deployment, Drill, PerSide, Side},
    plan::Verdict,
    survey::{Known, RegionSurvey, Survey, Unknown},
};

/// What a check judges.
pub struct Case<'a> {
    /// What was read.
    pub survey: &'a Survey,
    /// The deployment.
    pub deployment: &'a Deployment,
    /// The drill, if it is one that is to be ready for.
    pub drill: Option<&'a Drill>,
}

/// What a check says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) verdict: Verdict,
    pub(super) found: String,
    pub(super) mend: String,
}

/// What a check says, or why it can not tell.
pub(super) type Judged = Known<Said>;

/// As it must be.
pub(super) fn pass(found: impl Into<String>) -> Judged {
    Ok(Said { verdict: Verdict::Pass, found: found.into(), mend: String::new() })
}

/// A person should know.
pub(super) fn warn(found: impl Into<String>, mend: impl Into<String>) -> Judged {
    Ok(Said { verdict: Verdict::Warn, found: found.into(), mend: mend.into() })
}

/// It would go wrong by it.
pub(super) fn fail(found: impl Into<String>, mend: impl Into<String>) -> Judged {
    Ok(Said { verdict: Verdict::Fail, found: found.into(), mend: mend.into() })
}

/// It can not be told.
pub(super) fn unknown(why: impl Into<String>) -> Judged {
    Err(Unknown::because(why))
}

/// A part of a survey, without taking it.
pub(super) fn known<T>(part: &Known<T>) -> Known<&T> {
    part.as_ref().map_err(Unknown::clone)
}

/// A piece of a topology, without taking it.
pub(super) fn part<T>(part: &Part<T>) -> Known<&T> {
    part.as_ref().map_err(Unknown::from)
}

/// What each side has, if both are known.
pub(super) fn both<T>(of: impl Fn(Side) -> Known<T>) -> Known<PerSide<T>> {
    Ok(PerSide { primary: of(Side::Primary)?, standby: of(Side::Standby)? })
}

/// `a, b, c`; at most five, and how many more.
pub(super) fn listed<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let all: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    match all.len() {
        0..=5 => all.join(", "),
        many => format!("{} and {} more", all[..5].join(", "), many - 5),
    }
}

impl<'a> Case<'a> {
    /// What a side's region says.
    pub(super) fn of(&self, side: Side) -> &'a RegionSurvey {
        self.survey.regions.of(side)
    }

    /// The side's region, for commands.
    pub(super) fn region(&self, side: Side) -> &'a str {
        &self.deployment.regions.of(side).region
    }

    /// A side's balancers.
    pub(super) fn balancers(&self, side: Side) -> Known<&'a Vec<FoundBalancer>> {
        part(&self.survey.found.regions.of(side).balancers)
    }

    /// What a side's balancers listen on.
    pub(super) fn listeners(&self, side: Side) -> Known<Vec<&'a Listener>> {
        let mut all = Vec::new();
        for balancer in self.balancers(side)? {
            all.extend(part(&balancer.listeners)?);
        }
        Ok(all)
    }

    /// Where a side's balancers send the environment's requests. A balancer that is shared has groups of other applications
    /// too: those that the environment's own instances are put into count, where that is known.
    pub(super) fn target_groups(&self, side: Side) -> Known<Vec<&'a TargetGroup>> {
        let scaling = self.of(side).scaling.iter().flatten();
        let own: BTreeSet<&String> = scaling.flat_map(|group| &group.target_groups).collect();
        let mut all = Vec::new();
        for balancer in self.balancers(side)? {
            all.extend(part(&balancer.target_groups)?);
        }
        all.retain(|group| own.is_empty() || own.contains(&group.arn));
        Ok(all)
    }

    /// The site in DNS; unknown if no zone of the account holds its name.
    pub(super) fn site(&self) -> Known<&'a FoundSite> {
        part(&self.survey.found.site)?.as_ref().ok_or_else(|| {
            let host = &self.deployment.site.host;
            Unknown::because(format!("no public hosted zone of this account holds {host}"))
        })
    }

    /// The database, if the deployment names one.
    pub(super) fn database(&self) -> Known<Option<&'a FoundDatabase>> {
        Ok(part(&self.survey.found.database)?.as_ref())
    }

    /// The route table that holds for a subnet: its own, or else the main one.
    pub(super) fn table<'t>(tables: &'t [RouteTable], subnet: &str) -> Option<&'t RouteTable> {
        let own = tables.iter().find(|table| table.subnets.iter().any(|name| name == subnet));
        own.or_else(|| tables.iter().find(|table| table.main))
    }
}
