//! Certificate: the certificates that the two balancers show.

use jiff::Timestamp;

use crate::{
    aws::{Certificate, Listener},
    drill::model::Side,
    ready::case::{Case, Judged, both, fail, known, pass, unknown, warn},
    survey::{Known, Unknown},
};

/// ACM renews 60 days before the end, and tells from 45 days on that it could not (ACM user guide, "Managed certificate
/// renewal"): with less than a month left it has been trying for a month.
const LATE: i64 = 30;
/// Too late to be left to the next working day.
const LAST: i64 = 7;

/// What is to be said where neither balancer has a certificate.
fn needless(case: &Case<'_>) -> Known<Option<Judged>> {
    let encrypted = |side| {
        let encrypts = |one: &&Listener| ["HTTPS", "TLS"].contains(&one.protocol.as_str());
        Ok(!plain(case, side)? || case.listeners(side)?.iter().any(encrypts))
    };
    let any = both(encrypted)?;
    Ok(match (any.primary || any.standby, case.deployment.site.tls) {
        (true, _) => None,
        (false, true) => Some(unknown(
            "the site is encrypted, and neither region's balancer has a certificate: what shows one was not read",
        )),
        (false, false) => Some(pass("the site is not encrypted")),
    })
}

pub(in crate::ready) fn certificate(case: &Case<'_>) -> Judged {
    if let Some(said) = needless(case)? {
        return said;
    }
    let host = &case.deployment.site.host;
    for side in Side::BOTH {
        let all = known(&case.of(side).certificates)?;
        let mend = format!(
            "request one and give it to the listener: aws acm request-certificate --region {} --domain-name {host} \
             --validation-method DNS",
            case.region(side)
        );
        let Some(first) = all.first() else {
            return match plain(case, side)? {
                true => fail(format!("no listener of the {side} has a certificate"), mend),
                false => Err(Unknown::because(format!(
                    "the {side}'s listener shows a certificate that is not ACM's"
                ))),
            };
        };
        if !all.iter().any(|one| one.covers(host)) && has_foreign(case, side)? {
            return unknown(format!("a listener of the {side} shows a certificate that is not ACM's too"));
        }
        let covering = all.iter().filter(|one| one.covers(host));
        let Some(best) = covering.min_by_key(|one| one.status != "ISSUED") else {
            return fail(
                format!("{} of the {side} is for {}, not for {host}", first.arn, first.names.join(", ")),
                mend,
            );
        };
        if best.status != "ISSUED" {
            return fail(format!("{} of the {side} is {}", best.arn, best.status), mend);
        }
    }
    pass(format!("issued for {host} in both regions"))
}

/// True if a listener of the side names a certificate that ACM does not keep.
fn has_foreign(case: &Case<'_>, side: Side) -> Known<bool> {
    let listeners = case.listeners(side)?;
    Ok(listeners.iter().flat_map(|listener| &listener.certificates).any(|arn| !arn.contains(":acm:")))
}

/// True if no listener of the side names a certificate at all.
fn plain(case: &Case<'_>, side: Side) -> Known<bool> {
    Ok(case.listeners(side)?.iter().all(|listener| listener.certificates.is_empty()))
}

pub(in crate::ready) fn days(case: &Case<'_>) -> Judged {
    if let Some(said) = needless(case)? {
        return said;
    }
    let mut soonest: Option<(i64, Side, &Certificate)> = None;
    let (mut silent, mut stuck) = (None, None);
    for side in Side::BOTH {
        let all = served(known(&case.of(side).certificates)?, &case.deployment.site.host);
        let dated = all.iter().filter_map(|one| Some((days_until(case.survey.at, one.expires?), *one)));
        match dated.min_by_key(|(left, _)| *left) {
            Some((left, one)) if soonest.is_none_or(|(least, ..)| left < least) => {
                soonest = Some((left, side, one));
            }
            Some(_) => {}
            None => silent = silent.or(Some(side)),
        }
        let is_stuck = |one: &&&Certificate| one.renewal.as_deref().is_some_and(|how| STUCK.contains(&how));
        stuck = stuck.or(all.iter().find(is_stuck).map(|one| (side, *one)));
    }
    let Some((left, side, one)) = soonest else {
        return unknown("AWS does not say when a certificate ends");
    };
    let found = format!("{left} days left in the {side} ({})", one.names.first().map_or("", String::as_str));
    let mend = match one.kind.as_str() {
        "IMPORTED" => "import its successor: ACM never renews what was imported",
        _ => "see why ACM does not renew it: aws acm describe-certificate --certificate-arn ARN",
    };
    match (silent, stuck) {
        _ if left <= LAST => fail(found, mend),
        (Some(side), _) => unknown(format!("{found}; when the {side}'s ends was not read")),
        _ if left <= LATE => warn(found, mend),
        (None, Some((side, one))) => warn(
            format!(
                "{found}; ACM's renewal of {} of the {side} is {}",
                one.arn,
                one.renewal.as_deref().unwrap_or_default()
            ),
            "put back the CNAME record that proves the domain: aws acm describe-certificate tells which",
        ),
        (None, None) => pass(found),
    }
}

/// How a renewal stands that will come to nothing without a person (ACM API reference, RenewalSummary).
const STUCK: [&str; 2] = ["FAILED", "PENDING_VALIDATION"];

/// Those that are for the site; all of them, where none is.
fn served<'a>(all: &'a [Certificate], host: &str) -> Vec<&'a Certificate> {
    let own: Vec<&Certificate> = all.iter().filter(|one| one.covers(host)).collect();
    if own.is_empty() { all.iter().collect() } else { own }
}

fn days_until(now: Timestamp, end: Timestamp) -> i64 {
    (end.as_second() - now.as_second()).div_euclid(24 * 60 * 60)
}
