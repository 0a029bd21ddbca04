//! The native `hc`: arguments in, exit code out; the program itself is `hc-app`.

mod files;
mod hasher;
mod host;
mod http;
mod serve;
mod terminal;

use std::ffi::OsString;
use std::panic::PanicHookInfo;
use std::process::{ExitCode, exit};

use hc_app::ExitStatus;
use host::NativeHost;

/// A lockfile becomes many small texts; this allocator makes them in two thirds of the system's time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(report_panic));
    let args = match unicode(std::env::args_os().skip(1)) {
        Ok(args) => args,
        Err(bad) => {
            eprintln!(
                "error: the argument {bad:?} is not valid Unicode; rename the file, or give its folder instead"
            );
            return code(ExitStatus::Usage);
        }
    };
    let host = NativeHost::new();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: the system has no room for the program's event loop: {error}");
            return code(ExitStatus::Failure);
        }
    };
    let status = runtime.block_on(hc_app::run(&host, &args));
    if let Err(error) = host.finish() {
        eprintln!("error: cannot write to stdout: {error}");
        return code(ExitStatus::Failure);
    }
    code(status)
}

fn code(status: ExitStatus) -> ExitCode {
    ExitCode::from(status as u8)
}

/// All arguments as text, or the first one that is not.
fn unicode(args: impl Iterator<Item = OsString>) -> Result<Vec<String>, OsString> {
    args.map(OsString::into_string).collect()
}

/// A panic is a fault of the program: say so in a line that can be reported, and end like any failure.
fn report_panic(panic: &PanicHookInfo<'_>) {
    eprintln!("hc: {panic}\nThis is a fault in hc. Please report it with the command that led here.");
    exit(ExitStatus::Failure as i32);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn an_argument_that_is_not_unicode_is_named() {
        use std::os::unix::ffi::OsStringExt;
        let bad = OsString::from_vec(vec![b'a', 0xff]);
        let args = [OsString::from("deps"), bad.clone()];
        assert_eq!(unicode(args.into_iter()), Err(bad));
    }
}
