//! Settings: whether each service knows its options, and takes their values.
//! Used by: sense.

use super::Check;
use crate::{
    grammar::record::{Item, Record, Value},
    lab::world::settings::{self, Refused},
};

impl Check<'_> {
    /// What each service says of each of its options.
    pub(super) fn settings(&mut self, world: &Record) {
        let services =
            world.record("settings").map(|settings| settings.fields.as_slice()).unwrap_or_default();
        for service in services {
            let Value::Map(options) = &service.item.value else { continue };
            // What the walk refused is no problem twice.
            let whole = |item: &Item| {
                item.value.record().is_none_or(|own| own.refused.is_empty() && !own.has_unknown)
            };
            for (option, key, item) in options.iter().filter(|(.., item)| whole(item)) {
                match settings::refused(service.name, option, &item.value.json()) {
                    None => {}
                    Some(Refused::Unknown(help)) => {
                        let message = format!("{} has no option called `{option}`", service.name);
                        self.error("world::unknown-option", message, *key, &help);
                    }
                    Some(Refused::Value(why)) => {
                        let message = format!("`{option}` cannot be this: {why}");
                        let help = "a duration is written as `10s`, a range of durations as `500ms..5s`";
                        self.error("world::option", message, item.span, help);
                    }
                }
            }
        }
    }
}
