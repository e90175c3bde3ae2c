"""Virtual environments that a test makes for itself."""

import subprocess
import sys
from pathlib import Path


def new_environment(folder, *requirements):
    """A virtual environment of the running interpreter; return its folder of programs."""
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "venv", "-q", "--python", sys.base_prefix, folder], check=True)
    target = ["--python", folder / "bin" / "python"]
    subprocess.run([uv, "pip", "install", "-q", *target, *requirements], check=True)
    return folder / "bin"
