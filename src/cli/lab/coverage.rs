//! Coverage: the verb `lab coverage`: how much of AWS the lab is.
//! Invariant: says what the routing tables say, against the list of everything that AWS has.
//! Not here: both of these (see `lab::world::operations`).
//! Used by: `lab`.

use clap::Args;
use serde_json::{Value, json};

use crate::{
    cli::{error::CliError, output, words::Tone},
    lab::world::{
        call::Service,
        operations::{self, Coverage},
    },
    text,
};

/// What of AWS the lab is.
#[derive(Debug, Clone, Args)]
pub(crate) struct CoverageArgs {
    /// Only this service, with each operation that is answered
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// Each operation of AWS's, also those that are not answered
    #[arg(long)]
    all: bool,
    /// As JSON, with each operation
    #[arg(long)]
    json: bool,
}

/// Prints it.
pub(crate) fn coverage(args: &CoverageArgs) -> Result<(), CliError> {
    let mut all = operations::coverage();
    if let Some(name) = &args.service {
        let service = named(name)?;
        all.retain(|coverage| coverage.service == service);
    }
    let text = if args.json { machine(&all) } else { human(&all, args) };
    output::out_exactly(&text);
    Ok(())
}

fn named(name: &str) -> Result<Service, CliError> {
    Service::named(name).ok_or_else(|| {
        let meant = text::nearest(name, Service::names());
        let help = meant.map_or_else(
            || format!("it has {}", Service::all().map(Service::scope).collect::<Vec<_>>().join(", ")),
            |meant| format!("did you mean {meant}?"),
        );
        CliError::Usage(format!("the lab has no service {name}; {help}"))
    })
}

fn machine(all: &[Coverage]) -> String {
    let one = |coverage: &Coverage| -> Value {
        let lacking = |(name, lacks): &(&str, &str)| json!({ "operation": name, "lacks": lacks });
        json!({
            "service": coverage.service.scope(),
            "real": coverage.real,
            "partial": coverage.partial.iter().map(lacking).collect::<Vec<_>>(),
            "unrouted": coverage.unrouted,
        })
    };
    format!("{:#}\n", json!({ "services": all.iter().map(one).collect::<Vec<_>>() }))
}

fn human(all: &[Coverage], args: &CoverageArgs) -> String {
    let mut text = counts(all) + "\n";
    if args.all || args.service.is_some() {
        for coverage in all {
            text.push_str(&operations_of(coverage, args.all));
        }
    } else {
        text.push_str("\n`--service NAME` lists what is answered, `--all` everything.\n");
    }
    text
}

fn counts(all: &[Coverage]) -> String {
    let mut rows: Vec<Vec<_>> = Vec::new();
    let mut sums = [0; 3];
    let row = |name: &str, counts: [usize; 3]| {
        let mut row = vec![output::cell(Tone::Plain, name)];
        row.extend(counts.map(|count| output::cell(Tone::Plain, count)));
        row
    };
    for coverage in all {
        let counts = [coverage.real.len(), coverage.partial.len(), coverage.unrouted.len()];
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum += count;
        }
        rows.push(row(coverage.service.scope(), counts));
    }
    if all.len() > 1 {
        rows.push(row("all", sums));
    }
    output::table(&["service", "real", "partial", "unrouted"], rows)
}

/// One operation a line, so that the list can be searched.
fn operations_of(coverage: &Coverage, all: bool) -> String {
    let service = coverage.service.scope();
    let mut lines: Vec<(&str, String)> =
        coverage.real.iter().map(|name| (*name, format!("{service} {name}  real\n"))).collect();
    for (name, lacks) in &coverage.partial {
        lines.push((name, format!("{service} {name}  partial: {lacks}\n")));
    }
    if all {
        for name in &coverage.unrouted {
            lines.push((name, format!("{service} {name}  unrouted\n")));
        }
    }
    lines.sort_unstable();
    let lines: String = lines.into_iter().map(|(_, line)| line).collect();
    if lines.is_empty() { lines } else { format!("\n{lines}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_that_is_not_there_is_named_with_the_nearest_that_is() {
        assert_eq!(named("beanstalk").ok(), Some(Service::Beanstalk));
        let error = named("route54").unwrap_err().to_string();
        assert_eq!(error, "the lab has no service route54; did you mean route53?");
    }

    #[test]
    fn every_operation_is_shown_once_with_what_it_is() {
        let all = operations::coverage();
        let shown: Vec<String> = all.iter().map(|coverage| operations_of(coverage, true)).collect();
        let lines = shown.iter().flat_map(|text| text.lines()).filter(|line| !line.is_empty());
        let expected: usize =
            all.iter().map(|own| own.real.len() + own.partial.len() + own.unrouted.len()).sum();
        assert_eq!(lines.count(), expected);
    }
}
