"""What the manifests say is so, and nothing that was looked at is missing from them."""

import json

from osteoct.results import sha256


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_every_patient_has_a_manifest_of_files_that_are_as_it_says(results, screened):
    for patient in screened["patient"]:
        folder = results / "patients" / patient
        listed = {
            entry["file"]: entry["sha256"] for entry in read(folder / "manifest.json")["files"]
        }
        assert sha256(folder / "audit.html") == listed["audit.html"], patient
        assert all((folder / name).is_file() for name in listed), patient


def test_the_reports_manifest_has_every_exhibit_as_it_is(results):
    entries = read(results / "report/manifest.json")["files"]
    listed = {results.parent / entry["file"]: entry["sha256"] for entry in entries}
    for file, digest in listed.items():
        assert sha256(file) == digest, file
    assert set(results.glob("figures/*.pdf")) <= set(listed)
