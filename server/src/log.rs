//! The log: lines on stderr, one for each request.

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use serde_json::json;

use crate::clock;
use crate::config::LogFormat;

/// Where lines go, and how they are written.
pub(crate) struct Log {
    format: LogFormat,
    sink: Mutex<Box<dyn Write + Send>>,
}

/// A request that has been answered.
pub(crate) struct Line<'a> {
    pub(crate) method: &'a str,
    /// As it was sent, without the query, which may hold what others should not read.
    pub(crate) path: &'a str,
    pub(crate) status: u16,
    /// From the request's head to the last byte of the answer.
    pub(crate) milliseconds: u128,
    /// Of the answer's body.
    pub(crate) bytes: u64,
}

impl Log {
    pub(crate) fn new(format: LogFormat, sink: Box<dyn Write + Send>) -> Self {
        Self {
            format,
            sink: Mutex::new(sink),
        }
    }

    pub(crate) fn request(&self, line: &Line<'_>) {
        let Line {
            method,
            path,
            status,
            milliseconds,
            bytes,
        } = line;
        let time = clock::rfc3339(clock::now());
        self.write(&match self.format {
            // Of a path, only what is not ASCII could disturb a terminal.
            LogFormat::Text => format!(
                "{time} {method} {} {status} {milliseconds}ms {bytes}B",
                path.escape_debug()
            ),
            LogFormat::Json => json!({
                "time": time, "method": method, "path": path, "status": status, "ms": milliseconds,
                "bytes": bytes,
            })
            .to_string(),
        });
    }

    /// Says something that is not about one request.
    pub(crate) fn note(&self, message: &str) {
        self.message("info", message);
    }

    /// Says what went wrong in the server.
    pub(crate) fn fault(&self, message: &str) {
        self.message("error", message);
    }

    fn message(&self, level: &str, message: &str) {
        let time = clock::rfc3339(clock::now());
        self.write(&match self.format {
            LogFormat::Text => format!("{time} {level}: {}", message.escape_debug()),
            LogFormat::Json => json!({ "time": time, "level": level, "message": message }).to_string(),
        });
    }

    /// A log that cannot be written is no reason to stop serving.
    fn write(&self, line: &str) {
        let mut sink = self.sink.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = writeln!(sink, "{line}").and_then(|()| sink.flush());
    }
}
