//! Matrix: every moment at which a drill's changes can be cut short, one after the other, without chance.
//! Invariant: the cells come from a clean run of the same drill in the same world: each record and each call of it.
//! Not here: random hazards (see `fate`), what counts as a violation (see `checks`).
//! Used by: cli.
//!
//! The drill is run bare: its changes in their order, nothing watched, each wait a short rest. A wait of a change looks at
//! the same thing again and again; of equal looks between two records the first two and the last two are cells, since those
//! between them differ in nothing but the time.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::Path,
    sync::Arc,
    time::Duration,
};

use super::{
    fate::{Fate, Hazards},
    life::{Lost, Moment, Sent},
    outcome::Outcome,
    trial::{self, Trial},
};
use crate::drill::model::{LoadedDrill, Step, StepKind};

/// What stands for a wait of the drill.
const REST: Duration = Duration::from_secs(5);
/// How long nobody is there after a kill.
const UNATTENDED: Duration = Duration::from_secs(7);

/// How a cell's restoration goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restored {
    /// Left alone.
    Once,
    /// Killed right after its first changing call, and begun again.
    Twice,
}

/// What becomes of the first changing call of the restoration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// It is answered.
    Comes,
    /// It never arrives.
    LostBefore,
    /// It is done, and the answer is lost.
    LostAfter,
}

/// One cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// The run is killed, and restored.
    Killed(Moment, Restored, Reply),
    /// The run loses an answer, and goes on.
    Lost(Lost),
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cell::Lost(lost) => write!(f, "{lost}"),
            Cell::Killed(moment, restored, reply) => {
                let restored = match restored {
                    Restored::Once => "restored once",
                    Restored::Twice => "restored, killed again, restored",
                };
                let reply = match reply {
                    Reply::Comes => "every answer comes",
                    Reply::LostBefore => "its first changing call never arrives",
                    Reply::LostAfter => "the answer to its first changing call is lost",
                };
                write!(f, "killed {moment}; {restored}; {reply}")
            }
        }
    }
}

impl Cell {
    fn fate(&self) -> Fate {
        let calm = Fate { ends: Vec::new(), pauses: Vec::new(), ..Fate::of(0, Hazards::default()) };
        match *self {
            Cell::Lost(lost) => {
                Fate { ends: vec![None], pauses: vec![UNATTENDED], losses: vec![Some(lost)], ..calm }
            }
            Cell::Killed(moment, restored, reply) => {
                let mut ends = vec![Some(moment)];
                if restored == Restored::Twice {
                    ends.push(Some(Moment::AfterWrite(1)));
                }
                ends.push(None);
                let lost = match reply {
                    Reply::Comes => None,
                    Reply::LostBefore => Some(Lost { write: 1, done: false }),
                    Reply::LostAfter => Some(Lost { write: 1, done: true }),
                };
                // The life that is left alone loses it.
                let mut losses = vec![None; ends.len()];
                losses.pop();
                losses.push(lost);
                let pauses = vec![UNATTENDED; ends.len()];
                Fate { ends, losses, pauses, ..calm }
            }
        }
    }
}

/// A drill's cells.
#[derive(Debug, Clone)]
pub struct Matrix {
    trial: Trial,
    /// Every cell, in the order of the clean run.
    pub cells: Vec<Cell>,
    /// How many equal looks of waits were left out.
    pub skipped: usize,
}

impl Matrix {
    /// Finds the cells, by a clean run in a folder of its own.
    ///
    /// # Errors
    /// If the clean run itself is not clean, with what is wrong.
    pub fn of(trial: &Trial) -> Result<Matrix, String> {
        let trial = Trial { bare: true, drill: Arc::new(bared(&trial.drill)), ..trial.clone() };
        let clean = Fate { ends: vec![None], pauses: vec![UNATTENDED], ..Fate::of(0, Hazards::default()) };
        let (outcome, lives) = trial::play_out(&trial, &clean)?;
        if let Some(first) = outcome.violations.first() {
            return Err(format!("{} is not clean without any hazard: {first}", outcome.drill));
        }
        let run = lives.first().ok_or("the clean run left nothing")?;
        if run.records == 0 {
            return Err(format!("{} does not start: {}", outcome.drill, outcome.story.join("; ")));
        }
        let (calls, skipped) = worth_a_cell(&run.sent);
        Ok(Matrix { trial, cells: cells(run.records, &run.sent, &calls), skipped })
    }

    /// The drill's name.
    pub fn drill(&self) -> &str {
        &self.trial.drill.drill.name
    }

    /// Plays one cell, in this folder.
    ///
    /// # Errors
    /// Only for what is wrong with the simulation itself.
    pub fn play(&self, cell: &Cell, folder: &Path) -> Result<Outcome, String> {
        let trial = Trial { folder: folder.to_owned(), ..self.trial.clone() };
        trial::play_out(&trial, &cell.fate()).map(|(outcome, _)| outcome)
    }
}

fn cells(records: u64, sent: &[Sent], calls: &[u64]) -> Vec<Cell> {
    let mut moments = Vec::new();
    for record in 2..=records {
        moments.extend([
            Moment::BeforeRecord(record),
            Moment::InRecord(record, 500),
            Moment::AfterRecord(record),
        ]);
    }
    moments.extend(calls.iter().flat_map(|call| [Moment::BeforeCall(*call), Moment::AfterCall(*call)]));
    let mut cells = Vec::new();
    for moment in moments {
        for restored in [Restored::Once, Restored::Twice] {
            let replies = [Reply::Comes, Reply::LostBefore, Reply::LostAfter];
            cells.extend(replies.map(|reply| Cell::Killed(moment, restored, reply)));
        }
    }
    let writes = sent.iter().filter(|sent| sent.writes).count() as u64;
    for write in 1..=writes {
        cells.extend([false, true].map(|done| Cell::Lost(Lost { write, done })));
    }
    cells
}

/// The numbers of the calls of the changes, without the equal looks in the middle of waits; how many those are.
fn worth_a_cell(sent: &[Sent]) -> (Vec<u64>, usize) {
    let mut alike: BTreeMap<(&str, u64), Vec<usize>> = BTreeMap::new();
    for (at, look) in sent.iter().enumerate().filter(|(_, look)| !look.writes) {
        alike.entry((&look.operation, look.records)).or_default().push(at);
    }
    let middle = |places: &Vec<usize>| places.get(2..places.len().saturating_sub(2)).map(<[usize]>::to_vec);
    let skipped: BTreeSet<usize> = alike.values().filter_map(middle).flatten().collect();
    let of_a_change = |at: &usize| sent[*at].records > 0 && !skipped.contains(at);
    let calls = (0..sent.len()).filter(of_a_change).map(|at| at as u64 + 1).collect();
    (calls, skipped.len())
}

/// The drill with its changes alone.
fn bared(loaded: &LoadedDrill) -> LoadedDrill {
    let mut loaded = loaded.clone();
    loaded.drill.steady_state.clear();
    loaded.drill.stop_when.clear();
    loaded.drill.steps.iter_mut().for_each(bare);
    loaded
}

fn bare(step: &mut Step) {
    match &mut step.kind {
        StepKind::Await { .. } | StepKind::Hold { .. } => step.kind = StepKind::Hold { time: REST },
        StepKind::Together { steps } => steps.iter_mut().for_each(bare),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(operation: &str, records: u64) -> Sent {
        Sent { operation: operation.to_owned(), writes: false, records }
    }

    #[test]
    fn of_equal_looks_the_first_two_and_the_last_two_are_cells() {
        let mut sent = vec![look("sts GetCallerIdentity", 0)];
        sent.extend((0..7).map(|_| look("rds DescribeGlobalClusters", 4)));
        sent.push(look("rds DescribeGlobalClusters", 5));
        assert_eq!(worth_a_cell(&sent), (vec![2, 3, 7, 8, 9], 3));
    }

    #[test]
    fn a_call_that_changes_something_is_always_a_cell() {
        let write = Sent { writes: true, ..look("ec2 RevokeSecurityGroupIngress", 4) };
        let (calls, skipped) = worth_a_cell(&vec![write; 6]);
        assert_eq!((calls.len(), skipped), (6, 0));
    }
}
