//! Slack: a run as the body of an incoming webhook; other chats take the same body's `text`.
//! Invariant: text from the world can not be a link or a mention; every part fits Slack's limits.
//! Not here: sending (see `cli::outputs`).
//! Used by: cli.

use serde_json::{Value, json};

use super::{headline, judged_objectives, objective_line};
use crate::{measure::summary::Verdict, report::model::Report};

/// Slack refuses a header of more letters than this, and a section of more than that.
const HEADER: usize = 150;
const SECTION: usize = 3000;

/// The body.
pub fn body(report: &Report) -> Value {
    let sign = match report.verdict {
        Verdict::Pass => "\u{2705}",
        Verdict::Unknown | Verdict::StoppedEarly => "\u{26a0}\u{fe0f}",
        Verdict::Fail | Verdict::NotRestored => "\u{274c}",
    };
    let head = format!("{sign} {}: {}", report.verdict.title(), headline(report));
    let mut blocks = vec![
        json!({ "type": "header", "text": { "type": "plain_text", "text": cut(&one_line(&head), HEADER) } }),
        section(&lines(report).join("\n")),
    ];
    let restored = match report.outstanding.is_empty() {
        true => "Everything was put back and read back.".to_owned(),
        false => {
            let names: Vec<&str> = report.outstanding.iter().map(|step| step.0.as_str()).collect();
            format!(
                "*Outstanding: {}.* Put back with: firedrill restore {}",
                escaped(&names.join(", ")),
                escaped(report.run.as_str())
            )
        }
    };
    blocks.push(section(&restored));
    blocks.push(json!({
        "type": "context",
        "elements": [{ "type": "plain_text", "text": cut(&format!("run {}", one_line(report.run.as_str())), SECTION) }],
    }));
    json!({ "text": cut(&escaped(&head), SECTION), "blocks": blocks })
}

fn lines(report: &Report) -> Vec<String> {
    let mut lines = vec![escaped(&report.drill.title)];
    lines.extend(report.notice.iter().map(|notice| escaped(&notice.to_string())));
    lines.extend(report.reasons.iter().map(|reason| format!("\u{2022} {}", escaped(&reason.to_string()))));
    lines.extend(
        judged_objectives(report)
            .iter()
            .map(|(name, objective)| format!("\u{2022} {}", escaped(&objective_line(name, objective)))),
    );
    lines
}

fn section(text: &str) -> Value {
    // A cut may fall into an escape: its rest is shown as it stands, and can not be markup.
    json!({ "type": "section", "text": { "type": "mrkdwn", "text": cut(text, SECTION), "verbatim": true } })
}

/// Text as text: the three letters that Slack reads as something else, and no line of its own.
fn escaped(text: &str) -> String {
    one_line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn one_line(text: &str) -> String {
    crate::text::visible(text).replace('\n', " ")
}

/// At most so many letters.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most - 1).chain(['\u{2026}']).collect(),
    }
}
