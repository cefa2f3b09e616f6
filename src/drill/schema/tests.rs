use std::collections::BTreeSet;

use super::*;
use crate::{
    diagnostic::{Problems, SourceFile, yaml},
    drill::catalogue,
    grammar::{
        Kind, Need, Shape,
        fits::{fits, json_of},
    },
};

fn accepted(text: &str) -> bool {
    let mut problems = Problems::new();
    let file = problems.add_file(SourceFile { path: String::new(), text: text.to_owned() });
    let tree = yaml::read(file, &mut problems).expect("YAML");
    let schema = schema();
    fits(&json_of(&tree), &schema, &schema)
}

#[test]
fn every_shipped_file_fits_the_schema() {
    for text in [
        include_str!("../../../drills/deployments/wordpress.yaml"),
        include_str!("../../../drills/seoul-outage.yaml"),
        include_str!("../../../drills/seoul-lost.yaml"),
        include_str!("../../../drills/rehearsal.yaml"),
    ] {
        assert!(accepted(text), "{text}");
    }
}

#[test]
fn what_the_grammar_refuses_by_shape_the_schema_refuses_too() {
    for text in [
        include_str!("../../../tests/drills/bad/unknown-key.yaml"),
        include_str!("../../../tests/drills/bad/missing-keys.yaml"),
        include_str!("../../../tests/drills/bad/unknown-fault.yaml"),
        include_str!("../../../tests/drills/bad/recovery-as-fault.yaml"),
        include_str!("../../../tests/drills/bad/two-steps-in-one.yaml"),
        include_str!("../../../tests/drills/bad/bad-port.yaml"),
        include_str!("../../../tests/drills/bad/bad-side.yaml"),
        include_str!("../../../tests/drills/bad/bad-health.yaml"),
        include_str!("../../../tests/drills/bad/no-steps.yaml"),
        include_str!("../../../tests/drills/bad/yaml-1-1-booleans.yaml"),
        include_str!("../../../tests/drills/bad/unknown-objective.yaml"),
        include_str!("../../../tests/drills/bad/deployment-missing-keys.yaml"),
    ] {
        assert!(!accepted(text), "{text}");
    }
}

/// Every shape that can be reached from a file's.
fn shapes() -> Vec<&'static Shape> {
    fn of_kind(kind: &'static Kind, into: &mut Vec<&'static Shape>) {
        match kind {
            Kind::List(inner) | Kind::OneOrMany(inner) => of_kind(inner, into),
            Kind::Record(shape) | Kind::Either(_, shape) => of_shape(shape, into),
            Kind::Choice(choice) => choice.variants.iter().for_each(|shape| of_shape(shape, into)),
            _ => {}
        }
    }
    fn of_shape(shape: &'static Shape, into: &mut Vec<&'static Shape>) {
        if !into.iter().any(|known| std::ptr::eq(*known, shape)) {
            into.push(shape);
            shape.all().for_each(|field| of_kind(&field.kind, into));
        }
    }
    let mut all = Vec::new();
    of_shape(&DRILL, &mut all);
    of_shape(&DEPLOYMENT, &mut all);
    all
}

#[test]
fn every_key_of_the_grammar_is_in_the_schema_with_its_sentence() {
    let schema = schema();
    let mut names = BTreeSet::new();
    for shape in shapes() {
        let key = shape.name.replace(' ', "-");
        assert!(names.insert(key.clone()), "two shapes are called {key}");
        for field in shape.all() {
            let property = &schema["$defs"][&key]["properties"][field.name];
            assert_eq!(property["description"], field.doc, "{key}.{}", field.name);
            assert!(!field.doc.is_empty() && !field.example.is_empty(), "{key}.{}", field.name);
        }
    }
}

#[test]
fn every_example_and_default_is_of_its_own_kind() {
    for shape in shapes() {
        for field in shape.all() {
            let written = match field.need {
                Need::Default(text) => vec![text, field.example],
                Need::Required | Need::Optional => vec![field.example],
            };
            for text in written {
                let mut definitions = Definitions::default();
                let own = definitions.field(field);
                let root = json!({ "$defs": definitions.0 });
                let mut problems = Problems::new();
                let line = format!("key: {text}\n");
                let file = problems.add_file(SourceFile { path: String::new(), text: line });
                let tree = yaml::read(file, &mut problems).expect("YAML");
                let value = tree.entry("key").map(|(_, value)| json_of(value)).expect("a value");
                assert!(fits(&value, &own, &root), "{}.{}: {text}", shape.name, field.name);
            }
        }
    }
}

#[test]
fn every_change_of_the_catalogue_is_a_step() {
    let schema = schema();
    let steps = schema["$defs"]["step"]["oneOf"].to_string();
    for entry in catalogue::ENTRIES {
        assert!(steps.contains(&format!("{}\"", entry.kind)), "{}", entry.kind);
        assert!(!entry.doc().is_empty());
        assert_eq!(catalogue::find(entry.kind).map(|found| found.kind), Some(entry.kind));
    }
}
