//! Zones and records, as the API changes them and name servers answer them.

use super::{ask, check, code, zone};
use crate::lab::world::{
    World,
    call::Reply,
    dns::{DnsKind, DnsQuestion},
    testing::{items, text, wait, world},
};

/// Adds a record set of one value.
fn change(world: &mut World, zone: &str, edits: &[(&str, &str, &str, &str)]) -> Reply {
    let mut params = vec![("Id".to_owned(), zone.to_owned())];
    for (at, (action, name, kind, value)) in edits.iter().enumerate() {
        let path = format!("ChangeBatch.Changes.{}", at + 1);
        let set = format!("{path}.ResourceRecordSet");
        params.extend([
            (format!("{path}.Action"), (*action).to_owned()),
            (format!("{set}.Name"), (*name).to_owned()),
            (format!("{set}.Type"), (*kind).to_owned()),
            (format!("{set}.TTL"), "30".to_owned()),
            (format!("{set}.ResourceRecords.1.Value"), (*value).to_owned()),
        ]);
    }
    let borrowed: Vec<(&str, &str)> = params.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    ask(world, "ChangeResourceRecordSets", &borrowed)
}

/// AWS: ChangeResourceRecordSets: listed at once, PENDING until all name servers answer it, INSYNC within a minute.
#[test]
fn a_change_is_listed_at_once_and_answered_when_it_is_in_sync() {
    let mut world = world();
    let zone = zone(&mut world);
    let shown = change(&mut world, &zone, &[("CREATE", "new.example.com", "A", "192.0.2.99")]).unwrap();
    assert_eq!(text(&shown, "ChangeInfo.Status"), "PENDING");
    let id = text(&shown, "ChangeInfo.Id").replace("/change/", "");
    let listed =
        ask(&mut world, "ListResourceRecordSets", &[("Id", zone.as_str()), ("name", "new.example.com")]);
    assert_eq!(text(&listed.unwrap(), "ResourceRecordSets.0.Name"), "new.example.com.");
    let answer = |world: &mut World| {
        let params =
            [("hostedzoneid", zone.as_str()), ("recordname", "new.example.com"), ("recordtype", "A")];
        text(&ask(world, "TestDNSAnswer", &params).unwrap(), "ResponseCode")
    };
    assert_eq!(answer(&mut world), "NXDOMAIN");
    wait(&mut world, 41.0);
    assert_eq!(answer(&mut world), "NOERROR");
    let done = ask(&mut world, "GetChange", &[("Id", id.as_str())]).unwrap();
    assert_eq!(text(&done, "ChangeInfo.Status"), "INSYNC");
    assert_eq!(code(ask(&mut world, "GetChange", &[("Id", "C0")])), (404, "NoSuchChange"));
}

/// AWS: ChangeResourceRecordSets: a batch is atomic; DELETE must match every value.
#[test]
fn a_batch_is_applied_whole_or_not_at_all() {
    let mut world = world();
    let zone = zone(&mut world);
    let count = |world: &mut World| {
        items(&ask(world, "ListResourceRecordSets", &[("Id", zone.as_str())]).unwrap(), "ResourceRecordSets")
            .len()
    };
    let before = count(&mut world);
    let edits = [
        ("CREATE", "a.example.com", "A", "192.0.2.1"),
        ("CREATE", "seoul.example.com", "A", "192.0.2.1"),
        ("DELETE", "b.example.com", "A", "192.0.2.1"),
        ("CREATE", "elsewhere.org", "A", "192.0.2.1"),
    ];
    let fault = change(&mut world, &zone, &edits).unwrap_err();
    assert_eq!((fault.status, fault.code), (400, "InvalidChangeBatch"));
    assert_eq!(
        fault.message,
        "[Tried to create resource record set [name='seoul.example.com.', type='A'] but it already exists, \
         Tried to delete resource record set [name='b.example.com.', type='A'] but it was not found, \
         RRSet with DNS name elsewhere.org. is not permitted in zone example.com.]"
    );
    assert_eq!(count(&mut world), before);
    change(&mut world, &zone, &[edits[0]]).unwrap();
    let other = change(&mut world, &zone, &[("DELETE", "a.example.com", "A", "192.0.2.2")]).unwrap_err();
    assert!(
        other.message.contains("the values provided do not match the current values"),
        "{}",
        other.message
    );
    change(&mut world, &zone, &[("DELETE", "a.example.com", "A", "192.0.2.1")]).unwrap();
    let beside = change(&mut world, &zone, &[("CREATE", "seoul.example.com", "CNAME", "x.example.com")]);
    assert!(beside.unwrap_err().message.contains("conflicts with other records"));
    let head = change(&mut world, &zone, &[("CREATE", "example.com", "CNAME", "x.example.com")]);
    assert!(head.unwrap_err().message.contains("not permitted at apex"));
}

/// AWS: ListResourceRecordSets: by reversed labels, in pages that name the next record; a start that is not there
/// begins at the next one.
#[test]
fn records_are_listed_by_reversed_labels_in_pages() {
    let mut world = world();
    let zone = zone(&mut world);
    change(&mut world, &zone, &[("CREATE", "*.example.com", "A", "192.0.2.1")]).unwrap();
    let (mut names, mut start) = (Vec::new(), Vec::new());
    loop {
        let mut params = vec![("Id".to_owned(), zone.clone()), ("maxitems".to_owned(), "2".to_owned())];
        params.append(&mut start);
        let borrowed: Vec<(&str, &str)> = params.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let page = ask(&mut world, "ListResourceRecordSets", &borrowed).unwrap();
        let own = items(&page, "ResourceRecordSets").iter();
        names.extend(own.map(|set| format!("{} {}", text(set, "Name"), text(set, "Type"))));
        if text(&page, "IsTruncated") == "false" {
            break;
        }
        for (from, to) in
            [("NextRecordName", "name"), ("NextRecordType", "type"), ("NextRecordIdentifier", "identifier")]
        {
            let next = text(&page, from);
            start.extend((!next.is_empty()).then(|| (to.to_owned(), next)));
        }
    }
    // Two of them prove the site's certificates.
    let proofs = names.iter().filter(|name| name.starts_with('_')).count();
    assert_eq!(proofs, 2);
    names.retain(|name| !name.starts_with('_'));
    let expected = [
        "example.com. NS",
        "example.com. SOA",
        "\\052.example.com. A",
        "seoul.example.com. A",
        "tokyo.example.com. A",
        "www.example.com. A",
        "www.example.com. A",
    ];
    assert_eq!(names, expected);
    let beyond =
        ask(&mut world, "ListResourceRecordSets", &[("Id", zone.as_str()), ("name", "t.example.com")]);
    assert_eq!(text(&beyond.unwrap(), "ResourceRecordSets.0.Name"), "tokyo.example.com.");
}

/// AWS: weighted and multivalue routing: by the share of the weights, never one of weight 0; all values together.
#[test]
fn weights_and_multiple_values_are_answered() {
    let mut world = world();
    let zone = zone(&mut world);
    let sets = [
        ("w.example.com", "heavy", "Weight", "3", "192.0.2.1"),
        ("w.example.com", "light", "Weight", "1", "192.0.2.2"),
        ("w.example.com", "never", "Weight", "0", "192.0.2.3"),
        ("m.example.com", "one", "MultiValueAnswer", "true", "192.0.2.4"),
        ("m.example.com", "two", "MultiValueAnswer", "true", "192.0.2.5"),
    ];
    let mut params = vec![("Id".to_owned(), zone)];
    for (at, (name, set, routing, value, address)) in sets.iter().enumerate() {
        let path = format!("ChangeBatch.Changes.{}", at + 1);
        let field =
            |field: &str, value: &str| (format!("{path}.ResourceRecordSet.{field}"), value.to_owned());
        params.push((format!("{path}.Action"), "CREATE".to_owned()));
        params.extend([
            field("Name", name),
            field("Type", "A"),
            field("TTL", "5"),
            field("SetIdentifier", set),
        ]);
        params.extend([field(routing, value), field("ResourceRecords.1.Value", address)]);
    }
    let borrowed: Vec<(&str, &str)> = params.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    ask(&mut world, "ChangeResourceRecordSets", &borrowed).unwrap();
    wait(&mut world, 41.0);
    let look = |world: &mut World, name: &str| {
        let question = DnsQuestion { name: name.to_owned(), kind: DnsKind::A, recursive: false };
        world.answer(world.now(), &question).addresses()
    };
    let answers: Vec<_> = (0..40).flat_map(|_| look(&mut world, "w.example.com")).collect();
    let count = |last: u8| answers.iter().filter(|address| address.octets()[3] == last).count();
    assert!((24..=36).contains(&count(1)) && count(1) + count(2) == 40, "{} of 40", count(1));
    assert_eq!(count(3), 0);
    assert_eq!(look(&mut world, "m.example.com").len(), 2);
}

/// AWS: ListTagsForResources, ChangeTagsForResource; GetHostedZone tells the four name servers.
#[test]
fn tags_and_name_servers_are_told() {
    let mut world = world();
    let (zone, id) = (zone(&mut world), check(&mut world, "seoul.example.com"));
    let shown = ask(&mut world, "GetHostedZone", &[("Id", zone.as_str())]).unwrap();
    assert_eq!(items(&shown, "DelegationSet.NameServers").len(), 4);
    let add = [
        ("ResourceType", "healthcheck"),
        ("ResourceId", id.as_str()),
        ("AddTags.1.Key", "team"),
        ("AddTags.1.Value", "web"),
        ("RemoveTagKeys.1", "Name"),
    ];
    ask(&mut world, "ChangeTagsForResource", &add).unwrap();
    let many = [("ResourceType", "healthcheck"), ("ResourceIds.1", id.as_str())];
    let tags = ask(&mut world, "ListTagsForResources", &many).unwrap();
    let own = items(&tags, "ResourceTagSets.0.Tags").iter();
    let own: Vec<String> = own.map(|tag| format!("{}={}", text(tag, "Key"), text(tag, "Value"))).collect();
    assert_eq!(own, ["deployment=wordpress", "firedrill=allowed", "team=web"]);
}
