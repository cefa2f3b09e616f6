//! Pages: the HTML reports in `tests/reports`, opened in headless Chromium at the widths of a desk and a phone, in light and
//! dark: nothing is fetched, nothing runs, nothing sticks out, and a screen reader finds its way.
//!
//! The reports are written by the library's own test (`FIREDRILL_BLESS=1 cargo test --lib pages`). `FIREDRILL_AXE` names
//! `axe.min.js` of axe-core, which then looks at each page too.

use std::{fs, path::PathBuf};

use serde_json::Value;

use crate::browser::{Browser, skipped};

const WINDOWS: [(u32, &str); 4] = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")];

fn pages() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reports");
    let mut pages: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.retain(|path| path.extension().is_some_and(|end| end == "html"));
    pages.sort();
    assert!(pages.len() >= 6);
    pages
}

fn url(page: &std::path::Path) -> String {
    format!("file://{}", page.display())
}

/// Opens every page in every window.
fn each(look: impl Fn(&mut Browser, &str)) {
    let Some(mut browser) = Browser::start() else { return };
    for page in pages() {
        for (width, scheme) in WINDOWS {
            browser.dress(width, scheme);
            browser.open(&url(&page));
            let name = page.file_name().unwrap().to_string_lossy().into_owned();
            look(&mut browser, &format!("{name} at {width}, {scheme}"));
        }
    }
}

#[test]
fn a_report_fetches_nothing_runs_nothing_and_complains_of_nothing() {
    each(|browser, page| {
        let scripts = browser.evaluate(
            "document.scripts.length + document.querySelectorAll('iframe,object,embed,link,img,form').length",
        );
        assert_eq!(scripts, 0, "{page}");
        let requests = browser.told(&["Network.requestWillBeSent"]);
        assert_eq!(requests.len(), 1, "{page} asked for more than itself: {requests:?}");
        let said = browser.told(&["Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"]);
        assert!(said.is_empty(), "{page}: {said:?}");
    });
}

#[test]
fn nothing_of_a_report_sticks_out_of_the_window() {
    each(|browser, page| {
        let sizes = browser.evaluate("[document.documentElement.scrollWidth, window.innerWidth]");
        assert!(sizes[0].as_u64() <= sizes[1].as_u64(), "{page}: {sizes}");
        let seen = "[...document.querySelectorAll('svg.drawing')].filter(svg => svg.getBoundingClientRect().width > 0).length";
        // The summary of a year is words and tables alone.
        let fewest = if page.starts_with("summary") { 0 } else { 3 };
        assert!(browser.evaluate(seen).as_u64().unwrap() >= fewest, "{page} shows too few pictures");
    });
}

/// What every page must be for those who cannot see it; what it is not.
const FOUND: &str = r##"(() => {
    const wrong = [];
    const all = selector => [...document.querySelectorAll(selector)];
    const shown = element => element.getClientRects().length > 0;
    const named = element => (element.getAttribute('aria-label') || element.textContent || '').trim() ||
        (element.getAttribute('aria-labelledby') || '').split(' ').map(id => document.getElementById(id)?.textContent).join('');
    if (all('h1').length != 1) wrong.push('not one h1');
    if (all('main').length != 1) wrong.push('not one main');
    if (!['en', 'ko'].includes(document.documentElement.lang)) wrong.push('lang');
    let level = 1;
    for (const heading of all('h1,h2,h3,h4')) {
        const now = Number(heading.tagName[1]);
        if (now > level + 1) wrong.push('a level is left out before: ' + heading.textContent);
        level = now;
    }
    for (const table of all('table')) {
        if (!table.caption?.textContent.trim()) wrong.push('a table without caption');
        if (table.querySelectorAll('thead th:not([scope=col])').length) wrong.push('a column without scope');
        if (table.querySelectorAll('tbody tr:not(:has(th[scope=row]))').length) wrong.push('a row without header: ' + table.caption.textContent);
    }
    for (const svg of all('svg')) if (!named(svg).trim()) wrong.push('a picture without name');
    for (const link of all('a')) if (!named(link)) wrong.push('a link without name: ' + link.outerHTML);
    for (const link of all('a')) {
        const target = (link.getAttribute('href') || '').slice(1);
        if (!document.getElementById(target)) wrong.push('a link to nowhere: ' + target);
    }
    const ids = all('[id]').map(element => element.id);
    for (const id of new Set(ids)) if (ids.filter(other => other == id).length > 1) wrong.push('twice: ' + id);
    for (const box of all('.scroll')) if (shown(box) && box.tabIndex != 0) wrong.push('a box that the keyboard cannot scroll');
    return wrong;
})()"##;

#[test]
fn a_screen_reader_finds_its_way_through_a_report() {
    each(|browser, page| {
        assert_eq!(browser.evaluate(FOUND), Value::Array(Vec::new()), "{page}");
    });
}

#[test]
fn axe_finds_no_fault_with_a_report() {
    let Some(axe) = std::env::var_os("FIREDRILL_AXE") else {
        return skipped("axe-core is not here (FIREDRILL_AXE names its axe.min.js): it looked at no page");
    };
    let axe = fs::read_to_string(axe).unwrap();
    each(|browser, page| {
        browser.evaluate(&format!("{axe}; true"));
        let run = "axe.run({ resultTypes: ['violations'] }).then(found => found.violations.map(one => \
                   one.id + ': ' + one.help + ': ' + one.nodes.slice(0, 3).map(node => node.html.slice(0, 200) + ' ' + node.failureSummary).join(' | ')))";
        assert_eq!(browser.evaluate(run), Value::Array(Vec::new()), "{page}");
    });
}

#[test]
fn what_a_hostile_name_says_is_only_text() {
    let Some(mut browser) = Browser::start() else { return };
    browser.open(&url(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reports/hostile.html")));
    assert_eq!(browser.evaluate("typeof window.harmed"), "undefined");
    let text = browser.evaluate("document.body.textContent");
    let text = text.as_str().unwrap();
    assert!(text.contains("<script>window.harmed=1</script>") && text.contains("⟨U+202E⟩"));
    assert!(!text.contains('\u{202e}'));
    let handlers = "[...document.querySelectorAll('*')].filter(element => [...element.attributes].some(one => one.name.startsWith('on'))).length";
    assert_eq!(browser.evaluate(handlers), 0);
    let kinds = browser.evaluate("[...new Set([...document.querySelectorAll('body *')].map(element => element.tagName.toLowerCase()))].sort().join(' ')");
    let known = "a aside b caption circle dd defs desc div dl dt figcaption figure g h1 h2 h3 header i li line main nav p path pattern pre \
                 rect section span strong svg table tbody td text th thead title tr ul";
    for kind in kinds.as_str().unwrap().split(' ') {
        assert!(known.split_whitespace().any(|other| other == kind), "{kind}");
    }
}
