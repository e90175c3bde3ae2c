"""Processes of a running study, as the system lists them."""

import re
import subprocess
import time
from pathlib import Path

SCRIPT = re.compile(r"\.snakemake/scripts/\w+\.(\w+)\.py")


def jobs_of(group):
    """Jobs that run in a process group: number of the process to name of the rule."""
    found = {}
    for process in of_group(group):
        try:
            command = Path(f"/proc/{process}/cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if script := SCRIPT.search(command):
            found[process] = script[1]
    return found


def of_group(group):
    """Processes of a group that are not dead yet."""
    listed = subprocess.run(["ps", "-e", "-o", "pid=,pgid=,stat="], capture_output=True, text=True)
    rows = [line.split() for line in listed.stdout.splitlines()]
    return [int(pid) for pid, of, state in rows if int(of) == group and state[0] != "Z"]


def wait_for_all(group):
    """Return when no process of a killed group is left."""
    while of_group(group):
        time.sleep(0.05)
