use super::*;

fn held(check: &(dyn Fn(&[Vec<u8>]) -> Held + Sync)) -> Result<(), String> {
    let make = |rng: &mut Rng| vec![rng.bytes(200), b"abc".to_vec()];
    let property = Property { test: "a_test", short: 300, make: &make, check };
    let outcome = thread::scope(|scope| scope.spawn(|| property.hold()).join());
    outcome.map_err(|panic| panic.downcast_ref::<String>().cloned().unwrap_or_default())
}

#[test]
fn a_property_that_fails_is_told_with_its_smallest_input_and_how_to_see_it_again() {
    let story = held(&|parts| {
        assert!(!parts[0].contains(&7), "seven");
        Ok(())
    })
    .unwrap_err();
    assert!(story.contains("seven") && story.contains("\"\\u{7}\"\n  \"\"\n"), "{story}");
    assert!(story.contains("FIREDRILL_FUZZ_FROM=") && story.contains("--lib a_test"), "{story}");
    let story = held(&|parts| {
        ensure!(parts[0].len() < 100, "{} long", parts[0].len());
        Ok(())
    })
    .unwrap_err();
    assert!(story.contains("100 long"), "{story}");
    held(&|_| Ok(())).unwrap();
}
