"""Damaged inputs by the thousand: is each an image, a table or a sentence of ours?

    python tests/fuzz/fuzz.py --minutes 60
    python tests/fuzz/fuzz.py --case 1234          one case, with its traceback

A fault is another exception than ours, a crash, more than 15 s or 500 MB for one case, an
identifier in a message, a log or on the console, a temporary file or an open file left behind, and
a CT that was accepted although another library reads other voxels or another place. Every fault is
printed once with the number of a case that shows it; the same number and seed is the same case.
"""

import argparse
import json
import linecache
import logging
import multiprocessing
import os
import resource
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for _name in ("OMP_NUM_THREADS", "ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[_name] = "1"
sys.path[:0] = [str(ROOT / "workflow" / "scripts"), str(ROOT / "tests" / "unit" / "ctio")]

import numpy as np  # noqa: E402
from damage import NoCase  # noqa: E402
from originals import MARK  # noqa: E402
from targets import Bench, Fault  # noqa: E402

from ctio import RejectedInput  # noqa: E402
from osteoct.problems import PatientProblem  # noqa: E402
from osteoct.storage import StorageProblem  # noqa: E402

OURS = (RejectedInput, PatientProblem, StorageProblem)
SECONDS, MEGABYTES, ADDRESS_SPACE = 15, 500, 6 << 30
WALL_SECONDS = 180


def main():
    """Fuzz for some time; the exit status is the number of kinds of faults, at most 100."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", type=int, default=0, help="number of the first case")
    parser.add_argument("--case", type=int, help="this case alone")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        os.environ["TMPDIR"] = tempfile.tempdir = str(Path(folder, "tmp"))
        Path(folder, "tmp").mkdir()
        if options.case is not None:
            return run_case(Bench(Path(folder, "a")), options.seed, options.case, Path(folder))
        return supervise(options, Path(folder))


def run_case(bench, seed, number, folder):
    name, case = bench.run(np.random.default_rng([seed, number]))
    print(f"{name}: in {bench.place}")
    outcome, texts = case()
    print(outcome, *texts, sep="\n")
    return 0


def supervise(options, folder):
    """Keep one worker at work; a worker that hangs or dies is a fault of its case."""
    context = multiprocessing.get_context("fork")
    current, counts = context.Value("q", options.start), Counter()
    faults, end = {}, time.monotonic() + 60 * options.minutes
    results = folder / "results.jsonl"
    results.touch()
    bench = Bench(folder / "bench")
    while time.monotonic() < end:
        worker = context.Process(
            target=work, args=(bench, options.seed, current, end, folder, results)
        )
        worker.start()
        ended = watch(worker, current, end)
        if ended:
            with results.open("a") as file:
                file.write(json.dumps([current.value, "?", "fault", ended]) + "\n")
            current.value += 1
    for line in results.read_text().splitlines():
        number, name, outcome, detail = json.loads(line)
        counts[name, outcome] += number if outcome != "fault" else 1
        if outcome == "fault" and detail not in faults:
            faults[detail] = f"case {number} ({name})"
    report(counts, faults, current.value - options.start)
    return min(len(faults), 100)


def report(counts, faults, cases):
    print(f"{cases} cases")
    for (name, outcome), count in sorted(counts.items()):
        print(f"{count:>9} {name}: {outcome}")
    print(f"{len(faults)} kinds of faults")
    for detail, case in faults.items():
        print(f"  {case}: {detail}")


def watch(worker, current, end):
    """Wait for a worker's end; what was wrong with the case at which it ended, if anything."""
    seen, since, used = -1, time.monotonic(), 0.0
    while worker.is_alive():
        worker.join(0.5)
        if current.value != seen:
            seen, since, used = current.value, time.monotonic(), cpu_seconds(worker.pid)
        elif cpu_seconds(worker.pid) - used > SECONDS or time.monotonic() - since > WALL_SECONDS:
            worker.kill()
            worker.join()
            return "a hang"
    return "" if worker.exitcode == 0 else f"the process ended with {worker.exitcode}"


def cpu_seconds(pid):
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")


def work(bench, seed, current, end, folder, results):
    """Cases one after the other, until the time is over or memory has grown."""
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    console = capture(folder / "console")
    counts = Counter()
    peak, opened = peak_mb(), None
    with results.open("a", buffering=1) as file:
        while time.monotonic() < end:
            number = current.value
            name, outcome, detail = one_case(bench, seed, number, console, folder / "tmp")
            after = len(list(Path("/proc/self/fd").iterdir()))
            if opened is not None and after > opened:
                outcome, detail = "fault", "files are left open"
            opened = after
            grown, peak = peak_mb() - peak, max(peak, peak_mb())
            if grown > MEGABYTES:
                outcome, detail = "fault", f"{name}: more than {MEGABYTES} MB"
            if outcome == "fault":
                file.write(json.dumps([number, name, outcome, detail]) + "\n")
            else:
                counts[name, outcome] += 1
            current.value = number + 1
            if grown > MEGABYTES:
                break
            if number % 200 == 199:
                flush(file, counts)
        flush(file, counts)


def flush(file, counts):
    for (name, outcome), count in counts.items():
        file.write(json.dumps([count, name, outcome, ""]) + "\n")
    counts.clear()


def one_case(bench, seed, number, console, temporary):
    """A case's target, outcome, and what is wrong if it is a fault."""
    name, case = bench.run(np.random.default_rng([seed, number]))
    try:
        outcome, texts = case()
    except NoCase:
        return name, "no case", ""
    except Fault as fault:
        return name, "fault", f"{name}: {fault}"
    except Exception as error:
        if not is_ours(error):
            return name, "fault", f"{name}: {where(error)}"
        outcome, texts = "rejected", [str(error)]
        if not str(error).strip().endswith((".", "?")):
            return name, "fault", f"{name}: no sentence: {where(error)}"
    printed = read_and_clear(console)
    if any(MARK.lower() in text.lower() for text in texts):
        return name, "fault", f"{name}: an identifier in a message: {masked(texts)}"
    if MARK.encode() in printed:
        return name, "fault", f"{name}: an identifier on the console: {masked([str(printed)])}"
    if any(temporary.iterdir()):
        shutil.rmtree(temporary)
        temporary.mkdir()
        return name, "fault", f"{name}: a temporary file is left"
    return name, outcome, ""


def is_ours(error):
    """Whether an error is one of ours, or a ValueError that a line of ours raises."""
    if isinstance(error, OURS):
        return True
    last = traceback.extract_tb(error.__traceback__)[-1]
    line = linecache.getline(last.filename, last.lineno)
    ours = Path(last.filename).is_relative_to(ROOT / "workflow")
    return isinstance(error, ValueError) and ours and "raise" in line


def where(error):
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if Path(one.filename).is_relative_to(ROOT / "workflow")]
    places = [f"{Path(one.filename).name}:{one.lineno}" for one in (*ours[-1:], frames[-1])]
    return f"{type(error).__name__} at {' from '.join(places)}"


def masked(texts):
    """The first message with the mark, without numbers: the same for the same kind."""
    text = next(text for text in texts if MARK.lower() in text.lower())
    place = text.lower().find(MARK.lower())
    return "".join("#" if one.isdigit() else one for one in text[max(0, place - 60) : place + 20])


def capture(path):
    """Send both streams of this process into a file; returns its descriptor."""
    logging.basicConfig(level=logging.INFO)
    console = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
    os.dup2(console, 1)
    os.dup2(console, 2)
    return console


def read_and_clear(console):
    sys.stdout.flush()
    sys.stderr.flush()
    size = os.fstat(console).st_size
    if not size:
        return b""
    content = os.pread(console, min(size, 1 << 20), 0)
    os.ftruncate(console, 0)
    return content


def peak_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
