//! Disks that are full and folders that can not be written.

use std::process::Command;

use super::*;

/// A folder in which nothing can be made, not even by root.
#[test]
fn a_folder_that_can_not_be_written_refuses_the_run() {
    let scene = Scene::with(67, |_| CLOSE.to_owned());
    let nowhere = Path::new("/sys/firedrill-reports");
    let words = ["run", scene.drill.to_str().unwrap(), "--yes"];
    let refused = run(&mut scene.lab.firedrill(&words, nowhere));
    refused.expect_code(3);
    assert!(refused.stderr.contains("nothing was touched"), "{}", refused.stderr);
    assert_eq!(World::of(&scene.lab), scene.before);
}

/// `sh`, which then becomes the program, in the middle of whose run a file may grow no more.
fn in_shell(before: &str, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{before}; exec \"$@\""), "sh"]).arg(command.get_program());
    shell.args(command.get_args()).current_dir(crate::support::root());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

/// The samples reach the size that a file may have. The journal does not: it is the smaller one.
#[test]
fn samples_that_find_no_room_end_the_run_and_it_is_restored() {
    let scene = Scene::closed(68);
    // In blocks of 512 bytes. A write beyond it fails, as on a full disk, where its signal is not heard.
    let limit = "trap '' XFSZ; ulimit -f 700";
    let finished = run(&mut in_shell(limit, &scene.run_command()));
    scene.restored(&finished, 5);
    assert!(finished.stderr.contains("not in the journal: samples"), "{}", finished.stderr);
    let told = finished.stderr.matches("not in the journal").count();
    assert_eq!(told, 1, "said once: {}", finished.stderr);
}

/// A disk that is really full in the middle of a run: the run is stopped and restored all the same, and says that the journal
/// does not know. With room again, `restore` looks once more.
#[test]
fn a_full_disk_in_the_middle_of_a_run_restores_and_is_put_right_later() {
    let can = Command::new("unshare").args(["-rm", "true"]).output();
    if !can.is_ok_and(|output| output.status.success()) {
        return skipped("this user may not mount a small disk of its own");
    }
    // The drill fills its own disk once the port is closed. What its last block still holds is too little for all that follows.
    let steps = |folder: &Path| {
        let filler = folder.join("reports/filler");
        let fill =
            format!("  - run: [sh, -c, \"cat /dev/zero > {}; true\"]\n    within: 5m\n", filler.display());
        let more: String = (0..4).map(|n| format!("  - fault: noop\n    as: nothing-{n}\n")).collect();
        format!("{CLOSE}{more}{fill}    as: filled\n{}", block(folder))
    };
    let scene = Scene::with(69, steps);
    let (reports, program) = (scene.reports(), env!("CARGO_BIN_EXE_firedrill"));
    let (dir, drill, lab) = (reports.display(), scene.drill.display(), scene.lab.file());
    fs::create_dir(&reports).unwrap();
    let text = format!(
        "mount -t tmpfs -o size=8m none {dir} || exit 99
         {program} run {drill} --yes --lab-at {lab} --reports {dir}; echo \"run $?\"
         {program} status --reports {dir} >/dev/null; echo \"status $?\"
         rm {dir}/filler || exit 98
         {program} restore --lab-at {lab} --reports {dir} >/dev/null; echo \"restore $?\"
         {program} status --reports {dir} >/dev/null; echo \"status $?\"",
        lab = lab.display(),
    );
    let mut command = firedrill();
    let envs: Vec<_> = command.get_envs().map(|(n, v)| (n.to_owned(), v.map(ToOwned::to_owned))).collect();
    command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", &text]).current_dir(crate::support::root());
    for (name, value) in envs {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let finished = run(&mut command);
    finished.expect_code(0);
    let codes: Vec<&str> = finished.stdout.lines().filter(is_code).collect();
    assert_eq!(
        codes,
        ["run 5", "status 10", "restore 0", "status 0"],
        "{}\n{}",
        finished.stdout,
        finished.stderr
    );
    assert!(finished.stderr.contains("not in the journal"), "{}", finished.stderr);
    assert!(finished.stderr.contains("everything was put back and verified"), "{}", finished.stderr);
    assert_eq!(World::of(&scene.lab), scene.before);
}

fn is_code(line: &&str) -> bool {
    ["run ", "status ", "restore "]
        .iter()
        .any(|verb| line.strip_prefix(verb).is_some_and(|code| code.len() < 3))
}
