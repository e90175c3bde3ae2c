"""A disk of a given size, where the system lets us have one."""

import subprocess
from contextlib import contextmanager

import pytest


class SmallDisk:
    """A folder that holds so many bytes and no more."""

    def __init__(self, folder):
        self.folder = folder

    def hold(self, kilobytes):
        """Change how much fits."""
        self._mount("-o", f"remount,size={kilobytes}k")

    def _mount(self, *options):
        return subprocess.run(
            ["mount", *options, "tmpfs", self.folder], capture_output=True, check=True
        )


@contextmanager
def small_disk(folder, kilobytes):
    """A folder with a disk of its own; skips the test where mounting is not allowed."""
    folder.mkdir()
    disk = SmallDisk(folder)
    try:
        disk._mount("-t", "tmpfs", "-o", f"size={kilobytes}k")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only the superuser may mount a small disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
