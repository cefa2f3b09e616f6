//! Certificate: the certificates that the two balancers show.

use jiff::Timestamp;

use crate::{
    aws::Certificate,
    drill::model::Side,
    ready::case::{Case, Judged, both, fail, known, pass, warn},
    survey::{Known, Unknown},
};

/// ACM renews 60 days before the end, and tells from 45 days on that it could not (ACM user guide, "Managed certificate
/// renewal"): with less than a month left it has been trying for a month.
const LATE: i64 = 30;
/// Too late to be left to the next working day.
const LAST: i64 = 7;

/// Why nothing is to be judged, if so.
fn needless(case: &Case<'_>) -> Known<Option<&'static str>> {
    let encrypted =
        |side| Ok(case.listeners(side)?.iter().any(|one| ["HTTPS", "TLS"].contains(&one.protocol.as_str())));
    let any = both(encrypted)?;
    Ok((!any.primary && !any.standby && !case.deployment.site.tls).then_some("the site is not encrypted"))
}

pub(in crate::ready) fn certificate(case: &Case<'_>) -> Judged {
    if let Some(why) = needless(case)? {
        return pass(why);
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

/// True if no listener of the side names a certificate at all.
fn plain(case: &Case<'_>, side: Side) -> Known<bool> {
    Ok(case.listeners(side)?.iter().all(|listener| listener.certificates.is_empty()))
}

pub(in crate::ready) fn days(case: &Case<'_>) -> Judged {
    if let Some(why) = needless(case)? {
        return pass(why);
    }
    let mut soonest: Option<(i64, Side, &Certificate)> = None;
    for side in Side::BOTH {
        for one in known(&case.of(side).certificates)? {
            if one.renewal.as_deref() == Some("FAILED") {
                return warn(
                    format!("ACM could not renew {} of the {side}", one.arn),
                    "put back the CNAME record that proves the domain: aws acm describe-certificate tells which",
                );
            }
            let Some(left) = one.expires.map(|end| days_until(case.survey.at, end)) else { continue };
            if soonest.is_none_or(|(least, ..)| left < least) {
                soonest = Some((left, side, one));
            }
        }
    }
    let Some((left, side, one)) = soonest else {
        return crate::ready::case::unknown("AWS does not say when a certificate ends");
    };
    let found = format!("{left} days left in the {side} ({})", one.names.first().map_or("", String::as_str));
    let mend = match one.kind.as_str() {
        "IMPORTED" => "import its successor: ACM never renews what was imported",
        _ => "see why ACM does not renew it: aws acm describe-certificate --certificate-arn ARN",
    };
    if left <= LAST {
        fail(found, mend)
    } else if left <= LATE {
        warn(found, mend)
    } else {
        pass(found)
    }
}

fn days_until(now: Timestamp, end: Timestamp) -> i64 {
    (end.as_second() - now.as_second()).div_euclid(24 * 60 * 60)
}
