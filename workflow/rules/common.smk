"""What every stage shares: patients, batches, exhibits, and code dependencies."""

import sys

sys.path.append(f"{workflow.basedir}/workflow/scripts")

from osteoct.tables import read_participants, read_qct

SYNTHETIC = config["cohort"]["source"] == "synthetic"
PARTICIPANTS = (
    "resources/synthetic/participants.tsv"
    if SYNTHETIC
    else config["cohort"]["participants"]
)
QCT = "resources/synthetic/qct.tsv" if SYNTHETIC else config["cohort"]["qct"]
