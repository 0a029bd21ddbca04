"""Makes two conda packages, one of each format, in the current folder: `first` needs `second`."""

import hashlib
import io
import json
import sys
import tarfile
import zipfile

import zstandard

PLATFORM = sys.argv[1]


def tar(files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, content in files.items():
            member = tarfile.TarInfo(path)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def info(index, files):
    paths = [
        {
            "_path": path,
            "path_type": "hardlink",
            "sha256": hashlib.sha256(content).hexdigest(),
            "size_in_bytes": len(content),
        }
        for path, content in files.items()
    ]
    index = {"build": "h0_0", "build_number": 0, "timestamp": 1700000000000, "license": "MIT", **index}
    return {
        "info/index.json": json.dumps(index).encode(),
        "info/paths.json": json.dumps({"paths": paths, "paths_version": 1}).encode(),
        "info/files": "".join(f"{path}\n" for path in files).encode(),
        "info/about.json": b"{}",
    }


first = {"share/first/data.bin": bytes(range(256)) * 40, "share/first/é b.txt": "text\n".encode()}
index = {"name": "first", "version": "1.0", "subdir": "noarch", "noarch": "generic", "depends": ["second >=2"]}
name = "first-1.0-h0_0"
packed = zstandard.ZstdCompressor(level=19).compress
with zipfile.ZipFile(f"{name}.conda", "w", zipfile.ZIP_STORED) as archive:
    archive.writestr("metadata.json", json.dumps({"conda_pkg_format_version": 2}))
    archive.writestr(f"pkg-{name}.tar.zst", packed(tar(first)))
    archive.writestr(f"info-{name}.tar.zst", packed(tar(info(index, first))))

second = {"share/second/data.txt": b"second\n"}
index = {"name": "second", "version": "2.1", "subdir": PLATFORM, "depends": []}
with tarfile.open("second-2.1-h0_0.tar.bz2", "w:bz2") as archive:
    for path, content in (info(index, second) | second).items():
        member = tarfile.TarInfo(path)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))

for package, files in {"first": first, "second": second}.items():
    for path, content in files.items():
        print(hashlib.sha256(content).hexdigest(), path)
