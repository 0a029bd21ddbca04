#!/usr/bin/env bash
# uv 0.13.9 locks a pyproject.toml that pip 26.3, Poetry 2.5.1 and PDM 2.29.4 refuse: an inline table over several lines.
#
# TOML 1.1 allows line ends and a last comma in inline tables. uv's parser reads TOML 1.1 and says nothing of it, while
# the Python tools read by the tomllib of CPython 3.11 to 3.14 (or an older tomli), which is TOML 1.0. A project that
# was only ever locked by uv so cannot be installed, checked or built by the others.
#
# Observed with CPython 3.11:
#
#     uv: locked
#     pip: Invalid initial character for a key part
#     poetry: Invalid initial character for a key part
#     pdm: Invalid initial character for a key part
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv tools
tools/bin/pip install -q --disable-pip-version-check pip==26.3 uv==0.13.9 poetry==2.5.1 pdm==2.29.4

mkdir project
cd project
cat > pyproject.toml <<'TOML'
[project]
name = "demo"
version = "1.0"
requires-python = ">=3.9"
authors = [
  {
    name = "A",
  },
]

[dependency-groups]
dev = ["six==1.16.0"]
TOML

refusal() { # tool, its command
  local said
  said=$("${@:2}" 2>&1) && { echo "$1: accepted"; return; }
  echo "$1: $(grep -o 'Invalid initial character for a key part' <<< "$said" | head -1)"
}
found=$(
  ../tools/bin/uv lock -q && test -s uv.lock && echo "uv: locked"
  refusal pip ../tools/bin/pip install --dry-run --group dev
  refusal poetry ../tools/bin/poetry check
  refusal pdm ../tools/bin/pdm lock
)
echo "$found"
[ "$found" = "uv: locked
pip: Invalid initial character for a key part
poetry: Invalid initial character for a key part
pdm: Invalid initial character for a key part" ] || { echo "not as observed before"; exit 1; }
