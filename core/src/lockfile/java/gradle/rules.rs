//! What a build says over the versions that its dependencies ask for.
//!
//! Source of the rules: Gradle's manual, "Using resolution rules", "Substituting dependencies" and "Adding
//! constraints on dependencies".

use smol_str::SmolStr;

use super::notation::{self, Module};
use crate::dependency::Dependency;
use crate::package::Ecosystem;
use crate::version::{self, gradle};

/// For which dependencies a rule holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// All of this project and of those below it.
    Everywhere,
    /// All of this project.
    Project,
    /// Those of one configuration, or those for which something holds that only a run knows.
    Some,
}

#[derive(Clone, Debug)]
pub(super) enum Rule {
    /// The module has this version, whatever is asked for.
    Force(Module),
    /// Another module takes the place of the first, whose version may be empty; nothing for a project.
    Substitute(Module, Option<Module>),
    /// The version may not be lower, or is this one strictly.
    Constrain(Module),
}

/// The rules of a build, in order.
#[derive(Debug, Default)]
pub(super) struct Rules(Vec<(Rule, Reach)>);

/// What a rule makes of a dependency.
enum Effect {
    /// It says nothing of it.
    None,
    /// This takes its place; nothing for a project's own.
    Changed(Option<Dependency>),
    /// This may take its place.
    Perhaps(Dependency),
}

impl Rules {
    pub(super) fn add(&mut self, rule: Rule, reach: Reach) {
        self.0.push((rule, reach));
    }

    /// Takes in what the build of a folder above says of this one.
    pub(super) fn inherit(&mut self, above: Self) {
        self.0.extend(above.0);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is resolved for a dependency: itself, another one, or several where only a run knows which.
    pub(super) fn apply(&self, asked: Dependency) -> Vec<Dependency> {
        let mut resolved = vec![asked];
        // Gradle substitutes first; a forced version counts before a constraint.
        let is_substitute = |rule: &Rule| matches!(rule, Rule::Substitute(..));
        let is_constraint = |rule: &Rule| matches!(rule, Rule::Constrain(_));
        let is_force = |rule: &Rule| matches!(rule, Rule::Force(_));
        for of_kind in [
            &is_substitute as &dyn Fn(&Rule) -> bool,
            &is_constraint,
            &is_force,
        ] {
            let mut next = Vec::with_capacity(resolved.len());
            for dependency in resolved {
                let mut now = Some(dependency);
                for (rule, reach) in self.0.iter().filter(|(rule, _)| of_kind(rule)) {
                    let Some(asked) = &now else {
                        break;
                    };
                    match rule.apply(asked) {
                        Effect::None => {}
                        Effect::Perhaps(changed) => next.push(changed),
                        Effect::Changed(changed) if *reach == Reach::Some => next.extend(changed),
                        Effect::Changed(changed) => now = changed,
                    }
                }
                next.extend(now);
            }
            resolved = next;
        }
        resolved
    }
}

impl Rule {
    fn apply(&self, dependency: &Dependency) -> Effect {
        let is_of = |module: &Module| {
            let (group, name) = dependency.name.split_once(':').unwrap_or_default();
            group == module.group && name == module.name
        };
        let with = |module: &Module| {
            let (version, specifier) = notation::pin(&module.version);
            Dependency {
                name: SmolStr::new(format!("{}:{}", module.group, module.name)),
                version,
                specifier,
                ..dependency.clone()
            }
        };
        match self {
            Self::Force(module) if is_of(module) => Effect::Changed(Some(with(module))),
            Self::Substitute(from, to) => {
                let is_asked =
                    from.version.is_empty() || dependency.version.as_deref() == Some(&*from.version);
                if is_of(from) && is_asked {
                    Effect::Changed(to.as_ref().map(with))
                } else {
                    Effect::None
                }
            }
            Self::Constrain(module) if is_of(module) && !module.version.is_empty() => {
                let constrained = with(module);
                let lowest = |of: &Dependency| match (&of.version, &of.specifier) {
                    (Some(version), _) => Some(version.to_string()),
                    (None, Some(range)) => version::lowest(Ecosystem::Maven, range),
                    (None, None) => None,
                };
                let own = &dependency.version;
                match (own, lowest(&constrained)) {
                    (None, _) if dependency.specifier.is_none() => Effect::Changed(Some(constrained)),
                    // Which one of a range is taken, only a run knows.
                    (None, _) | (_, None) => Effect::Perhaps(constrained),
                    (Some(own), Some(least)) if gradle::compare(own, &least).is_lt() => {
                        Effect::Changed(Some(constrained))
                    }
                    (Some(_), Some(_)) => Effect::None,
                }
            }
            Self::Force(_) | Self::Constrain(_) => Effect::None,
        }
    }
}
