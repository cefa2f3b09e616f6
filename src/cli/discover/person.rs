//! Person: asks whoever sits at the terminal which of several is meant.
//! Invariant: without a terminal nobody is asked.
//! Used by: `discover`.

use std::io::{BufRead, IsTerminal};

use crate::{
    cli::output::{is_watched, note},
    discover::ask::{Ask, Question},
};

/// Somebody who mistypes this often is not answering.
const TRIES: usize = 3;

/// Whoever sits at the terminal, if there is one and a person is meant to be there.
pub(super) struct Person(bool);

impl Person {
    pub(super) fn new(may_be_asked: bool) -> Person {
        Person(may_be_asked && std::io::stdin().is_terminal() && is_watched())
    }
}

impl Ask for Person {
    fn choose(&self, question: &Question) -> Option<usize> {
        if !self.0 {
            return None;
        }
        answer(question, &mut std::io::stdin().lock(), &mut |line| note(line))
    }
}

/// The place of the candidate that is answered with its number or its name.
fn answer(question: &Question, from: &mut dyn BufRead, say: &mut dyn FnMut(String)) -> Option<usize> {
    say(format!("Several could be {}:", question.what));
    for (at, candidate) in question.candidates.iter().enumerate() {
        say(format!("  {:>2}  {candidate}", at + 1));
    }
    for _ in 0..TRIES {
        say(format!("Which one? 1 to {}, or nothing for none of them:", question.candidates.len()));
        let mut line = String::new();
        let read = from.read_line(&mut line);
        let line = line.trim();
        if read.is_err() || line.is_empty() {
            return None;
        }
        let number = line.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let named = || question.candidates.iter().position(|candidate| candidate == line);
        let place = number.filter(|place| *place < question.candidates.len()).or_else(named);
        if place.is_some() {
            return place;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> (Option<usize>, Vec<String>) {
        let question = Question {
            what: "the global cluster".into(),
            candidates: vec!["shop".into(), "blog".into()],
            option: "--global-cluster ".into(),
        };
        let mut said = Vec::new();
        let answer = answer(&question, &mut text.as_bytes(), &mut |line| said.push(line));
        (answer, said)
    }

    #[test]
    fn a_number_or_a_name_answers() {
        assert_eq!(typed("2\n").0, Some(1));
        assert_eq!(typed(" shop \n").0, Some(0));
        let (answer, said) = typed("3\n0\nblog\n");
        assert_eq!(answer, Some(1), "what is no answer is asked again");
        assert!(said[1].contains("1  shop") && said[2].contains("2  blog"), "{said:?}");
    }

    #[test]
    fn nothing_is_chosen_for_a_person() {
        for text in ["", "\n", "9\n9\n9\n1\n"] {
            assert_eq!(typed(text).0, None, "{text:?}");
        }
    }
}
