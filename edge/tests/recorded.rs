//! A recorded household behind the simulated meter, half hour by half hour.
#![allow(clippy::unwrap_used, missing_docs)]

#[cfg(not(feature = "replay"))]
#[test]
fn a_recorded_household_is_lived_through_again() {
    println!("recorded: skipped 1");
}

#[cfg(feature = "replay")]
mod replay {
    use std::path::Path;

    use hearth_edge::{meter::MeterBody, simulated::recorded::Recorded};
    use jiff::{SignedDuration, Timestamp, tz::TimeZone};

    #[test]
    fn a_recorded_household_is_lived_through_again() {
        let Some(data) = std::env::var_os("HEARTH_DATA") else {
            println!("recorded: skipped 1");
            return;
        };
        let file = Path::new(&data).join("meter/uk_half_hourly.parquet");
        let home = Recorded::read(&file, 0, TimeZone::get("Europe/London").unwrap()).unwrap();
        let midnight: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
        let recorded = home.day(jiff::civil::date(2026, 11, 22));
        assert!(
            recorded.iter().sum::<f64>() > 500.0,
            "a home that uses something: {recorded:?}"
        );
        assert_eq!(
            recorded,
            home.day(jiff::civil::date(2027, 2, 21)),
            "thirteen weeks later it begins again"
        );
        let mut last = home.register(midnight).0;
        for (n, wh) in (1..).zip(recorded) {
            let end = midnight + SignedDuration::from_mins(30 * n);
            let now = home.register(end).0;
            assert!(
                (now - last - wh).abs() < 1e-6,
                "half hour {n}: {} of {wh} Wh",
                now - last
            );
            let middle = home.power(end - SignedDuration::from_mins(15)).0;
            assert!(
                (middle - wh * 2.0).abs() < 1e-6,
                "half hour {n}: {middle} W for {wh} Wh"
            );
            last = now;
        }
        let year = (0..365 * 96).map(|n| midnight + SignedDuration::from_mins(15 * n));
        year.fold(0.0, |before, at| {
            let now = home.register(at).0;
            assert!(now >= before, "{at}: {now} after {before}");
            now
        });
    }

    #[test]
    fn a_file_that_is_no_record_is_named() {
        let missing = Recorded::read(Path::new("/nowhere/home.parquet"), 0, TimeZone::UTC)
            .err()
            .unwrap();
        assert!(missing.to_string().contains("/nowhere/home.parquet"), "{missing}");
    }
}
