//! Drills and deployments that nobody would write.

use std::sync::LazyLock;

use super::{DEPLOYMENT_TEXT, DRILL_TEXTS};
use crate::{
    diagnostic::{
        Problems, SourceFile,
        render::{self, Paint},
        yaml,
    },
    drill::{
        model::{Drill, SourceText},
        reader::{Content, Reading, open_text},
    },
    fuzz::{Held, Parts, Property, Rng, doc::Doc, ensure, large, mutate, texts, timed},
};

static CORPUS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let good = DRILL_TEXTS.map(|text| text.as_bytes().to_vec());
    good.into_iter().cycle().take(60).chain(texts("tests/drills", "yaml")).collect()
});

/// The tree of a text that reads as one.
pub(super) fn tree(text: &[u8]) -> Option<Doc> {
    let mut problems = Problems::new();
    let text = String::from_utf8(text.to_vec()).ok()?;
    let file = problems.add_file(SourceFile { path: "a.yaml".to_owned(), text });
    let tree = yaml::read(file, &mut problems)?;
    (!problems.has_errors()).then(|| Doc::from(&tree))
}

fn make(rng: &mut Rng) -> Parts {
    let mut parts = vec![rng.one(&CORPUS).clone(), DEPLOYMENT_TEXT.as_bytes().to_vec()];
    let which = usize::from(rng.once_in(4));
    let other = rng.one(&CORPUS);
    match (rng.below(20), tree(&parts[which])) {
        (0, _) => parts[which] = rng.bytes(400),
        (1..12, Some(mut doc)) => {
            doc.mutate(rng, &tree(other).unwrap_or(Doc::Plain(String::new())));
            parts[which] = if rng.once_in(2) { doc.yaml() } else { doc.json() }.into_bytes();
        }
        _ => mutate::any(rng, &mut parts[which], other),
    }
    if rng.once_in(8) {
        mutate::any(rng, &mut parts[which], other);
    }
    parts
}

fn read(parts: &[Vec<u8>]) -> Reading {
    let file = |path: &str, at: usize| SourceText {
        path: path.to_owned(),
        text: String::from_utf8_lossy(&parts[at]).into_owned(),
    };
    open_text(&[file("drill.yaml", 0), file("deployments/wordpress.yaml", 1)])
}

/// Every place lies in its file's text, on the borders of its letters, and what is shown can be shown.
pub(crate) fn places(problems: &Problems) -> Held {
    for problem in problems.sorted() {
        for place in problem.place.iter().chain(problem.others.iter().map(|(place, _)| place)) {
            let text = &problems.file(place.file).text;
            let span = place.span;
            ensure!(
                text.get(span.start..span.end).is_some(),
                "{} is at {span:?}: not in the text",
                problem.code
            );
        }
        ensure!(!problem.code.ends_with("::bug"), "{}: {}", problem.code, problem.message);
    }
    let (shown, json) = (render::text(problems, Paint::Plain), render::json(problems));
    ensure!(shown.is_empty() == problems.is_empty(), "problems that are not shown");
    ensure!(json.len() == problems.sorted().len(), "problems that are not in the JSON");
    ensure!(!shown.contains(['\u{1b}', '\u{0}', '\u{202e}']), "what is shown moves the terminal: {shown:?}");
    Ok(())
}

fn reads_as(drill: &Drill, parts: &[Vec<u8>], how: &str) -> Held {
    match read(parts) {
        Reading { content: Some(Content::Drill(again)), .. } => {
            ensure!(again.drill == *drill, "{how} reads as another drill: {:?}, not {drill:?}", again.drill);
            Ok(())
        }
        other => Err(format!("{how} is refused: {}", render::text(&other.problems, Paint::Plain))),
    }
}

fn check(parts: &[Vec<u8>]) -> Held {
    let Reading { content, problems } = read(parts);
    places(&problems)?;
    ensure!(content.is_some() != problems.has_errors(), "neither read nor refused");
    let Some(Content::Drill(loaded)) = content else { return Ok(()) };
    // As the journal keeps it.
    let kept = serde_json::to_string(&loaded.drill).map_err(|error| error.to_string())?;
    let again: Drill = serde_json::from_str(&kept).map_err(|error| format!("{error}: {kept}"))?;
    ensure!(again == loaded.drill, "the journal would keep another drill: {again:?}, not {:?}", loaded.drill);
    // As its own tree prints it.
    if let (Some(drill), Some(deployment)) = (tree(&parts[0]), tree(&parts[1])) {
        let printed = [drill.yaml().into_bytes(), deployment.yaml().into_bytes()];
        ensure!(tree(&printed[0]) == Some(drill), "printed anew, the tree reads otherwise");
        reads_as(&loaded.drill, &printed, "printed anew, it")?;
    }
    let crlf: Vec<Vec<u8>> = parts
        .iter()
        .map(|text| String::from_utf8_lossy(text).replace("\r\n", "\n").replace('\n', "\r\n").into())
        .collect();
    reads_as(&loaded.drill, &crlf, "with the line ends of Windows, it")
}

#[test]
fn drills_that_nobody_would_write() {
    Property { test: "drills_that_nobody_would_write", short: 2_000, make: &make, check: &check }.hold();
}

/// Texts as large as a file may be, each of a shape that something in reading could take badly.
fn large_texts() -> Vec<(&'static str, String)> {
    let size = large(250 * 1024);
    let upto = |piece: &str| piece.repeat(size / piece.len());
    let numbered = |line: &dyn Fn(usize) -> String| {
        let mut text = String::from("drill: a\ndeployment: wordpress\nsteps:\n");
        (0..)
            .map(line)
            .take_while(|line| {
                let fits = text.len() + line.len() < size;
                text += line;
                fits
            })
            .for_each(drop);
        text
    };
    vec![
        ("brackets", upto("[")),
        ("braces", upto("{a: ")),
        ("dashes", upto("- ")),
        ("questions", upto("? ")),
        ("anchors", upto("- &a *a\n")),
        ("quotes", upto("\"\\u00e9\" ")),
        ("colons", upto("a: b: ")),
        ("one word", upto("a")),
        ("one line of letters of many bytes", format!("drill: \"{}\"\n", upto("도"))),
        ("one key", format!("{}: 1\n", upto("a"))),
        ("one block", format!("drill: |\n{}", upto("  a\n"))),
        ("comments", upto("# a\n")),
        ("empty lines", upto("\n")),
        ("tabs", upto("\t- a\n")),
        ("hidden letters", upto("\u{200b}\n")),
        ("keys that are unknown", (0..size / 14).map(|n| format!("k{n}: 1\n")).collect()),
        ("keys that are nearly known", (0..size / 18).map(|n| format!("drill{n}: 1\n")).collect()),
        ("one key again and again", upto("drill: a\n")),
        (
            "one line of problems",
            format!("{{{}}}", (0..size / 16).map(|n| format!("k{n}: 1, ")).collect::<String>()),
        ),
        ("restores of nothing", numbered(&|n| format!("  - restore: nothing-{n}\n"))),
        ("holds", numbered(&|_| "  - hold: 1s\n".to_owned())),
        ("faults of one name", numbered(&|_| "  - { fault: noop, as: again }\n".to_owned())),
        (
            "faults and what restores them",
            numbered(&|n| match n % 2 {
                0 => format!("  - {{ fault: noop, as: a{n} }}\n"),
                _ => format!("  - restore: a{}\n", n - 1),
            }),
        ),
        (
            "faults and restores nearly of them",
            numbered(&|n| match n % 2 {
                0 => format!("  - {{ fault: noop, as: something-{n} }}\n"),
                _ => format!("  - restore: somethin-{}\n", n - 1),
            }),
        ),
        (
            "conditions",
            numbered(&|_| "  - { await: a, within: 1s, until: [{ site: { answers: 200 } }] }\n".to_owned()),
        ),
    ]
}

#[test]
fn texts_as_large_as_they_may_be() {
    for (name, text) in large_texts() {
        let parts = [text.into_bytes(), DEPLOYMENT_TEXT.as_bytes().to_vec()];
        timed(name, || places(&read(&parts).problems)).unwrap_or_else(|why| panic!("{name}: {why}"));
    }
}
