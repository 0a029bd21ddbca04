//! Measurements as the measuring programs print them: a name and milliseconds, one sample a line.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

/// All samples of one run, by name, in milliseconds.
#[derive(Debug)]
pub(crate) struct Samples(BTreeMap<String, Vec<f64>>);

impl Samples {
    pub(crate) fn read(text: &str) -> Result<Self> {
        let mut samples = BTreeMap::<String, Vec<f64>>::new();
        for line in text.lines() {
            let (name, value) = line
                .split_once(' ')
                .with_context(|| format!("no sample: {line}"))?;
            samples.entry(name.to_owned()).or_default().push(value.parse()?);
        }
        Ok(Self(samples))
    }

    /// The middle of the samples called `name`.
    pub(crate) fn median(&self, name: &str) -> Result<f64> {
        let samples = self
            .0
            .get(name)
            .with_context(|| format!("nothing was measured of {name}"))?;
        Ok(median(samples))
    }

    /// The least of the samples called `name`: what disturbs a measurement only adds to it.
    pub(crate) fn best(&self, name: &str) -> Result<f64> {
        let samples = self.0.get(name).into_iter().flatten().copied();
        samples
            .min_by(f64::total_cmp)
            .with_context(|| format!("nothing was measured of {name}"))
    }

    /// The sample called `name` that was taken first, before anything was warm.
    pub(crate) fn first(&self, name: &str) -> Result<f64> {
        let samples = self.0.get(name).and_then(|samples| samples.first());
        samples
            .copied()
            .with_context(|| format!("nothing was measured of {name}"))
    }
}

/// The middle of `samples`, of which there is at least one.
pub(crate) fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_a_middle_a_first_and_a_best() {
        let samples = Samples::read("a 3\nb 9\na 1\na 2").unwrap();
        assert_eq!(samples.median("a").unwrap(), 2.0);
        assert_eq!(samples.first("a").unwrap(), 3.0);
        assert_eq!(samples.best("a").unwrap(), 1.0);
        assert!(samples.median("c").is_err());
    }
}
