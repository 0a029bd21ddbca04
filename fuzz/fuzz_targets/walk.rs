//! A walk through folders as hostile as can be: names, ignore rules, git's index, links; then files of one folder
//! held against each other.

#![no_main]

use std::collections::BTreeMap;

use hc_core::lockfile::{self, FORMATS, Input, ProjectFiles};
use hc_core::walk::{self, Around, Contents, Entry, EntryKind, File, Target, Ties, Walk};
use libfuzzer_sys::fuzz_target;

/// So many folders are walked.
const MOST: usize = 64;

fuzz_target!(|bytes: &[u8]| {
    walk(bytes);
    settle(bytes);
});

/// Each folder is the lines up to an empty one: a letter for what it is, and a name; `l` leads to where it is called.
fn walk(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut folders = text.split("\n\n");
    let mut walk = Walk::new(Around {
        prefix: "a/".to_owned(),
        ignore_files: vec![(String::new(), bytes.to_vec())],
        index: Some(bytes.to_vec()),
    });
    let mut named = Vec::new();
    for _ in 0..MOST {
        let Some(folder) = walk.next_folder().map(str::to_owned) else {
            break;
        };
        let mut contents = Contents::default();
        for line in folders.next().unwrap_or_default().lines() {
            let mut chars = line.chars();
            let kind = match chars.next() {
                Some('d') => EntryKind::Folder,
                Some('l') => EntryKind::Link,
                Some('o') => EntryKind::Other,
                _ => EntryKind::File,
            };
            let name = chars.as_str().replace('/', "");
            if matches!(&*name, "" | "." | "..") || contents.entries.iter().any(|entry| entry.name == name) {
                continue;
            }
            if kind == EntryKind::Link {
                contents.links.insert(name.clone(), Target::Inside(name.clone()));
            }
            named.push(format!("{folder}{name}"));
            contents.entries.push(Entry { name, kind });
        }
        contents.files = BTreeMap::from_iter(
            walk::wanted(&contents.entries)
                .into_iter()
                .map(|file| (file, bytes.to_vec())),
        );
        walk.take(&contents);
    }
    if walk.next_folder().is_some() {
        return;
    }
    let found = walk.finish();
    assert!(found.files.is_sorted(), "files are in order");
    assert!(
        found.files.iter().all(|file| named.contains(file)),
        "a file that is read is there"
    );
    let _ = walk::summary(&found.passed_over);
}

/// Two files of one folder, parted by a NUL.
fn settle(bytes: &[u8]) {
    let mut parts = bytes.splitn(3, |&byte| byte == 0);
    let (Some(&which), Some(lock), Some(manifest)) = (parts.next().and_then(<[u8]>::first), parts.next(), parts.next())
    else {
        return;
    };
    let pairs = [
        ["package-lock.json", "package.json"],
        ["yarn.lock", "package.json"],
        ["pnpm-lock.yaml", "package.json"],
        ["bun.lock", "package.json"],
        ["uv.lock", "pyproject.toml"],
        ["poetry.lock", "pyproject.toml"],
        ["gradle.lockfile", "build.gradle"],
        ["requirements.txt", "requirements.in"],
    ];
    let pair = pairs[which as usize % pairs.len()];
    let mut read = Vec::new();
    for (path, bytes) in pair.into_iter().zip([lock, manifest]) {
        let Some(format) = FORMATS.iter().find(|format| format.has_name(path)) else {
            continue;
        };
        let input = Input { path, bytes };
        if let Ok(lockfile) = lockfile::parse(format, input, &ProjectFiles::default()) {
            read.push((path, lockfile, Ties::of(format, input)));
        }
    }
    let files: Vec<File<'_>> = read
        .iter()
        .map(|(path, lockfile, ties)| File { path, lockfile, ties })
        .collect();
    let settled = walk::settle(&files);
    assert!(
        settled.passed_over.is_empty() || files.len() == 2,
        "a manifest is settled by a lockfile only"
    );
}
