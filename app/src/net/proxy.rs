//! Which HTTP proxy a request goes through.
//!
//! The rules are those of Go's `net/http`, which the earlier client's users have set their machines up for:
//! `HTTPS_PROXY` or `HTTP_PROXY` (or in lower case) by the target's scheme, but for what `NO_PROXY` names,
//! and never for this machine itself.

use std::net::IpAddr;

use http::Uri;

/// The settings, read once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proxies {
    http: Option<String>,
    https: Option<String>,
    exceptions: Vec<Exception>,
}

/// What is reached without a proxy.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Exception {
    Everything,
    Network(IpAddr, u8),
    /// A host, and whether names below it count too, and only on this port.
    Host {
        name: String,
        only_below: bool,
        port: Option<u16>,
    },
}

impl Proxies {
    /// Reads the environment.
    pub(crate) fn from_env(env: impl Fn(&str) -> Option<String>) -> Self {
        let either = |upper: &str| {
            [upper.to_owned(), upper.to_lowercase()]
                .iter()
                .find_map(|name| env(name).filter(|value| !value.trim().is_empty()))
        };
        let list = either("NO_PROXY").unwrap_or_default();
        Self {
            http: either("HTTP_PROXY").map(|proxy| with_scheme(&proxy)),
            https: either("HTTPS_PROXY").map(|proxy| with_scheme(&proxy)),
            exceptions: list.split([',', ' ']).filter_map(Exception::parse).collect(),
        }
    }

    /// The proxy for `target`, if it has one.
    pub(crate) fn of(&self, target: &Uri) -> Option<&str> {
        let is_https = target.scheme_str() == Some("https");
        let proxy = if is_https { &self.https } else { &self.http }.as_deref()?;
        let host = target.host()?.trim_matches(['[', ']']).to_ascii_lowercase();
        let port = target.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let is_excepted = self
            .exceptions
            .iter()
            .any(|exception| exception.covers(&host, port));
        (!is_here && !is_excepted).then_some(proxy)
    }
}

/// A proxy may be given as `host:port`.
fn with_scheme(proxy: &str) -> String {
    let proxy = proxy.trim();
    if proxy.contains("://") {
        proxy.to_owned()
    } else {
        format!("http://{proxy}")
    }
}

impl Exception {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        if text.is_empty() {
            return None;
        }
        if text == "*" {
            return Some(Self::Everything);
        }
        if let Some((network, length)) = text.split_once('/') {
            return Some(Self::Network(network.parse().ok()?, length.parse().ok()?));
        }
        if let Ok(ip) = text.trim_matches(['[', ']']).parse::<IpAddr>() {
            return Some(Self::Network(ip, if ip.is_ipv4() { 32 } else { 128 }));
        }
        let (name, port) = match text.rsplit_once(':') {
            Some((name, port)) => (name, Some(port.parse().ok()?)),
            None => (text.as_str(), None),
        };
        let name = name.strip_prefix('*').unwrap_or(name);
        let (name, only_below) = match name.strip_prefix('.') {
            Some(name) => (name, true),
            None => (name, false),
        };
        Some(Self::Host {
            name: name.trim_matches(['[', ']']).to_owned(),
            only_below,
            port,
        })
    }

    fn covers(&self, host: &str, port: u16) -> bool {
        match self {
            Self::Everything => true,
            Self::Network(network, length) => host
                .parse()
                .is_ok_and(|ip: IpAddr| in_network(ip, *network, *length)),
            Self::Host {
                name,
                only_below,
                port: only_port,
            } => {
                let is_below = host
                    .strip_suffix(name.as_str())
                    .is_some_and(|before| before.ends_with('.'));
                only_port.is_none_or(|only| only == port) && (is_below || (!only_below && host == name))
            }
        }
    }
}

/// Whether the first `length` bits are the same.
fn in_network(ip: IpAddr, network: IpAddr, length: u8) -> bool {
    match (ip, network) {
        (IpAddr::V4(ip), IpAddr::V4(network)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(length.min(32))).unwrap_or(0);
            u32::from(ip) & mask == u32::from(network) & mask
        }
        (IpAddr::V6(ip), IpAddr::V6(network)) => {
            let mask = u128::MAX
                .checked_shl(128 - u32::from(length.min(128)))
                .unwrap_or(0);
            u128::from(ip) & mask == u128::from(network) & mask
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_chooses_the_proxy() {
        let proxies = |no_proxy: &str| {
            Proxies::from_env(|name| match name {
                "HTTPS_PROXY" => Some("proxy.example:3128".to_owned()),
                "no_proxy" => Some(no_proxy.to_owned()),
                _ => None,
            })
        };
        for (no_proxy, target, is_proxied) in [
            ("", "https://har.example/x", true),
            ("", "http://har.example/x", false),
            ("", "https://localhost:8717/", false),
            ("", "https://127.0.0.2/", false),
            ("", "https://[::1]:1/", false),
            ("*", "https://har.example/", false),
            ("har.example", "https://har.example/", false),
            ("har.example", "https://pkg.har.example/", false),
            ("har.example", "https://other-har.example/", true),
            (".har.example", "https://har.example/", true),
            (".har.example", "https://pkg.har.example/", false),
            ("*.har.example", "https://pkg.HAR.example/", false),
            ("a.example, har.example:444", "https://har.example/", true),
            ("a.example, har.example:444", "https://har.example:444/", false),
            ("10.0.0.0/8", "https://10.1.2.3/", false),
            ("10.0.0.0/8", "https://11.1.2.3/", true),
            ("0.0.0.0/0", "https://11.1.2.3/", false),
            ("fd00::/8", "https://[fd12::1]/", false),
            ("11.1.2.3", "https://11.1.2.3/", false),
        ] {
            let target: Uri = target.parse().unwrap();
            let proxy = proxies(no_proxy).of(&target).map(str::to_owned);
            let expected = is_proxied.then(|| "http://proxy.example:3128".to_owned());
            assert_eq!(proxy, expected, "NO_PROXY={no_proxy} {target}");
        }
    }
}
