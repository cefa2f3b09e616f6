use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    catalogue::{self, TOPICS},
    template::{Piece, Template},
    unit::Round,
    *,
};

/// Every sentence of a language by its name.
fn sentences(lang: Lang) -> BTreeMap<&'static str, Template> {
    TOPICS.iter().flat_map(|topic| catalogue::lines(topic.text(lang))).map(Result::unwrap).collect()
}

fn placeholders(template: &Template) -> BTreeSet<&str> {
    let name = |piece| match piece {
        &Piece::Slot(ref name) | &Piece::Either { ref name, .. } => Some(name.as_str()),
        Piece::Text(_) => None,
    };
    template.pieces().iter().filter_map(name).collect()
}

#[test]
fn both_languages_say_the_same_sentences_with_the_same_values() {
    let [en, ko] = Lang::ALL.map(sentences);
    let names = |all: &BTreeMap<&'static str, Template>| all.keys().copied().collect::<Vec<_>>();
    assert_eq!(names(&en), names(&ko));
    for (name, english) in &en {
        assert_eq!(placeholders(english), placeholders(&ko[name]), "{name}");
    }
}

#[test]
fn every_line_of_a_message_file_is_a_sentence_of_its_topic_and_stands_once() {
    for lang in Lang::ALL {
        let mut seen = BTreeSet::new();
        for topic in TOPICS {
            for line in catalogue::lines(topic.text(lang)) {
                let (name, _) = line.unwrap_or_else(|line| panic!("{}: not a sentence: {line}", topic.name));
                let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._".contains(c);
                assert!(name.starts_with(&format!("{}.", topic.name)) && name.chars().all(letters), "{name}");
                assert!(seen.insert(name), "{name} stands twice in {lang}");
            }
        }
    }
}

/// Every file that can name a sentence.
fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let own = path.starts_with(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/words"));
        match path.is_dir() {
            true => sources(&path, into),
            false if own && path.file_name().is_none_or(|name| name != "phrase.rs") => {}
            false if path.extension().is_some_and(|end| end == "rs" || end == "toml") => into.push(path),
            false => {}
        }
    }
}

/// The names of sentences in a file: string literals that begin with a topic.
fn named(text: &str) -> BTreeSet<&str> {
    let file = |part: &str| part.ends_with(".css");
    let parts = text.split('"').filter(|part| !part.contains(['\n', ' ', '{']) && !file(part));
    let topic = |part: &&str| {
        let first = part.split_once('.').filter(|(_, rest)| !rest.is_empty()).map(|(topic, _)| topic);
        first.is_some_and(|first| TOPICS.iter().any(|topic| topic.name == first))
    };
    parts.filter(topic).collect()
}

#[test]
fn every_sentence_is_said_somewhere_and_every_one_that_is_said_exists() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let texts: Vec<String> = files.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let said: BTreeSet<&str> = texts.iter().flat_map(|text| named(text)).collect();
    let known: BTreeSet<&str> = sentences(Lang::En).into_keys().collect();
    let missing: Vec<_> = said.difference(&known).collect();
    assert!(missing.is_empty(), "no message file has: {missing:?}");
    let unused: Vec<_> = known.difference(&said).collect();
    assert!(unused.is_empty(), "nothing in src says: {unused:?}");
}

#[test]
fn a_phrase_is_said_in_both_languages_with_its_values() {
    let why = Phrase::new("measure.class.denied");
    let failed = Phrase::new("measure.problem.apply").with("class", why).with("why", "AccessDenied");
    assert_eq!(failed.say(Lang::En), "apply failed (denied): AccessDenied");
    assert_eq!(failed.say(Lang::Ko), "적용 실패(권한 없음): AccessDenied");
    assert_eq!(failed.to_string(), failed.say(Lang::En));
}

#[test]
fn english_counts_one_and_many() {
    let stray = |count: usize| Phrase::new("measure.know.stray").with("watch", "site").with("count", count);
    assert!(stray(1).to_string().starts_with("site: 1 look failed"));
    assert!(stray(2).to_string().starts_with("site: 2 looks failed"));
}

#[test]
fn a_phrase_is_read_back_as_it_was_written_and_shows_its_english() {
    let nested = Phrase::new("measure.method.at_least")
        .with("why", Phrase::verbatim("x"))
        .with("at_least", Duration::from_micros(42_100_000));
    let json = serde_json::to_value(&nested).unwrap();
    assert_eq!(json["text"], "x: at least 42.1 s");
    assert_eq!(serde_json::from_value::<Phrase>(json).unwrap(), nested);
}

#[test]
fn what_is_not_known_is_said_as_it_stands() {
    let phrase: Phrase = serde_json::from_str(r#"{"id":"of.tomorrow","with":{"x":{"count":3}}}"#).unwrap();
    assert_eq!(phrase.say(Lang::Ko), "of.tomorrow 3");
    assert_eq!(Phrase::new("measure.problem.kept").to_string(), "kept: consent was given in {consent}");
}

#[test]
fn units_change_with_the_language_and_figures_do_not() {
    let value = Duration::from_micros(118_249_999);
    assert_eq!(unit::tenths(value, Round::Nearest, Lang::En), "1 min 58.2 s");
    assert_eq!(unit::tenths(value, Round::Up, Lang::Ko), "1분 58.3초");
    assert_eq!(unit::tenths(Duration::from_secs(3_723), Round::Down, Lang::En), "1 h 02 min 03.0 s");
    assert_eq!(unit::limit(Duration::from_secs(600), Lang::En), "10 min");
    assert_eq!(unit::limit(Duration::from_secs(5_430), Lang::Ko), "1시간 30분 30초");
    assert_eq!(unit::duration(Duration::from_secs(185), Lang::En), "3 m 05 s");
    assert_eq!(unit::duration(Duration::from_secs(185), Lang::Ko), "3분 05초");
}

#[test]
fn a_language_is_read_from_its_code() {
    assert_eq!("ko".parse::<Lang>().unwrap(), Lang::Ko);
    assert!("kr".parse::<Lang>().unwrap_err().to_string().contains("write en or ko"));
}
