//! What to do about a version, in lines.

use hc_core::advice::Step;

/// Each step's sentence, and below it what is to be typed or written.
pub(super) fn lines(steps: &[Step]) -> impl Iterator<Item = String> {
    steps.iter().flat_map(|step| {
        let given = step.command.iter().chain(&step.edit);
        let given = given
            .flat_map(|text| text.lines())
            .map(|line| format!("    {line}"));
        std::iter::once(format!("- {}", step.text)).chain(given)
    })
}
