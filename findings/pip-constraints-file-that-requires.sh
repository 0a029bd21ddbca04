#!/usr/bin/env bash
# pip 26.3: a constraints file can make pip install something.
#
# The documentation says that constraints "only control which version of a requirement is installed, not whether it is
# installed". A line `-r FILE` in a constraints file, however, includes FILE as requirements: the flag that says
# "these are constraints" is not handed on from `-c` to the `-r` inside it. So `-c pins.txt` alone installs what a file
# lists that only pins.txt names.
#
# Observed with pip 26.3, Python 3.11.7:
#
#     would install: six 1.16.0
#
# for a requirements.txt that holds nothing but `-c pins.txt`, where pins.txt holds nothing but `-r more.txt`.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet pip==26.3

echo '-c pins.txt' > requirements.txt
echo '-r more.txt' > pins.txt
echo 'six==1.16.0' > more.txt

venv/bin/python -m pip install --quiet --dry-run --ignore-installed --report report.json -r requirements.txt
found=$(venv/bin/python - <<'PY'
import json
rows = json.load(open("report.json"))["install"]
print("would install:", " ".join(f"{row['metadata']['name']} {row['metadata']['version']}" for row in rows))
PY
)
echo "$found"
[ "$found" = "would install: six 1.16.0" ] || { echo "pip does otherwise now" >&2; exit 1; }
