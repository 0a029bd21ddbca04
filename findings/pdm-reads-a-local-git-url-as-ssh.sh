#!/usr/bin/env bash
# PDM 2.29.4: `gitdep @ git+file:///path` in `[project] dependencies`, a direct reference that PEP 508 and pip take, cannot
# be locked. PDM has git fetch from a host called "file" over ssh:
#
#     ssh: Could not resolve hostname file
#
# pip 26.3 installs the same requirement. (hishel is pinned too: PDM asks for any from 1.4 on, and with hishel 2.0.0,
# which pip takes today, every lock ends with "module 'hishel' has no attribute 'SyncSqliteStorage'".)
#
# It needs Python 3.11, git and a package index.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

python3 -m venv tools
tools/bin/pip install --quiet pip==26.3
tools/bin/pip install --quiet pdm==2.29.4 hishel==1.4.0

mkdir gitdep project
cat > gitdep/pyproject.toml <<'END'
[project]
name = "gitdep"
version = "1.0"
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[tool.setuptools]
py-modules = []
END
git -C gitdep init --quiet
git -C gitdep add .
git -C gitdep -c user.name=x -c user.email=x@x.example commit --quiet --message=x

tools/bin/pip install --quiet --dry-run "gitdep @ git+file://$folder/gitdep" || {
    echo "pip does not take it either" >&2
    exit 1
}

cat > project/pyproject.toml <<END
[project]
name = "project"
version = "1"
requires-python = ">=3.11"
dependencies = ["gitdep @ git+file://$folder/gitdep"]
[tool.pdm]
distribution = false
END
if PDM_CHECK_UPDATE=0 tools/bin/pdm lock --project project > told 2>&1; then
    echo "PDM locks it now" >&2
    exit 1
fi
grep --quiet "Could not resolve hostname file" told || {
    cat told >&2
    exit 1
}
echo "as told above"
