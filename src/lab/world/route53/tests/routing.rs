//! Which records are answered: every routing policy, every combination of health.

use std::collections::BTreeMap;

use super::{ask, change, code, zone};
use crate::lab::world::{
    World,
    dns::{DnsAnswer, DnsCode, DnsKind, DnsQuestion},
    route53::{Network, Place},
    testing::{text, wait, world},
};

/// A health check that is healthy or not, whatever anything does.
fn constant(world: &mut World, reference: &str, healthy: bool) -> String {
    let inverted = (!healthy).to_string();
    let params = [
        ("CallerReference", reference),
        ("HealthCheckConfig.Type", "CALCULATED"),
        ("HealthCheckConfig.HealthThreshold", "0"),
        ("HealthCheckConfig.Inverted", inverted.as_str()),
    ];
    text(&ask(world, "CreateHealthCheck", &params).unwrap(), "HealthCheck.Id")
}

/// A healthy and an unhealthy check.
fn constants(world: &mut World) -> BTreeMap<bool, String> {
    [true, false].map(|healthy| (healthy, constant(world, &format!("always-{healthy}"), healthy))).into()
}

/// Creates record sets: name, identifier, routing fields, last number of its address (or a name in the zone that it is an
/// evaluating alias of), health.
type Set<'a> = (&'a str, &'a str, &'a [(&'static str, &'a str)], &'a str, Option<bool>);

/// The members of a record set, by their paths.
type Fields = Vec<(&'static str, String)>;

fn create(world: &mut World, checks: &BTreeMap<bool, String>, sets: &[Set<'_>]) {
    let zone = zone(world);
    let mut changes = Vec::new();
    for (name, identifier, routing, value, health) in sets {
        let mut set = vec![("Name", (*name).to_owned()), ("Type", "A".to_owned())];
        if !identifier.is_empty() {
            set.push(("SetIdentifier", (*identifier).to_owned()));
        }
        set.extend(routing.iter().map(|(field, value)| (*field, (*value).to_owned())));
        if value.contains('.') {
            set.push(("AliasTarget.HostedZoneId", zone.clone()));
            set.push(("AliasTarget.DNSName", (*value).to_owned()));
            set.push(("AliasTarget.EvaluateTargetHealth", "true".to_owned()));
        } else {
            set.push(("TTL", "5".to_owned()));
            set.push(("ResourceRecords.1.Value", format!("192.0.2.{value}")));
        }
        set.extend(health.map(|health| ("HealthCheckId", checks[&health].clone())));
        changes.push(("CREATE", set));
    }
    change(world, &zone, &changes).unwrap();
    wait(world, 41.0);
}

fn look(world: &mut World, name: &str, from: Option<&str>) -> DnsAnswer {
    let question = DnsQuestion { name: name.to_owned(), kind: DnsKind::A, recursive: false };
    world.answer_for(world.now(), &question, from.map(|from| from.parse().unwrap()))
}

/// The last numbers of the addresses of forty answers, and how often each came.
fn shares(world: &mut World, name: &str) -> BTreeMap<u8, usize> {
    let mut shares = BTreeMap::new();
    for _ in 0..40 {
        for address in look(world, name, None).addresses() {
            *shares.entry(address.octets()[3]).or_default() += 1;
        }
    }
    shares
}

fn only(world: &mut World, name: &str) -> u8 {
    let shares = shares(world, name);
    assert_eq!(shares.len(), 1, "{name}: {shares:?}");
    *shares.keys().next().unwrap()
}

/// "Primary healthy → primary. Primary unhealthy and secondary healthy (or secondary has no check) → secondary. Both
/// unhealthy → primary." "A record without a health check counts as healthy always."
#[test]
fn failover_goes_by_every_combination_of_health() {
    let mut world = world();
    let checks = constants(&mut world);
    let states = [None, Some(true), Some(false)];
    let expected = |primary, secondary| match (primary, secondary) {
        (Some(false), None | Some(true)) => 2,
        _ => 1,
    };
    let mut sets: Vec<(String, Option<bool>, Option<bool>)> = Vec::new();
    for (at, primary) in states.into_iter().enumerate() {
        for (of, secondary) in states.into_iter().enumerate() {
            sets.push((format!("f{at}{of}.example.com"), primary, secondary));
        }
    }
    let rows: Vec<Set<'_>> = sets
        .iter()
        .flat_map(|(name, primary, secondary)| {
            let first: Set<'_> = (name, "one", &[("Failover", "PRIMARY")], "1", *primary);
            [first, (name, "two", &[("Failover", "SECONDARY")], "2", *secondary)]
        })
        .collect();
    create(&mut world, &checks, &rows);
    for (name, primary, secondary) in &sets {
        assert_eq!(only(&mut world, name), expected(*primary, *secondary), "{primary:?} {secondary:?}");
    }
}

/// AWS: weighted routing: zero weights only when all others are unhealthy; all zero is all equal; when none is healthy,
/// those with a weight.
#[test]
fn weights_of_zero_wait_until_all_others_are_unhealthy() {
    let mut world = world();
    let checks = constants(&mut world);
    let heavy: &[(&'static str, &str)] = &[("Weight", "9")];
    let zero: &[(&'static str, &str)] = &[("Weight", "0")];
    create(
        &mut world,
        &checks,
        &[
            ("well.example.com", "a", heavy, "1", Some(true)),
            ("well.example.com", "b", zero, "2", Some(true)),
            ("ill.example.com", "a", heavy, "1", Some(false)),
            ("ill.example.com", "b", zero, "2", Some(true)),
            ("none.example.com", "a", heavy, "1", Some(false)),
            ("none.example.com", "b", zero, "2", Some(false)),
            ("zero.example.com", "a", zero, "1", None),
            ("zero.example.com", "b", zero, "2", None),
        ],
    );
    let seen = ["well", "ill", "none"].map(|name| only(&mut world, &format!("{name}.example.com")));
    assert_eq!(seen, [1, 2, 1]);
    let shares = shares(&mut world, "zero.example.com");
    assert!(shares.values().all(|count| (10..=30).contains(count)) && shares.len() == 2, "{shares:?}");
}

/// AWS: latency routing: the nearest healthy region; TestDNSAnswer asks from us-east-1 unless told otherwise.
#[test]
fn latency_chooses_the_nearest_healthy_region() {
    let mut world = world();
    let checks = constants(&mut world);
    let region = |code| [("Region", code)];
    let (seoul, tokyo, ohio) = (region("ap-northeast-2"), region("ap-northeast-1"), region("us-east-2"));
    create(
        &mut world,
        &checks,
        &[
            ("l.example.com", "seoul", &seoul, "1", None),
            ("l.example.com", "tokyo", &tokyo, "2", None),
            ("l.example.com", "ohio", &ohio, "3", None),
            ("m.example.com", "seoul", &seoul, "1", Some(false)),
            ("m.example.com", "tokyo", &tokyo, "2", Some(true)),
            ("m.example.com", "ohio", &ohio, "3", Some(true)),
        ],
    );
    assert_eq!((only(&mut world, "l.example.com"), only(&mut world, "m.example.com")), (1, 2));
    let zone = zone(&mut world);
    let params = [("hostedzoneid", zone.as_str()), ("recordname", "l.example.com"), ("recordtype", "A")];
    let told = ask(&mut world, "TestDNSAnswer", &params).unwrap();
    assert_eq!(text(&told, "RecordData.0"), "192.0.2.3");
}

/// AWS: geolocation routing: the smallest place that holds the client, the default for all others, and no answer for them
/// where there is no default; an unhealthy place gives way to the next larger one.
#[test]
fn geolocation_chooses_the_smallest_place_that_is_healthy() {
    let mut world = world();
    let network = |network: &str, region: &str, subdivision: Option<&str>| Network {
        network: network.to_owned().try_into().unwrap(),
        place: Place { subdivision: subdivision.map(str::to_owned), ..Place::of_region(region) },
    };
    world.route53.settings.networks = vec![
        network("198.18.1.0/24", "us-east-1", Some("VA")),
        network("198.18.2.0/24", "us-west-2", None),
        network("198.18.3.0/24", "ca-central-1", None),
        network("198.18.4.0/24", "eu-west-1", None),
    ];
    let checks = constants(&mut world);
    let country: &[(&'static str, &str)] = &[("GeoLocation.CountryCode", "US")];
    let state: &[(&'static str, &str)] =
        &[("GeoLocation.CountryCode", "US"), ("GeoLocation.SubdivisionCode", "VA")];
    let continent: &[(&'static str, &str)] = &[("GeoLocation.ContinentCode", "NA")];
    let default: &[(&'static str, &str)] = &[("GeoLocation.CountryCode", "*")];
    create(
        &mut world,
        &checks,
        &[
            ("g.example.com", "va", state, "1", None),
            ("g.example.com", "us", country, "2", None),
            ("g.example.com", "na", continent, "3", None),
            ("g.example.com", "all", default, "4", None),
            ("h.example.com", "va", state, "1", Some(false)),
            ("h.example.com", "us", country, "2", Some(false)),
            ("h.example.com", "na", continent, "3", Some(true)),
            ("k.example.com", "us", country, "2", None),
        ],
    );
    let mut from = |name: &str, address: &str| {
        let answer = look(&mut world, name, Some(address));
        (answer.code, answer.addresses().first().map(|address| address.octets()[3]))
    };
    let clients = ["198.18.1.1", "198.18.2.1", "198.18.3.1", "198.18.4.1"];
    let seen = clients.map(|client| from("g.example.com", client).1);
    assert_eq!(seen, [Some(1), Some(2), Some(3), Some(4)]);
    assert_eq!(from("h.example.com", "198.18.1.1").1, Some(3));
    assert_eq!(from("k.example.com", "198.18.4.1"), (DnsCode::NoError, None));
}

/// AWS: geoproximity routing: a bias makes a place nearer or farther.
#[test]
fn a_bias_moves_the_border() {
    let mut world = world();
    let checks = constants(&mut world);
    let at =
        |bias| [("GeoProximityLocation.AWSRegion", "ap-northeast-2"), ("GeoProximityLocation.Bias", bias)];
    let (plain, far) = (at("0"), at("-99"));
    let tokyo = [
        ("GeoProximityLocation.Coordinates.Latitude", "35.6"),
        ("GeoProximityLocation.Coordinates.Longitude", "139.7"),
    ];
    create(
        &mut world,
        &checks,
        &[
            ("p.example.com", "seoul", &plain, "1", None),
            ("p.example.com", "tokyo", &tokyo, "2", None),
            ("q.example.com", "seoul", &far, "1", None),
            ("q.example.com", "tokyo", &tokyo, "2", None),
        ],
    );
    world.route53.settings.resolver.at = (36.0, 130.0);
    assert_eq!((only(&mut world, "p.example.com"), only(&mut world, "q.example.com")), (1, 2));
}

/// AWS: multivalue answer routing: up to eight healthy records; when none is healthy, up to eight unhealthy ones.
#[test]
fn many_values_are_eight_at_a_time_and_healthy() {
    let mut world = world();
    let checks = constants(&mut world);
    let names: Vec<String> = (1..=12).map(|n| n.to_string()).collect();
    let many: &[(&'static str, &str)] = &[("MultiValueAnswer", "true")];
    let sets: Vec<Set<'_>> = names
        .iter()
        .flat_map(|n| {
            let healthy = n.parse::<u8>().unwrap() > 3;
            let first: Set<'_> = ("v.example.com", n, many, n, Some(healthy));
            [first, ("w.example.com", n, many, n, Some(false))]
        })
        .collect();
    create(&mut world, &checks, &sets);
    assert_eq!(look(&mut world, "v.example.com", None).addresses().len(), 8);
    assert_eq!(look(&mut world, "w.example.com", None).addresses().len(), 8);
    let seen = shares(&mut world, "v.example.com");
    assert!(seen.keys().all(|last| *last > 3) && seen.len() == 9, "{seen:?}");
}

/// AWS: complex configurations: an alias of other records in the zone is healthy if one of those is; a branch of a tree
/// without a healthy leaf is backed out of.
#[test]
fn a_tree_backs_out_of_a_branch_that_is_ill() {
    let mut world = world();
    let checks = constants(&mut world);
    let heavy: &[(&'static str, &str)] = &[("Weight", "1")];
    let primary: &[(&'static str, &str)] = &[("Failover", "PRIMARY")];
    let secondary: &[(&'static str, &str)] = &[("Failover", "SECONDARY")];
    create(
        &mut world,
        &checks,
        &[
            ("ill.example.com", "a", heavy, "1", Some(false)),
            ("ill.example.com", "b", heavy, "2", Some(false)),
            ("half.example.com", "a", heavy, "3", Some(false)),
            ("half.example.com", "b", heavy, "4", Some(true)),
            ("top.example.com", "one", primary, "ill.example.com", None),
            ("top.example.com", "two", secondary, "half.example.com", None),
            ("both.example.com", "one", primary, "half.example.com", Some(false)),
            ("both.example.com", "two", secondary, "ill.example.com", None),
            ("alias.example.com", "", &[], "half.example.com", None),
        ],
    );
    assert_eq!(only(&mut world, "top.example.com"), 4);
    assert_eq!(only(&mut world, "alias.example.com"), 4);
    // "Alias + HealthCheckId: both must pass": neither branch is healthy, so the primary is answered.
    assert_eq!(only(&mut world, "both.example.com"), 4);
}

/// AWS's own words for sets that cannot stand beside each other, and for fields that are missing.
#[test]
fn sets_that_do_not_fit_are_refused_in_awss_words() {
    let mut world = world();
    let zone = zone(&mut world);
    let set = |set: &str, routing: &[(&'static str, &str)], ttl: &str| {
        let plain = [
            ("Name", "x.example.com"),
            ("Type", "A"),
            ("TTL", ttl),
            ("ResourceRecords.1.Value", "192.0.2.1"),
        ];
        let own = (!set.is_empty()).then_some(("SetIdentifier", set));
        let all = plain.into_iter().chain(own).chain(routing.iter().copied());
        all.map(|(field, value)| (field, value.to_owned())).collect::<Vec<_>>()
    };
    let mut told = |sets: Vec<Fields>| {
        let changes: Vec<_> = sets.into_iter().map(|set| ("CREATE", set)).collect();
        let fault = change(&mut world, &zone, &changes).unwrap_err();
        (fault.code, fault.message)
    };
    let simple = || set("", &[], "30");
    let named = "RRSet with DNS name x.example.com., type A";
    let cases = [
        (
            vec![set("a", &[("Region", "eu-west-1")], "30"), set("b", &[("Region", "eu-west-1")], "30")],
            format!(
                "[{named}, SetIdentifier b, and Region Name=eu-west-1 cannot be created because a latency RRSet with the same name, type and region already exists.]"
            ),
        ),
        (
            vec![simple(), set("a", &[("Weight", "1")], "30")],
            format!(
                "[{named}, SetIdentifier a cannot be created as a non-weighted set exists with the same name and type.]"
            ),
        ),
        (
            vec![simple(), set("a", &[("MultiValueAnswer", "true")], "30")],
            format!(
                "[{named}, SetIdentifier a cannot be created because a non multivalue answer rrset exists with the same name and type.]"
            ),
        ),
        (
            vec![simple(), set("a", &[("Failover", "PRIMARY")], "30")],
            format!(
                "[{named}, SetIdentifier a marked as primary cannot be created because a non-failover RRSet with the same name and type already exists.]"
            ),
        ),
        (
            vec![set("a", &[("Weight", "1")], "30"), set("b", &[("Weight", "1")], "60")],
            format!(
                "[{named}, SetIdentifier b cannot be created as weighted sets must contain the same TTL.]"
            ),
        ),
    ];
    for (sets, message) in cases {
        assert_eq!(told(sets), ("InvalidChangeBatch", message));
    }
    let in_change = "in Change with [Action=CREATE, Name=x.example.com, Type=A, SetIdentifier=a]";
    let one_of = "Expected exactly one of [Weight, Region, Failover, GeoLocation, or MultiValueAnswer]";
    assert_eq!(
        told(vec![set("a", &[], "30")]),
        ("InvalidInput", format!("Invalid request: {one_of}, but found none {in_change}"))
    );
    let both = [("Weight", "1"), ("Failover", "PRIMARY")];
    assert_eq!(
        told(vec![set("a", &both, "30")]),
        ("InvalidInput", format!("Invalid request: {one_of}, but found more than one {in_change}"))
    );
    let mut bad = simple();
    bad[3].1 = "192.0.2".to_owned();
    let problem = "FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with '192.0.2'";
    assert_eq!(told(vec![bad]), ("InvalidChangeBatch", format!("[Invalid Resource Record: {problem}]")));
}

/// "NoSuchHealthCheck 404" for a record that names a check that is not there; IP-based routing is refused plainly.
#[test]
fn what_is_not_there_is_refused() {
    let mut world = world();
    let zone = zone(&mut world);
    let set = |field: &'static str, value: &str| {
        let plain = [
            ("Name", "x.example.com"),
            ("Type", "A"),
            ("TTL", "5"),
            ("ResourceRecords.1.Value", "192.0.2.1"),
        ];
        plain.into_iter().chain([(field, value)]).map(|(k, v)| (k, v.to_owned())).collect::<Vec<_>>()
    };
    let gone = change(&mut world, &zone, &[("CREATE", set("HealthCheckId", "0-0"))]);
    assert_eq!(code(gone), (404, "NoSuchHealthCheck"));
    let by_address = change(&mut world, &zone, &[("CREATE", set("CidrRoutingConfig.CollectionId", "c"))]);
    assert_eq!(code(by_address), (400, "InvalidInput"));
}
