//! Web_acl: what stands before the two balancers.
//! Invariant: rules are compared by what they match and do; what is inside an IP set is not read.

use std::collections::BTreeSet;

use crate::{
    aws::WebAcl,
    drill::model::Side,
    ready::case::{Case, Judged, both, fail, known, listed, pass, warn},
    survey::Known,
};

/// The web ACLs of a side, and whether a balancer has none.
fn of<'a>(case: &Case<'a>, side: Side) -> Known<(Vec<&'a WebAcl>, bool)> {
    let all = known(&case.of(side).web_acls)?;
    Ok((all.iter().flatten().collect(), all.iter().any(Option::is_none)))
}

pub(in crate::ready) fn associated(case: &Case<'_>) -> Judged {
    let both = both(|side| of(case, side))?;
    let ((own, bare), (its, its_bare)) = (&both.primary, &both.standby);
    let mend = |side: Side| {
        format!(
            "aws wafv2 associate-web-acl --region {} --web-acl-arn ARN --resource-arn BALANCER",
            case.region(side)
        )
    };
    match (own.is_empty(), its.is_empty()) {
        (true, true) => pass("no web ACL in either region"),
        (false, true) => {
            fail(format!("{} guards the primary, and nothing the standby", own[0].name), mend(Side::Standby))
        }
        (true, false) => {
            warn(format!("{} guards the standby, and nothing the primary", its[0].name), mend(Side::Primary))
        }
        (false, false) if *bare || *its_bare => {
            warn("not every balancer has a web ACL", mend(if *bare { Side::Primary } else { Side::Standby }))
        }
        (false, false) => pass(format!("{} and {}", own[0].name, its[0].name)),
    }
}

pub(in crate::ready) fn rules(case: &Case<'_>) -> Judged {
    let both = both(|side| of(case, side))?;
    let ((own, _), (its, _)) = (&both.primary, &both.standby);
    let (Some(own), Some(its)) = (own.first(), its.first()) else {
        return pass("there are not two web ACLs to compare");
    };
    let mend = "make the web ACLs the same in both regions: aws wafv2 update-web-acl";
    if own.default != its.default {
        return fail("what no rule speaks of is let in by one region and refused by the other", mend);
    }
    let names = |acl: &WebAcl| acl.rules.iter().map(|rule| rule.name.clone()).collect::<BTreeSet<String>>();
    let (mine, other) = (names(own), names(its));
    let missing: Vec<&String> = mine.symmetric_difference(&other).collect();
    if !missing.is_empty() {
        return fail(format!("only one region has: {}", listed(missing)), mend);
    }
    let meaning = |acl: &WebAcl, name: &str| {
        acl.rules.iter().find(|rule| rule.name == name).map(|rule| rule.meaning.clone())
    };
    let differ: Vec<&String> = mine.iter().filter(|name| meaning(own, name) != meaning(its, name)).collect();
    if !differ.is_empty() {
        return fail(format!("differ: {}", listed(differ)), mend);
    }
    let order = |acl: &WebAcl| acl.rules.iter().map(|rule| rule.name.clone()).collect::<Vec<String>>();
    match order(own) == order(its) {
        true => pass(format!("{} rules are the same; what is inside their sets was not read", mine.len())),
        false => warn("the rules are the same, in another order", mend),
    }
}
