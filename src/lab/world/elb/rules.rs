//! Rules: reading, creating, changing, reordering and deleting them.
//! Invariant: priorities of a listener's rules differ; a default rule has none, and neither moves nor goes.
//! Used by: `elb_operate`.

use std::collections::BTreeMap;

use super::{
    State,
    describe::{invalid, listener, not_found, nothing, required},
    limits,
    listeners::free_groups,
    model::{Balancer, Health, Listener},
    names,
    rule::{Action, Condition, Rule},
    rule_text::{actions, conditions},
    tag_set,
};
use crate::lab::world::{
    World,
    call::{AwsFault, Call, Reply, Tree},
    page::{self, page},
};

/// A rule where it stands: its priority, or `None` for a default one.
struct Found<'a> {
    balancer: &'a Balancer,
    listener: &'a Listener,
    place: Option<(u32, &'a Rule)>,
}

fn find<'a>(state: &'a State, call: &Call, arn: &str) -> Result<Found<'a>, AwsFault> {
    if !arn.contains(":listener-rule/") {
        return Err(invalid(format!("'{arn}' is not a valid listener rule ARN")));
    }
    let missing = || not_found("RuleNotFound", "rules");
    let (balancer, listener) = listener(state, call, &names::listener_of(arn)).map_err(|_| missing())?;
    let mut rules = listener.rules.iter();
    let place = rules.find(|(_, rule)| rule.arn == arn).map(|(priority, rule)| (*priority, rule));
    match place.is_some() || listener.default_rule == arn {
        true => Ok(Found { balancer, listener, place }),
        false => Err(missing()),
    }
}

/// `DescribeRules`.
pub(super) fn describe(world: &World, call: &Call) -> Reply {
    let state = &world.elb;
    let arns = call.params.texts("RuleArns");
    let trees: Vec<Tree> = match call.params.text("ListenerArn") {
        Some(_) if !arns.is_empty() => {
            return Err(invalid("You cannot specify both rule ARNs and a listener ARN"));
        }
        Some(arn) => {
            let (_, own) = listener(state, call, arn)?;
            let rules = own.rules.iter().map(|(priority, rule)| tree(*priority, rule));
            rules.chain([default_tree(own)]).collect()
        }
        None if arns.is_empty() => {
            return Err(invalid("You must specify either listener rule ARNs or a listener ARN"));
        }
        None => {
            let one = |arn: &String| find(state, call, arn).map(|found| found.tree());
            arns.iter().map(one).collect::<Result<_, _>>()?
        }
    };
    let (part, next) = page(trees, &call.params, page::ELB)?;
    Ok(Tree::map([("Rules", Tree::list("member", part)), ("NextMarker", next.map(Tree::Text))]))
}

impl Found<'_> {
    fn tree(&self) -> Tree {
        self.place.map_or_else(|| default_tree(self.listener), |(priority, rule)| tree(priority, rule))
    }

    fn not_default(&self, done: &str) -> Result<(u32, &Rule), AwsFault> {
        let message = format!("Default rule '{}' cannot be {done}", self.listener.default_rule);
        self.place.ok_or_else(|| AwsFault::new(400, "OperationNotPermitted", message))
    }
}

fn tree(priority: u32, rule: &Rule) -> Tree {
    Tree::map([
        ("RuleArn", Tree::text(&rule.arn)),
        ("Priority", Tree::text(priority.to_string())),
        ("Conditions", Tree::list("member", rule.conditions.iter().map(Condition::tree))),
        ("Actions", Tree::list("member", rule.actions.iter().map(Action::tree))),
        ("IsDefault", Some(Tree::Bool(false))),
    ])
}

fn default_tree(listener: &Listener) -> Tree {
    Tree::map([
        ("RuleArn", Tree::text(&listener.default_rule)),
        ("Priority", Tree::text("default")),
        ("Conditions", Tree::list("member", [])),
        ("Actions", Tree::list("member", listener.default.iter().map(Action::tree))),
        ("IsDefault", Some(Tree::Bool(true))),
    ])
}

fn these(world: &World, call: &Call, arns: &[String]) -> Reply {
    let one = |arn: &String| find(&world.elb, call, arn).map(|found| found.tree());
    let trees = arns.iter().map(one).collect::<Result<Vec<_>, _>>()?;
    Ok(Tree::map([("Rules", Tree::list("member", trees))]))
}

fn priority(text: Option<&str>) -> Result<u32, AwsFault> {
    let text = text.unwrap_or_default();
    let read = text.parse().ok().filter(|own| (1..=50_000).contains(own));
    read.ok_or_else(|| invalid(format!("Priority '{text}' must be between 1 and 50000")))
}

fn in_use(priority: u32) -> AwsFault {
    AwsFault::new(400, "PriorityInUse", format!("Priority '{priority}' is currently in use"))
}

/// `CreateRule`.
pub(super) fn create(world: &mut World, call: &Call) -> Reply {
    let arn = required(call, "ListenerArn")?;
    let (balancer, own) = listener(&world.elb, call, arn)?;
    let priority = priority(call.params.text("Priority"))?;
    let conditions = conditions(call)?;
    let actions = actions(&world.elb, call, "Actions")?;
    if own.rules.contains_key(&priority) {
        return Err(in_use(priority));
    }
    if balancer.listeners.values().map(|own| own.rules.len()).sum::<usize>() >= limits::RULES {
        return Err(AwsFault::new(400, "TooManyRules", "The maximum number of rules has been reached"));
    }
    free_groups(&world.elb, &balancer.arn, &actions)?;
    let tags = tag_set::of_call(call)?;
    let rule = world.make_rule(arn, (priority, conditions, actions), tags, Health::Initial);
    these(world, call, &[rule])
}

/// `ModifyRule`: what is not named stays as it is.
pub(super) fn modify(world: &mut World, call: &Call) -> Reply {
    let arn = required(call, "RuleArn")?;
    let found = find(&world.elb, call, arn)?;
    let (priority, before) = found.not_default("modified")?;
    let mut new = before.clone();
    if call.params.has("Conditions") {
        new.conditions = conditions(call)?;
    }
    if call.params.has("Actions") {
        new.actions = actions(&world.elb, call, "Actions")?;
        free_groups(&world.elb, &found.balancer.arn, &new.actions)?;
    }
    let (owner, port) = (found.balancer.arn.clone(), found.listener.port);
    change_rules(world, &owner, port, |rules| {
        rules.insert(priority, new);
    });
    these(world, call, &[arn.to_owned()])
}

/// `DeleteRule`.
pub(super) fn delete(world: &mut World, call: &Call) -> Reply {
    let arn = required(call, "RuleArn")?;
    let found = find(&world.elb, call, arn)?;
    let (priority, _) = found.not_default("deleted")?;
    let (owner, port) = (found.balancer.arn.clone(), found.listener.port);
    world.elb.forget_tags([arn]);
    change_rules(world, &owner, port, |rules| {
        rules.remove(&priority);
    });
    nothing()
}

/// `SetRulePriorities`: all or none.
pub(super) fn set_priorities(world: &mut World, call: &Call) -> Reply {
    let mut moves: BTreeMap<String, u32> = BTreeMap::new();
    let mut owner = None;
    for asked in call.params.list("RulePriorities") {
        let arn = asked.text("RuleArn").unwrap_or_default();
        let found = find(&world.elb, call, arn)?;
        found.not_default("given a priority")?;
        let here = (found.balancer.arn.clone(), found.listener.port);
        if owner.get_or_insert_with(|| here.clone()) != &here {
            let message = "The rules must belong to the same listener";
            return Err(AwsFault::new(400, "OperationNotPermitted", message));
        }
        moves.insert(arn.to_owned(), priority(asked.text("Priority"))?);
    }
    let Some((owner, port)) = owner else {
        return Err(invalid("At least one rule priority must be specified"));
    };
    let listener = world.elb.balancers.get(&owner).and_then(|own| own.listeners.get(&port));
    let before = listener.map(|own| own.rules.clone()).unwrap_or_default();
    let mut after: BTreeMap<u32, Rule> = BTreeMap::new();
    for (old, rule) in before {
        let new = moves.get(&rule.arn).copied().unwrap_or(old);
        if after.insert(new, rule).is_some() {
            return Err(in_use(new));
        }
    }
    change_rules(world, &owner, port, |rules| *rules = after);
    these(world, call, &moves.into_keys().collect::<Vec<_>>())
}

fn change_rules(world: &mut World, owner: &str, port: u16, change: impl FnOnce(&mut BTreeMap<u32, Rule>)) {
    world.rewire(owner, Health::Initial, |balancer| {
        if let Some(listener) = balancer.listeners.get_mut(&port) {
            change(&mut listener.rules);
        }
    });
}

/// Whether there is such a rule.
pub(super) fn exists(state: &State, call: &Call, arn: &str) -> Result<(), AwsFault> {
    find(state, call, arn).map(drop)
}
