//! Junit: the answers as test cases, for pipelines.
//! Invariant: what can not be told is an error, never a pass; what is accepted is skipped.
//! Used by: ready.

use quick_xml::escape::escape;

use crate::plan::{CheckAnswer, Readiness, Verdict};

/// The whole file.
pub(super) fn text(deployment: &str, readiness: &Readiness) -> String {
    let open = |verdict: Verdict| readiness.of(verdict).filter(|answer| !answer.accepted).count();
    let accepted = readiness.answers.iter().filter(|answer| answer.accepted).count();
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" \
         skipped=\"{accepted}\">\n",
        clean(&format!("readiness of {deployment}")),
        readiness.answers.len(),
        open(Verdict::Fail),
        open(Verdict::Unknown),
    );
    for answer in &readiness.answers {
        xml.push_str(&case(answer));
    }
    xml + "</testsuite>\n"
}

fn case(answer: &CheckAnswer) -> String {
    let head =
        format!("  <testcase classname=\"{}\" name=\"{}\"", clean(&answer.system), clean(&answer.check));
    let (found, mend) = (clean(&answer.found), clean(&answer.mend));
    let inside = match answer.verdict {
        _ if answer.accepted => format!("<skipped message=\"accepted: {found}\"/>"),
        Verdict::Fail => format!("<failure message=\"{found}\">{mend}</failure>"),
        Verdict::Unknown => format!("<error message=\"{found}\"/>"),
        Verdict::Warn => format!("<system-out>warning: {found}; {mend}</system-out>"),
        Verdict::Pass => return format!("{head}/>\n"),
    };
    format!("{head}>{inside}</testcase>\n")
}

/// Escaped, without the characters that XML can not hold.
fn clean(text: &str) -> String {
    let held: String = text.chars().filter(|letter| !letter.is_control() || *letter == '\n').collect();
    escape(held.as_str()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_verdict_has_its_own_form_and_nothing_breaks_out() {
        let answer = |verdict, accepted| CheckAnswer {
            check: "peering".into(),
            system: "network".into(),
            why: String::new(),
            verdict,
            found: "a \"<b>\" \u{7}".into(),
            denied: None,
            mend: "do & see".into(),
            accepted,
        };
        let all = [
            (Verdict::Pass, false),
            (Verdict::Warn, false),
            (Verdict::Fail, false),
            (Verdict::Unknown, false),
            (Verdict::Fail, true),
        ];
        let answers = all.map(|(verdict, accepted)| answer(verdict, accepted)).to_vec();
        let xml = text("wordpress", &Readiness { answers });
        assert!(xml.contains("tests=\"5\" failures=\"1\" errors=\"1\" skipped=\"1\""), "{xml}");
        assert!(
            xml.contains("<failure message=\"a &quot;&lt;b&gt;&quot; \">do &amp; see</failure>"),
            "{xml}"
        );
        assert!(xml.contains("<skipped message=\"accepted: "), "{xml}");
    }
}
