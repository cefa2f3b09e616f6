//! Leads: which region a name or an address is of.
//! Invariant: it is a region's only if its balancer or its environment is called so; any other is nobody's.
//! Used by: the checks.

use std::collections::BTreeSet;

use super::case::{Case, part};
use crate::{aws::plain, drill::model::Side, survey::Known};

impl Case<'_> {
    /// What a side's balancers and its environment are called, and where the environment is reached.
    fn names(&self, side: Side) -> Known<BTreeSet<String>> {
        let environment = part(&self.survey.found.regions.of(side).environment)?;
        let own = [&environment.cname, &environment.endpoint].into_iter().flatten();
        let mut names: BTreeSet<String> = own.map(|name| plain(name)).collect();
        names.extend(self.balancers(side)?.iter().map(|found| plain(&found.balancer.dns_name)));
        Ok(names)
    }

    /// The sides that any of these names and addresses is of.
    pub(super) fn sides_of<'n>(&self, targets: impl IntoIterator<Item = &'n str>) -> Known<Vec<Side>> {
        let targets: BTreeSet<String> = targets.into_iter().map(plain).collect();
        let mut sides = Vec::new();
        for side in Side::BOTH {
            if !self.names(side)?.is_disjoint(&targets) {
                sides.push(side);
            }
        }
        Ok(sides)
    }
}
