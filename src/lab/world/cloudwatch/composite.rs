//! Composite: alarms that are a rule over other alarms.
//! Invariant: judged when one of the alarms that its rule names turns, and when it is put.
//! Not here: actions and their suppression.
//! Used by: `cloudwatch`.

use super::{
    alarm::{AlarmState, Face},
    history::Item,
    params::{required, texts, validation},
    put_alarm::nothing,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
};

/// How deep a rule may nest.
const DEPTH: usize = 32;

/// An alarm over alarms.
#[derive(Debug, Clone)]
pub(super) struct Composite {
    pub(super) face: Face,
    pub(super) text: String,
    pub(super) rule: Rule,
}

/// AWS: AlarmRule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rule {
    Constant(bool),
    Says(AlarmState, String),
    Not(Box<Rule>),
    And(Box<Rule>, Box<Rule>),
    Or(Box<Rule>, Box<Rule>),
}

impl Rule {
    /// Reads a rule: `ALARM("a") AND (NOT OK(b) OR TRUE)`. NOT binds closest, then AND, then OR.
    pub(super) fn read(text: &str) -> Option<Rule> {
        let tokens = tokens(text)?;
        let mut rest = tokens.as_slice();
        let rule = either(&mut rest, DEPTH)?;
        rest.is_empty().then_some(rule)
    }

    /// The alarms that it names.
    pub(super) fn names(&self) -> Vec<String> {
        match self {
            Rule::Constant(_) => Vec::new(),
            Rule::Says(_, name) => vec![name.clone()],
            Rule::Not(one) => one.names(),
            Rule::And(one, other) | Rule::Or(one, other) => [one.names(), other.names()].concat(),
        }
    }

    fn holds(&self, state: &impl Fn(&str) -> Option<AlarmState>) -> bool {
        match self {
            Rule::Constant(value) => *value,
            Rule::Says(wanted, name) => state(name) == Some(*wanted),
            Rule::Not(one) => !one.holds(state),
            Rule::And(one, other) => one.holds(state) && other.holds(state),
            Rule::Or(one, other) => one.holds(state) || other.holds(state),
        }
    }
}

fn tokens(text: &str) -> Option<Vec<String>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '(' | ')' => 1,
            '"' | '\'' => rest[1..].find(first)? + 2,
            _ => rest.find(|own: char| own.is_whitespace() || "()\"'".contains(own)).unwrap_or(rest.len()),
        };
        tokens.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    Some(tokens)
}

fn take(rest: &mut &[String], word: &str) -> bool {
    let found = rest.first().is_some_and(|own| own.eq_ignore_ascii_case(word));
    if found {
        *rest = &rest[1..];
    }
    found
}

fn either(rest: &mut &[String], depth: usize) -> Option<Rule> {
    let mut rule = both(rest, depth)?;
    while take(rest, "OR") {
        rule = Rule::Or(Box::new(rule), Box::new(both(rest, depth)?));
    }
    Some(rule)
}

fn both(rest: &mut &[String], depth: usize) -> Option<Rule> {
    let mut rule = one(rest, depth)?;
    while take(rest, "AND") {
        rule = Rule::And(Box::new(rule), Box::new(one(rest, depth)?));
    }
    Some(rule)
}

fn one(rest: &mut &[String], depth: usize) -> Option<Rule> {
    let depth = depth.checked_sub(1)?;
    if take(rest, "NOT") {
        return Some(Rule::Not(Box::new(one(rest, depth)?)));
    }
    if take(rest, "(") {
        let rule = either(rest, depth)?;
        return take(rest, ")").then_some(rule);
    }
    if take(rest, "TRUE") {
        return Some(Rule::Constant(true));
    }
    if take(rest, "FALSE") {
        return Some(Rule::Constant(false));
    }
    let state = AlarmState::parse(rest.first()?)?;
    *rest = &rest[1..];
    if !take(rest, "(") {
        return None;
    }
    let name = rest.first()?.trim_matches(['"', '\'']).to_owned();
    *rest = &rest[1..];
    // AWS: an alarm is named by its name or by its ARN.
    let name = name.split_once(":alarm:").map_or(name.clone(), |(_, own)| own.to_owned());
    take(rest, ")").then_some(Rule::Says(state, name))
}

impl World {
    /// AWS: PutCompositeAlarm: the alarms that its rule names must be there.
    pub(super) fn put_composite_alarm(&mut self, call: &Call) -> Reply {
        let params = &call.params;
        let id = (call.region.clone(), required(params, "AlarmName")?.to_owned());
        if self.cloudwatch.alarms.contains_key(&id) {
            return Err(validation(format!("A metric alarm with the name {} already exists.", id.1)));
        }
        if params.has("ActionsSuppressor") {
            return Err(validation("firedrill's lab suppresses no actions of composite alarms"));
        }
        let text = required(params, "AlarmRule")?.to_owned();
        let rule = Rule::read(&text).ok_or_else(|| validation("AlarmRule is not a valid expression."))?;
        self.rule_is_sound(&id, &rule)?;
        let before = self.cloudwatch.composites.get(&id).map(|own| own.face.clone());
        let face = self.face_of(call, before.as_ref())?;
        let what = if before.is_some() { "updated" } else { "created" };
        let item = Item::configuration(&face, "CompositeAlarm", what, self.now());
        self.remember(item);
        self.cloudwatch.composites.insert(id.clone(), Composite { face, text, rule });
        self.judge_composite(&id);
        nothing()
    }

    fn rule_is_sound(&self, id: &(String, String), rule: &Rule) -> Result<(), AwsFault> {
        let names = rule.names();
        if names.len() > 100 {
            return Err(validation("AlarmRule must not refer to more than 100 alarms."));
        }
        if let Some(name) = names.iter().find(|name| self.alarm_state(&id.0, name).is_none()) {
            return Err(validation(format!(
                "Could not save the composite alarm as alarms [{name}] in the alarm rule do not exist"
            )));
        }
        match self.leads_to(&id.0, &names, &id.1, DEPTH) {
            true => Err(validation("The alarm rule leads back to the alarm itself.")),
            false => Ok(()),
        }
    }

    /// True if one of these alarms is the alarm, or a rule over it.
    fn leads_to(&self, region: &str, names: &[String], target: &str, depth: usize) -> bool {
        names.iter().any(|name| {
            let below = self.cloudwatch.composites.get(&(region.to_owned(), name.clone()));
            name == target
                || depth == 0
                || below.is_some_and(|own| self.leads_to(region, &own.rule.names(), target, depth - 1))
        })
    }

    /// The composite alarms over one that turned are judged.
    pub(super) fn alarm_turned(&mut self, region: &str, name: &str) {
        let follows =
            |own: &Composite| own.face.region == region && own.rule.names().iter().any(|child| child == name);
        let parents = self.cloudwatch.composites.iter().filter(|(_, own)| follows(own));
        for id in parents.map(|(id, _)| id.clone()).collect::<Vec<_>>() {
            self.judge_composite(&id);
        }
    }

    fn judge_composite(&mut self, id: &(String, String)) {
        let Some(own) = self.cloudwatch.composites.get(id) else { return };
        let holds = own.rule.holds(&|name: &str| self.alarm_state(&id.0, name));
        let state = if holds { AlarmState::Alarm } else { AlarmState::Ok };
        if state != own.face.state {
            let reason = format!("{} transitioned to {}: {}", own.face.arn, state.word(), own.text);
            self.enter_composite(id, state, reason);
        }
    }

    pub(super) fn enter_composite(&mut self, id: &(String, String), state: AlarmState, reason: String) {
        let now = self.now();
        let Some(own) = self.cloudwatch.composites.get_mut(id) else { return };
        let before = own.face.state;
        own.face.enter(now, state, reason, None);
        let item = Item::state(&own.face, "CompositeAlarm", before, now);
        if before == state {
            return;
        }
        self.remember(item);
        let with = [("alarm", id.1.clone()), ("region", id.0.clone()), ("state", state.word().to_owned())];
        self.note("alarm.state", with);
        self.alarm_turned(&id.0, &id.1);
    }
}

/// As `DescribeAlarms` lists a composite alarm.
pub(super) fn composite_tree(own: &Composite) -> Tree {
    let face = &own.face;
    Tree::map([
        ("ActionsEnabled", Some(Tree::Bool(face.actions_enabled))),
        ("AlarmActions", texts(&face.alarm_actions)),
        ("AlarmArn", Tree::text(&face.arn)),
        ("AlarmConfigurationUpdatedTimestamp", Some(Tree::Time(face.configured))),
        ("AlarmDescription", face.description.as_ref().and_then(Tree::text)),
        ("AlarmName", Tree::text(&face.name)),
        ("AlarmRule", Tree::text(&own.text)),
        ("InsufficientDataActions", texts(&face.insufficient_actions)),
        ("OKActions", texts(&face.ok_actions)),
        ("StateReason", Tree::text(&face.reason)),
        ("StateReasonData", face.reason_data.as_ref().and_then(Tree::text)),
        ("StateUpdatedTimestamp", Some(Tree::Time(face.updated))),
        ("StateValue", Tree::text(face.state.word())),
        ("StateTransitionedTimestamp", Some(Tree::Time(face.transitioned))),
    ])
}
