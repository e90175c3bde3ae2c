"""`make reproduce`: the tiny study on one core and on two, file by file the same.

    python tests/workflow/reproduce.py [FOLDER]

Prints the hash of the manifest and the number of its files; ends with status 1 and the list of
files if any of them differs. FOLDER keeps both runs; without it they are thrown away.
"""

import sys
import tempfile
from pathlib import Path

from tiny import Study

from osteoct.provenance.same_bytes import differences, digest_of


def reproduce(folder):
    """Run the study in two folders; return the exit status."""
    manifests = []
    for cores in ("1", "2"):
        study = Study(Path(folder, f"cores-{cores}"))
        study.snakemake("--cores", cores)
        manifests.append(study.manifest())
        print(f"--cores {cores}: {_summary(manifests[-1])}", flush=True)
    found = differences(*manifests)
    print("\n".join(found) if found else "Both runs are the same, byte for byte.")
    return 1 if found else 0


def _summary(manifest):
    return f"{len(manifest)} files, manifest {digest_of(manifest)}"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(reproduce(sys.argv[1]))
    with tempfile.TemporaryDirectory() as scratch:
        sys.exit(reproduce(scratch))
