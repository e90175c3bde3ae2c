"""A conda channel in a folder, with python and pip, made from the running interpreter.

The python package is the skeleton of a virtual environment of this interpreter, not a copy of it.
"""

import bz2
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

XY = f"{sys.version_info.major}.{sys.version_info.minor}"
VERSION = f"{XY}.{sys.version_info.micro}"
SUBDIR = "linux-64"


def write_channel(folder):
    """Write the channel ``conda-forge`` into a folder; return the folder as an address."""
    home = Path(folder) / "conda-forge"
    for subdir in (SUBDIR, "noarch"):
        (home / subdir).mkdir(parents=True)
    packages = dict(
        [
            write_package(home, ("python", VERSION), [], python_files()),
            write_package(home, *pip_package()),
        ]
    )
    for subdir, listed in ((SUBDIR, packages), ("noarch", {})):
        listing = {"info": {"subdir": subdir}, "packages": listed, "packages.conda": {}}
        (home / subdir / "repodata.json").write_text(json.dumps({**listing, "repodata_version": 1}))
    return Path(folder).resolve().as_uri()


def python_files():
    """Files of the python package by path: launcher and the note of where the interpreter is."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(sys.base_exec_prefix, "bin", f"python{XY}")
        options = ["--copies", "--without-pip"]
        subprocess.run([base, "-m", "venv", *options, folder], check=True)
        launcher = Path(folder, "bin", "python").read_bytes()
        settings = Path(folder, "pyvenv.cfg").read_bytes()
    names = ("python", "python3", f"python{XY}")
    return {"pyvenv.cfg": settings, **{f"bin/{name}": launcher for name in names}}


def pip_package():
    """Name and version, dependencies and files of the pip package, from pip's wheel."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "-d", folder, "pip"]
        subprocess.run(command, check=True)
        wheel = next(Path(folder).glob("pip-*.whl"))
        with zipfile.ZipFile(wheel) as content:
            names = [name for name in content.namelist() if not name.endswith("/")]
            files = {f"lib/python{XY}/site-packages/{name}": content.read(name) for name in names}
    return ("pip", wheel.name.split("-")[1]), [f"python {XY}.*"], files


def write_package(home, named, depends, files):
    """Write one package; return its file name and its entry in the channel's listing."""
    name, version = named
    index = {"name": name, "version": version, "build": "0", "build_number": 0}
    index |= {"depends": depends, "subdir": SUBDIR, "platform": "linux", "arch": "x86_64"}
    listed = [
        {"_path": path, "path_type": "hardlink", "sha256": digest(data), "size_in_bytes": len(data)}
        for path, data in sorted(files.items())
    ]
    information = {
        "info/index.json": json.dumps(index),
        "info/files": "".join(f"{path}\n" for path in sorted(files)),
        "info/paths.json": json.dumps({"paths_version": 1, "paths": listed}),
    }
    packed = archive({**{path: text.encode() for path, text in information.items()}, **files})
    file = f"{name}-{version}-0.tar.bz2"
    (home / SUBDIR / file).write_bytes(packed)
    sums = {"md5": digest(packed, "md5"), "sha256": digest(packed), "size": len(packed)}
    return file, {**index, **sums}


def archive(files):
    """Bytes of a .tar.bz2 of files; what lies in bin/ is executable."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path, data in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            entry.mode = 0o755 if path.startswith("bin/") else 0o644
            tar.addfile(entry, io.BytesIO(data))
    return bz2.compress(packed.getvalue())


def digest(data, method="sha256"):
    """Hash of bytes as hexadecimal text."""
    return hashlib.new(method, data).hexdigest()
