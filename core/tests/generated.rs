//! Generated projects, written down as each package manager's lockfile: nothing that it would install may be missing
//! from what is read, and nothing that production needs may go with what is for development.

#![expect(clippy::unwrap_used, reason = "a test stops at once")]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use hc_core::lockfile::{self, FORMATS, Input, Lockfile, ProjectFiles};
use hc_core::select::{Kind, Selection};
use proptest::prelude::*;

/// How many packages there may be; each two have a name in common where a format can hold several versions.
const MOST: usize = 10;

/// A project and all that its package manager installs.
#[derive(Debug)]
struct Project {
    /// Of each package that is installed, its number, and the numbers of what it needs.
    packages: Vec<(usize, Vec<usize>)>,
    /// What it asks for itself to run.
    needed: Vec<usize>,
    /// What it asks for itself to be developed.
    development: Vec<usize>,
    /// Whether two versions of a name may be there.
    has_versions: bool,
}

impl Project {
    /// Leaves out what would be a second version of one name in one place, and what nothing leads to.
    fn new(edges: &[(usize, usize)], asked: &[(usize, bool)], has_versions: bool) -> Self {
        let mut project = Self {
            packages: Vec::new(),
            needed: Vec::new(),
            development: Vec::new(),
            has_versions,
        };
        let mut names = BTreeSet::new();
        for &(package, is_dev) in asked {
            if names.insert(project.name(package)) {
                match is_dev {
                    true => project.development.push(package),
                    false => project.needed.push(package),
                }
            }
        }
        let needs = |from: usize| {
            let mut names = BTreeSet::from([project.name(from)]);
            let own = edges.iter().filter(|edge| edge.0 == from).map(|edge| edge.1);
            own.filter(|&to| names.insert(project.name(to)))
                .collect::<Vec<_>>()
        };
        let all: Vec<Vec<usize>> = (0..MOST).map(needs).collect();
        let roots = project.needed.iter().chain(&project.development);
        let installed = reached(&all, roots.copied());
        project.packages = installed
            .into_iter()
            .map(|package| (package, all[package].clone()))
            .collect();
        project
    }

    fn name(&self, package: usize) -> String {
        format!("p{}", if self.has_versions { package / 2 } else { package })
    }

    fn version(&self, package: usize) -> String {
        match self.has_versions {
            true => format!("{}.0.0", 1 + package % 2),
            false => "1.0.0".to_owned(),
        }
    }

    /// What production needs.
    fn production(&self) -> BTreeSet<usize> {
        let mut all = vec![Vec::new(); MOST];
        for (package, needs) in &self.packages {
            all[*package].clone_from(needs);
        }
        reached(&all, self.needed.iter().copied())
    }

    fn identity(&self, package: usize) -> (String, String) {
        (self.name(package), self.version(package))
    }

    /// `with` of each of these packages, with `between`.
    fn list(&self, packages: &[usize], between: &str, with: impl Fn(&str, &str) -> String) -> String {
        let each = packages
            .iter()
            .map(|&package| with(&self.name(package), &self.version(package)));
        each.collect::<Vec<_>>().join(between)
    }

    fn manifest(&self) -> String {
        let list = |packages| self.list(packages, ",", |name, version| format!("\"{name}\":\"{version}\""));
        format!(
            "{{\"name\":\"demo\",\"dependencies\":{{{}}},\"devDependencies\":{{{}}}}}",
            list(&self.needed),
            list(&self.development)
        )
    }
}

fn reached(needs: &[Vec<usize>], roots: impl Iterator<Item = usize>) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut pending: Vec<usize> = roots.collect();
    while let Some(package) = pending.pop() {
        if found.insert(package) {
            pending.extend(&needs[package]);
        }
    }
    found
}

/// A lockfile's name and text, and a manifest's that stands beside it.
type Written = (&'static str, String, Option<(&'static str, String)>);

/// The lockfiles of managers that may install several versions of a name.
fn of_npm(project: &Project) -> [Written; 3] {
    let section = |packages: &[usize], indent: &str| {
        project.list(packages, "", |name, version| {
            format!("{indent}{name}: \"{version}\"\n")
        })
    };
    let mut classic = "# yarn lockfile v1\n".to_owned();
    let mut berry = format!(
        "__metadata:\n  version: 8\n\n\"demo@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"demo@workspace:.\"\n  dependencies:\n{}{}  languageName: unknown\n  linkType: soft\n",
        section(&project.needed, "    "),
        section(&project.development, "    "),
    );
    let importer = |packages: &[usize]| {
        project.list(packages, "", |name, version| {
            format!("      {name}:\n        specifier: {version}\n        version: {version}\n")
        })
    };
    let mut pnpm = format!(
        "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n{}    devDependencies:\n{}packages:\n",
        importer(&project.needed),
        importer(&project.development),
    );
    let mut snapshots = String::from("snapshots:\n");
    for (package, needs) in &project.packages {
        let (name, version) = project.identity(*package);
        let needed = |text: String| match needs.is_empty() {
            true => String::new(),
            false => text,
        };
        let of_classic = project.list(needs, "", |name, version| format!("    {name} \"{version}\"\n"));
        write!(
            classic,
            "\n{name}@{version}:\n  version \"{version}\"\n  resolved \"https://npm.example/{name}/-/{name}-{version}.tgz#00\"\n{}",
            needed(format!("  dependencies:\n{of_classic}"))
        )
        .unwrap();
        write!(
            berry,
            "\n\"{name}@npm:{version}\":\n  version: {version}\n  resolution: \"{name}@npm:{version}\"\n{}  languageName: node\n  linkType: hard\n",
            needed(format!("  dependencies:\n{}", section(needs, "    ")))
        )
        .unwrap();
        write!(
            pnpm,
            "  {name}@{version}:\n    resolution: {{integrity: sha512-00}}\n"
        )
        .unwrap();
        let of_snapshot = project.list(needs, "", |name, version| format!("      {name}: {version}\n"));
        match needs.is_empty() {
            true => writeln!(snapshots, "  {name}@{version}: {{}}").unwrap(),
            false => write!(snapshots, "  {name}@{version}:\n    dependencies:\n{of_snapshot}").unwrap(),
        }
    }
    let manifest = || Some(("package.json", project.manifest()));
    [
        ("yarn.lock", classic, manifest()),
        ("yarn.lock", berry, manifest()),
        ("pnpm-lock.yaml", pnpm + &snapshots, None),
    ]
}

/// Bun's lockfile of packages that have a version each.
fn of_bun(project: &Project) -> Written {
    let list =
        |packages: &[usize]| project.list(packages, ",", |name, version| format!("\"{name}\":\"{version}\""));
    let mut text = format!(
        "{{\"lockfileVersion\":1,\"workspaces\":{{\"\":{{\"name\":\"demo\",\"dependencies\":{{{}}},\"devDependencies\":{{{}}}}}}},\"packages\":{{",
        list(&project.needed),
        list(&project.development)
    );
    for (package, needs) in &project.packages {
        let (name, version) = project.identity(*package);
        write!(
            text,
            "\n\"{name}\":[\"{name}@{version}\",\"\",{{\"dependencies\":{{{}}}}},\"sha512-00\"],",
            list(needs)
        )
        .unwrap();
    }
    ("bun.lock", text + "}}", None)
}

/// The lockfiles of Python's managers; each writes down what its own reader goes by.
fn of_python(project: &Project) -> [Written; 3] {
    let named = |packages: &[usize]| {
        project.list(packages, ", ", |name, version| {
            format!("{{ name = \"{name}\", version = \"{version}\" }}")
        })
    };
    let mut uv = format!(
        "version = 1\nrequires-python = \">=3.11\"\n[[package]]\nname = \"demo\"\nversion = \"1\"\nsource = {{ virtual = \".\" }}\ndependencies = [{}]\n[package.dev-dependencies]\ndev = [{}]\n",
        named(&project.needed),
        named(&project.development)
    );
    let mut poetry = String::new();
    let mut pdm = String::from("[metadata]\nlock_version = \"4.5.1\"\ncontent_hash = \"x\"\n");
    let production = project.production();
    let development = {
        let mut all = vec![Vec::new(); MOST];
        for (package, needs) in &project.packages {
            all[*package].clone_from(needs);
        }
        reached(&all, project.development.iter().copied())
    };
    for (package, needs) in &project.packages {
        let (name, version) = project.identity(*package);
        let groups = |main: &str| {
            let main = production.contains(package).then(|| format!("\"{main}\""));
            let dev = development.contains(package).then(|| "\"dev\"".to_owned());
            main.into_iter().chain(dev).collect::<Vec<_>>().join(", ")
        };
        let head = format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n");
        write!(
            uv,
            "{head}source = {{ registry = \"https://pypi.example/simple\" }}\ndependencies = [{}]\nsdist = {{ url = \"https://files.example/{name}-{version}.tar.gz\" }}\n",
            named(needs)
        )
        .unwrap();
        let of_poetry = project.list(needs, "", |name, version| format!("{name} = \"{version}\"\n"));
        write!(
            poetry,
            "{head}optional = false\ngroups = [{}]\nfiles = []\n[package.dependencies]\n{of_poetry}",
            groups("main")
        )
        .unwrap();
        let of_pdm = project.list(needs, ", ", |name, version| format!("\"{name}=={version}\""));
        write!(
            pdm,
            "{head}groups = [{}]\ndependencies = [{of_pdm}]\nfiles = []\n",
            groups("default")
        )
        .unwrap();
    }
    poetry.push_str("[metadata]\nlock-version = \"2.1\"\ncontent-hash = \"x\"\npython-versions = \"*\"\n");
    let asked =
        |packages: &[usize]| project.list(packages, ", ", |name, version| format!("\"{name}=={version}\""));
    let manifest = || {
        let text = format!(
            "[project]\nname = \"demo\"\nversion = \"1\"\ndependencies = [{}]\n[dependency-groups]\ndev = [{}]\n",
            asked(&project.needed),
            asked(&project.development)
        );
        Some(("pyproject.toml", text))
    };
    [
        ("uv.lock", uv, None),
        ("poetry.lock", poetry, manifest()),
        ("pdm.lock", pdm, manifest()),
    ]
}

fn read((path, text, beside): &Written) -> Lockfile {
    let mut files = ProjectFiles::default();
    if let Some((path, text)) = beside {
        files.insert(*path, text.as_bytes().to_vec());
    }
    let format = FORMATS.iter().find(|format| format.has_name(path)).unwrap();
    let bytes = text.as_bytes();
    lockfile::parse(format, Input { path, bytes }, &files).unwrap()
}

fn check(project: &Project, written: &Written) -> Result<(), TestCaseError> {
    let lockfile = read(written);
    let identity = |dependency: &hc_core::dependency::Dependency| {
        let version = dependency.version.as_deref().unwrap_or_default();
        (dependency.name.to_string(), version.to_owned())
    };
    let of = |packages: &mut dyn Iterator<Item = usize>| -> BTreeSet<_> {
        packages.map(|package| project.identity(package)).collect()
    };
    let (path, text, _) = written;
    let installed = of(&mut project.packages.iter().map(|(package, _)| *package));
    let listed: BTreeSet<_> = lockfile.dependencies.iter().map(identity).collect();
    prop_assert_eq!(&listed, &installed, "{}:\n{}", path, text);

    let selection = Selection::new(&[Kind::Dev], &[], None);
    let kept: BTreeSet<_> = selection
        .of(&lockfile)
        .map(|(_, dependency)| identity(dependency))
        .collect();
    let production = of(&mut project.production().into_iter());
    prop_assert_eq!(&kept, &production, "production, {}:\n{}", path, text);

    let asked = project.needed.iter().chain(&project.development).copied();
    let asked = of(&mut asked.into_iter());
    let direct = lockfile
        .dependencies
        .iter()
        .filter(|dependency| dependency.direct == Some(true));
    prop_assert_eq!(
        direct.map(identity).collect::<BTreeSet<_>>(),
        asked,
        "direct, {}:\n{}",
        path,
        text
    );
    let gaps: Vec<_> = lockfile.warnings.iter().map(|warning| &warning.message).collect();
    prop_assert!(gaps.is_empty(), "{path}: {gaps:?}:\n{text}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(384))]

    #[test]
    fn a_lockfile_loses_nothing_and_production_keeps_what_it_needs(
        edges in prop::collection::vec((0..MOST, 0..MOST), 0..24),
        asked in prop::collection::vec((0..MOST, any::<bool>()), 1..6),
    ) {
        let project = Project::new(&edges, &asked, true);
        let [uv, ..] = of_python(&project);
        for written in of_npm(&project).iter().chain([&uv]) {
            check(&project, written)?;
        }
        let project = Project::new(&edges, &asked, false);
        check(&project, &of_bun(&project))?;
        for written in &of_python(&project) {
            check(&project, written)?;
        }
    }

    #[test]
    fn gradles_rules_give_the_version(
        modules in prop::collection::vec(
            (prop::option::of(1..4_u8), prop::option::of(1..4_u8), prop::option::of(1..4_u8), any::<bool>(), 0..3_usize),
            1..6,
        ),
        is_kotlin: bool,
    ) {
        const CONFIGURATIONS: [&str; 3] = ["implementation", "api", "testImplementation"];
        let (mut declared, mut constraints, mut forces) = (String::new(), String::new(), String::new());
        let mut expected = BTreeSet::new();
        for (number, &(version, constraint, force, is_strict, configuration)) in modules.iter().enumerate() {
            let name = format!("g:m{number}");
            let configuration = CONFIGURATIONS[configuration];
            match version {
                None => writeln!(declared, "{configuration}(\"{name}\")").unwrap(),
                Some(version) if is_strict => {
                    writeln!(declared, "{configuration}(\"{name}\") {{ version {{ strictly(\"{version}.0\") }} }}").unwrap();
                }
                Some(version) => writeln!(declared, "{configuration}(\"{name}:{version}.0\")").unwrap(),
            }
            if let Some(version) = constraint {
                writeln!(constraints, "{configuration}(\"{name}:{version}.0\")").unwrap();
            }
            if let Some(version) = force {
                writeln!(forces, "force(\"{name}:{version}.0\")").unwrap();
            }
            let resolved = match version {
                // Where more is asked for than what is strict, Gradle fails.
                Some(version) if is_strict && constraint > Some(version) && force.is_none() => continue,
                version => force.or(version.max(constraint)),
            };
            expected.insert((name, resolved.map(|version| format!("{version}.0"))));
        }
        let text = format!(
            "configurations.all {{ resolutionStrategy {{\n{forces}}} }}\ndependencies {{\n{declared}constraints {{\n{constraints}}} }}\n"
        );
        let path = if is_kotlin { "build.gradle.kts" } else { "build.gradle" };
        let lockfile = read(&(path, text.clone(), None));
        let listed: BTreeSet<_> = lockfile
            .dependencies
            .iter()
            .map(|dependency| (dependency.name.to_string(), dependency.version.as_deref().map(str::to_owned)))
            .collect();
        for row in &expected {
            prop_assert!(listed.contains(row), "{path}: {row:?} is not in {listed:?}\n{text}");
        }
    }
}
