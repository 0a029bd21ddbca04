//! Imports go one way: no file of core or app imports what, over others, imports it. Data types live below those
//! who show them. `ARCHITECTURE.md` has the rule.

#![expect(clippy::unwrap_used, reason = "all of this file is a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Module paths, such as `firewall::policy`, with those that they import. The root of the crate is empty.
type Imports = BTreeMap<String, BTreeSet<String>>;

#[test]
fn no_file_imports_itself_over_others() {
    for room in ["core", "app"] {
        let source = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(room)
            .join("src");
        let mut texts = BTreeMap::new();
        read(&source, "", &mut texts);
        assert!(texts.len() > 20, "{room} has few files");
        assert_eq!(circle(&imports(&texts)), None, "in {room}");
    }
}

#[test]
fn a_circle_is_found_and_a_test_module_makes_none() {
    let texts = |second: &str| {
        let first = "use crate::b::{self, Thing, deep::{Other as Another}};\nfn f() {}\n";
        BTreeMap::from([
            ("a".to_owned(), first.to_owned()),
            ("b".to_owned(), String::new()),
            ("b::deep".to_owned(), second.to_owned()),
        ])
    };
    let found = imports(&texts("use crate::a::f;\n"));
    assert_eq!(found["a"], BTreeSet::from(["b".to_owned(), "b::deep".to_owned()]));
    let expected = ["a", "b::deep", "a"].map(str::to_owned).to_vec();
    assert_eq!(circle(&found), Some(expected));
    let in_a_test = "#[cfg(test)]\nmod tests {\n    use crate::a::f;\n}\n";
    assert_eq!(circle(&imports(&texts(in_a_test))), None);
}

/// Every file below `folder`, by its module's path.
fn read(folder: &Path, module: &str, texts: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let inside = match (module, stem) {
            (_, "mod" | "lib") => module.to_owned(),
            ("", stem) => stem.to_owned(),
            (module, stem) => format!("{module}::{stem}"),
        };
        if path.is_dir() {
            read(&path, &inside, texts);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            texts.insert(inside, fs::read_to_string(&path).unwrap());
        }
    }
}

fn imports(texts: &BTreeMap<String, String>) -> Imports {
    let of = |(module, text): (&String, &String)| {
        let own = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let used = own
            .split("use crate::")
            .skip(1)
            .filter_map(|rest| rest.split_once(';'))
            .flat_map(|(tree, _)| paths(tree))
            .map(|path| file_of(&path, texts))
            .filter(|used| used != module)
            .collect();
        (module.clone(), used)
    };
    texts.iter().map(of).collect()
}

/// The paths that a tree of imports names: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn paths(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((before, inside)) = tree.split_once('{') else {
        let name = tree.split(" as ").next().unwrap_or_default();
        return vec![name.trim().trim_end_matches("::self").to_owned()];
    };
    let inside = inside.trim_end().strip_suffix('}').unwrap_or(inside);
    let mut depth = 0;
    let items = inside.split(|c: char| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        c == ',' && depth == 0
    });
    items
        .filter(|item| !item.trim().is_empty())
        .flat_map(|item| paths(&format!("{}{}", before.trim(), item.trim())))
        .collect()
}

/// The module of a file that a path leads into: the longest beginning of it that is one.
fn file_of(path: &str, texts: &BTreeMap<String, String>) -> String {
    let mut module = path;
    while !texts.contains_key(module) {
        let Some((shorter, _)) = module.rsplit_once("::") else {
            return String::new();
        };
        module = shorter;
    }
    module.to_owned()
}

/// A way from a module back to itself, if there is one.
fn circle(imports: &Imports) -> Option<Vec<String>> {
    let mut done = BTreeSet::new();
    imports
        .keys()
        .find_map(|module| follow(module, imports, &mut Vec::new(), &mut done))
}

fn follow(
    module: &str,
    imports: &Imports,
    way: &mut Vec<String>,
    done: &mut BTreeSet<String>,
) -> Option<Vec<String>> {
    if let Some(start) = way.iter().position(|known| known == module) {
        let back = way[start..].iter().cloned().chain([module.to_owned()]);
        return Some(back.collect());
    }
    if done.contains(module) {
        return None;
    }
    way.push(module.to_owned());
    for used in imports.get(module).into_iter().flatten() {
        if let Some(found) = follow(used, imports, way, done) {
            return Some(found);
        }
    }
    way.pop();
    done.insert(module.to_owned());
    None
}
