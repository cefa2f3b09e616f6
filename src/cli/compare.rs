//! Compare: two runs side by side.
//! Invariant: says first what keeps their numbers from being compared; changes nothing on disk.
//! Not here: the comparison (see `report::compare`).
//! Used by: cli.

use std::time::Duration;

use clap::Args;
use comfy_table::Cell;
use serde_json::Value;

use super::{
    ReportsArgs,
    error::CliError,
    exit,
    output::{cell, out, strong, table, toned},
    reading::{self, Made},
    words::Tone,
};
use crate::{
    journal::Store,
    measure::summary::Verdict,
    report::{
        compare::{Caution, Change, Compared, Comparison, Difference, Run, compare as comparison},
        model::moment::Took,
    },
    words::{
        Lang, Phrase,
        unit::{self, Round},
    },
};

/// So many differences are shown; `--json` has all.
const SHOWN: usize = 20;
/// A value of a setting is shown up to so many letters.
const LETTERS: usize = 60;

/// What `compare` takes.
#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// The run to compare with: its id, or an unambiguous part of it
    before: String,
    /// The run that is compared
    #[arg(default_value = "latest")]
    after: String,
    /// As JSON, with every setting that differs
    #[arg(long)]
    json: bool,
    /// en or ko
    #[arg(long, value_name = "LANG", default_value_t)]
    lang: Lang,
    #[command(flatten)]
    reports: ReportsArgs,
}

/// Compares them; the exit code says only whether that worked.
pub(crate) fn compare(args: &CompareArgs) -> Result<u8, CliError> {
    let store = Store::new(&args.reports.reports);
    let before = load(&store, &args.before)?;
    let after = load(&store, &args.after)?;
    let found = comparison(run(&before), run(&after));
    match args.json {
        true => out(serde_json::to_string(&found)
            .map_err(|why| CliError::broken("the comparison is no JSON", why))?),
        false => shown(&found, args.lang).iter().for_each(out),
    }
    Ok(exit::PASSED)
}

fn load(store: &Store, selector: &str) -> Result<Made, CliError> {
    let folder = store.find(Some(selector)).map_err(|why| CliError::broken("there is no such run", why))?;
    reading::read(&folder)
}

fn run(made: &Made) -> Run<'_> {
    Run { report: &made.report, records: &made.records }
}

fn shown(found: &Comparison, lang: Lang) -> Vec<String> {
    let [before, after] = &found.runs;
    let mut blocks = vec![strong(&format!("{before}  \u{2192}  {after}"))];
    blocks.extend(found.cautions.iter().map(|caution| toned(Tone::Busy, &cautioned(*caution).say(lang))));
    let heads = [
        Phrase::verbatim(""),
        Phrase::new("history.compare.before"),
        Phrase::new("history.compare.after"),
        Phrase::new("history.compare.change"),
    ];
    blocks.push(tabled(&heads, rows(found, lang), lang));
    if found.settings.is_empty() {
        blocks.push(Phrase::new("history.compare.equal").say(lang));
        return blocks;
    }
    let columns = [
        Phrase::new("history.compare.setting"),
        Phrase::new("history.compare.before"),
        Phrase::new("history.compare.after"),
    ];
    blocks.push(tabled(&columns, found.settings.iter().take(SHOWN).map(setting).collect(), lang));
    let more = found.settings.len().saturating_sub(SHOWN);
    if more > 0 {
        blocks.push(Phrase::new("history.compare.more").with("count", more).say(lang));
    }
    blocks
}

fn cautioned(caution: Caution) -> Phrase {
    Phrase::new(match caution {
        Caution::OtherDrill => "history.compare.other_drill",
        Caution::OtherDeployment => "history.compare.other_deployment",
        Caution::OtherPlace => "history.compare.other_place",
        Caution::DrillChanged => "history.compare.drill_changed",
        Caution::SameRun => "history.compare.same_run",
    })
}

fn tabled(heads: &[Phrase], rows: Vec<Vec<Cell>>, lang: Lang) -> String {
    let heads: Vec<String> = heads.iter().map(|head| head.say(lang)).collect();
    table(&heads.iter().map(String::as_str).collect::<Vec<_>>(), rows)
}

fn rows(found: &Comparison, lang: Lang) -> Vec<Vec<Cell>> {
    let [one, other] = found.verdicts;
    let change = if one == other { Change::Same } else { Change::Different };
    let verdict = vec![
        Cell::new(Phrase::new("history.column.verdict").say(lang)),
        cell(tone_of(one), one.title().say(lang)),
        cell(tone_of(other), other.title().say(lang)),
        told(change, None, lang),
    ];
    let rows = found.numbers.iter().filter(|it| it.change != Change::Untold).map(|it| row(it, lang));
    [verdict].into_iter().chain(rows).collect()
}

fn tone_of(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Pass => Tone::Good,
        Verdict::Unknown | Verdict::StoppedEarly => Tone::Busy,
        Verdict::Fail | Verdict::NotRestored => Tone::Bad,
    }
}

fn row(compared: &Compared, lang: Lang) -> Vec<Cell> {
    let by = compared.before.zip(compared.after).map(|(one, other)| (one.measured, other.measured));
    vec![
        Cell::new(compared.name.say(lang)),
        Cell::new(compared.before.map_or_else(|| "–".into(), |took| bounded(took, lang))),
        Cell::new(compared.after.map_or_else(|| "–".into(), |took| bounded(took, lang))),
        told(compared.change, by, lang),
    ]
}

/// `3 min 30.4 s (≤ 3 min 31.1 s)`.
fn bounded(took: Took, lang: Lang) -> String {
    let measured = unit::tenths(took.measured, Round::Nearest, lang);
    match took.high {
        Some(high) if high == took.low => measured,
        Some(high) => format!("{measured} (≤ {})", unit::tenths(high, Round::Up, lang)),
        None => format!("{measured} (≥ {})", unit::tenths(took.low, Round::Down, lang)),
    }
}

fn told(change: Change, by: Option<(Duration, Duration)>, lang: Lang) -> Cell {
    let (tone, id) = match change {
        Change::Better => (Tone::Good, "history.compare.better"),
        Change::Worse => (Tone::Bad, "history.compare.worse"),
        Change::Same => (Tone::Plain, "history.compare.same"),
        Change::Different => (Tone::Plain, "history.compare.different"),
        Change::Gone => (Tone::Plain, "history.compare.gone"),
        Change::New => (Tone::Plain, "history.compare.new"),
        Change::Untold => (Tone::Plain, "history.compare.untold"),
    };
    let word = Phrase::new(id).say(lang);
    let by = by.filter(|_| matches!(change, Change::Better | Change::Worse | Change::Different));
    let text = match by {
        Some((one, other)) => {
            let sign = if other < one { '\u{2212}' } else { '+' };
            format!("{word}, {sign}{}", unit::tenths(one.abs_diff(other), Round::Nearest, lang))
        }
        None => word,
    };
    cell(tone, text)
}

fn setting(difference: &Difference) -> Vec<Cell> {
    vec![Cell::new(&difference.path), value(difference.before.as_ref()), value(difference.after.as_ref())]
}

fn value(value: Option<&Value>) -> Cell {
    let text = match value {
        None => "–".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let text: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    Cell::new(match text.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}\u{2026}", &text[..end]),
        None => text,
    })
}
