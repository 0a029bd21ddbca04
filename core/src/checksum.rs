//! Checksums of files, several from one pass over the bytes, and the headers that carry them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, ETAG, HeaderName, HeaderValue};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, SerializeMap, Serializer};
use sha2::Digest as _;

/// A hash function that the service knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// MD5 (RFC 1321).
    Md5,
    /// SHA-1 (FIPS 180-4).
    Sha1,
    /// SHA-256 (FIPS 180-4).
    Sha256,
    /// SHA-512 (FIPS 180-4).
    Sha512,
}

impl Algorithm {
    /// All of them, the weakest first.
    pub const ALL: [Self; 4] = [Self::Md5, Self::Sha1, Self::Sha256, Self::Sha512];

    /// The name as people write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha512 => "SHA-512",
        }
    }

    /// The name as a field of a record, and as programs call it.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    /// The header by which clients and service tell each other the checksum, in hex.
    #[must_use]
    pub const fn header(self) -> HeaderName {
        HeaderName::from_static(match self {
            Self::Md5 => "x-checksum-md5",
            Self::Sha1 => "x-checksum-sha1",
            Self::Sha256 => "x-checksum-sha256",
            Self::Sha512 => "x-checksum-sha512",
        })
    }

    /// The name in headers of digests, in capitals, where it is another than people's.
    const fn digest_name(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA",
            other => other.as_str(),
        }
    }

    /// The algorithm of that name, however it is written: `SHA-256`, `sha256`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let is_called = |known: &str| name.eq_ignore_ascii_case(known);
        let mut all = Self::ALL.into_iter();
        all.find(|algorithm| is_called(algorithm.as_str()) || is_called(algorithm.key()))
    }

    /// A checksum in hex, in lower case, if `text` is one.
    fn parse(self, text: &str) -> Option<String> {
        let is_hex = text.len() == self.hex_digits() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hex.then(|| text.to_ascii_lowercase())
    }

    const fn hex_digits(self) -> usize {
        match self {
            Self::Md5 => 32,
            Self::Sha1 => 40,
            Self::Sha256 => 64,
            Self::Sha512 => 128,
        }
    }
}

/// Checksums of one content, in lower-case hex. As a record: `{"sha256": "…"}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checksums(Vec<(Algorithm, String)>);

impl Checksums {
    /// The checksums that a response announces for its body: the `X-Checksum-…` headers, those of digests
    /// (RFC 9530 and RFC 3230, and a `Content-Digest` that is bare hex, as Harness Open Source sends it), and an
    /// `ETag` that has the form of a SHA-256 or is one behind `sha256:`. Other ETags may be anything. All that is
    /// announced counts, so that headers which contradict each other fit no content.
    #[must_use]
    pub fn announced(headers: &HeaderMap) -> Self {
        let is_encoded = headers.contains_key(CONTENT_ENCODING);
        let texts = |name: &HeaderName| -> Vec<String> {
            let values = headers.get_all(name).iter();
            values
                .filter_map(|value| value.to_str().ok().map(str::to_owned))
                .collect()
        };
        let mut announced = Vec::new();
        for algorithm in Algorithm::ALL {
            let values = texts(&algorithm.header());
            announced.extend(values.iter().filter_map(|value| hex_of(algorithm, value)));
        }
        for name in DIGESTS {
            // This one is of the content as it is sent (RFC 9530, 2).
            if name == CONTENT_DIGEST && is_encoded {
                continue;
            }
            let values = texts(&name);
            announced.extend(values.iter().flat_map(|value| digests(value)));
        }
        announced.extend(texts(&ETAG).iter().filter_map(|value| etag(value)));
        let mut known: Vec<(Algorithm, String)> = Vec::with_capacity(announced.len());
        for algorithm in Algorithm::ALL {
            for one in announced.iter().filter(|(other, _)| *other == algorithm) {
                if !known.contains(one) {
                    known.push(one.clone());
                }
            }
        }
        Self(known)
    }

    /// The checksums that a request announces for its body: the `X-Checksum-…` headers.
    ///
    /// # Errors
    /// When one of them is no checksum: who sent it wanted the body to be checked.
    pub fn demanded(headers: &HeaderMap) -> Result<Self, NoChecksum> {
        let mut demanded = Vec::new();
        for algorithm in Algorithm::ALL {
            if let Some(value) = headers.get(algorithm.header()) {
                let text = value.to_str().unwrap_or_default();
                demanded.push((algorithm, algorithm.parse(text).ok_or(NoChecksum(algorithm))?));
            }
        }
        Ok(Self(demanded))
    }

    /// Checksums that are known from elsewhere, in hex. What does not have the form of one is left out.
    #[must_use]
    pub fn from_hex(known: impl IntoIterator<Item = (Algorithm, String)>) -> Self {
        let read = |(algorithm, hex): (Algorithm, String)| Some((algorithm, algorithm.parse(&hex)?));
        Self(known.into_iter().filter_map(read).collect())
    }

    /// Checksums that somebody else computed, in bytes.
    #[must_use]
    pub fn computed(checksums: impl IntoIterator<Item = (Algorithm, Vec<u8>)>) -> Self {
        let checksums = checksums.into_iter();
        Self(
            checksums
                .map(|(algorithm, bytes)| (algorithm, hex(&bytes)))
                .collect(),
        )
    }

    /// These, and then `others` of the same content.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// Which they are.
    pub fn algorithms(&self) -> impl Iterator<Item = Algorithm> {
        self.0.iter().map(|(algorithm, _)| *algorithm)
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, algorithm: Algorithm) -> Option<&str> {
        let (_, hex) = self.0.iter().find(|(known, _)| *known == algorithm)?;
        Some(hex)
    }

    /// The headers that announce them.
    #[must_use]
    pub fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        let headers = self.0.iter().filter_map(|(algorithm, hex)| {
            let value = HeaderValue::from_str(hex).ok()?;
            Some((algorithm.header(), value))
        });
        headers.collect()
    }

    /// The first of `expected` that is another one here.
    #[must_use]
    pub fn difference(&self, expected: &Self) -> Option<Difference> {
        expected.0.iter().find_map(|(algorithm, expected)| {
            let found = self.get(*algorithm)?;
            (found != expected).then(|| Difference {
                algorithm: *algorithm,
                expected: expected.clone(),
                found: found.to_owned(),
            })
        })
    }
}

/// A header whose value is no checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not {} hex digits", .0.header(), .0.hex_digits())]
pub struct NoChecksum(Algorithm);

/// A checksum that is not what was announced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which.
    pub algorithm: Algorithm,
    /// What was announced.
    pub expected: String,
    /// What the content has.
    pub found: String,
}

impl Serialize for Checksums {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (algorithm, hex) in &self.0 {
            map.serialize_entry(algorithm.key(), hex)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Checksums {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let record: std::collections::BTreeMap<String, String> = Deserialize::deserialize(deserializer)?;
        let mut checksums = Vec::with_capacity(record.len());
        for algorithm in Algorithm::ALL {
            if let Some(text) = record.get(algorithm.key()) {
                let wrong = || D::Error::custom(format!("{text:?} is no {}", algorithm.as_str()));
                checksums.push((algorithm, algorithm.parse(text).ok_or_else(wrong)?));
            }
        }
        Ok(Self(checksums))
    }
}

/// The digest of the content as it is sent (RFC 9530).
const CONTENT_DIGEST: HeaderName = HeaderName::from_static("content-digest");
/// The headers that carry digests.
const DIGESTS: [HeaderName; 3] = [
    HeaderName::from_static("repr-digest"),
    CONTENT_DIGEST,
    HeaderName::from_static("digest"),
];

/// A header's value as a checksum, if it has that form; quotes around it are an ETag's.
fn hex_of(algorithm: Algorithm, value: &str) -> Option<(Algorithm, String)> {
    let text = value.trim().trim_matches('"');
    Some((algorithm, algorithm.parse(text)?))
}

/// An ETag as a SHA-256: its hex, or its hex behind `sha256:`. A weak one (`W/…`) is of another content too.
fn etag(value: &str) -> Option<(Algorithm, String)> {
    let text = value.trim().trim_matches('"');
    hex_of(Algorithm::Sha256, text.strip_prefix("sha256:").unwrap_or(text))
}

/// The digests of a header: `sha-256=:BASE64:` (RFC 9530), `SHA-256=BASE64` (RFC 3230), several with commas between
/// them, or one SHA-256 in bare hex.
fn digests(value: &str) -> Vec<(Algorithm, String)> {
    if let Some(known) = etag(value) {
        return vec![known];
    }
    let digest = |item: &str| {
        let (name, encoded) = item.trim().split_once('=')?;
        let algorithm = Algorithm::ALL.into_iter().find(|algorithm| {
            let name = name.trim();
            name.eq_ignore_ascii_case(algorithm.as_str())
                || name.eq_ignore_ascii_case(algorithm.digest_name())
        })?;
        let encoded = encoded.split(';').next()?.trim().trim_matches(':');
        let bytes = STANDARD.decode(encoded).ok()?;
        Some((algorithm, algorithm.parse(&hex(&bytes))?))
    };
    value.split(',').filter_map(digest).collect()
}

/// Computes checksums while the bytes go by.
#[derive(Debug)]
pub struct Hasher(Vec<Running>);

#[derive(Debug)]
enum Running {
    Md5(md5::Md5),
    Sha1(sha1::Sha1),
    Sha256(sha2::Sha256),
    Sha512(sha2::Sha512),
}

impl Hasher {
    /// Begins these checksums.
    #[must_use]
    pub fn new(algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        let begin = |algorithm| match algorithm {
            Algorithm::Md5 => Running::Md5(md5::Md5::new()),
            Algorithm::Sha1 => Running::Sha1(sha1::Sha1::new()),
            Algorithm::Sha256 => Running::Sha256(sha2::Sha256::new()),
            Algorithm::Sha512 => Running::Sha512(sha2::Sha512::new()),
        };
        Self(algorithms.into_iter().map(begin).collect())
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        for running in &mut self.0 {
            match running {
                Running::Md5(hash) => hash.update(bytes),
                Running::Sha1(hash) => hash.update(bytes),
                Running::Sha256(hash) => hash.update(bytes),
                Running::Sha512(hash) => hash.update(bytes),
            }
        }
    }

    /// The checksums of all bytes so far.
    #[must_use]
    pub fn finish(self) -> Checksums {
        let end = |running| match running {
            Running::Md5(hash) => (Algorithm::Md5, hex(&hash.finalize())),
            Running::Sha1(hash) => (Algorithm::Sha1, hex(&hash.finalize())),
            Running::Sha256(hash) => (Algorithm::Sha256, hex(&hash.finalize())),
            Running::Sha512(hash) => (Algorithm::Sha512, hex(&hash.finalize())),
        };
        Checksums(self.0.into_iter().map(end).collect())
    }
}

/// Bytes as lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(*byte)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pieces: &[&[u8]]) -> Checksums {
        let mut hasher = Hasher::new(Algorithm::ALL);
        for piece in pieces {
            hasher.update(piece);
        }
        hasher.finish()
    }

    /// The examples of RFC 1321 and FIPS 180-4.
    #[test]
    fn all_checksums_come_from_one_pass() {
        let checksums = of(&[b"a", b"", b"bc"]);
        for (algorithm, expected) in [
            (Algorithm::Md5, "900150983cd24fb0d6963f7d28e17f72"),
            (Algorithm::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                Algorithm::Sha256,
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            ),
            (
                Algorithm::Sha512,
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
                 2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            ),
        ] {
            assert_eq!(checksums.get(algorithm), Some(expected), "{}", algorithm.as_str());
        }
        let headers: HeaderMap = checksums.headers().into_iter().collect();
        assert_eq!(Checksums::announced(&headers), checksums);
        let record = serde_json::to_value(&checksums).unwrap();
        assert_eq!(record["sha1"], "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(serde_json::from_value::<Checksums>(record).unwrap(), checksums);
        assert!(serde_json::from_str::<Checksums>(r#"{"md5":"900150983cd24fb0d6963f7d28e17fxx"}"#).is_err());
    }

    #[test]
    fn only_what_has_the_form_of_a_checksum_is_one() {
        let sha256 = "BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let encoded = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
        for (name, value, expected) in [
            ("x-checksum-sha256", sha256.to_owned(), Some(sha256)),
            ("etag", format!("\"{sha256}\""), Some(sha256)),
            ("etag", format!("sha256:{sha256}"), Some(sha256)),
            ("etag", format!("\"sha256:{sha256}\""), Some(sha256)),
            ("content-digest", sha256.to_owned(), Some(sha256)),
            (
                "content-digest",
                format!("sha-512=:AA==:, sha-256=:{encoded}:;q=1"),
                Some(sha256),
            ),
            ("repr-digest", format!("sha-256=:{encoded}:"), Some(sha256)),
            ("digest", format!("SHA-256={encoded},md5=AA=="), Some(sha256)),
            ("digest", "SHA-256=AAAA".to_owned(), None),
            ("etag", format!("W/\"{sha256}\""), None),
            ("etag", "\"900150983cd24fb0d6963f7d28e17f72\"".to_owned(), None),
            ("x-checksum-sha256", sha256.replace('7', "x"), None),
        ] {
            let name: HeaderName = name.parse().unwrap();
            let headers = HeaderMap::from_iter([(name.clone(), value.parse().unwrap())]);
            let announced = Checksums::announced(&headers);
            let demanded = Checksums::demanded(&headers).is_ok();
            let is_demand = name.as_str().starts_with("x-");
            assert_eq!(demanded, expected.is_some() || !is_demand, "{name} {value}");
            let expected = expected.map(str::to_ascii_lowercase);
            assert_eq!(announced.get(Algorithm::Sha256), expected.as_deref(), "{value}");
        }
    }

    #[test]
    fn a_difference_is_found() {
        let (one, other) = (of(&[b"abc"]), of(&[b"abd"]));
        assert_eq!(one.difference(&one), None);
        assert_eq!(one.difference(&Checksums::default()), None);
        let difference = one.difference(&other).unwrap();
        assert_eq!(difference.algorithm, Algorithm::Md5);
        assert_eq!(difference.found, "900150983cd24fb0d6963f7d28e17f72");
    }
}
