//! The table that `cargo xtask bench` prints.

use std::fmt::Write;

/// One measurement.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    what: String,
    measured: String,
    target: Option<Target>,
}

/// What is compared: `value` must not exceed `limit`, both in `unit`.
#[derive(Clone, Debug)]
struct Target {
    value: f64,
    limit: f64,
    unit: &'static str,
}

impl Row {
    /// A figure without a target.
    pub(crate) fn note(what: &str, measured: String) -> Self {
        Self {
            what: what.to_owned(),
            measured,
            target: None,
        }
    }

    /// A figure that must not exceed `limit`.
    pub(crate) fn at_most(what: &str, measured: String, value: f64, limit: f64, unit: &'static str) -> Self {
        Self {
            what: what.to_owned(),
            measured,
            target: Some(Target { value, limit, unit }),
        }
    }

    pub(crate) fn misses_its_target(&self) -> bool {
        self.target
            .as_ref()
            .is_some_and(|target| target.value > target.limit)
    }

    fn cells(&self) -> [String; 4] {
        let (target, verdict) = match &self.target {
            None => (String::new(), ""),
            Some(Target { value, limit, unit }) => (
                format!("{value:.1} of at most {limit:.1} {unit}"),
                if self.misses_its_target() { "FAIL" } else { "PASS" },
            ),
        };
        [
            self.what.clone(),
            self.measured.clone(),
            target,
            verdict.to_owned(),
        ]
    }
}

/// A duration as the table writes it.
pub(crate) fn milliseconds(value: f64) -> String {
    format!("{value:.1} ms")
}

/// The rows under a head, in columns as wide as they must be.
pub(crate) fn render(rows: &[Row]) -> String {
    let head = ["What", "Measured", "Target", ""].map(str::to_owned);
    let lines: Vec<_> = std::iter::once(head).chain(rows.iter().map(Row::cells)).collect();
    let width = |column: usize| {
        lines
            .iter()
            .map(|line| line[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths = [0, 1, 2].map(width);
    lines
        .iter()
        .fold(String::new(), |mut text, [what, measured, target, verdict]| {
            let [first, second, third] = widths;
            let line = format!("{what:first$}  {measured:>second$}  {target:>third$}  {verdict}");
            let _ = writeln!(text, "{}", line.trim_end());
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_reached_up_to_its_limit() {
        let row = |value| Row::at_most("a", String::new(), value, 3.0, "x");
        assert!(!row(3.0).misses_its_target());
        assert!(row(3.01).misses_its_target());
        assert!(!Row::note("a", String::new()).misses_its_target());
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [
            Row::note("size", "1 KB".to_owned()),
            Row::at_most("start", "12 ms".to_owned(), 12.0, 5.0, "ms"),
        ];
        assert_eq!(
            render(&rows),
            "What   Measured                  Target\n\
             size       1 KB\n\
             start     12 ms  12.0 of at most 5.0 ms  FAIL\n"
        );
    }
}
