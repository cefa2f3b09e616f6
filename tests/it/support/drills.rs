//! Drills that tests write for themselves, on the deployment that the lab has.

use std::path::{Path, PathBuf};

/// The lab's deployment over plain HTTP, so that a test's processor is left for the drill.
pub(crate) const DEPLOYMENT: &str = "\
deployment: wordpress
account: \"111122223333\"
site: http://www.example.com/
write_check: http://www.example.com/write-check
primary: { region: ap-northeast-2, environment: wordpress-seoul }
standby: { region: ap-northeast-1, environment: wordpress-tokyo }
database: { global_cluster: wordpress-global }
allow: { tag: \"firedrill=allowed\" }
";

/// What every test drill begins with.
const HEAD: &str = "\
title: a drill of the tests
deployment: wordpress
probe_interval: 1s
time_limit: 40m
steady_state:
  - site: { answers: 200, from: primary }
stop_when:
  - health_check: { of: standby, is: unhealthy, for: 20s }
";

/// Writes a drill of these steps and its deployment into `folder`.
pub(crate) fn write(folder: &Path, name: &str, steps: &str) -> PathBuf {
    write_with(folder, name, "", steps)
}

/// The same, with more keys before the steps.
pub(crate) fn write_with(folder: &Path, name: &str, more: &str, steps: &str) -> PathBuf {
    std::fs::create_dir_all(folder.join("deployments")).unwrap();
    std::fs::write(folder.join("deployments/wordpress.yaml"), DEPLOYMENT).unwrap();
    let path = folder.join(format!("{name}.yaml"));
    std::fs::write(&path, format!("drill: {name}\n{HEAD}{more}steps:\n{steps}")).unwrap();
    path
}

/// Closes port 80 of Seoul's instances.
pub(crate) const CLOSE: &str = "  - fault: ec2.revoke-ingress
    of: primary
    port: 80
    as: port-80-closed
";

/// A fault that takes as long as the test likes: a rendezvous. It waits for a file that no one makes.
pub(crate) fn block(folder: &Path) -> String {
    let file = folder.join("never");
    format!("  - fault: hold\n    until_file: {}\n    as: rendezvous\n", file.display())
}
