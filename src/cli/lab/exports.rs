//! Exports: where a lab is, for people to read and to paste, and for programs.
//! Invariant: what is printed can be pasted into a shell as it is.
//! Used by: `up`.

use std::path::Path;

use comfy_table::{Table, presets};

use crate::lab::LabInfo;

/// One line of JSON.
pub(super) fn json(info: &LabInfo) -> String {
    // Strings, numbers and maps with text keys: this cannot fail to be JSON.
    let line = serde_json::to_string(info);
    debug_assert!(line.is_ok());
    line.map(|line| line + "\n").unwrap_or_default()
}

/// A table, and what to paste.
pub(super) fn human(info: &LabInfo, ca: Option<&Path>) -> String {
    let mut text = format!("The lab is up. Ctrl-C ends it.\n\n{}\n", places(info));
    text.push_str(&unserved(info));
    text.push_str("\nFor AWS clients in another terminal:\n\n");
    text.push_str(&lines(&for_clients(info)));
    text.push_str("\nFor `firedrill lab do`, and to reach the sites from anywhere on this machine:\n\n");
    text.push_str(&lines(&for_sites(info, ca)));
    text.push_str(&hints(info, ca));
    text
}

fn places(info: &LabInfo) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.add_row(["AWS", &info.aws_endpoint]);
    table.add_row(["DNS", &info.dns]);
    table.add_row(["control", &info.control]);
    for region in &info.regions {
        if let Some(site) = info.sites.get(region) {
            table.add_row([region, &site.http]);
            table.add_row(["", &site.https]);
        }
    }
    table.add_row(["world", &info.world]);
    table.add_row(["account", &info.account]);
    table.add_row(["seed, speed", &format!("{}, {}", info.seed, info.speed)]);
    table.trim_fmt()
}

/// Loud, for a client that resolves such a name meets nobody.
fn unserved(info: &LabInfo) -> String {
    if info.unserved.is_empty() {
        return String::new();
    }
    format!(
        "\nNOT SERVED by any port, as no zone's record leads there or there are too many: {}\n",
        info.unserved.join(", ")
    )
}

fn for_clients(info: &LabInfo) -> Vec<(&'static str, String)> {
    let first = info.regions.first().cloned().unwrap_or_default();
    vec![
        ("AWS_ENDPOINT_URL", info.aws_endpoint.clone()),
        ("AWS_ACCESS_KEY_ID", info.access_key_id.clone()),
        ("AWS_SECRET_ACCESS_KEY", info.secret_access_key.clone()),
        ("AWS_REGION", first.clone()),
        ("AWS_DEFAULT_REGION", first),
    ]
}

fn for_sites(info: &LabInfo, ca: Option<&Path>) -> Vec<(&'static str, String)> {
    let map: Vec<String> =
        info.connect_map.iter().map(|(world, machine)| format!("{world}={machine}")).collect();
    let mut exports = vec![("FIREDRILL_LAB", info.control.clone()), ("FIREDRILL_CONNECT_TO", map.join(","))];
    if let Some(path) = ca {
        let path = path.display().to_string();
        let trusting = ["FIREDRILL_CA", "SSL_CERT_FILE", "AWS_CA_BUNDLE", "CURL_CA_BUNDLE"];
        exports.extend(trusting.map(|name| (name, path.clone())));
    }
    exports
}

/// What environment variables cannot say.
fn hints(info: &LabInfo, ca: Option<&Path>) -> String {
    let (host, port) = info.dns.split_once(':').unwrap_or((&info.dns, "53"));
    let mut text = format!("\nNames of {}: dig @{host} -p {port} NAME\n", info.zones.join(", "));
    if ca.is_none() {
        text.push_str("The sites' certificates are signed by an authority that `--ca-out FILE` writes.\n");
    }
    text
}

fn lines(exports: &[(&str, String)]) -> String {
    exports.iter().map(|(name, value)| format!("export {name}={}\n", quoted(value))).collect()
}

/// A value as a shell takes it: in quotes, if it has anything that a shell would read.
fn quoted(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=,@%+[]".contains(c);
    if value.chars().all(is_plain) { value.to_owned() } else { format!("'{}'", value.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Clock,
        lab::{Lab, LabSettings},
    };

    #[tokio::test]
    async fn the_json_line_reads_back_and_the_table_can_be_pasted() {
        let lab = Lab::start(LabSettings::new(7, Clock::at_speed(20.0))).await.unwrap();
        let line = json(lab.info());
        assert_eq!(line.lines().count(), 1);
        let back: LabInfo = serde_json::from_str(&line).unwrap();
        assert_eq!(&back, lab.info());
        let text = human(lab.info(), Some(Path::new("/tmp/it's a ca.pem")));
        assert!(text.contains(&format!("export AWS_ENDPOINT_URL={}\n", lab.info().aws_endpoint)), "{text}");
        assert!(text.contains(&format!("export FIREDRILL_LAB={}\n", lab.info().control)), "{text}");
        assert!(text.contains(r"export SSL_CERT_FILE='/tmp/it'\''s a ca.pem'"), "{text}");
    }
}
