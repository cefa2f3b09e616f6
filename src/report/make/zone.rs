//! Zone: the time zone in which local times are written beside UTC.
//! Invariant: the same on every machine for the regions of the table; for others the machine's time zone data decides, and
//! without it there are no local times.
//! Used by: whole.

use jiff::{Timestamp, tz::TimeZone};

use crate::report::model::facts::Zone;

/// Regions whose clocks never change: region, time zone, what people call it, minutes ahead of UTC.
const FIXED: [(&str, &str, &str, i32); 13] = [
    ("ap-northeast-1", "Asia/Tokyo", "JST", 540),
    ("ap-northeast-2", "Asia/Seoul", "KST", 540),
    ("ap-northeast-3", "Asia/Tokyo", "JST", 540),
    ("ap-east-1", "Asia/Hong_Kong", "HKT", 480),
    ("ap-south-1", "Asia/Kolkata", "IST", 330),
    ("ap-south-2", "Asia/Kolkata", "IST", 330),
    ("ap-southeast-1", "Asia/Singapore", "SGT", 480),
    ("ap-southeast-3", "Asia/Jakarta", "WIB", 420),
    ("af-south-1", "Africa/Johannesburg", "SAST", 120),
    ("cn-north-1", "Asia/Shanghai", "CST", 480),
    ("cn-northwest-1", "Asia/Shanghai", "CST", 480),
    ("me-central-1", "Asia/Dubai", "GST", 240),
    ("sa-east-1", "America/Sao_Paulo", "BRT", -180),
];

/// Regions whose clocks change twice a year, by what their names begin with.
const CHANGING: [(&str, &str); 12] = [
    ("ap-southeast-2", "Australia/Sydney"),
    ("ca-central-1", "America/Toronto"),
    ("eu-central-1", "Europe/Berlin"),
    ("eu-north-1", "Europe/Stockholm"),
    ("eu-south-1", "Europe/Rome"),
    ("eu-west-1", "Europe/Dublin"),
    ("eu-west-2", "Europe/London"),
    ("eu-west-3", "Europe/Paris"),
    ("us-east-1", "America/New_York"),
    ("us-east-2", "America/New_York"),
    ("us-west-1", "America/Los_Angeles"),
    ("us-west-2", "America/Los_Angeles"),
];

/// The zone that the deployment names, else its primary region's own.
pub(super) fn of(named: &str, region: &str, at: Timestamp) -> Option<Zone> {
    if named != "UTC" {
        return fixed(|(_, name, ..)| *name == named).or_else(|| looked_up(named, at));
    }
    fixed(|(place, ..)| *place == region).or_else(|| {
        let (_, name) = CHANGING.iter().find(|(place, _)| *place == region)?;
        looked_up(name, at)
    })
}

fn fixed(is: impl Fn(&&(&str, &str, &str, i32)) -> bool) -> Option<Zone> {
    FIXED.iter().find(is).map(|(_, name, abbreviation, minutes)| Zone {
        name: (*name).to_owned(),
        abbreviation: (*abbreviation).to_owned(),
        offset_s: minutes * 60,
    })
}

fn looked_up(name: &str, at: Timestamp) -> Option<Zone> {
    let zone = TimeZone::get(name).ok()?;
    let info = zone.to_offset_info(at);
    Some(Zone {
        name: name.to_owned(),
        abbreviation: info.abbreviation().to_owned(),
        offset_s: info.offset().seconds(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seoul_has_its_own_time_and_a_named_zone_goes_before_the_regions() {
        let at = "2026-11-22T12:00:00Z".parse().unwrap();
        let seoul = of("UTC", "ap-northeast-2", at).unwrap();
        assert_eq!((seoul.abbreviation.as_str(), seoul.offset_s), ("KST", 32_400));
        assert_eq!(of("Asia/Singapore", "ap-northeast-2", at).unwrap().abbreviation, "SGT");
        assert_eq!(of("UTC", "mars-1", at), None);
    }
}
