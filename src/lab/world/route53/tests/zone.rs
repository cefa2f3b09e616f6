//! Hosted zones: made, found, delegated to, emptied and taken away.

use super::{ask, change, code, zone};
use crate::lab::world::{
    World,
    dns::{DnsCode, DnsData, DnsKind, DnsQuestion},
    testing::{items, member, text, wait, world},
};

fn plain(name: &str, kind: &str, values: &[&str]) -> Vec<(&'static str, String)> {
    const PATHS: [&str; 4] = [
        "ResourceRecords.1.Value",
        "ResourceRecords.2.Value",
        "ResourceRecords.3.Value",
        "ResourceRecords.4.Value",
    ];
    let head = [("Name", name.to_owned()), ("Type", kind.to_owned()), ("TTL", "60".to_owned())];
    let values = PATHS.into_iter().zip(values).map(|(path, value)| (path, (*value).to_owned()));
    head.into_iter().chain(values).collect()
}

fn create(
    world: &mut World,
    name: &str,
    reference: &str,
    more: &[(&str, &str)],
) -> crate::lab::world::call::Reply {
    let params = [&[("Name", name), ("CallerReference", reference)], more].concat();
    ask(world, "CreateHostedZone", &params)
}

fn look(world: &mut World, name: &str, kind: DnsKind) -> (DnsCode, usize) {
    let question = DnsQuestion { name: name.to_owned(), kind, recursive: true };
    let answer = world.resolve(world.now(), &question);
    (answer.code, answer.records.len())
}

/// AWS: CreateHostedZone: 201 with a Location, four name servers, an SOA and an NS record; a caller reference makes one
/// zone; DeleteHostedZone only of an empty one.
#[test]
fn a_zone_is_made_filled_emptied_and_deleted() {
    let mut world = world();
    let made =
        create(&mut world, "Shop.Example.NET", "shop-1", &[("HostedZoneConfig.Comment", "a shop")]).unwrap();
    assert_eq!(text(&made, "HostedZone.Name"), "shop.example.net.");
    assert_eq!(text(&made, "HostedZone.ResourceRecordSetCount"), "2");
    assert_eq!(text(&made, "ChangeInfo.Status"), "PENDING");
    assert_eq!(items(&made, "DelegationSet.NameServers").len(), 4);
    let id = text(&made, "HostedZone.Id").replace("/hostedzone/", "");
    assert!(text(&made, "Location").ends_with(&format!("/2013-04-01/hostedzone/{id}")));
    assert_eq!(code(create(&mut world, "b.example.net", "shop-1", &[])), (409, "HostedZoneAlreadyExists"));
    assert_eq!(code(create(&mut world, "a..b", "shop-2", &[])), (400, "InvalidDomainName"));
    assert_eq!(look(&mut world, "shop.example.net", DnsKind::Soa).0, DnsCode::Refused, "not in sync yet");
    wait(&mut world, 41.0);
    assert_eq!(look(&mut world, "shop.example.net", DnsKind::Soa), (DnsCode::NoError, 1));
    let server = text(&made, "DelegationSet.NameServers.0");
    assert_eq!(look(&mut world, &server, DnsKind::A), (DnsCode::NoError, 1));
    let record = plain("a.shop.example.net", "A", &["192.0.2.1"]);
    change(&mut world, &id, &[("CREATE", record.clone())]).unwrap();
    assert_eq!(
        code(ask(&mut world, "DeleteHostedZone", &[("Id", id.as_str())])),
        (400, "HostedZoneNotEmpty")
    );
    change(&mut world, &id, &[("DELETE", record)]).unwrap();
    ask(&mut world, "DeleteHostedZone", &[("Id", id.as_str())]).unwrap();
    assert_eq!(code(ask(&mut world, "GetHostedZone", &[("Id", id.as_str())])), (404, "NoSuchHostedZone"));
    wait(&mut world, 901.0);
    assert_eq!(look(&mut world, "shop.example.net", DnsKind::Soa).0, DnsCode::Refused);
}

/// A zone below another answers once the one above delegates to it; until then the one above says that there is nothing.
#[test]
fn a_zone_below_answers_when_it_is_delegated_to() {
    let mut world = world();
    let above = zone(&mut world);
    let made = create(&mut world, "dev.example.com", "dev", &[]).unwrap();
    let below = text(&made, "HostedZone.Id").replace("/hostedzone/", "");
    change(&mut world, &below, &[("CREATE", plain("a.dev.example.com", "A", &["192.0.2.77"]))]).unwrap();
    wait(&mut world, 41.0);
    assert_eq!(look(&mut world, "a.dev.example.com", DnsKind::A).0, DnsCode::NxDomain);
    // TestDNSAnswer asks the zone's own name servers, delegated to or not.
    let params = [("hostedzoneid", below.as_str()), ("recordname", "a.dev.example.com"), ("recordtype", "A")];
    assert_eq!(text(&ask(&mut world, "TestDNSAnswer", &params).unwrap(), "RecordData.0"), "192.0.2.77");
    let servers: Vec<String> =
        (0..4).map(|at| text(&made, &format!("DelegationSet.NameServers.{at}"))).collect();
    let servers: Vec<&str> = servers.iter().map(String::as_str).collect();
    change(&mut world, &above, &[("CREATE", plain("dev.example.com", "NS", &servers))]).unwrap();
    wait(&mut world, 1000.0);
    assert_eq!(look(&mut world, "a.dev.example.com", DnsKind::A), (DnsCode::NoError, 1));
}

/// RFC 1034: a name server that delegates a name refers to its servers; a resolver that cannot reach them fails.
#[test]
fn a_name_that_others_serve_is_referred_to_them() {
    let mut world = world();
    let id = zone(&mut world);
    change(&mut world, &id, &[("CREATE", plain("other.example.com", "NS", &["ns.elsewhere.org"]))]).unwrap();
    wait(&mut world, 41.0);
    let question = DnsQuestion { name: "a.other.example.com".to_owned(), kind: DnsKind::A, recursive: false };
    let told = world.answer(world.now(), &question);
    assert!(!told.authoritative && told.records.is_empty() && told.code == DnsCode::NoError);
    assert!(matches!(&told.authority[0].data, DnsData::Ns(server) if server == "ns.elsewhere.org."));
    assert_eq!(look(&mut world, "a.other.example.com", DnsKind::A).0, DnsCode::ServFail);
}

/// AWS: private hosted zones are listed with their networks and answer nobody outside them.
#[test]
fn a_private_zone_is_listed_and_answers_nobody() {
    let mut world = world();
    let vpc = [("VPC.VPCRegion", "ap-northeast-2"), ("VPC.VPCId", "vpc-0123456789abcdef0")];
    let made = create(&mut world, "corp.internal", "corp", &vpc).unwrap();
    assert_eq!(text(&made, "HostedZone.Config.PrivateZone"), "true");
    assert!(member(&made, "DelegationSet").is_none());
    assert_eq!(code(create(&mut world, "corp.internal", "corp-2", &vpc)), (400, "ConflictingDomainExists"));
    let id = text(&made, "HostedZone.Id").replace("/hostedzone/", "");
    let shown = ask(&mut world, "GetHostedZone", &[("Id", id.as_str())]).unwrap();
    assert_eq!(text(&shown, "VPCs.0.VPCId"), "vpc-0123456789abcdef0");
    let params = [("vpcid", "vpc-0123456789abcdef0"), ("vpcregion", "ap-northeast-2")];
    let listed = ask(&mut world, "ListHostedZonesByVPC", &params).unwrap();
    assert_eq!(text(&listed, "HostedZoneSummaries.0.HostedZoneId"), id);
    wait(&mut world, 41.0);
    assert_eq!(look(&mut world, "corp.internal", DnsKind::Soa).0, DnsCode::Refused);
    let test = [("hostedzoneid", id.as_str()), ("recordname", "corp.internal"), ("recordtype", "SOA")];
    assert_eq!(code(ask(&mut world, "TestDNSAnswer", &test)), (400, "InvalidInput"));
    let last = [&[("Id", id.as_str())], vpc.as_slice()].concat();
    assert_eq!(code(ask(&mut world, "DisassociateVPCFromHostedZone", &last)), (400, "LastVPCAssociation"));
    let public = zone(&mut world);
    let public = [&[("Id", public.as_str())], vpc.as_slice()].concat();
    assert_eq!(
        code(ask(&mut world, "AssociateVPCWithHostedZone", &public)),
        (400, "PublicZoneVPCAssociation")
    );
}

/// AWS: quotas: what an account may have, and how much of it is used; what the account has none of is an empty list.
#[test]
fn limits_and_empty_lists_are_told() {
    let mut world = world();
    let id = zone(&mut world);
    let checks = ask(&mut world, "GetAccountLimit", &[("Type", "MAX_HEALTH_CHECKS_BY_OWNER")]).unwrap();
    assert_eq!((text(&checks, "Limit.Value"), text(&checks, "Count")), ("200".to_owned(), "2".to_owned()));
    let records = [("Id", id.as_str()), ("Type", "MAX_RRSETS_BY_ZONE")];
    let records = ask(&mut world, "GetHostedZoneLimit", &records).unwrap();
    assert_eq!(
        (text(&records, "Limit.Value"), text(&records, "Count")),
        ("10000".to_owned(), "8".to_owned())
    );
    let vpcs = [("Id", id.as_str()), ("Type", "MAX_VPCS_ASSOCIATED_BY_ZONE")];
    assert_eq!(code(ask(&mut world, "GetHostedZoneLimit", &vpcs)), (400, "HostedZoneNotPrivate"));
    let unsigned = ask(&mut world, "GetDNSSEC", &[("Id", id.as_str())]).unwrap();
    assert_eq!(text(&unsigned, "Status.ServeSignature"), "NOT_SIGNING");
    let lists = [
        ("ListTrafficPolicies", "TrafficPolicySummaries"),
        ("ListQueryLoggingConfigs", "QueryLoggingConfigs"),
        ("ListReusableDelegationSets", "DelegationSets"),
        ("ListCidrCollections", "CidrCollections"),
    ];
    for (operation, list) in lists {
        let told = ask(&mut world, operation, &[]).unwrap();
        assert!(member(&told, list).is_some() && items(&told, list).is_empty(), "{operation}");
    }
    let korea = ask(&mut world, "GetGeoLocation", &[("countrycode", "KR")]).unwrap();
    assert_eq!(text(&korea, "GeoLocationDetails.CountryName"), "South Korea");
    assert_eq!(code(ask(&mut world, "GetGeoLocation", &[("countrycode", "XX")])), (404, "NoSuchGeoLocation"));
    let page = ask(&mut world, "ListGeoLocations", &[("maxitems", "3"), ("startcountrycode", "KR")]).unwrap();
    assert_eq!(text(&page, "GeoLocationDetailsList.0.CountryCode"), "KR");
    assert_eq!(text(&page, "IsTruncated"), "true");
}

/// "≤1000 ResourceRecord elements and ≤32 000 characters of Value per batch; UPSERT counts double."
#[test]
fn a_batch_has_its_limits() {
    let mut world = world();
    let id = zone(&mut world);
    let batch = |action: &'static str, count: usize| {
        (0..count)
            .map(|at| (action, plain(&format!("n{at}.example.com"), "A", &["192.0.2.1"])))
            .collect::<Vec<_>>()
    };
    assert_eq!(code(change(&mut world, &id, &batch("CREATE", 1001))), (400, "InvalidChangeBatch"));
    assert_eq!(code(change(&mut world, &id, &batch("UPSERT", 501))), (400, "InvalidChangeBatch"));
    let long = format!("\"{}\"", "x".repeat(250));
    let texts: Vec<_> =
        (0..130).map(|at| ("CREATE", plain(&format!("t{at}.example.com"), "TXT", &[&long]))).collect();
    assert_eq!(code(change(&mut world, &id, &texts)), (400, "InvalidChangeBatch"));
    change(&mut world, &id, &batch("CREATE", 1000)).unwrap();
    let shown = ask(&mut world, "GetHostedZone", &[("Id", id.as_str())]).unwrap();
    assert_eq!(text(&shown, "HostedZone.ResourceRecordSetCount"), "1008");
}

/// "A request that arrives while the previous one for the same hosted zone is still processing is refused with
/// PriorRequestNotComplete."
#[test]
fn a_zone_takes_one_batch_at_a_time() {
    let mut world = world();
    world.route53.settings.processing = "2s".to_owned().try_into().unwrap();
    let id = zone(&mut world);
    let set = |at: u8| [("UPSERT", plain("n.example.com", "A", &[format!("192.0.2.{at}").as_str()]))];
    change(&mut world, &id, &set(1)).unwrap();
    let refused = change(&mut world, &id, &set(2)).unwrap_err();
    assert_eq!((refused.status, refused.code), (400, "PriorRequestNotComplete"));
    assert_eq!(
        refused.message,
        "The request was rejected because Route 53 was still processing a prior request."
    );
    wait(&mut world, 2.0);
    change(&mut world, &id, &set(2)).unwrap();
}

/// "Accelerated recovery for public zones: opt-in beforehand per hosted zone."
#[test]
fn accelerated_recovery_is_turned_on_in_time() {
    let mut world = world();
    let id = zone(&mut world);
    let state = |world: &mut World| {
        text(
            &ask(world, "GetHostedZone", &[("Id", id.as_str())]).unwrap(),
            "HostedZone.Features.AcceleratedRecoveryStatus",
        )
    };
    assert_eq!(state(&mut world), "");
    let on = [("Id", id.as_str()), ("EnableAcceleratedRecovery", "true")];
    ask(&mut world, "UpdateHostedZoneFeatures", &on).unwrap();
    assert_eq!(state(&mut world), "ENABLING");
    wait(&mut world, 121.0);
    assert_eq!(state(&mut world), "ENABLED");
}

/// RFC 4592 and RFC 8482: wildcards, names between others, and the question for anything.
#[test]
fn wildcards_and_questions_for_anything_are_answered() {
    let mut world = world();
    let id = zone(&mut world);
    let sets = [
        ("CREATE", plain("*.w.example.com", "A", &["192.0.2.1"])),
        ("CREATE", plain("a.b.w.example.com", "A", &["192.0.2.2"])),
        ("CREATE", plain("srv.example.com", "SRV", &["1 2 443 www.example.com"])),
        ("CREATE", plain("caa.example.com", "CAA", &["0 issue \"amazon.com\""])),
        ("CREATE", plain("c.example.com", "CNAME", &["x.w.example.com"])),
    ];
    change(&mut world, &id, &sets).unwrap();
    wait(&mut world, 41.0);
    assert_eq!(look(&mut world, "x.w.example.com", DnsKind::A), (DnsCode::NoError, 1));
    assert_eq!(look(&mut world, "x.y.w.example.com", DnsKind::A), (DnsCode::NoError, 1));
    assert_eq!(
        look(&mut world, "b.w.example.com", DnsKind::A),
        (DnsCode::NoError, 0),
        "it stands between others"
    );
    assert_eq!(look(&mut world, "x.b.w.example.com", DnsKind::A).0, DnsCode::NxDomain);
    assert_eq!(look(&mut world, "x.w.example.com", DnsKind::Txt), (DnsCode::NoError, 0));
    assert_eq!(look(&mut world, "srv.example.com", DnsKind::Srv), (DnsCode::NoError, 1));
    assert_eq!(look(&mut world, "caa.example.com", DnsKind::Caa), (DnsCode::NoError, 1));
    assert_eq!(
        look(&mut world, "c.example.com", DnsKind::A),
        (DnsCode::NoError, 2),
        "a chain inside the zone"
    );
    assert_eq!(look(&mut world, "c.example.com", DnsKind::Cname), (DnsCode::NoError, 1));
    assert_eq!(look(&mut world, "example.com", DnsKind::Any).0, DnsCode::NoError);
}
