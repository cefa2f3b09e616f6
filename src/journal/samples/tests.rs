use super::*;
use crate::{
    drill::model::Side,
    journal::{
        sample::{Outcome, Phases, Seen, WatchName},
        testing::at,
    },
};

fn sample(number: u64) -> Sample {
    Sample {
        watch: WatchName::site(),
        due: at(number * 200),
        started: at(number * 200 + 1),
        finished: at(number * 200 + 30),
        phases: Phases { resolved_us: Some(900), ..Phases::default() },
        outcome: if number.is_multiple_of(3) {
            Outcome::Bad { why: "refused".into() }
        } else {
            Outcome::Good
        },
        seen: Some(Seen::Site {
            address: "192.0.2.10".parse().unwrap(),
            from: Some(Side::Primary),
            status: Some(200),
            reused: false,
        }),
    }
}

fn write(dir: &Path, numbers: std::ops::Range<u64>) {
    let mut writer = SampleWriter::open(dir).unwrap();
    numbers.for_each(|number| writer.write(&sample(number)).unwrap());
    writer.flush().unwrap(); // not synced: that costs seconds over a thousand cuts, and no power is lost here
}

#[test]
fn what_was_written_is_read_and_a_flush_is_enough_for_another_process() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(read_samples(dir.path()).unwrap(), SamplesRead::default());
    let mut writer = SampleWriter::open(dir.path()).unwrap();
    writer.write(&sample(0)).unwrap();
    assert!(read_samples(dir.path()).unwrap().samples.is_empty());
    writer.flush().unwrap();
    assert_eq!(read_samples(dir.path()).unwrap().samples, [sample(0)]);
    writer.finish().unwrap();
}

#[test]
fn cut_at_any_byte_the_whole_samples_stay_and_a_restore_goes_on_after_them() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), 0..3);
    let path = dir.path().join(SAMPLES_FILE);
    let bytes = fs::read(&path).unwrap();
    let line_ends: Vec<usize> = (1..=bytes.len()).filter(|end| bytes[end - 1] == b'\n').collect();
    for end in 0..=bytes.len() {
        fs::write(&path, &bytes[..end]).unwrap();
        let whole = line_ends.iter().filter(|line_end| **line_end <= end).count();
        let read = read_samples(dir.path()).unwrap();
        assert_eq!(read.samples.len(), whole, "cut at {end}");
        assert_eq!(read.warnings.is_empty(), end == 0 || line_ends.contains(&end), "cut at {end}");
        write(dir.path(), 7..8);
        let read = read_samples(dir.path()).unwrap();
        assert_eq!((read.samples.len(), read.samples.last()), (whole + 1, Some(&sample(7))), "cut at {end}");
        assert!(read.warnings.is_empty());
    }
}

#[test]
fn a_damaged_sample_is_refused_by_its_line() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), 0..3);
    let path = dir.path().join(SAMPLES_FILE);
    let text = fs::read_to_string(&path).unwrap();
    let second = text.match_indices("\"due\"").nth(1).unwrap().0;
    fs::write(&path, format!("{}\"dud\"{}", &text[..second], &text[second + 5..])).unwrap();
    let refused = read_samples(dir.path()).unwrap_err();
    assert!(matches!(refused, JournalError::BadSample { line: 2, .. }), "{refused}");
}

#[test]
fn zeros_at_the_end_are_a_torn_line_and_zeros_before_a_line_are_damage() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(SAMPLES_FILE);
    for torn in ["\0\0\0\n", "{\"watch\"\0\0", "{\0\n{\"wa"] {
        fs::remove_file(&path).unwrap_or_default();
        write(dir.path(), 0..3);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, [&whole, torn.as_bytes()].concat()).unwrap();
        let read = read_samples(dir.path()).unwrap();
        assert_eq!(read.samples.len(), 3, "{torn:?}");
        let bytes = torn.len();
        assert_eq!(read.warnings, [Warning::TornTail { path: path.clone(), line: 4, bytes }]);
        fs::write(&path, [torn.as_bytes(), b"\n", &whole].concat()).unwrap();
        let refused = read_samples(dir.path()).unwrap_err();
        assert!(matches!(refused, JournalError::BadSample { line: 1, .. }), "{torn:?}: {refused}");
    }
}

#[test]
fn a_sample_that_would_not_read_back_is_not_written() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = SampleWriter::open(dir.path()).unwrap();
    let seen = Some(Seen::Lag { millis: f64::NAN, at: at(0).wall });
    assert!(matches!(writer.write(&Sample { seen, ..sample(1) }), Err(JournalError::Encode { .. })));
    writer.write(&sample(2)).unwrap();
    writer.finish().unwrap();
    assert_eq!(read_samples(dir.path()).unwrap().samples, [sample(2)]);
}
