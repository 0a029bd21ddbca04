//! Which names the server answers to. A page on another site can make a browser send requests here under a
//! name of its own (DNS rebinding); they carry that name, and are refused.

use std::net::SocketAddr;

use axum::http::{HeaderMap, StatusCode, header};

use crate::problem::Problem;

/// The values of `Host` that are served, in lower case.
pub(crate) struct Hosts(Vec<String>);

impl Hosts {
    /// The listen address as it was given and as it is, the names of this machine for itself, and `further`
    /// ones, each as it stands and with the port.
    pub(crate) fn new(listen: &str, address: SocketAddr, further: &[String]) -> Self {
        let port = address.port();
        let name = listen.rsplit_once(':').map_or(listen, |(name, _)| name);
        let mut served: Vec<String> = [name, "localhost", "127.0.0.1", "[::1]"]
            .into_iter()
            .chain(further.iter().map(String::as_str))
            .map(|name| format!("{name}:{port}"))
            .chain([address.to_string()])
            .chain(further.iter().cloned())
            .map(|host| host.to_ascii_lowercase())
            .collect();
        if port == 80 {
            let bare: Vec<String> = served
                .iter()
                .filter_map(|host| host.strip_suffix(":80").map(str::to_owned))
                .collect();
            served.extend(bare);
        }
        Self(served)
    }

    /// The name that the request is for.
    pub(crate) fn check<'a>(&self, headers: &'a HeaderMap) -> Result<&'a str, Problem> {
        let mut hosts = headers.get_all(header::HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return Err(Problem::bad("the request needs one Host header"));
        };
        host.to_str()
            .ok()
            .filter(|host| self.0.contains(&host.to_ascii_lowercase()))
            .ok_or_else(|| {
                Problem::new(
                    StatusCode::MISDIRECTED_REQUEST,
                    "this server does not answer to the name in the Host header; if it should, name it when the \
                     server is started",
                )
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_servers_own_names_are_answered() {
        let hosts = Hosts::new(
            "reg.example:8717",
            "127.0.0.1:8717".parse().unwrap(),
            &["Proxy.example".to_owned()],
        );
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
            let headers = HeaderMap::from_iter([(header::HOST, host.parse().unwrap())]);
            assert_eq!(hosts.check(&headers).is_ok(), served, "{host}");
        }
        assert!(hosts.check(&HeaderMap::new()).is_err());
    }
}
