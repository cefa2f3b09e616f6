//! Encoded: EC2's encoded authorization failure messages.
//! Invariant: only what this world encoded can be decoded; to a client the text means nothing.
//! Used by: `enforce`, `sts`.
//!
//! AWS: DecodeAuthorizationMessage API reference lists what the decoded message holds; its form is the one observed.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::hmac;
use serde_json::{Value, json};

use super::policy::{Context, Decision, Verdict};
use crate::lab::world::{World, sts::Caller};

/// The length of the seal before the message.
const SEAL: usize = 32;

impl World {
    /// The encoded message of a refusal.
    pub(super) fn encoded(
        &self,
        caller: &Caller,
        action: &str,
        resource: &str,
        verdict: &Verdict,
        context: &Context,
    ) -> String {
        let name = caller.user.as_ref().or(caller.role.as_ref());
        let conditions: Vec<Value> = context
            .all()
            .map(|(key, values)| {
                let values: Vec<Value> = values.iter().map(|value| json!({ "value": value })).collect();
                json!({ "key": key, "values": { "items": values } })
            })
            .collect();
        let matched: Vec<Value> = verdict
            .matched
            .iter()
            .map(|own| json!({ "statementId": "", "effect": "DENY", "sourcePolicyId": own.id }))
            .collect();
        let message = json!({
            "allowed": false,
            "explicitDeny": verdict.decision == Decision::ExplicitDeny,
            "matchedStatements": { "items": matched },
            "failures": { "items": [] },
            "context": {
                "principal": { "id": caller.id, "name": name, "arn": caller.arn },
                "action": action,
                "resource": resource,
                "conditions": { "items": conditions },
            },
        });
        let text = message.to_string();
        let mut bytes = self.seal(text.as_bytes()).as_ref().to_vec();
        let veil = self.veil(&bytes, text.len());
        bytes.extend(text.bytes().zip(veil).map(|(byte, veil)| byte ^ veil));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The message that was encoded; `None` if this world did not encode it.
    pub(in crate::lab) fn decoded(&self, encoded: &str) -> Option<String> {
        let bytes = URL_SAFE_NO_PAD.decode(encoded.trim()).ok()?;
        let (seal, hidden) = bytes.split_at_checked(SEAL)?;
        let veil = self.veil(seal, hidden.len());
        let text: Vec<u8> = hidden.iter().zip(veil).map(|(byte, veil)| byte ^ veil).collect();
        hmac::verify(&self.message_key(), &text, seal).ok()?;
        String::from_utf8(text).ok()
    }

    fn message_key(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, format!("authorization messages of {}", self.seed()).as_bytes())
    }

    fn seal(&self, text: &[u8]) -> hmac::Tag {
        hmac::sign(&self.message_key(), text)
    }

    /// As many bytes as asked for, from the seal on: they make the text unreadable, not secret.
    fn veil(&self, seal: &[u8], length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length + SEAL);
        let mut block = seal.to_vec();
        while bytes.len() < length {
            block = self.seal(&block).as_ref().to_vec();
            bytes.extend_from_slice(&block);
        }
        bytes.truncate(length);
        bytes
    }
}
