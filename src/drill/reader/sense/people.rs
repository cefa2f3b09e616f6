//! People: whether those who are named are who they are said to be.
//! Invariant: names are compared as written.
//! Used by: sense.

use super::Case;
use crate::{
    diagnostic::Diagnostic,
    grammar::record::{Item, Record},
    text,
};

/// Checks the people of a drill.
pub(super) fn check(case: &mut Case<'_>) {
    let drill = case.given.drill;
    let people: Vec<&Record> = drill.records("people").collect();
    let names: Vec<(&str, &Item)> = people
        .iter()
        .filter_map(|person| person.item("name"))
        .filter_map(|item| item.value.text().map(|name| (name, item)))
        .collect();
    for (index, (name, item)) in names.iter().enumerate() {
        if let Some((_, first)) = names[..index].iter().find(|(other, _)| other == name) {
            let problem = Diagnostic::error("drill::person-twice", format!("`{name}` takes part twice"))
                .at(case.at(item.span), "")
                .also(case.at(first.span), "first here")
                .help("name each person once, with all they do as their role");
            case.push(problem);
        }
    }
    people.iter().for_each(|person| stand_in(case, person, &names));
    approver(case, drill, &people);
}

/// Whoever is stood in for is one of the people, and did not attend.
fn stand_in(case: &mut Case<'_>, person: &Record, names: &[(&str, &Item)]) {
    let Some(item) = person.item("stand_in_for") else { return };
    let Some(absent) = item.value.text() else { return };
    if person.text("name") == Some(absent) {
        let problem = Diagnostic::error("drill::stand-in", "nobody stands in for themselves")
            .at(case.at(item.span), "")
            .help("name the person who was to do this");
        return case.push(problem);
    }
    if names.iter().any(|(name, _)| *name == absent) {
        return;
    }
    let near = text::nearest(absent, names.iter().map(|(name, _)| *name));
    let help = match near {
        Some(name) => format!("did you mean `{name}`?"),
        None => "list whoever is stood in for too, with `attended: false`".to_owned(),
    };
    let problem = Diagnostic::error("drill::stand-in", format!("`{absent}` is none of the drill's people"))
        .at(case.at(item.span), "")
        .help(help);
    case.push(problem);
}

/// An approval by whoever carries the drill out is worth nothing to an auditor.
fn approver(case: &mut Case<'_>, drill: &Record, people: &[&Record]) {
    let Some(approver) = drill.item("approver") else { return };
    let operator = people.iter().find(|person| {
        person.text("role").is_some_and(|role| role.eq_ignore_ascii_case("operator"))
            && person.text("name") == approver.value.text()
    });
    if let Some(role) = operator.and_then(|person| person.item("role")) {
        let problem = Diagnostic::warning("drill::own-approval", "the operator approves the drill")
            .at(case.at(approver.span), "")
            .also(case.at(role.span), "operator")
            .help("let somebody approve it who does not carry it out");
        case.push(problem);
    }
}
