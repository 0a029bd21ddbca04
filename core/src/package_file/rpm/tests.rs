//! Packages made by hand, good ones and bad ones.

use super::*;
use crate::package_file::sample;

/// The value of a tag.
enum Value<'a> {
    Text(&'a str),
    Texts(&'a [&'a str]),
    Half(&'a [u16]),
    Word(&'a [u32]),
}

fn header(tags: &[(u32, Value<'_>)]) -> Vec<u8> {
    let (mut index, mut store) = (Vec::new(), Vec::new());
    for (tag, value) in tags {
        let (kind, count, bytes) = match value {
            Value::Text(text) => (6, 1, [text.as_bytes(), &[0]].concat()),
            Value::Texts(texts) => {
                let bytes = texts.iter().flat_map(|text| [text.as_bytes(), &[0]].concat());
                (8, texts.len(), bytes.collect())
            }
            Value::Half(numbers) => (
                3,
                numbers.len(),
                numbers.iter().flat_map(|n| n.to_be_bytes()).collect(),
            ),
            Value::Word(numbers) => (
                4,
                numbers.len(),
                numbers.iter().flat_map(|n| n.to_be_bytes()).collect(),
            ),
        };
        for word in [
            *tag,
            kind,
            u32::try_from(store.len()).unwrap(),
            u32::try_from(count).unwrap(),
        ] {
            index.extend(word.to_be_bytes());
        }
        store.extend::<Vec<u8>>(bytes);
    }
    let mut bytes = vec![0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0];
    bytes.extend(u32::try_from(tags.len()).unwrap().to_be_bytes());
    bytes.extend(u32::try_from(store.len()).unwrap().to_be_bytes());
    bytes.extend(index);
    bytes.extend(store);
    bytes
}

/// A package with these tags in its header.
fn package_of(tags: &[(u32, Value<'_>)], payload: &[u8]) -> Vec<u8> {
    let main = header(tags);
    let checksum: String = hex(&Sha256::digest(&main));
    let mut bytes = [&MAGIC[..], &[0; 92]].concat();
    bytes.extend(header(&[
        (273, Value::Text(&checksum)),
        (1007, Value::Word(&[700])),
    ]));
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes.extend(main);
    bytes.extend(payload);
    bytes
}

/// The tags of a small package, with some of them in place of its own.
fn small(mut others: Vec<(u32, Value<'static>)>) -> Vec<u8> {
    let own = vec![
        (1000, Value::Text("hello")),
        (1001, Value::Text("1.2~rc1")),
        (1002, Value::Text("3.el9")),
        (1003, Value::Word(&[1])),
        (1004, Value::Text("Says hello")),
        (1006, Value::Word(&[1_700_000_000])),
        (1009, Value::Word(&[42])),
        (1022, Value::Text("noarch")),
        (1030, Value::Half(&[0o100_755, 0o040_755, 0o100_644])),
        (1037, Value::Word(&[0, 0, 64])),
        (1044, Value::Text("hello-1.2~rc1-3.el9.src.rpm")),
        (1047, Value::Texts(&["hello"])),
        (1112, Value::Word(&[8])),
        (1113, Value::Texts(&["1:1.2~rc1-3.el9"])),
        (1080, Value::Word(&[1_600_000_000])),
        (1081, Value::Texts(&["A Person <a@mail.example> - 1"])),
        (1082, Value::Texts(&["- first"])),
        (1116, Value::Word(&[0, 1, 1])),
        (1117, Value::Texts(&["hello", "hello", "log"])),
        (1118, Value::Texts(&["/usr/bin/", "/usr/share/"])),
    ];
    let own = own
        .into_iter()
        .filter(|(tag, _)| others.iter().all(|(other, _)| other != tag));
    let own: Vec<_> = own.collect();
    others.extend(own);
    package_of(&others, b"payload")
}

#[test]
fn a_package_is_read() {
    let package = read(&&*small(vec![])).unwrap();
    assert_eq!(package.full_version(), "1:1.2~rc1-3.el9");
    assert_eq!(package.file_name(), "hello-1.2~rc1-3.el9.noarch.rpm");
    assert_eq!((package.installed_size, package.archive_size), (42, 700));
    let files: Vec<_> = package
        .files
        .iter()
        .map(|file| (&*file.path, file.kind))
        .collect();
    assert_eq!(
        files,
        [
            ("/usr/bin/hello", FileKind::File),
            ("/usr/share/hello", FileKind::Dir),
            ("/usr/share/log", FileKind::Ghost)
        ]
    );
    let place = "package/hello/1:1.2~rc1-3.el9/noarch/hello-1.2~rc1-3.el9.noarch.rpm";
    assert_eq!(package.place(), place);
    let [provided] = package.relations[0].as_slice() else {
        panic!("{:?}", package.relations);
    };
    assert_eq!(
        (&*provided.name, provided.flags, &*provided.version),
        ("hello", 8, "1:1.2~rc1-3.el9")
    );
    assert_eq!(package.changes[0].text, "- first");
    // A folder that is not in the package, and a link.
    let other = read(&&*small(vec![
        (1030, Value::Half(&[0o120_777, 0o040_755, 0o040_755])),
        (1037, Value::Word(&[0, 0, 64])),
    ]));
    let kinds: Vec<_> = other.unwrap().files.iter().map(|file| file.kind).collect();
    assert_eq!(kinds, [FileKind::File, FileKind::Dir, FileKind::Dir]);
    let source = read(&&*small(vec![(1044, Value::Text(""))])).unwrap();
    assert_eq!(source.arch, "src");
    let kept: Package = serde_json::from_str(&serde_json::to_string(&package).unwrap()).unwrap();
    assert_eq!(kept, package);
}

#[test]
fn what_is_no_package_is_refused() {
    for (what, tags) in [
        ("no name", vec![(1000, Value::Text(""))]),
        ("a name that leads out", vec![(1000, Value::Text("../x"))]),
        ("a version with a dash", vec![(1001, Value::Text("1-2"))]),
        ("a slash", vec![(1002, Value::Text("1/2"))]),
        ("another type", vec![(1000, Value::Word(&[1]))]),
        ("a file in no folder", vec![(1116, Value::Word(&[0, 1, 2]))]),
        ("too few folders", vec![(1116, Value::Word(&[0]))]),
        (
            "a name twice",
            vec![(1000, Value::Text("a")), (1000, Value::Text("b"))],
        ),
    ] {
        let result = read(&&*small(tags));
        assert!(result.is_err(), "{what}: {result:?}");
    }
    for bytes in [&b""[..], b"PK\x03\x04", &[0; 200], &MAGIC] {
        assert!(read(&bytes).is_err());
    }
    let good = small(vec![]);
    for length in 0..good.len() - "payload".len() {
        assert!(read(&&good[..length]).is_err(), "cut at {length}");
    }
    let mut changed = good.clone();
    let place = changed.len() - 20;
    changed[place] ^= 1;
    assert!(matches!(read(&&*changed), Err(PackageError::Damaged { .. })));
}

#[test]
fn claims_of_more_than_there_is_are_refused_at_once() {
    let good = small(vec![]);
    // The counts of entries and bytes of the first header.
    for place in [LEAD as usize + 8, LEAD as usize + 12] {
        let mut claimed = good.clone();
        claimed[place..place + 4].copy_from_slice(&u32::MAX.to_be_bytes());
        assert!(matches!(read(&&*claimed), Err(PackageError::TooLarge { .. })));
        claimed[place..place + 4].copy_from_slice(&0xffff_u32.to_be_bytes());
        assert!(read(&&*claimed).is_err());
    }
    // One long folder for very many files.
    let folder: &'static str = Box::leak("/x".repeat(1 << 20).into_boxed_str());
    let folders: &'static [&'static str] = Box::leak(Box::new([folder]));
    let tags = vec![
        (1118, Value::Texts(folders)),
        (1116, Value::Word(&[0; 100])),
        (1117, Value::Texts(&["a"; 100])),
    ];
    assert!(matches!(read(&&*small(tags)), Err(PackageError::TooLarge { .. })));
    // Very many names of a letter, each of which takes far more than that.
    let names: &'static [&'static str] = Box::leak(vec!["a"; 1 << 18].into_boxed_slice());
    let tags = [1047, 1049, 1054, 1090, 5049].map(|tag| (tag, Value::Texts(names)));
    assert!(matches!(
        read(&&*small(tags.into())),
        Err(PackageError::TooLarge { .. })
    ));
}

#[test]
fn the_payload_is_compared_with_its_checksum() {
    let checksum: String = hex(&Sha256::digest(b"payload"));
    let checksum: &'static str = Box::leak(checksum.into_boxed_str());
    let told: &'static [&'static str] = Box::leak(Box::new([checksum]));
    let good = small(vec![(5092, Value::Texts(told)), (5093, Value::Word(&[8]))]);
    assert!(read(&&*good).is_ok());
    let mut changed = good.clone();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    assert!(matches!(read(&&*changed), Err(PackageError::Damaged { .. })));
    assert!(read(&&good[..last]).is_err());
}

#[test]
fn whatever_the_bytes_a_reader_comes_back() {
    sample::survives(&small(vec![]), |source| {
        let _ = read(source);
    });
}
