//! Under which URL clients reach the server, and which names it answers to.
//!
//! A page on another site can make a browser send requests here under a name of its own (DNS rebinding); they carry
//! that name, and are refused. What stands before the server and takes TLS off tells how it was reached itself, by
//! `Forwarded` (RFC 7239) or `X-Forwarded-Proto` and `X-Forwarded-Host`; it is believed where it is trusted.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, StatusCode, header};

use crate::config::Config;
use crate::error::Error;
use crate::problem::Problem;

/// Who sent a request: the other end of its connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// The server's own URL as the client of a request knows it, without a slash at the end.
#[derive(Clone, Debug)]
pub(crate) struct Base(pub(crate) String);

/// What the server answers to.
pub(crate) struct Origin {
    /// The values of `Host` that are served, in lower case.
    hosts: Vec<String>,
    /// The URL that all clients use, where there is one.
    public_url: Option<String>,
    /// Whose word on how it was reached is taken, besides that of this machine itself.
    trusted: Vec<Network>,
}

impl Origin {
    /// The listen address as it was given and as it is, the names of this machine for itself, and those of the
    /// settings, each as it stands and with the port.
    pub(crate) fn new(config: &Config, address: SocketAddr) -> Result<Self, Error> {
        let public_url = config.public_url.as_deref().map(public_url).transpose()?;
        let public_host = public_url.as_deref().map(host_of);
        let trusted = config.trusted_proxies.iter().map(|text| Network::parse(text));
        let port = address.port();
        let listen = config.listen.as_str();
        let name = listen.rsplit_once(':').map_or(listen, |(name, _)| name);
        let further = || config.hosts.iter().map(String::as_str).chain(public_host);
        let mut hosts: Vec<String> = [name, "localhost", "127.0.0.1", "[::1]"]
            .into_iter()
            .chain(further())
            .map(|name| format!("{name}:{port}"))
            .chain([address.to_string()])
            .chain(further().map(str::to_owned))
            .map(|host| host.to_ascii_lowercase())
            .collect();
        if port == 80 {
            let bare: Vec<String> = hosts
                .iter()
                .filter_map(|host| host.strip_suffix(":80").map(str::to_owned))
                .collect();
            hosts.extend(bare);
        }
        Ok(Self {
            hosts,
            trusted: trusted.collect::<Result<_, _>>()?,
            public_url,
        })
    }

    /// Whether `peer` stands before the server for others.
    pub(crate) fn trusts(&self, peer: IpAddr) -> bool {
        peer.to_canonical().is_loopback() || self.trusted.iter().any(|network| network.holds(peer))
    }

    /// The URL that a request came to.
    pub(crate) fn base(&self, headers: &HeaderMap, peer: IpAddr) -> Result<Base, Problem> {
        let mut hosts = headers.get_all(header::HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return Err(Problem::bad("the request needs one Host header"));
        };
        let host = self.served(host.to_str().ok())?;
        if let Some(url) = &self.public_url {
            return Ok(Base(url.clone()));
        }
        let told = if self.trusts(peer) {
            Told::read(headers)
        } else {
            Told::default()
        };
        let host = match told.host.as_deref() {
            Some(told) => self.served(Some(told))?,
            None => host,
        };
        Ok(Base(format!(
            "{}://{host}",
            if told.is_https { "https" } else { "http" }
        )))
    }

    /// The name, where it is one that is answered to.
    fn served<'a>(&self, host: Option<&'a str>) -> Result<&'a str, Problem> {
        host.filter(|host| self.hosts.contains(&host.to_ascii_lowercase()))
            .ok_or_else(|| {
                Problem::new(
                    StatusCode::MISDIRECTED_REQUEST,
                    "this server does not answer to the name in the Host header; if it should, name it when the \
                     server is started (--host, --public-url)",
                )
            })
    }
}

/// What a proxy tells of how it was reached.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    is_https: bool,
    host: Option<String>,
}

impl Told {
    /// Where there were several proxies, each added its own word; that of the first, which the client reached, counts.
    fn read(headers: &HeaderMap) -> Self {
        let first = |name: &str| {
            let value = headers.get(name)?.to_str().ok()?;
            value.split(',').next().map(str::trim)
        };
        if let Some(element) = first("forwarded") {
            let parameter = |wanted: &str| {
                element.split(';').find_map(|pair| {
                    let (name, value) = pair.split_once('=')?;
                    let value = value.trim().trim_matches('"');
                    name.trim().eq_ignore_ascii_case(wanted).then(|| value.to_owned())
                })
            };
            return Self {
                is_https: parameter("proto").is_some_and(|proto| proto.eq_ignore_ascii_case("https")),
                host: parameter("host"),
            };
        }
        Self {
            is_https: first("x-forwarded-proto").is_some_and(|proto| proto.eq_ignore_ascii_case("https")),
            host: first("x-forwarded-host").map(str::to_owned),
        }
    }
}

/// An `http` or `https` URL without anything but a host and maybe a path.
fn public_url(text: &str) -> Result<String, Error> {
    let url = text.trim_end_matches('/');
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let fits = |byte: u8| {
        byte.is_ascii_graphic() && !matches!(byte, b'@' | b'?' | b'#' | b'"' | b'<' | b'>' | b'\\')
    };
    match rest {
        Some(rest) if !rest.is_empty() && !rest.starts_with(['/', ':']) && rest.bytes().all(fits) => {
            Ok(url.to_owned())
        }
        _ => Err(Error::Setting {
            text: text.to_owned(),
            expected: "a URL such as https://packages.example",
        }),
    }
}

fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

/// An address, or all that begin with the same bits.
struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    fn parse(text: &str) -> Result<Self, Error> {
        let wrong = || Error::Setting {
            text: text.to_owned(),
            expected: "an address such as 10.0.0.7, or a network such as 10.0.0.0/8",
        };
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.parse().map_err(|_| wrong()))?;
        if bits > most {
            return Err(wrong());
        }
        Ok(Self { address, bits })
    }

    fn holds(&self, peer: IpAddr) -> bool {
        match (self.address, peer.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(peer)) => {
                let differing = u32::from(own) ^ u32::from(peer);
                differing.checked_shr(32 - self.bits).unwrap_or(0) == 0
            }
            (IpAddr::V6(own), IpAddr::V6(peer)) => {
                let differing = u128::from(own) ^ u128::from(peer);
                differing.checked_shr(128 - self.bits).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use axum::http::{HeaderName, HeaderValue};

    use super::*;
    use crate::config::LogFormat;

    fn origin(change: impl FnOnce(&mut Config)) -> Result<Origin, Error> {
        let mut config = Config {
            data: PathBuf::new(),
            listen: "reg.example:8717".to_owned(),
            token: None,
            policy: None,
            advisories: Vec::new(),
            no_starter: false,
            hosts: vec!["Proxy.example".to_owned()],
            public_url: None,
            trusted_proxies: Vec::new(),
            max_body: 1,
            log: LogFormat::Text,
        };
        change(&mut config);
        Origin::new(&config, "127.0.0.1:8717".parse().unwrap())
    }

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::try_from(*name).unwrap(),
                    HeaderValue::try_from(*value).unwrap(),
                )
            })
            .collect()
    }

    #[test]
    fn only_the_servers_own_names_are_answered() {
        let origin = origin(|_| {}).unwrap();
        for (host, served) in [
            ("reg.example:8717", true),
            ("localhost:8717", true),
            ("LOCALHOST:8717", true),
            ("127.0.0.1:8717", true),
            ("[::1]:8717", true),
            ("proxy.example", true),
            ("proxy.example:8717", true),
            ("localhost", false),
            ("localhost:80", false),
            ("evil.example:8717", false),
            ("reg.example", false),
        ] {
            let base = origin.base(&headers(&[("host", host)]), IpAddr::from([10, 0, 0, 1]));
            assert_eq!(base.is_ok(), served, "{host}");
        }
        assert!(
            origin
                .base(&HeaderMap::new(), IpAddr::from([127, 0, 0, 1]))
                .is_err()
        );
    }

    #[test]
    fn a_proxy_is_believed_where_it_is_trusted() {
        let origin =
            origin(|config| config.trusted_proxies = vec!["10.1.0.0/16".to_owned(), "fd00::1".to_owned()]);
        let origin = origin.unwrap();
        let forwarded = [
            vec![
                ("x-forwarded-proto", "https"),
                ("x-forwarded-host", "proxy.example"),
            ],
            vec![
                ("x-forwarded-proto", "HTTPS, http"),
                ("x-forwarded-host", "proxy.example, inner.example"),
            ],
            vec![(
                "forwarded",
                "for=192.0.2.1;Proto=https;host=\"proxy.example\", for=10.1.0.9;proto=http",
            )],
        ];
        for mut pairs in forwarded {
            pairs.push(("host", "127.0.0.1:8717"));
            for (peer, is_trusted) in [
                ("127.0.0.1", true),
                ("::1", true),
                ("10.1.255.3", true),
                ("::ffff:10.1.0.3", true),
                ("fd00::1", true),
                ("10.2.0.3", false),
                ("fd00::2", false),
            ] {
                let Base(base) = origin.base(&headers(&pairs), peer.parse().unwrap()).unwrap();
                let expected = if is_trusted {
                    "https://proxy.example"
                } else {
                    "http://127.0.0.1:8717"
                };
                assert_eq!(base, expected, "{peer} {pairs:?}");
            }
        }
        let elsewhere = headers(&[("host", "127.0.0.1:8717"), ("x-forwarded-host", "evil.example")]);
        assert!(origin.base(&elsewhere, "127.0.0.1".parse().unwrap()).is_err());
    }

    #[test]
    fn a_public_url_is_what_all_links_begin_with() {
        let public = |url: &str| origin(|config| config.public_url = Some(url.to_owned()));
        let far = IpAddr::from([192, 0, 2, 1]);
        for url in [
            "https://pkg.example",
            "https://pkg.example/har/",
            "http://pkg.example:8080",
        ] {
            let origin = public(url).unwrap();
            let host = host_of(url);
            let Base(base) = origin.base(&headers(&[("host", host)]), far).unwrap();
            assert_eq!(base, url.trim_end_matches('/'));
            let Base(base) = origin.base(&headers(&[("host", "127.0.0.1:8717")]), far).unwrap();
            assert_eq!(base, url.trim_end_matches('/'));
        }
        for wrong in [
            "pkg.example",
            "ftp://pkg.example",
            "https://",
            "https:///x",
            "https://u:p@pkg.example",
            "https://a b",
            "https://x/?q",
        ] {
            assert!(public(wrong).is_err(), "{wrong}");
        }
        for wrong in ["pkg.example", "10.0.0.0/33", "10.0.0/8", "::1/129", ""] {
            assert!(
                origin(|config| config.trusted_proxies = vec![wrong.to_owned()]).is_err(),
                "{wrong}"
            );
        }
    }
}
