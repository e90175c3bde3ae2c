"""What a person opens: a page for every screened patient, a report with every exhibit."""

import re

ELSEWHERE = re.compile(r"""(?:src|href)\s*=\s*["'](?:https?:|file:|//|/)""")


def pages_of(results):
    return [*results.glob("patients/*/audit.html"), *results.glob("report/*.html")]


def test_every_screened_patient_has_a_page_of_their_own(results, screened):
    for patient in screened["patient"]:
        page = (results / "patients" / patient / "audit.html").read_text(encoding="utf-8")
        assert f"Patient {patient}</h1>" in page


def test_every_page_says_what_it_cannot_be_used_for(results):
    for page in pages_of(results):
        text = page.read_text(encoding="utf-8")
        assert "cannot be used to rule out low bone mineral density" in text, page


def test_pages_need_nothing_from_elsewhere(results):
    for page in pages_of(results):
        assert not ELSEWHERE.search(page.read_text(encoding="utf-8")), page


def test_the_report_links_every_patient_and_every_exhibit(results, screened):
    report = (results / "report/index.html").read_text(encoding="utf-8")
    linked = set(re.findall(r'href="\.\./patients/([^/"]+)/audit\.html"', report))
    unlisted = re.search(r"(\d+) more patients are listed in", report)
    assert linked <= set(screened["patient"])
    assert len(linked) + int(unlisted[1] if unlisted else 0) == len(screened)
    files = [*results.glob("figures/*.pdf"), *results.glob("tables/*.csv")]
    for file in files:
        assert f'href="../{file.parent.name}/{file.name}"' in report, file.name


def test_every_link_of_the_report_leads_to_a_file(results):
    for page in results.glob("report/*.html"):
        for link in re.findall(r'href="(\.\./[^"]+)"', page.read_text(encoding="utf-8")):
            assert (page.parent / link).is_file(), link
