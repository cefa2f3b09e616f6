use proptest::prelude::*;

use super::*;
use crate::diagnostic::SourceFile;

fn read_text(text: &str) -> (Option<Node>, Problems) {
    let mut problems = Problems::new();
    let file = problems.add_file(SourceFile { path: "file.yaml".to_owned(), text: text.to_owned() });
    let tree = read(file, &mut problems);
    (tree, problems)
}

fn codes(text: &str) -> Vec<&'static str> {
    read_text(text).1.sorted().iter().map(|diagnostic| diagnostic.code).collect()
}

/// The text under each scalar's span, keys and values, in order.
fn pieces(node: &Node, text: &str, into: &mut Vec<String>) {
    match &node.kind {
        Kind::Scalar { .. } | Kind::Broken => into.push(text[node.span.start..node.span.end].to_owned()),
        Kind::List(items) => items.iter().for_each(|item| pieces(item, text, into)),
        Kind::Map(entries) => entries.iter().for_each(|(key, value)| {
            pieces(key, text, into);
            pieces(value, text, into);
        }),
    }
}

#[test]
fn every_scalar_knows_its_place_whatever_stands_before_it() {
    for text in [
        "one: 1\ntwo: [a, \"b c\"]\n",
        "# 서울이 멈춘다 — é\none: 1   # 도쿄\ntwo: [a, \"b c\"]\n",
        "one: 1\r\n# é\r\ntwo: [a, \"b c\"]\r\n",
    ] {
        let (tree, problems) = read_text(text);
        assert!(problems.is_empty(), "{text:?}");
        let mut found = Vec::new();
        pieces(&tree.expect("a tree"), text, &mut found);
        assert_eq!(found, ["one", "1", "two", "a", "\"b c\""], "{text:?}");
    }
}

#[test]
fn a_place_behind_letters_of_many_bytes_is_right() {
    let text = "steps: [ { await: \"도쿄가\", until: x } ]\n";
    let (tree, _) = read_text(text);
    let mut found = Vec::new();
    pieces(&tree.expect("a tree"), text, &mut found);
    assert_eq!(found, ["steps", "await", "\"도쿄가\"", "until", "x"]);
}

#[test]
fn quotes_are_remembered_since_they_make_a_text_of_anything() {
    let (tree, _) = read_text("a: 10\nb: \"10\"\nc: |\n  10\n");
    let tree = tree.expect("a tree");
    let quoted = |name: &str| match tree.entry(name).map(|(_, value)| &value.kind) {
        Some(Kind::Scalar { quoted, .. }) => *quoted,
        other => panic!("{name}: {other:?}"),
    };
    assert_eq!([quoted("a"), quoted("b"), quoted("c")], [false, true, true]);
}

#[test]
fn what_yaml_offers_beyond_values_is_refused_and_the_rest_is_still_read() {
    let (tree, problems) = read_text("a: &x 1\nb: *x\nc: !!str 2\na: 3\nd: 4\n");
    let codes: Vec<_> = problems.sorted().iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(codes, ["yaml::anchor", "yaml::alias", "yaml::tag", "yaml::duplicate-key"]);
    let tree = tree.expect("a tree");
    assert_eq!(tree.entry("d").and_then(|(_, value)| value.text()), Some("4"));
    assert_eq!(tree.entry("b").map(|(_, value)| &value.kind), Some(&Kind::Broken));
}

#[test]
fn a_text_that_is_no_single_document_is_refused() {
    assert_eq!(codes(""), ["yaml::empty"]);
    assert_eq!(codes("a: 1\n---\nb: 2\n"), ["yaml::second-document"]);
    assert_eq!(codes("a: [1\n"), ["yaml::syntax"]);
    assert_eq!(codes("a:\n\t- 1\n"), ["yaml::tab"]);
    assert_eq!(codes("\u{feff}a: 1\n"), ["yaml::hidden-character"]);
    assert_eq!(codes("[a]: 1\n"), ["yaml::key"]);
    assert_eq!(codes(": 1\n"), ["yaml::key"]);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_and_every_place_lies_inside_it(text in "[ -~\\n\\t가é\\[\\]{}:,&*!|>#'\"-]{0,200}") {
        let (tree, problems) = read_text(&text);
        prop_assert!(tree.is_some() || problems.has_errors());
        for diagnostic in problems.sorted() {
            let place = diagnostic.place.expect("a place");
            prop_assert!(text.get(place.span.start..place.span.end).is_some(), "{:?}", diagnostic);
        }
        let shown = crate::diagnostic::render::text(&problems, crate::diagnostic::render::Paint::Plain);
        prop_assert_eq!(shown.is_empty(), problems.is_empty());
    }
}

/// A letter that cannot be seen may be written as an escape; what repeats it says so, and moves no terminal.
#[test]
fn a_message_shows_what_cannot_be_seen() {
    let (_, problems) = read_text("\"\\e[2J\\u202e\": 1\n\"\\e[2J\\u202e\": 2\n");
    let messages: Vec<&str> = problems.sorted().iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(messages, ["`\\u{1b}[2J\\u{202e}` stands twice in one map"]);
}
