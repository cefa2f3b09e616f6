//! File: a saved plan on disk, and whether the drill is still what it is of.
//! Invariant: reads and writes that file alone; what can not be used is refused with its place.
//! Not here: the format (see `plan::saved`).
//! Used by: the verb `plan`, `run`.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{
    clock::Clock,
    drill::model::{LoadedDrill, SourceText},
    plan::{Plan, Reading, SavedPlan},
    text,
};

use super::super::{error::CliError, output::note, reading::write_whole, surroundings::Surroundings};

/// No plan is larger.
const MOST_BYTES: u64 = 64 << 20;
/// A plan that is older may have been forgotten.
const OLD: Duration = Duration::from_secs(24 * 60 * 60);
/// So many differences are shown.
const SHOWN: usize = 30;

/// Writes it, whole or not at all.
pub(super) fn write(path: &Path, plan: &SavedPlan) -> Result<(), CliError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    write_whole(folder, path, plan.text().as_bytes())
        .map_err(|why| CliError::broken(format!("the plan can not be written to {}", path.display()), why))
}

/// A saved plan as it was read.
pub(crate) struct PlanFile {
    saved: SavedPlan,
    path: PathBuf,
    /// What names the world on the command line.
    world: String,
}

impl PlanFile {
    /// Reads it, and the drill in it. `world` names the world on the command line.
    pub(crate) fn open(path: &Path, world: String) -> Result<(PlanFile, LoadedDrill), CliError> {
        let place = path.display();
        let unusable = |why: String| CliError::Usage(format!("nothing was touched: {place}: {why}"));
        let mut text = String::new();
        let file = File::open(path).map_err(|why| unusable(format!("it can not be read: {why}")))?;
        file.take(MOST_BYTES)
            .read_to_string(&mut text)
            .map_err(|why| unusable(format!("it can not be read: {why}")))?;
        let (saved, loaded) = SavedPlan::parse(&text).map_err(|why| unusable(why.to_string()))?;
        Ok((PlanFile { saved, path: path.to_owned(), world }, loaded))
    }

    /// Refuses where the drill's files are no longer what the plan is of. Without a drill on the command line those at the
    /// paths that the plan names count, where they are there: a plan may be run where its files are not.
    pub(crate) fn is_of(&self, given: Option<&LoadedDrill>) -> Result<(), CliError> {
        let mut moved = Vec::new();
        for (index, was) in self.saved.files.iter().enumerate() {
            let is = match given {
                Some(loaded) => loaded.files.get(index).cloned(),
                None => std::fs::read_to_string(&was.path)
                    .ok()
                    .map(|text| SourceText { path: was.path.clone(), text }),
            };
            if let Some(is) = is.filter(|is| is.text != was.text) {
                moved.extend(lines(&is.path, &was.text, &is.text));
            }
        }
        match moved.is_empty() {
            true => Ok(()),
            false => Err(self.refused("the drill is another than the plan is of", &moved)),
        }
    }

    /// Refuses a plan of another world, which no difference would explain.
    pub(crate) fn is_here(&self, surroundings: &Surroundings) -> Result<(), CliError> {
        let seed = surroundings.lab.as_ref().map(|lab| lab.seed);
        let said = |seed: Option<u64>| seed.map_or("AWS".to_owned(), |seed| format!("a lab of seed {seed}"));
        match seed == self.saved.lab_seed {
            true => Ok(()),
            false => {
                let (was, is) = (said(self.saved.lab_seed), said(seed));
                let moved = [format!("the plan was made on {was}, and this is {is}")];
                Err(self.refused("the plan is of another world", &moved))
            }
        }
    }

    /// Refuses where the world has moved since the plan was made, and says what moved. Otherwise the plan goes by it.
    pub(crate) fn holds(&self, plan: &mut Plan, reading: &Reading, clock: Clock) -> Result<(), CliError> {
        let mut moved = self.saved.moved(plan, reading);
        if !moved.is_empty() {
            let refusals =
                plan.refusals.iter().map(|why| format!("as things are, the drill may not start: {why}"));
            moved.extend(refusals);
            return Err(self.refused("the world has moved since the plan was made", &moved));
        }
        let untold: Vec<&str> = self.saved.read.untold(reading).into_iter().collect();
        if !untold.is_empty() {
            plan.warnings.push(format!(
                "whether this moved since the plan was made can not be told, for it could not be read: {}",
                untold.join(", ")
            ));
        }
        let by = self.saved.by(clock.now().wall);
        let age = Duration::from_secs(by.age_s);
        if age > OLD {
            plan.warnings.push(format!(
                "the saved plan is {} old; what it was made from is still so, but look whether the drill is still wanted",
                text::duration(age)
            ));
        }
        plan.saved = Some(by);
        Ok(())
    }

    fn refused(&self, why: &str, moved: &[String]) -> CliError {
        let shown: Vec<&str> = moved.iter().take(SHOWN).map(String::as_str).collect();
        let more = match moved.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!("\n  and {more} more"),
        };
        let drill = self.saved.files.first().map_or("DRILL", |file| file.path.as_str());
        CliError::Refused(format!(
            "nothing was touched: {why}, at {}:\n  - {}{more}\n  look at it, and plan anew: firedrill plan {drill} --out {}{}",
            self.saved.made_at.strftime("%Y-%m-%d %H:%M:%SZ"),
            shown.join("\n  - "),
            self.path.display(),
            self.world
        ))
    }
}

/// The first line that differs, and how many more do.
fn lines(path: &str, was: &str, is: &str) -> Vec<String> {
    let (was, is): (Vec<&str>, Vec<&str>) = (was.lines().collect(), is.lines().collect());
    let same = was.iter().zip(&is).take_while(|(was, is)| was == is).count();
    let ends =
        |lines: &[&str]| lines.iter().skip(same).rev().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    let common = ends(&was).iter().zip(&ends(&is)).take_while(|(was, is)| was == is).count();
    let said = |lines: &[&str]| {
        let own: Vec<&str> = lines[same..lines.len() - common].to_vec();
        match own.len() {
            0 => "nothing".to_owned(),
            1..=4 => own.iter().map(|line| format!("`{}`", line.trim())).collect::<Vec<_>>().join(" "),
            many => format!("`{}` and {} lines more", own[0].trim(), many - 1),
        }
    };
    vec![format!("{path}, line {}: was {}, is {}", same + 1, said(&was), said(&is))]
}

/// Tells where the plan is, and how to go by it.
pub(super) fn told(path: &Path, plan: &SavedPlan, world: &str) {
    note(format!(
        "saved: {}, fingerprint {} over {}\n  go by it with: firedrill run --plan {}{world}",
        path.display(),
        &plan.fingerprint[..12],
        text::plural(plan.read.len(), "value"),
        path.display()
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_that_differ_are_told_and_no_others() {
        let said = lines("d.yaml", "a\nb\nc\n", "a\nx\nc\n");
        assert_eq!(said, ["d.yaml, line 2: was `b`, is `x`"]);
        assert_eq!(lines("d.yaml", "a\nc\n", "a\nb\nc\n"), ["d.yaml, line 2: was nothing, is `b`"]);
        assert_eq!(lines("d.yaml", "a\na\n", "a\n"), ["d.yaml, line 2: was `a`, is nothing"]);
    }
}
