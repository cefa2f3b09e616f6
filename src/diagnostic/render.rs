//! Render: problems as text for a terminal or as JSON for a program.
//! Invariant: the same problems give the same text on every machine, whatever the terminal's width.
//! Not here: printing (see `cli::output`).
//! Used by: cli; tests.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde_json::{Value, json};

use super::{
    problem::{Diagnostic, Problems, Severity},
    source::{Place, Span, Walker},
};

/// So many are shown; the rest are counted.
const SHOWN: usize = 50;

/// Whether the text carries colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// Letters only.
    Plain,
    /// With ANSI escapes.
    Coloured,
}

/// Every problem with the lines it is about; empty if there is none, else ends in a newline.
pub fn text(problems: &Problems, paint: Paint) -> String {
    let renderer = match paint {
        Paint::Plain => Renderer::plain(),
        Paint::Coloured => Renderer::styled(),
    };
    let sorted = problems.sorted();
    let mut out = String::new();
    for diagnostic in sorted.iter().take(SHOWN) {
        out.push_str(&renderer.render(&[group(problems, diagnostic)]));
        out.push_str("\n\n");
    }
    if sorted.len() > SHOWN {
        out.push_str(&format!("... and {} more\n\n", sorted.len() - SHOWN));
    }
    out
}

fn group<'a>(problems: &'a Problems, diagnostic: &'a Diagnostic) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(&*diagnostic.message).id(diagnostic.code));
    for snippet in snippets(problems, diagnostic) {
        group = group.element(snippet);
    }
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(&**help)),
        None => group,
    }
}

/// One snippet for each file that the problem points into, its own file first.
fn snippets<'a>(
    problems: &'a Problems,
    diagnostic: &'a Diagnostic,
) -> Vec<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    let own = diagnostic.place.map(|place| (place, &diagnostic.label, AnnotationKind::Primary));
    let others = diagnostic.others.iter().map(|(place, label)| (*place, label, AnnotationKind::Context));
    let mut snippets: Vec<(super::FileId, Snippet<'a, _>)> = Vec::new();
    for (place, label, kind) in own.into_iter().chain(others) {
        let note = kind.span(range(problems, place)).label((!label.is_empty()).then_some(&**label));
        match snippets.iter().position(|(file, _)| *file == place.file) {
            Some(known) => {
                let (file, snippet) = snippets.remove(known);
                snippets.insert(known, (file, snippet.annotation(note)));
            }
            None => {
                let file = problems.file(place.file);
                let snippet = Snippet::source(&*file.text).path(&*file.path).annotation(note);
                snippets.push((place.file, snippet));
            }
        }
    }
    snippets.into_iter().map(|(_, snippet)| snippet).collect()
}

/// The span as the renderer wants it: on one line, inside the text, on character boundaries.
fn range(problems: &Problems, place: Place) -> std::ops::Range<usize> {
    let text = &problems.file(place.file).text;
    let start = text.floor_char_boundary(place.span.start);
    let end = text.ceil_char_boundary(place.span.end.max(start));
    let line = Span::new(start, end).first_line(text);
    line.start..line.end
}

/// Every problem as an object: `code`, `severity`, `message`, `file`, `line`, `column`, `end_line`, `end_column`,
/// `label`, `help`, `others`; lines and columns count from 1, columns in characters.
pub fn json(problems: &Problems) -> Vec<Value> {
    // Problems come in the order of their files.
    let mut walkers = vec![Walker::default(); problems.files().len()];
    let one = |diagnostic: &&Diagnostic| {
        let mut object = json!({
            "code": diagnostic.code,
            "severity": match diagnostic.severity { Severity::Error => "error", Severity::Warning => "warning" },
            "message": diagnostic.message,
            "label": diagnostic.label,
            "help": diagnostic.help,
            "others": diagnostic.others.iter().map(|(place, label)| {
                let mut other = place_json(problems, *place, &mut Walker::default());
                other["label"] = json!(label);
                other
            }).collect::<Vec<Value>>(),
        });
        if let (Some(place), Some(object)) = (diagnostic.place, object.as_object_mut()) {
            let walker = &mut walkers[place.file.0];
            object.extend(place_json(problems, place, walker).as_object().cloned().unwrap_or_default());
        }
        object
    };
    problems.sorted().iter().map(one).collect()
}

fn place_json(problems: &Problems, place: Place, walker: &mut Walker) -> Value {
    let file = problems.file(place.file);
    let start = walker.to(&file.text, place.span.start);
    let end = { *walker }.to(&file.text, place.span.end);
    json!({
        "file": file.path,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
    })
}
