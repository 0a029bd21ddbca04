//! Files to and from `hc serve`, beside curl doing the same.
//!
//! `hc` sends four checksums with a file, so that curl's time holds what coreutils take to compute them; on the
//! way back `hc` checks a file, and so does `sha256sum`.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::samples::median;
use super::table::Row;
use crate::step::{check, program};
use crate::workspace;

const TOKEN: &str = "pat.bench.transfer.secret";
const REGISTRY: &str = "files";
/// The size of the one large file, in bytes.
const LARGE: usize = 1 << 30;
/// How many small files there are, and their size in bytes.
const MANY: (usize, usize) = (2000, 4096);
/// How often each is measured, in turns.
const ROUNDS: usize = 4;
const SUMS: [(&str, &str); 4] = [
    ("md5sum", "X-Checksum-Md5"),
    ("sha1sum", "X-Checksum-Sha1"),
    ("sha256sum", "X-Checksum-Sha256"),
    ("sha512sum", "X-Checksum-Sha512"),
];

pub(crate) fn measure() -> Result<Vec<Row>> {
    let folder = workspace::target().join("bench/transfer");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(folder.join("many"))?;
    write_noise(&folder.join("large"), LARGE, 1)?;
    for number in 0..MANY.0 {
        write_noise(&folder.join(format!("many/{number}")), MANY.1, number as u64 + 2)?;
    }
    let bench = Bench {
        registry: Registry::start(&folder)?,
        folder,
    };
    let rows = bench.rows()?;
    fs::remove_dir_all(&bench.folder)?;
    Ok(rows)
}

/// What a run took.
#[derive(Clone, Copy)]
struct Cost {
    /// In milliseconds.
    time: f64,
    /// The most memory at one time, in MiB.
    memory: f64,
}

struct Bench {
    registry: Registry,
    folder: PathBuf,
}

impl Bench {
    fn rows(&self) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        for (what, file, limit) in [("1 GiB", "large", 1.1), ("2,000 files of 4 KiB", "many", 1.0)] {
            let (mut up, mut down) = (Vec::new(), Vec::new());
            for round in 0..ROUNDS {
                // Each gets a version of its own, so that nothing is there already.
                let [ours, theirs] = ["hc", "curl"].map(|who| format!("{who}-{file}-{round}"));
                up.push((self.push(file, &ours)?, self.curl_up(file, &theirs)?));
                // The disk is still busy for whoever goes first.
                down.push(if round % 2 == 0 {
                    (self.pull(file, &ours)?, self.curl_down(file, &ours)?)
                } else {
                    let theirs = self.curl_down(file, &ours)?;
                    (self.pull(file, &ours)?, theirs)
                });
            }
            rows.extend(beside(&format!("upload of {what}"), &up, limit));
            rows.extend(beside(&format!("download of {what}"), &down, limit));
        }
        Ok(rows)
    }

    fn hc(&self, args: &[&str]) -> Result<Cost> {
        run(self.registry.hc()?.args(args).current_dir(&self.folder))
    }

    fn push(&self, file: &str, version: &str) -> Result<Cost> {
        let path = format!("./{file}");
        let args = ["artifact", "push", "generic", REGISTRY, &path, "--name", "p"];
        self.hc(&[&args[..], &["--version", version, "--quiet"]].concat())
    }

    fn pull(&self, file: &str, version: &str) -> Result<Cost> {
        let pulled = self.folder.join(format!("pulled-{version}"));
        let (source, target) = match file {
            "many" => (format!("p/{version}"), format!("{}/", pulled.display())),
            _ => (format!("p/{version}/{file}"), pulled.display().to_string()),
        };
        let cost = self.hc(&[
            "artifact", "pull", "generic", REGISTRY, &source, &target, "--quiet",
        ]);
        self.same(file, &pulled)?;
        cost
    }

    /// The URLs of a file or of all files in a folder, and the paths of each here.
    fn urls(&self, file: &str, version: &str) -> Vec<(String, String)> {
        let url = |file: &str| format!("{}/files/p/{version}/{file}", self.registry.packages());
        match file {
            "many" => (0..MANY.0)
                .map(|number| format!("many/{number}"))
                .map(|file| (url(&file), file))
                .collect(),
            file => vec![(url(file), file.to_owned())],
        }
    }

    fn curl_up(&self, file: &str, version: &str) -> Result<Cost> {
        let transfers = self.urls(file, version);
        let start = Instant::now();
        let mut sums: Vec<Vec<String>> = Vec::new();
        for (tool, header) in SUMS {
            let mut command = program(tool)?;
            command
                .current_dir(&self.folder)
                .args(transfers.iter().map(|(_, path)| path));
            let output = command.output()?;
            ensure!(output.status.success(), "{tool} failed");
            let hex = |line: &str| format!("{header}: {}", line.split(' ').next().unwrap_or_default());
            sums.push(String::from_utf8(output.stdout)?.lines().map(hex).collect());
        }
        let config = |(number, (url, path)): (usize, &(String, String))| {
            let headers: String = sums
                .iter()
                .map(|sum| format!("header = \"{}\"\n", sum[number]))
                .collect();
            format!("upload-file = \"{path}\"\nurl = \"{url}\"\n{headers}")
        };
        let config: Vec<String> = transfers.iter().enumerate().map(config).collect();
        let mut cost = self.curl(&config)?;
        cost.time = start.elapsed().as_secs_f64() * 1e3;
        Ok(cost)
    }

    fn curl_down(&self, file: &str, version: &str) -> Result<Cost> {
        let config: Vec<String> = self
            .urls(file, version)
            .iter()
            .map(|(url, path)| {
                format!("url = \"{url}\"\noutput = \"fetched-{version}/{path}\"\ncreate-dirs\n")
            })
            .collect();
        let fetched = self.folder.join(format!("fetched-{version}"));
        let start = Instant::now();
        let mut cost = self.curl(&config)?;
        let mut sum = program("sha256sum")?;
        sum.current_dir(&fetched).stdout(Stdio::null());
        check(sum.args(self.urls(file, version).iter().map(|(_, path)| path)))?;
        cost.time = start.elapsed().as_secs_f64() * 1e3;
        self.same(file, &fetched)?;
        Ok(cost)
    }

    /// Runs curl with so many transfers, all at once where there are several.
    fn curl(&self, transfers: &[String]) -> Result<Cost> {
        let common =
            format!("header = \"x-api-key: {TOKEN}\"\nfail\nsilent\nshow-error\nno-remote-name-all\n");
        let all: Vec<String> = transfers.iter().map(|one| format!("{common}{one}")).collect();
        let path = self.folder.join("curl.conf");
        fs::write(&path, all.join("next\n"))?;
        let mut curl = program("curl")?;
        if transfers.len() > 1 {
            curl.args(["--parallel", "--parallel-immediate", "--no-progress-meter"]);
        }
        run(curl
            .arg("--config")
            .arg(path)
            .current_dir(&self.folder)
            .stdout(Stdio::null()))
    }

    /// What arrived is what was sent. It stays: where many files have just been deleted, some file systems are
    /// slow to make others.
    fn same(&self, file: &str, arrived: &Path) -> Result<()> {
        let found = [arrived.join(file), arrived.to_owned()]
            .into_iter()
            .find(|path| path.exists());
        let mut diff = program("diff")?;
        check(
            diff.arg("-r")
                .arg(self.folder.join(file))
                .arg(found.context("nothing arrived")?),
        )
    }
}

/// The time of each, and the memory of each as a note.
fn beside(what: &str, runs: &[(Cost, Cost)], limit: f64) -> [Row; 2] {
    let of = |part: fn(&Cost) -> f64, ours: bool| {
        let values: Vec<f64> = runs.iter().map(|(a, b)| part(if ours { a } else { b })).collect();
        median(&values)
    };
    let (hc, curl) = (of(|cost| cost.time, true), of(|cost| cost.time, false));
    let (memory, other) = (of(|cost| cost.memory, true), of(|cost| cost.memory, false));
    [
        Row::at_most(
            what,
            format!("{hc:.0} ms, curl {curl:.0} ms"),
            hc / curl,
            limit,
            "×",
        ),
        Row::note(
            "  its peak memory",
            format!("{memory:.0} MiB, curl {other:.0} MiB"),
        ),
    ]
}

/// Runs a program to its good end.
fn run(command: &mut Command) -> Result<Cost> {
    let start = Instant::now();
    let mut process = command.stdout(Stdio::null()).spawn()?;
    let status_file = format!("/proc/{}/status", process.id());
    let mut memory: f64 = 0.0;
    let status = loop {
        // The kernel keeps the peak itself; only the last moments before the end are missed.
        let status = fs::read_to_string(&status_file).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<f64>().ok());
        memory = memory.max(kibibytes.unwrap_or(0.0) / 1024.0);
        if let Some(status) = process.try_wait()? {
            break status;
        }
        sleep(Duration::from_millis(5));
    };
    ensure!(status.success(), "{command:?} failed");
    Ok(Cost {
        time: start.elapsed().as_secs_f64() * 1e3,
        memory,
    })
}

/// Bytes that no disk or file system makes smaller.
fn write_noise(path: &Path, size: usize, seed: u64) -> Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    for _ in 0..size / 8 {
        // xorshift64
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        file.write_all(&state.to_le_bytes())?;
    }
    file.flush()?;
    Ok(())
}

/// A real `hc serve` with one registry of files.
struct Registry {
    process: Child,
    url: String,
}

impl Registry {
    fn start(folder: &Path) -> Result<Self> {
        let mut process = program(workspace::target().join("release/hc"))?
            .args(["serve", "--listen", "127.0.0.1:0", "--token", TOKEN, "--data"])
            .arg(folder.join("data"))
            .stderr(Stdio::piped())
            .spawn()?;
        let mut said = BufReader::new(process.stderr.take().context("hc serve says nothing")?);
        let mut line = String::new();
        let url = loop {
            line.clear();
            ensure!(said.read_line(&mut line)? > 0, "hc serve ended");
            let begin = line.find("http://127.0.0.1:");
            if let Some(url) = begin.and_then(|begin| line[begin..].split_whitespace().next()) {
                break url.trim_end_matches('/').to_owned();
            }
        };
        // What else it says must not fill the pipe.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        let registry = Self { process, url };
        check(
            registry
                .hc()?
                .args([
                    "registry",
                    "create",
                    REGISTRY,
                    "--package-type",
                    "GENERIC",
                    "--quiet",
                ])
                .stdout(Stdio::null()),
        )?;
        Ok(registry)
    }

    fn hc(&self) -> Result<Command> {
        let mut hc = program(workspace::target().join("release/hc"))?;
        hc.env("HARNESS_API_URL", &self.url).env("HARNESS_API_KEY", TOKEN);
        Ok(hc)
    }

    fn packages(&self) -> String {
        format!("{}/pkg/bench/{REGISTRY}", self.url)
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        // It has ended by itself if it cannot be ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
