//! More: what looks like a defect and is none, and defects that look like none.

use super::{Defect, Plant::*, Verdict::*, defect, edits::*};

pub(super) const MORE: &[Defect] = &[
    defect(
        "two records whose health checks are exchanged",
        &[
            World(
                "failover: primary, health_check: wordpress-seoul }",
                "failover: primary, health_check: wordpress-tokyo }",
            ),
            World(
                "failover: secondary, health_check: wordpress-tokyo }",
                "failover: secondary, health_check: wordpress-seoul }",
            ),
        ],
        &[("health-checks", Fail)],
    ),
    defect(
        "a health check of the standby that asks a name of the primary",
        &[World("host: tokyo.example.com", "host: seoul.example.com")],
        &[("health-checks", Fail)],
    ),
    defect(
        "a health check of the standby that counts the primary's",
        &[World(
            "name: wordpress-tokyo, kind: HTTP, host: tokyo.example.com, port: 80, path: /, interval: 10, threshold: 3 }",
            "name: wordpress-tokyo, kind: CALCULATED, children: [wordpress-seoul] }",
        )],
        &[("health-checks", Unknown), ("health-checks-healthy", Unknown)],
    ),
    defect("a health check that asks the balancer by its own name", &[Survey(asks_the_balancer)], &[]),
    defect(
        "a health check that asks a name of another zone",
        &[Survey(asks_another_zone)],
        &[("health-checks", Unknown)],
    ),
    defect(
        "a health check that asks an address of nobody's",
        &[World("host: tokyo.example.com, port: 80", "address: 198.51.100.20, port: 80")],
        &[("health-checks", Unknown)],
    ),
    defect(
        "a standby of one instance, without a balancer",
        &[Survey(single_instance)],
        &[("listeners", Fail), ("target-checks", Warn), ("security-groups", Fail), ("alarms", Warn)],
    ),
    defect(
        "a health check that is inverted",
        &[World(
            "host: tokyo.example.com, port: 80, path: /, interval: 10, threshold: 3 }",
            "host: tokyo.example.com, port: 80, path: /, interval: 10, threshold: 3, inverted: true }",
        )],
        &[("health-checks-on", Fail), ("health-checks-healthy", Fail)],
    ),
    defect("labels that CodePipeline made up for the newest release", &[Survey(labels_of_the_newest)], &[]),
    defect(
        "an environment that went back to an older release",
        &[Survey(one_went_back)],
        &[("version", Fail)],
    ),
    defect("two environments that went back", &[Survey(both_went_back)], &[("version", Warn)]),
    defect(
        "labels that CodePipeline made up, and no pipeline",
        &[Survey(labels_without_pipelines)],
        &[("version", Unknown)],
    ),
    defect(
        "labels that CodePipeline made up, and pipelines that are not to be read",
        &[Survey(labels_and_denied_pipelines)],
        &[("version", Unknown), ("pipeline", Unknown), ("revision", Unknown)],
    ),
    defect(
        "pipelines that release from buckets",
        &[Survey(from_buckets)],
        &[("version", Unknown), ("revision", Unknown)],
    ),
    defect(
        "the offices as a list here and as plain rules there",
        &[Tokyo(
            "          - { port: 22, from: office, description: SSH from the offices }\n",
            "          - { port: 22, from: 203.0.113.0/26 }\n          - { port: 22, from: 203.0.113.64/27 }\n",
        )],
        &[],
    ),
    defect(
        "a list that holds the network's own range",
        &[
            World("entries: [203.0.113.0/26, 203.0.113.64/27]", "entries: [203.0.113.0/26, 10.10.0.0/16]"),
            Tokyo("entries: [203.0.113.0/26, 203.0.113.64/27]", "entries: [203.0.113.0/26, 10.20.0.0/16]"),
        ],
        &[],
    ),
    defect("bastions that are let in by their addresses", &[Survey(bastions_by_address)], &[]),
    defect(
        "rules for another place in the same network",
        &[Survey(places_differ)],
        &[("security-groups", Warn)],
    ),
    defect("a list of AWS's own, which is another in each region", &[Survey(a_list_of_amazons)], &[]),
    defect(
        "machines that are let in where nobody works by hand",
        &[
            World("{ port: 22, from: seoul-bastion,", "{ port: 8080, from: seoul-bastion,"),
            World("{ port: 22, from: tokyo-bastion,", "{ port: 8080, from: tokyo-bastion,"),
        ],
        &[("access", Warn)],
    ),
    defect(
        "no bastion but Session Manager",
        &[
            World("{ port: 22, from: seoul-bastion,", "{ port: 8080, from: seoul-bastion,"),
            World("{ port: 22, from: tokyo-bastion,", "{ port: 8080, from: tokyo-bastion,"),
            Survey(session_manager),
        ],
        &[],
    ),
    defect(
        "a group that replaces what the balancer finds ill, kept from it for a drill",
        &[Tokyo(
            "          class: t3.small\n",
            "          class: t3.small\n          health_check: ELB\n          suspended: [HealthCheck, ReplaceUnhealthy]\n",
        )],
        &[("scaling-processes", Warn)],
    ),
    defect(
        "a group that replaces nothing, though nothing else would",
        &[Tokyo(
            "          class: t3.small\n",
            "          class: t3.small\n          suspended: [ReplaceUnhealthy]\n",
        )],
        &[("scaling-processes", Fail)],
    ),
    defect(
        "networks with the same addresses that nothing joins",
        &[AllTokyo("10.20.", "10.10."), Survey(nothing_joins_the_networks)],
        &[],
    ),
    defect(
        "a transit gateway in place of a peering",
        &[Survey(a_transit_gateway)],
        &[("peering", Unknown), ("peering-routes", Unknown)],
    ),
    defect("routes to parts of the networks", &[Survey(routes_to_parts)], &[("peering-routes", Warn)]),
    defect(
        "a more exact route that leads nowhere",
        &[Survey(a_hole_in_the_range)],
        &[("peering-routes", Fail)],
    ),
    defect("a renewal that failed", &[Survey(renewal_failed)], &[("certificate-days", Warn)]),
    defect(
        "a renewal that waits for proof of the domain",
        &[Survey(renewal_waits_for_proof)],
        &[("certificate-days", Warn)],
    ),
    defect(
        "a renewal that failed, and three days left",
        &[Survey(renewal_failed_and_the_end_is_near)],
        &[("certificate-days", Fail)],
    ),
    defect("a certificate without a date", &[Survey(no_date)], &[("certificate-days", Unknown)]),
    defect(
        "a balancer without a certificate",
        &[Tokyo("          certificate: www\n", "")],
        &[("settings", Warn), ("listeners", Fail), ("certificate", Fail), ("certificate-days", Unknown)],
    ),
    defect(
        "an encrypted site whose balancers encrypt nothing",
        &[World("          certificate: www\n", ""), Tokyo("          certificate: www\n", "")],
        &[("listeners", Fail), ("certificate", Unknown), ("certificate-days", Unknown)],
    ),
    defect("a certificate that is shown to who asks for the site", &[Survey(shown_to_who_asks)], &[]),
    defect("a certificate that ACM does not keep", &[Survey(not_of_acm)], &[("certificate", Unknown)]),
    defect(
        "parameter groups of one name that set something else",
        &[Survey(parameters_of_one_name)],
        &[("database-parameters", Fail)],
    ),
    defect("serverless instances", &[Survey(alike_and_serverless)], &[]),
    defect(
        "serverless instances that grow less",
        &[Survey(smaller_and_serverless)],
        &[("database-classes", Warn)],
    ),
    defect(
        "serverless instances of which nobody says how far they grow",
        &[Survey(serverless_without_a_word)],
        &[("database-classes", Unknown)],
    ),
    defect("members that are not in step", &[Survey(not_in_sync)], &[("database-roles", Fail)]),
    defect("an alarm that does nothing but scale", &[Survey(an_alarm_that_scales)], &[]),
    defect("a balancer that another application shares", &[Survey(a_shared_balancer)], &[]),
    defect("an option that names one region in both", &[Survey(one_region_is_named_in_both)], &[]),
    defect(
        "a plain AAAA record beside the pair",
        &[World(
            "      - { name: seoul.example.com, environment: wordpress-seoul }\n",
            "      - { name: seoul.example.com, environment: wordpress-seoul }\n      - { name: www.example.com, kind: AAAA, environment: wordpress-seoul }\n",
        )],
        &[("failover-records", Fail)],
    ),
    defect(
        "a pair of AAAA records beside the other",
        &[World(
            "      - { name: seoul.example.com, environment: wordpress-seoul }\n",
            "      - { name: seoul.example.com, environment: wordpress-seoul }\n      - { name: www.example.com, kind: AAAA, environment: wordpress-seoul, evaluate_target_health: true, set: seoul, failover: primary, health_check: wordpress-seoul }\n      - { name: www.example.com, kind: AAAA, environment: wordpress-tokyo, evaluate_target_health: true, set: tokyo, failover: secondary, health_check: wordpress-tokyo }\n",
        )],
        &[],
    ),
    defect(
        "a primary without a health check",
        &[World("failover: primary, health_check: wordpress-seoul }", "failover: primary }")],
        &[("protected-records", Warn), ("ttl", Unknown)],
    ),
];
