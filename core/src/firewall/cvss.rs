//! CVSS base scores, worked out from vectors.

use super::verdict::Score;

/// The eleven base metrics of CVSS 4.0 (specification, table 23).
const V4_BASE_METRICS: [&str; 11] = ["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"];

/// The base score of a CVSS 2, 3.0, 3.1 or 4.0 vector. `None` for any other version, and for a vector that is
/// malformed or lacks a base metric.
///
/// Metrics of the other groups (temporal or threat, environmental, supplemental) are left out of account:
/// they tell of one moment or one place, and an advisory's `E:A` must not change the verdict everywhere.
pub(super) fn base_score(vector: &str) -> Option<Score> {
    if vector.starts_with("CVSS:3.") {
        v3_base_score(vector)
    } else if vector.starts_with("CVSS:4.") {
        v4_base_score(vector)
    } else if vector.starts_with("CVSS:") {
        None
    } else {
        v2_base_score(vector)
    }
}

/// A vector of version 2 has no prefix; NVD writes it in parentheses.
fn v2_base_score(vector: &str) -> Option<Score> {
    let bare = vector
        .strip_prefix('(')
        .map_or(Some(vector), |inside| inside.strip_suffix(')'))?;
    let vector: cvss::v2::Vector = bare.parse().ok()?;
    vector.av?;
    vector.ac?;
    vector.au?;
    vector.c?;
    vector.i?;
    vector.a?;
    Score::new(vector.score().value())
}

fn v3_base_score(vector: &str) -> Option<Score> {
    let vector: cvss::v3::Vector = vector.parse().ok()?;
    // The parser lets metrics be missing, and would score them as zero.
    vector.av?;
    vector.ac?;
    vector.pr?;
    vector.ui?;
    vector.s?;
    vector.c?;
    vector.i?;
    vector.a?;
    Score::new(vector.base_score().value())
}

fn v4_base_score(vector: &str) -> Option<Score> {
    // The whole must be well-formed, though only a part of it counts.
    vector.parse::<cvss::v4::Vector>().ok()?;
    let mut base = String::with_capacity(vector.len());
    for (index, component) in vector.split('/').enumerate() {
        let metric = component.split(':').next()?;
        if index == 0 {
            base.push_str(component);
        } else if V4_BASE_METRICS
            .iter()
            .any(|name| name.eq_ignore_ascii_case(metric))
        {
            base.push('/');
            base.push_str(component);
        }
    }
    let base: cvss::v4::Vector = base.parse().ok()?;
    Score::new(base.score().value())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::firewall::test_data;

    fn score(vector: &str) -> Option<String> {
        base_score(vector).map(|score| score.to_string())
    }

    #[test]
    fn only_base_metrics_count() {
        for (vector, expected) in [
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", "10.0"),
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "9.8"),
            (
                "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O/RC:U",
                "9.8",
            ),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/MAV:P/CR:L", "9.8"),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", "0.0"),
            (
                "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N",
                "8.7",
            ),
            (
                "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N/E:U",
                "8.7",
            ),
            (
                "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N/E:A/CR:L/MAV:P",
                "8.7",
            ),
            (
                "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N/S:P/AU:Y/R:I/V:C/RE:H/U:Red",
                "8.7",
            ),
        ] {
            assert_eq!(score(vector).as_deref(), Some(expected), "{vector}");
        }
    }

    #[test]
    fn vectors_of_version_2_are_scored_by_its_own_equation() {
        // The examples of the specification (section 3.3), and combinations as NVD scored them.
        for (vector, expected) in [
            ("AV:N/AC:L/Au:N/C:N/I:N/A:C", "7.8"),
            ("AV:N/AC:L/Au:N/C:C/I:C/A:C", "10.0"),
            ("AV:L/AC:H/Au:N/C:C/I:C/A:C", "6.2"),
            ("AV:N/AC:L/Au:N/C:P/I:P/A:P", "7.5"),
            ("AV:N/AC:M/Au:N/C:N/I:P/A:N", "4.3"),
            ("AV:N/AC:M/Au:N/C:C/I:C/A:C", "9.3"),
            ("AV:N/AC:L/Au:N/C:P/I:N/A:N", "5.0"),
            ("AV:L/AC:L/Au:N/C:C/I:C/A:C", "7.2"),
            ("AV:N/AC:M/Au:S/C:N/I:P/A:N", "3.5"),
            ("AV:A/AC:L/Au:M/C:N/I:N/A:N", "0.0"),
            ("(AV:N/AC:L/Au:N/C:C/I:C/A:C)", "10.0"),
            (
                "AV:N/AC:L/Au:N/C:N/I:N/A:C/E:U/RL:OF/RC:UC/CDP:H/TD:L/CR:L",
                "7.8",
            ),
        ] {
            assert_eq!(score(vector).as_deref(), Some(expected), "{vector}");
        }
    }

    #[test]
    fn a_vector_that_is_not_whole_has_no_score() {
        for vector in [
            "",
            "CVSS:3.1",
            "CVSS:3.1/AV:N",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H",
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:Z",
            "CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N",
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N/E:?",
            "AV:N/AC:L/Au:N/C:P/I:P",
            "AV:N/AC:L/Au:N/C:P/I:P/A:H",
            "AV:N/AV:N/AC:L/Au:N/C:P/I:P/A:P",
            "(AV:N/AC:L/Au:N/C:P/I:P/A:P",
            "CVSS:2.0",
            "9.8",
            "HIGH",
        ] {
            assert_eq!(score(vector), None, "{vector}");
        }
    }

    #[test]
    fn scores_agree_with_the_reference() {
        let Some(table) = test_data::read_text("osv/scores.tsv") else {
            return;
        };
        let mut count = 0;
        for line in table.lines().skip(1) {
            let mut fields = line.split('\t').skip(2);
            let (vector, score_of_all) = (fields.next().unwrap(), fields.next().unwrap());
            // The last field is the score without the other groups, given where the vector is a v4 one.
            let expected = fields
                .next()
                .filter(|base| !base.is_empty())
                .unwrap_or(score_of_all);
            assert_eq!(score(vector).as_deref(), Some(expected), "{vector}");
            count += 1;
        }
        assert_eq!(count, 865);
    }
}
