//! Tests of `ec2_revoke_ingress`.

use super::{params::Protocol, *};
use crate::aws::Source;

fn rule(id: &str, protocol: &str, ports: Option<(i32, i32)>, source: Source) -> IngressRule {
    IngressRule {
        id: id.into(),
        group: "sg-web".into(),
        key: RuleKey {
            protocol: protocol.into(),
            from_port: ports.map(|p| p.0),
            to_port: ports.map(|p| p.1),
            source,
        },
        description: Some("web".into()),
        tags: BTreeMap::from([("team".into(), "shop".into())]),
    }
}

fn ipv4(id: &str, cidr: &str) -> IngressRule {
    rule(id, "tcp", Some((80, 80)), Source::Ipv4(cidr.into()))
}

fn from_group(id: &str) -> IngressRule {
    let source =
        Source::Group { id: "sg-alb".into(), account: Some("111122223333".into()), peering: None, vpc: None };
    rule(id, "tcp", Some((80, 80)), source)
}

fn params(method: Method) -> Params {
    Params { of: Side::Primary, port: 80, protocol: Protocol::Tcp, method }
}

fn all_kinds() -> Vec<IngressRule> {
    vec![
        ipv4("sgr-1", "0.0.0.0/0"),
        ipv4("sgr-2", "10.0.0.0/8"),
        rule("sgr-3", "tcp", Some((80, 80)), Source::Ipv6("::/0".into())),
        rule("sgr-4", "tcp", Some((0, 65535)), Source::PrefixList("pl-1".into())),
        from_group("sgr-5"),
        rule(
            "sgr-6",
            "-1",
            None,
            Source::Group { id: "sg-b".into(), account: None, peering: None, vpc: None },
        ),
        rule("sgr-7", "tcp", Some((22, 22)), Source::Ipv4("10.0.0.0/8".into())),
    ]
}

/// The groups' rules as they are once the change was applied.
fn applied(touched: &[Touched], rules: &[IngressRule]) -> Vec<IngressRule> {
    rules
        .iter()
        .filter_map(|rule| match touched.iter().find(|one| one.rule.id == rule.id) {
            None => Some(rule.clone()),
            Some(one) => one.during.clone().map(|key| IngressRule { key, ..rule.clone() }),
        })
        .collect()
}

/// The rules once the plan's calls were carried out.
fn carried_out(plan: &Restoration, mut rules: Vec<IngressRule>) -> Vec<IngressRule> {
    for creation in &plan.create {
        for rule in &creation.rules {
            let id = format!("{}-new", rule.id);
            rules.push(IngressRule { id, tags: creation.tags.clone(), ..rule.clone() });
        }
    }
    for (id, key, description) in plan.widen.values().flatten() {
        for rule in rules.iter_mut().filter(|rule| rule.id == *id) {
            (rule.key, rule.description) = (key.clone(), description.clone());
        }
    }
    for (_, id, text) in &plan.describe {
        rules.iter_mut().filter(|rule| rule.id == *id).for_each(|rule| rule.description = Some(text.clone()));
    }
    for (id, tags) in &plan.tag {
        rules.iter_mut().filter(|rule| rule.id == *id).for_each(|rule| rule.tags.extend(tags.clone()));
    }
    rules
}

#[test]
fn every_kind_of_source_is_closed_and_put_back_by_both_methods() {
    for method in [Method::Revoke, Method::Narrow] {
        let rules = all_kinds();
        let touched = plan::select(&params(method), &rules).unwrap();
        assert_eq!(touched.len(), 6, "every rule but the one for SSH");
        let during = applied(&touched, &rules);
        assert!(during.iter().all(|rule| !admits_anyone(rule)), "{during:?}");
        let plan = plan::restoration(&touched, &during);
        assert!(plan.conflicts.is_empty(), "{:?}", plan.conflicts);
        let after = carried_out(&plan, during);
        let again = plan::restoration(&touched, &after);
        assert!(again.is_done() && again.conflicts.is_empty(), "{again:?}");
        let same_ids = again.ids.iter().all(|(old, new)| old == new);
        assert_eq!(same_ids, method == Method::Narrow, "narrowing keeps ids");
    }
}

/// True if the rule lets anyone but documentation addresses reach port 80.
fn admits_anyone(rule: &IngressRule) -> bool {
    let nobody = match &rule.key.source {
        Source::Ipv4(cidr) => cidr.starts_with("192.0.2."),
        Source::Ipv6(cidr) => cidr.starts_with("2001:db8:"),
        _ => false,
    };
    rule.key.admits("tcp", 80) && !nobody
}

#[test]
fn two_networks_are_narrowed_to_two_keys_and_never_to_one_that_is_taken() {
    let mut rules = all_kinds();
    rules.push(ipv4("sgr-8", "192.0.2.1/32"));
    let touched = plan::select(&params(Method::Narrow), &rules).unwrap();
    let during: Vec<RuleKey> = touched.iter().filter_map(|one| one.during.clone()).collect();
    let distinct: std::collections::BTreeSet<_> = during.iter().map(RuleKey::canonical).collect();
    assert_eq!(distinct.len(), during.len());
    assert!(!during.contains(&rules[7].key));
}

#[test]
fn nothing_is_planned_for_a_change_that_was_never_applied() {
    let rules = all_kinds();
    let touched = plan::select(&params(Method::Revoke), &rules).unwrap();
    let plan = plan::restoration(&touched, &rules);
    assert!(plan.is_done() && plan.conflicts.is_empty());
}

#[test]
fn a_half_applied_change_gets_only_what_is_missing() {
    let rules = all_kinds();
    let touched = plan::select(&params(Method::Revoke), &rules).unwrap();
    let half: Vec<_> = rules.iter().filter(|rule| rule.id != "sgr-5").cloned().collect();
    let plan = plan::restoration(&touched, &half);
    assert_eq!(plan.create.len(), 1);
    assert_eq!(plan.create[0].rules, [from_group("sgr-5")]);
}

#[test]
fn rules_with_different_tags_are_created_by_different_calls_without_awss_own_tags() {
    let mut rules = vec![ipv4("sgr-1", "0.0.0.0/0"), ipv4("sgr-2", "10.0.0.0/8"), from_group("sgr-5")];
    rules[2].tags = BTreeMap::from([("aws:cloudformation:stack-name".into(), "s".into())]);
    let touched = plan::select(&params(Method::Revoke), &rules).unwrap();
    let plan = plan::restoration(&touched, &[]);
    let calls: Vec<_> = plan.create.iter().map(|call| (call.rules.len(), call.tags.len())).collect();
    assert_eq!(calls, [(2, 1), (1, 0)]);
}

#[test]
fn a_rule_that_a_person_created_again_gets_its_description_and_tags() {
    let touched = plan::select(&params(Method::Revoke), &[ipv4("sgr-1", "10.0.0.0/8")]).unwrap();
    let by_hand = IngressRule {
        id: "sgr-9".into(),
        description: None,
        tags: BTreeMap::new(),
        ..ipv4("", "10.1.2.3/8")
    };
    let plan = plan::restoration(&touched, &[by_hand]);
    assert!(plan.create.is_empty() && plan.conflicts.is_empty());
    assert_eq!(plan.describe, [("sg-web".into(), "sgr-9".into(), "web".into())]);
    assert_eq!(plan.tag.len(), 1);
    assert_eq!(plan.ids["sgr-1"], "sgr-9");
}

#[test]
fn what_someone_else_changed_is_a_conflict_and_not_planned() {
    for method in [Method::Revoke, Method::Narrow] {
        let touched = plan::select(&params(method), &[ipv4("sgr-1", "0.0.0.0/0")]).unwrap();
        let moved = plan::restoration(&touched, &[ipv4("sgr-1", "203.0.113.0/24")]);
        assert!(moved.is_done());
        assert_eq!(moved.conflicts.len(), 1, "{method:?}");
        let reworded = IngressRule { description: Some("mine".into()), ..ipv4("sgr-1", "0.0.0.0/0") };
        let reworded = plan::restoration(&touched, &[reworded]);
        assert!(reworded.is_done());
        assert_eq!(reworded.conflicts.len(), 1, "{method:?}");
    }
}

#[test]
fn a_narrowed_rule_that_someone_removed_is_a_conflict_with_the_command_that_creates_it() {
    let touched = plan::select(&params(Method::Narrow), &[from_group("sgr-5")]).unwrap();
    let plan = plan::restoration(&touched, &[]);
    assert!(plan.is_done());
    let command = by_hand::settle("ap-northeast-2", &plan.conflicts[0]);
    assert!(
        command.starts_with("aws ec2 authorize-security-group-ingress --region ap-northeast-2"),
        "{command}"
    );
    assert!(command.contains(r#""GroupId":"sg-alb""#) && command.contains(r#""Key":"team""#), "{command}");
}

#[test]
fn a_rule_of_an_unknown_kind_is_refused() {
    let unknown = rule("sgr-1", "tcp", Some((80, 80)), Source::Unknown);
    assert!(plan::select(&params(Method::Revoke), &[unknown]).unwrap_err().contains("sgr-1"));
}

#[test]
fn the_groups_and_the_rules_are_what_is_altered() {
    let tags = BTreeMap::from([("firedrill".to_owned(), "allowed".to_owned())]);
    let group = SecurityGroup { id: "sg-1".into(), name: "web".into(), vpc: None, tags: tags.clone() };
    let touched = plan::select(&params(Method::Revoke), &all_kinds()).unwrap();
    let altered = resources(Side::Primary, &[group], &touched);
    assert_eq!(altered.len(), 1 + touched.len());
    assert_eq!((altered[0].kind, &altered[0].tags), (ResourceKind::SecurityGroup, &tags));
    assert!(altered[1..].iter().all(|one| one.kind == ResourceKind::Rule));
}

#[test]
fn before_survives_the_journal_and_another_version_is_refused() {
    let touched = plan::select(&params(Method::Narrow), &all_kinds()).unwrap();
    let before =
        Before { version: Version, side: Side::Primary, region: "r".into(), groups: Vec::new(), touched };
    let mut kept = before::write(&before).unwrap();
    assert_eq!(before::read::<Before>(&kept).unwrap(), before);
    kept["version"] = 2.into();
    assert!(before::read::<Before>(&kept).unwrap_err().to_string().contains("version 2"));
}
