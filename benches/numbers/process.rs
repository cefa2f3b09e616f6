//! Process: the program, run and timed from outside.
//! Invariant: no process outlives the benchmark that started it.
//! Used by: every number.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    time::Duration,
};

use firedrill::clock::Clock;

use super::broken::Broken;

/// Time between two looks at a running process' memory. The kernel keeps the highest value itself, so what a look can
/// miss is only what is taken for the first time after the last look.
const LOOK: Duration = Duration::from_millis(5);

/// Looks in a row at which a process that waits for its reader must be asleep, to be believed.
const ASLEEP: u32 = 10;

/// A process that ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    /// From before it was started until it was gone.
    pub(crate) took: Duration,
    /// The most memory that it ever held, in KiB; `None` where the system does not tell.
    pub(crate) peak_kib: Option<u64>,
}

/// The program, with nothing of this process' surroundings that would change what it does, at the repository's root.
pub(crate) fn firedrill() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_firedrill"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env_remove("FIREDRILL_REPORTS");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Kills the process if it is dropped before it ended.
pub(crate) struct Running(Child);

impl Running {
    pub(crate) fn start(command: &mut Command) -> Result<Running, Broken> {
        command.spawn().map(Running).map_err(Broken::io("the program could not be started"))
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.0
    }

    fn wait(&mut self) -> Result<ExitStatus, Broken> {
        self.0.wait().map_err(Broken::io("the program's end could not be waited for"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Neither matters for a process that has ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs to the end and times it; nothing else is looked at, so nothing disturbs.
pub(crate) fn time(command: &mut Command) -> Result<Ended, Broken> {
    let clock = Clock::real_time();
    let status = Running::start(command)?.wait()?;
    Ok(Ended { status, took: clock.now().mono, peak_kib: None })
}

/// Runs to the end, watching its memory. What is not over within `patience` is killed and an error.
pub(crate) fn watch(command: &mut Command, output: &Path, patience: Duration) -> Result<Ended, Broken> {
    let file = || File::create(output).map_err(Broken::io(format!("{} was not made", output.display())));
    let clock = Clock::real_time();
    let mut running = Running::start(command.stdout(file()?))?;
    let id = running.0.id();
    let (send, ended) = mpsc::channel::<()>();
    let watcher = std::thread::spawn(move || {
        let mut peak = None;
        while ended.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
            peak = peak_kib(id).max(peak);
            if clock.now().mono > patience {
                // By its id: the child itself is borrowed by whoever waits for it.
                let _ = Command::new("kill").args(["-KILL", &id.to_string()]).status();
                break;
            }
        }
        peak
    });
    let status = running.wait()?;
    let took = clock.now().mono;
    drop(send);
    let peak_kib =
        watcher.join().map_err(|_| Broken::Otherwise("the watch of the memory ended in a bug".into()))?;
    if took > patience {
        let seconds = patience.as_secs();
        return Err(Broken::Otherwise(format!("the program was not done within {seconds} s and was killed")));
    }
    Ok(Ended { status, took, peak_kib })
}

/// The most memory of a process too short to be watched: its standard output is a pipe that is full already, so it
/// sleeps in its own last write, with all behind it that it ever does, until it has been looked at. `None` on systems
/// that do not tell, or whose pipes are of another size.
pub(crate) fn peak_of_short(command: &mut Command) -> Result<Option<u64>, Broken> {
    if !cfg!(target_os = "linux") {
        return Ok(None);
    }
    let doing = || Broken::io("a full pipe could not be made");
    let (mut reader, mut writer) = io::pipe().map_err(doing())?;
    // A pipe holds 64 KiB (Linux: pipe(7)).
    writer.write_all(&[0; 1 << 16]).map_err(doing())?;
    let mut running = Running::start(command.stdout(writer))?;
    // The command holds the pipe's writing end too; without it the reader sees the end when the program ends.
    command.stdout(Stdio::null());
    let (mut asleep, mut peak) = (0, None);
    while asleep < ASLEEP && running.0.try_wait().map_err(doing())?.is_none() {
        pause(LOOK);
        peak = peak_kib(running.0.id()).max(peak);
        asleep = if field(running.0.id(), "State:").is_some_and(|state| state.starts_with('S')) {
            asleep + 1
        } else {
            0
        };
    }
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest).map_err(Broken::io("the program's output was not read"))?;
    running.wait()?;
    Ok(peak)
}

fn pause(time: Duration) {
    let (_open, never) = mpsc::channel::<()>();
    let _ = never.recv_timeout(time);
}

/// The highest resident memory so far. Linux: proc(5), `VmHWM`.
fn peak_kib(id: u32) -> Option<u64> {
    field(id, "VmHWM:")?.trim_end_matches(" kB").parse().ok()
}

fn field(id: u32, name: &str) -> Option<String> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    status.lines().find_map(|line| Some(line.strip_prefix(name)?.trim().to_owned()))
}
