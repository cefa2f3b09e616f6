//! Described: a record declared once, as a Rust type and as the shape that the walk and the schema go by.
//! Invariant: what fits the shape deserialises into the type: both come from the same lines.
//! Not here: shapes that are lowered by hand (see `drill::shapes`).
//! Used by: the lab's world file.

use std::time::Duration;

use serde::Deserialize;

use super::Need;

/// A key that must be there.
pub(crate) const REQUIRED: Need = Need::Required;
/// A key that may be there; without it the type's own default holds.
pub(crate) const OPTIONAL: Need = Need::Optional;

/// A key with a value where it is not there, written as in a file.
pub(crate) const fn or(text: &'static str) -> Need {
    Need::Default(text)
}

/// A time of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Millis(u64);

impl Millis {
    /// The time.
    pub fn duration(self) -> Duration {
        Duration::from_millis(self.0)
    }
}

/// Declares records: `Type / SHAPE = "what messages call it" { key: Type = need, kind, "example"; … }`. The documentation
/// of type and keys is also what the schema and the messages say.
macro_rules! described {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident / $shape:ident = $called:literal {
            $( $(#[doc = $about:literal])+ $key:ident: $type:ty = $need:expr, $kind:expr, $example:literal; )*
        }
    )*) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Default, serde::Deserialize)]
        #[serde(default)]
        pub struct $name {
            $( $(#[doc = $about])+ pub $key: $type, )*
        }

        $(#[doc = $doc])+
        pub(crate) static $shape: $crate::grammar::Shape = $crate::grammar::Shape {
            name: $called,
            doc: concat!($($doc),+).trim_ascii(),
            fields: &[&[$( $crate::grammar::Field {
                name: stringify!($key),
                doc: concat!($($about),+).trim_ascii(),
                kind: $kind,
                need: $need,
                example: $example,
            } ),*]],
            any_of: &[],
        };
    )*};
}

pub(crate) use described;
