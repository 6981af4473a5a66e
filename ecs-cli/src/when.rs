//! Times: as people give them, and as they are shown.

use std::time::{Duration, SystemTime};

use humantime::{format_rfc3339_micros, format_rfc3339_seconds, parse_duration, parse_rfc3339_weak};

/// A time as it is given: in RFC 3339, as a date, or as how long ago it was.
pub(crate) fn parse_time(given: &str) -> Result<SystemTime, String> {
    let given = given.trim();
    let date = || parse_rfc3339_weak(&format!("{given}T00:00:00Z"));
    if let Ok(time) = parse_rfc3339_weak(given).or_else(|_| date()) {
        return Ok(time);
    }
    let ago = given.strip_suffix("ago").unwrap_or(given).trim_end();
    parse_duration(ago).ok().and_then(|ago| SystemTime::now().checked_sub(ago)).ok_or_else(|| {
        format!(
            "`{given}` is no time; give one in RFC 3339 (`2026-01-31T12:00:00Z`), a date (`2026-01-31`), both in UTC, or how \
             long ago it was (`2h`, `3days 4h ago`)"
        )
    })
}

/// A time in a table, in UTC.
pub(crate) fn shown(time: SystemTime) -> String {
    format_rfc3339_seconds(time).to_string().replace('T', " ").trim_end_matches('Z').to_owned()
}

/// A time in JSON.
pub(crate) fn exact(time: SystemTime) -> String {
    format_rfc3339_micros(time).to_string()
}

/// How long something took, in three digits or so.
pub(crate) fn took(duration: Duration) -> String {
    format!("{duration:.1?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_given_in_full_as_a_date_or_as_how_long_ago() {
        let noon = parse_time("2026-01-31T12:00:00Z").expect("a time");
        assert_eq!(exact(noon), "2026-01-31T12:00:00.000000Z");
        assert_eq!(shown(noon), "2026-01-31 12:00:00");
        assert_eq!(parse_time("2026-01-31 12:00:00"), Ok(noon));
        assert_eq!(parse_time("2026-01-31"), Ok(noon - Duration::from_secs(12 * 3600)));
        for ago in ["2h", "2h ago", "2 hours ago", "120min"] {
            let age = SystemTime::now().duration_since(parse_time(ago).expect(ago)).expect("it is past");
            assert_eq!((age.as_secs_f64() / 60.0).round(), 120.0, "{ago}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused_with_what_is() {
        for given in ["", "yesterday", "2026-13-01", "2 ago", "2x"] {
            assert!(parse_time(given).expect_err(given).contains("2h"), "{given}");
        }
    }
}
