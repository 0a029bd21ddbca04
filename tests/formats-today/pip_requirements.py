"""Generated requirements files, read by pip's own parser and by `hc deps`: both must find the same.

Run it with the Python of an environment that has the pip to compare with:

    python -m venv V && V/bin/pip install --upgrade pip
    V/bin/python tests/formats-today/pip_requirements.py target/debug/hc [FILES [SEED]]

Each file is one of pieces that matter to pip: line ends, comments, continuations, encodings, options and their
abbreviations, includes, constraints, places. What pip refuses must be an error or a gap of hc's; what pip reads must
be in hc's list, and nothing else.
"""

import contextlib
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import pip
from pip._internal.exceptions import PipError
from pip._internal.network.session import PipSession
from pip._internal.req.constructors import install_req_from_parsed_requirement
from pip._internal.req.req_file import parse_requirements

NAMES = ["alpha", "Beta_b", "gamma.g", "delta-d"]
VERSIONS = ["==1.0", "==2.0.1", ">=1,<2", "~=1.4", "", " == 3.0", "==1.*", "===4.0", "(>=1)", "!=1.0"]
EXTRAS = ["", "", "", "[x]", "[x, y]", "[]"]
MARKERS = ["", "", "", "; python_version >= '3'", " ;os_name=='nt'", " ; bogus", "; sys_platform == 'win32' and ('a' in extras)"]
HASH = "sha256:" + "0" * 64
TAILS = ["", "", "", f" --hash={HASH}", f" --hash {HASH}", " --pre", " -r other.txt", " -C a=b", " --hash=md5:00", " # why", "\t# -r other.txt", "#why", " --nope", " --hash"]
OPTIONS = [
    "-r other.txt", "-rother.txt", "--requirement other.txt", "--requirement=other.txt", "--requirem other.txt",
    "--req other.txt", "-r 'other.txt'", '-r "sub/../other.txt"', "-i https://h.example/simple", "--index U", "--pre",
    "--no-index", "-f links", "--find-links=links", "--extra-index-url -r", "-c pins.txt", "--cons=pins.txt", "--",
    "-e ./local", "-e git+https://h.example/e.git#egg=editable", "-e 'named @ git+https://h.example/n.git'", "--trusted-host h.example",
    "--no-binary :all:", "--only-binary=:all:", "--require-hashes", "--use-feature=truststore", "--prefer-binary",
    "-r sub/deep.txt", "-C a=b", f"--hash={HASH}", "word", "-r", "-x", "--pre=1", "-r gone.txt", "-c ranges.txt", "-c more.txt",
]
PLACES = [
    "./local", "git+https://h.example/g.git#egg=git_g", "https://h.example/u-1.0.zip", "u @ https://h.example/u.zip",
    "u @ https://h.example/u.zip ; os_name == 'nt'", "https://h.example/w-1.0-py3-none-any.whl ; os_name == 'nt'", "./w-1.0-py3-none-any.whl",
    "file.tar.gz", "named@git+https://h.example/n.git", "w-1.0-py3-none-any.whl[x]",
]
ODD = ["a=1", "{{ x }}", "a b", "==1.0", "a==", "<a>", "a;", "a ; ", "a==1.0,", "a[x", "-", "'a'", "${HC_X}", "a==${HC_X}", "-r ${HC_X}"]
ENDS = ["\n"] * 12 + ["\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", " \\\n", "\\\n", "\\\\\n", " \\ \n", "\x1f", "\u00a0", "\t", " "]
CODINGS = ["utf-8"] * 10 + ["latin-1", "cp1252", "utf-8-sig", "utf-16", "utf-7", "gbk", "ascii", "iso-8859-15", "rot13", "utf-32"]

NO_SUCH_FEATURE = "no such feature"

FILES = {
    "other.txt": "included==7.0\n",
    "pins.txt": "alpha==9.0\nbeta-b==9.0\n",
    "ranges.txt": "alpha>=1\n",
    "more.txt": "-r other.txt\nalpha==9.0\n",
    "sub/deep.txt": "-r ../other.txt\ndeep==1.0\n",
    "local/setup.py": "",
}


def generated(rng):
    parts = []
    coding = rng.choice(CODINGS)
    if rng.random() < 0.3:
        parts.append(rng.choice(["# -*- coding: {} -*-\n", "#\n# coding={}\n", "x\n#\n# coding: {}\n", "# encoding and coding:\t{}\n"]).format(coding))
    elif coding not in ("utf-16",):
        coding = "utf-8"
    for _ in range(rng.randint(1, 5)):
        kind = rng.random()
        if kind < 0.45:
            text = rng.choice(NAMES) + rng.choice(EXTRAS) + rng.choice(VERSIONS) + rng.choice(MARKERS) + rng.choice(TAILS)
        elif kind < 0.7:
            text = " ".join(rng.choice(OPTIONS) for _ in range(rng.randint(1, 3)))
        elif kind < 0.8:
            text = rng.choice(PLACES) + rng.choice(TAILS)
        elif kind < 0.9:
            text = "# " + rng.choice(["caf\u00e9", "why", "x \\", ""])
        else:
            text = rng.choice(ODD)
        parts.append(text + rng.choice(ENDS))
    text = "".join(parts)
    try:
        return text.encode(coding)
    except (UnicodeError, LookupError):
        return text.encode("utf-8")


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def by_pip(folder):
    """What pip finds, or None where it refuses the file."""
    found, constrained = set(), []
    here = os.getcwd()
    os.chdir(folder)
    try:
        session = PipSession()
        for parsed in parse_requirements("requirements.txt", session):
            requirement = install_req_from_parsed_requirement(parsed)
            link = requirement.link
            named = requirement.req
            if parsed.constraint:
                constrained.append(canonical(named.name))
                continue
            name = canonical(named.name) if named else None
            if link:
                found.add((name, "place"))
            else:
                found.add((name, ",".join(sorted(re.sub(r"\s", "", str(part)) for part in named.specifier))))
    except (PipError, UnicodeError, LookupError, ValueError) as error:
        # Which features there are differs from version to version, and changes nothing of what is installed.
        return NO_SUCH_FEATURE if "--use-feature: invalid choice" in str(error) else None
    finally:
        os.chdir(here)
    return found, constrained


def by_hc(hc, folder):
    done = subprocess.run([hc, "deps", "requirements.txt", "--format", "json"], cwd=folder, capture_output=True, text=True)
    rows = json.loads(done.stdout) if done.stdout.strip() else []
    rows = rows["dependencies"] if isinstance(rows, dict) else rows
    return rows, done


def compare(hc, data, expected):
    with tempfile.TemporaryDirectory() as folder:
        prepare(folder, data)
        rows, done = by_hc(hc, folder)
    told = [line for line in done.stderr.splitlines() if "note: " in line or "error" in line]
    gaps = [line for line in told if "passes over" not in line and "looked for elsewhere" not in line and "direct" not in line]
    if expected is None:
        # What is at a place, hc does not know: it lists the place, and lets it pass in no audit.
        has_place = any(row["source"] != "registry" for row in rows)
        return None if gaps or done.returncode or has_place else f"pip refuses it, hc does not: {rows}"
    if expected == NO_SUCH_FEATURE:
        return None
    found, constrained = expected
    # Few encodings are known to hc; to refuse the others is right.
    if done.returncode and any(word in line for line in told for word in ("coding line", "UTF", "NUL")):
        return None
    listed = set()
    for row in rows:
        name = row["name"]
        if row["source"] != "registry":
            is_name = re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", name)
            listed.add((name if is_name else None, "place"))
        else:
            listed.add((name, row["specifier"] or ""))
    # Constraints add to specifiers and versions; what they are for stays.
    strip = lambda pairs: {(name, None if name in constrained and how != "place" else how) for name, how in pairs}
    missing, more = strip(found) - strip(listed), strip(listed) - strip(found)
    if gaps and not more and all(how == "place" for _, how in missing):
        return None
    if missing or more:
        return f"missing {missing}, more {more}; told {told}"
    if gaps and "${" not in data.decode("utf-8", "replace"):
        return f"pip reads it whole, hc does not: {gaps}"
    return None


def prepare(folder, data):
    for path, text in FILES.items():
        path = os.path.join(folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    with open(os.path.join(folder, "requirements.txt"), "wb") as file:
        file.write(data)


def main():
    hc = os.path.abspath(sys.argv[1])
    files = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 32)
    rng = random.Random(seed)
    faults = 0
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(4) as pool:
        waiting = []
        for _ in range(files):
            data = generated(rng)
            prepare(folder, data)
            # pip prints how to use it for each option that it does not know.
            with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stderr(nowhere):
                expected = by_pip(folder)
            waiting.append((data, pool.submit(compare, hc, data, expected)))
        for data, answer in waiting:
            if answer.result():
                faults += 1
                if faults <= 20:
                    print(f"{data!r}\n    {answer.result()}")
    print(f"pip {pip.__version__}: {files} files (seed {seed}), {faults} read otherwise")
    sys.exit(1 if faults else 0)


main()
