#!/usr/bin/env bash
# uv 0.13.9 and cyclonedx-bom 7.5.0 write different purls for one package if its name has a dot.
#
# The purl specification says of PyPI to write names in lower case and with `-` for `_`; it leaves dots alone. So do
# packageurl-python 0.17.6 and, through it, cyclonedx-py. uv writes the name of its lockfile, which PEP 503 has made
# `zope-interface`. A join by purl over two SBOMs of one project, or with data that keeps the dot, loses zope.interface,
# ruamel.yaml, jaraco.classes and their like without a word.
#
# Observed:
#
#     cyclonedx-py: pkg:pypi/zope.interface@6.4
#     uv export: pkg:pypi/zope-interface@6.4
#     packageurl-python: zope.interface is not zope-interface
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv tools
tools/bin/pip install -q --disable-pip-version-check uv==0.13.9 cyclonedx-bom==7.5.0 packageurl-python==0.17.6

echo 'zope.interface==6.4' > requirements.txt
cat > pyproject.toml <<'TOML'
[project]
name = "demo"
version = "1.0"
requires-python = ">=3.9"
dependencies = ["zope.interface==6.4"]
TOML

purl() { grep -o 'pkg:pypi/zope[^"]*' | sort -u; }
found=$(
  echo "cyclonedx-py: $(tools/bin/cyclonedx-py requirements requirements.txt 2> said.txt | purl)"
  echo "uv export: $(tools/bin/uv export --quiet --format cyclonedx1.5 2> said.txt | purl)"
  tools/bin/python - <<'PY'
from packageurl import PackageURL
dot, dash = (PackageURL.from_string(f"pkg:pypi/{name}") for name in ("zope.interface", "zope-interface"))
print(f"packageurl-python: {dot.name} {'is' if dot == dash else 'is not'} {dash.name}")
PY
)
echo "$found"
[ "$found" = "cyclonedx-py: pkg:pypi/zope.interface@6.4
uv export: pkg:pypi/zope-interface@6.4
packageurl-python: zope.interface is not zope-interface" ] || { echo "not as observed before"; exit 1; }
