//! Deployment: the deployment's file.
//! Used by: `outcome`.

use super::{File, commented, scalar};
use crate::{
    discover::{
        facts::{Facts, Wanted},
        tag::{self, ALLOW},
    },
    drill::model::{RegionOf, Side},
};

/// The file of a deployment called `name` in this account, with these environments.
pub(in crate::discover) fn deployment(
    facts: &Facts,
    name: &str,
    account: &str,
    environments: [&str; 2],
) -> File {
    let asked = &facts.asked;
    let mut text = format!(
        "# Found by `firedrill discover --site {}`. It holds names alone: security groups, load balancers, target\n\
         # groups, health checks, records and clusters are found from them at each run.\n",
        asked.site
    );
    text.push_str(&format!("deployment: {}\naccount: \"{account}\"\n\n", scalar(name)));
    text.push_str(&commented(&format!("site: {}", scalar(&asked.site.to_string())), "how a user reaches it"));
    text.push_str(&write_check(facts));
    text.push('\n');
    for (side, environment) in Side::BOTH.into_iter().zip(environments) {
        text.push_str(&region(side, asked.regions.of(side), environment));
    }
    text.push_str(&database(facts));
    text.push('\n');
    text.push_str(&allow(facts));
    text.push_str(
        "\n# Optional:\n\
         # resolver: 10.0.0.2:53          ask this DNS server instead of the system's\n\
         # marker: { header: NAME, primary: TEXT, standby: TEXT }\n\
         #                                what tells which region answered; without it, the address does\n\
         # windows: [ { days: Mon-Thu, from: \"09:00\", to: \"17:00\" } ]\n\
         #                                when drills may run; README has the others: blackout, freeze, limits, ready, report\n\
         # account_lock: false            keep no lock, no breadcrumb and no safety switch in the account\n",
    );
    File { path: format!("deployments/{name}.yaml"), text }
}

/// Only the application's people know of one: no API tells it.
fn write_check(facts: &Facts) -> String {
    match &facts.asked.write_check {
        Some(url) => commented(
            &format!("write_check: {}", scalar(&url.to_string())),
            "POST; any 2xx answer is a write that worked",
        ),
        None => {
            let site = &facts.asked.site;
            let scheme = if site.tls { "https" } else { "http" };
            format!(
                "# write_check: {scheme}://{}/PATH\n\
                 #   Not found: AWS does not know it. Name a request that writes to the database (POST; any 2xx answer is a\n\
                 #   write that worked), and add `writes: true` to the drill's conditions on the site.\n",
                site.authority()
            )
        }
    }
}

fn region(side: Side, of: &RegionOf, environment: &str) -> String {
    let mut parts = format!("region: {}, environment: {}", of.region, scalar(environment));
    for (key, value) in [("role_arn", &of.role_arn), ("profile", &of.profile)] {
        if let Some(value) = value {
            parts.push_str(&format!(", {key}: {}", scalar(value)));
        }
    }
    format!("{side}: {{ {parts} }}\n")
}

fn database(facts: &Facts) -> String {
    match facts.database.as_ref().and_then(|find| find.found()) {
        Some(found) => format!("database: {{ global_cluster: {} }}\n", scalar(&found.global.id)),
        None if facts.asked.database == Wanted::Nothing => {
            "# database: { global_cluster: ID }   none, as told: no drill moves one\n".to_owned()
        }
        None => String::new(),
    }
}

fn allow(facts: &Facts) -> String {
    let mut text = commented(
        &format!("allow: {{ tag: \"{}={}\" }}", ALLOW.0, ALLOW.1),
        "what does not carry it is not changed",
    );
    let commands = tag::commands(facts);
    if !commands.is_empty() {
        text.push_str(
            "#   Not on these yet. Whoever is answerable for them allows drills to change them by:\n",
        );
        commands.iter().for_each(|command| text.push_str(&format!("#   {command}\n")));
    }
    if let Some(besides) = tag::besides(facts) {
        text.push_str(&format!(
            "#   Not looked at here: {besides}.\n#   `firedrill plan` tells what lacks it.\n"
        ));
    }
    text
}
