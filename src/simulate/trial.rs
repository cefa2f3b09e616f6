//! Trial: one seed from start to judgement: a run that may be killed, restorations that may be killed, and what is left.
//! Invariant: a trial is decided by its seed, its drill and its hazards; played again it is the same trial.
//! Not here: what chance decides (see `fate`), what counts as a violation (see `checks`).
//! Used by: `sweep`.

use std::{
    collections::{BTreeSet, VecDeque},
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;

use super::{
    checks::{self, Evidence},
    fate::{Fate, Hazards},
    life::{Life, Lost, Moment},
    outcome::{Outcome, Remains},
    outsider::{self, Deed, Footprints},
    play::{self, Place, Played},
    stage::{Ended, Stage, Surroundings},
};
use crate::{
    clock::later,
    drill::model::{Deployment, LoadedDrill},
    journal,
    lab::world::{World, blueprint::Blueprint},
};

/// After this the world shows and is all that it was told.
const SETTLED: Duration = Duration::from_secs(30 * 60);
/// Restorations by a patient person, after the last hazard.
const PATIENT: usize = 3;

/// What is tried.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The seed.
    pub seed: u64,
    /// The drill.
    pub drill: Arc<LoadedDrill>,
    /// The world it runs in.
    pub blueprint: Arc<Blueprint>,
    /// What may happen to it.
    pub hazards: Hazards,
    /// True to run the changes alone: nothing is watched and nothing awaited.
    pub bare: bool,
    /// A folder that is the trial's own.
    pub folder: PathBuf,
    /// The command that plays it again.
    pub command: Vec<String>,
}

/// Plays the trial and judges it.
///
/// # Errors
/// Only for what is wrong with the simulation itself: its folder, its threads.
pub fn play(trial: &Trial) -> Result<Outcome, String> {
    play_out(trial, &Fate::of(trial.seed, trial.hazards)).map(|(outcome, _)| outcome)
}

/// Plays the trial with another fate than its seed's; its outcome, and what each life left.
pub(super) fn play_out(trial: &Trial, fate: &Fate) -> Result<(Outcome, Vec<Remains>), String> {
    let mut world = World::build(trial.blueprint.clone(), trial.seed, fate.start);
    for rule in fate.rules.clone() {
        world.misbehave(rule);
    }
    let before = world.configuration();
    let mut show = Show {
        trial,
        stage: Some(Stage::new(world, trial.seed)),
        visits: Arc::new(Mutex::new(Visits::new(fate))),
        lives: Vec::new(),
        story: Vec::new(),
        violations: Vec::new(),
        run: None,
    };
    show.lives(fate)?;
    show.judged(fate, before)
}

/// A trial while it is played.
struct Show<'a> {
    trial: &'a Trial,
    stage: Option<Stage>,
    visits: Arc<Mutex<Visits>>,
    lives: Vec<Remains>,
    story: Vec<String>,
    violations: Vec<String>,
    run: Option<Result<u8, String>>,
}

/// The outsider's plans and traces.
#[derive(Debug)]
struct Visits {
    to_come: VecDeque<(Timestamp, Deed)>,
    prints: Footprints,
}

impl Visits {
    fn new(fate: &Fate) -> Visits {
        let to_come = fate.outsider.iter().map(|(after, deed)| (later(fate.start, *after), *deed)).collect();
        Visits { to_come, prints: Footprints::default() }
    }
}

impl Show<'_> {
    /// The run, the restorations after it, and at last a patient person for whom AWS behaves.
    fn lives(&mut self, fate: &Fate) -> Result<(), String> {
        let lost = |life: usize| fate.losses.get(life).copied().flatten();
        let mut ends = fate.ends.iter().zip(&fate.pauses).enumerate();
        if let Some((number, (end, pause))) = ends.next() {
            self.life(*end, lost(number), true)?;
            self.pass(*pause);
        }
        let Some(folder) = self.run_folder()? else { return Ok(()) };
        for (number, (end, pause)) in ends {
            if !is_outstanding(&folder) {
                return Ok(());
            }
            self.life(*end, lost(number), false)?;
            self.pass(*pause);
        }
        for rule in self.world().rules() {
            self.world().forget_rule(&rule.name);
        }
        for _ in 0..PATIENT {
            if !is_outstanding(&folder) {
                return Ok(());
            }
            self.pass(Duration::from_secs(600));
            self.life(None, None, false)?;
        }
        Ok(())
    }

    fn life(&mut self, end: Option<Moment>, lost: Option<Lost>, run: bool) -> Result<(), String> {
        let folder = self.run_folder()?;
        let records_before = folder.as_deref().map_or(0, records_in);
        let stage = self.stage.take().ok_or("the stage is gone")?;
        let deployment = self.trial.drill.drill.deployment.clone();
        let (visits, place) = (self.visits.clone(), self.place());
        let loaded = self.trial.drill.clone();
        let (stage, life, ended) = stage.live(end, lost, async move |around: Arc<Surroundings>| {
            tokio::spawn(visited(around.clone(), deployment, visits));
            match (run, folder) {
                (true, _) => Box::pin(play::run(around, loaded, place)).await,
                (false, Some(folder)) => Box::pin(play::restore(around, folder)).await,
                (false, None) => Played::NothingToDo,
            }
        })?;
        self.stage = Some(stage);
        self.buried(&life)?;
        let killed = matches!(ended, Ended::Killed);
        self.story.extend(lost.map(|lost| lost.to_string()));
        self.tell(end, run, &ended);
        let records = life.records();
        self.lives.push(Remains { records_before, records, sent: life.sent(), killed });
        Ok(())
    }

    /// What a process that was killed had not written is not on disk.
    fn buried(&self, life: &Life) -> Result<(), String> {
        let Some((file, length)) = life.samples_kept() else { return Ok(()) };
        let cut = fs::OpenOptions::new().write(true).open(&file).and_then(|file| file.set_len(length));
        cut.map_err(|why| format!("{} could not be cut: {why}", file.display()))
    }

    fn tell(&mut self, end: Option<Moment>, run: bool, ended: &Ended<Played>) {
        let what = if run { "run" } else { "restore" };
        let now = self.world().now();
        let how = match ended {
            Ended::Killed => format!("killed {}", end.map_or_else(String::new, |end| end.to_string())),
            Ended::Hung => {
                self.violations.push(format!("{what} never came to an end"));
                "never came to an end".to_owned()
            }
            Ended::OfItself(Played::NothingToDo) => "had nothing to do".to_owned(),
            Ended::OfItself(Played::Refused(why)) => {
                if run {
                    self.run = Some(Err(why.clone()));
                }
                format!("refused: {}", why.replace('\n', " "))
            }
            Ended::OfItself(Played::Impossible(why)) => {
                self.violations.push(format!("{what} could not go on: {why}"));
                format!("could not go on: {why}")
            }
            Ended::OfItself(Played::Ended(ending)) => {
                if !ending.unrecorded.is_empty() {
                    self.violations.push(format!("not recorded: {}", ending.unrecorded.join("; ")));
                }
                let code = ending.state.finished().map(|finish| finish.exit_code);
                if let (true, Some(code)) = (run, code) {
                    self.run = Some(Ok(code));
                }
                let code = code.map_or_else(|| "no exit code".to_owned(), |code| format!("exit code {code}"));
                let detail = ending.state.stop_detail().map(|why| format!(", {why}")).unwrap_or_default();
                format!("ended with {code}{detail}")
            }
        };
        self.story.push(format!("{now:.3}: {what} {how}"));
    }

    fn pass(&mut self, time: Duration) {
        if let Some(stage) = &mut self.stage {
            stage.pass(time);
        }
        self.overdue();
    }

    /// The outsider comes also when nobody of ours is there.
    fn overdue(&mut self) {
        let deployment = self.trial.drill.drill.deployment.clone();
        let visits = self.visits.clone();
        let now = self.world().now();
        let mut visits = lock(&visits);
        while let Some((_, deed)) = visits.to_come.pop_front_if(|(at, _)| *at <= now) {
            outsider::act(self.world(), &deployment, deed, &mut visits.prints);
        }
    }

    fn judged(mut self, fate: &Fate, before: BTreeSet<String>) -> Result<(Outcome, Vec<Remains>), String> {
        let lasted = self.world().now().duration_since(fate.start).try_into().unwrap_or_default();
        self.pass(SETTLED);
        let after = self.world().configuration();
        let prints = lock(&self.visits).prints.clone();
        let folder = self.run_folder()?;
        let truth = self.world().truth().all().to_vec();
        let turned_away = self.world().turned_away().clone();
        let evidence = Evidence {
            folder: folder.as_deref(),
            before: &before,
            after: &after,
            prints: &prints,
            lives: &self.lives,
            truth: &truth,
            run: self.run.as_ref(),
            turned_away: &turned_away,
            hazards: self.trial.hazards,
        };
        let (conclusion, found) = checks::all(&evidence);
        self.violations.extend(found);
        self.story.extend(prints.deeds);
        let outcome = Outcome {
            seed: self.trial.seed,
            drill: self.trial.drill.drill.name.clone(),
            conclusion,
            exit_code: self.run.and_then(Result::ok),
            kills: self.lives.iter().filter(|life| life.killed).count(),
            calls: self.lives.iter().map(|life| life.sent.len()).sum(),
            lasted,
            violations: self.violations,
            story: self.story,
        };
        Ok((outcome, self.lives))
    }

    fn world(&mut self) -> &mut World {
        // Between two lives the stage is always back.
        self.stage.as_mut().unwrap_or_else(|| unreachable!("a life is not interrupted")).world()
    }

    fn place(&self) -> Place {
        let Trial { folder, command, seed, bare, .. } = self.trial;
        Place { reports: folder.clone(), command: command.clone(), salt: *seed as u16, bare: *bare }
    }

    /// The folder of the run, once there is one.
    fn run_folder(&self) -> Result<Option<PathBuf>, String> {
        let why = |why| format!("{} could not be read: {why}", self.trial.folder.display());
        for entry in fs::read_dir(&self.trial.folder).map_err(why)? {
            let path = entry.map_err(why)?.path();
            if path.is_dir() {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }
}

async fn visited(around: Arc<Surroundings>, deployment: Deployment, visits: Arc<Mutex<Visits>>) {
    loop {
        let Some((at, deed)) = lock(&visits).to_come.front().copied() else { return };
        let wait = at.duration_since(around.clock.now().wall);
        around.clock.sleep(wait.try_into().unwrap_or_default()).await;
        let mut visits = lock(&visits);
        visits.to_come.pop_front();
        around.door.with(|world, _| outsider::act(world, &deployment, deed, &mut visits.prints));
    }
}

fn records_in(folder: &Path) -> u64 {
    journal::read(folder).map_or(0, |read| read.records.len() as u64)
}

/// True unless the journal says for sure that nothing is.
fn is_outstanding(folder: &Path) -> bool {
    match journal::read(folder) {
        Ok(read) => read.state().map_or(true, |state| !state.outstanding().is_empty()),
        Err(journal::JournalError::NeverBegan { .. }) => false,
        Err(_) => true,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
