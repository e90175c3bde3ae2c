"""A SLURM of two nodes on this host, for as long as a test needs it.

Debian's packages, one controller and two node daemons as children of this process, no accounting
and no cgroups. Node n1 has a GPU in name only. The daemons end with this process, whatever ends it.
"""

import os
import shutil
import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

PACKAGES = ["slurmctld", "slurmd", "slurm-client", "slurm-wlm-basic-plugins", "munge"]
HOME = Path("/etc/slurm")  # the executor hides SLURM_CONF from jobs: only this place is found
CONF = """\
# Written by `make test-slurm`.
ClusterName=lab
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
ReturnToService=2
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmdSpoolDir={folder}/spool/%n
SlurmdParameters=config_overrides
StateSaveLocation={folder}/state
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
MinJobAge=86400
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
GresTypes=gpu
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port=17001 CPUs=1 RealMemory=8000 Gres=gpu:1
NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port=17002 CPUs=1 RealMemory=8000
PartitionName=main Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
PartitionName=gpu Nodes=n1 MaxTime=INFINITE State=UP
"""
GRES = "NodeName=n1 Name=gpu Count=1 File=/dev/null\n"


def why_not():
    """Why a cluster cannot be started here, or an empty text."""
    if os.geteuid() != 0:
        return "SLURM's daemons need root"
    settings = HOME / "slurm.conf"
    if settings.exists() and CONF.splitlines()[0] not in settings.read_text():
        return "this host has a SLURM of its own"
    if shutil.which("scontrol") and "UP" in ask("scontrol", "ping"):
        return "another `make test-slurm` is running"
    if not shutil.which("slurmctld") and not shutil.which("apt-get"):
        return "neither SLURM nor apt-get is installed"
    return ""


def install():
    """Install Debian's packages where the commands are missing; whether they are there now."""
    if all(map(shutil.which, ("slurmctld", "slurmd", "sbatch", "munged"))):
        return True
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    options = ["-qq", "-y", "--no-install-recommends"]
    subprocess.run(["apt-get", "update", "-qq"], env=quiet)
    return subprocess.run(["apt-get", "install", *options, *PACKAGES], env=quiet).returncode == 0


@contextmanager
def daemon(*command, user=None):
    """A daemon in the foreground as a child that ends with this process."""
    bound = ["setpriv", "--pdeathsig", "KILL", *command]
    as_user = {"user": user, "group": user, "extra_groups": []} if user else {}
    child = subprocess.Popen(bound, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_user)
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(timeout=20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@contextmanager
def configured(folder):
    """The cluster's settings in the place where SLURM's commands look for them."""
    for part in ("state", "spool/n1", "spool/n2"):
        (folder / part).mkdir(parents=True)
    HOME.mkdir(exist_ok=True)
    files = {
        "slurm.conf": CONF.format(folder=folder, host=socket.gethostname().split(".")[0]),
        "gres.conf": GRES,
    }
    try:
        for name, text in files.items():
            (HOME / name).write_text(text)
        yield
    finally:
        for name in files:
            (HOME / name).unlink(missing_ok=True)


@contextmanager
def authentication():
    """munge's daemon: the host's own where it runs, else one for this cluster."""
    if subprocess.run(["munge", "-n"], capture_output=True).returncode == 0:
        yield
        return
    Path("/run/munge").mkdir(exist_ok=True)
    shutil.chown("/run/munge", "munge", "munge")
    with daemon("munged", "--foreground", user="munge"):
        yield


def wait_for(state, seconds=60):
    """Wait until ``state()`` is true."""
    until = time.monotonic() + seconds
    while not state():
        if time.monotonic() > until:
            raise TimeoutError("SLURM did not reach the expected state")
        time.sleep(0.5)


def ask(*command):
    """What one of SLURM's commands prints; empty where it fails."""
    return subprocess.run(command, capture_output=True, text=True).stdout


@contextmanager
def two_nodes(folder):
    """Start the cluster, wait until both nodes are idle, and stop it in the end."""
    with ExitStack() as running:
        running.enter_context(configured(folder))
        running.enter_context(authentication())
        wait_for(lambda: ask("munge", "-n"))
        running.enter_context(daemon("slurmctld", "-D"))
        wait_for(lambda: "UP" in ask("scontrol", "ping"))
        for node in ("n1", "n2"):
            running.enter_context(daemon("slurmd", "-D", "-N", node))
        wait_for(lambda: ask("sinfo", "-h", "-N", "-p", "main", "-o", "%T").split() == ["idle"] * 2)
        try:
            yield
        finally:
            ask("scancel", "--user", "root")
            wait_for(lambda: not ask("squeue", "-h", "-t", "RUNNING,COMPLETING"))


def finished_jobs():
    """Every job that the controller remembers, as dicts of ``scontrol show job``."""
    lines = ask("scontrol", "show", "job", "--oneliner").splitlines()
    return [dict(part.split("=", 1) for part in line.split() if "=" in part) for line in lines]
