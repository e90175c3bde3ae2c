"""The page on a paper's claims shows which method gives what, for this paper and for another."""

import re
from pathlib import Path

import pandas as pd

from osteoct.claims.table import COLUMNS, read_claims
from osteoct.report.claims_page import claims_page

ROOT = Path(__file__).parents[3]
TEMPLATE = ROOT / "workflow/report/claims.html.jinja"


def page_of(claims, paper="A paper"):
    return claims_page(claims, paper=paper, confidence=0.95, template=TEMPLATE)


def text_of(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_page_of_the_paper_says_what_the_audit_found():
    html = page_of(read_claims(ROOT / "resources/claims/du2025.csv"), "Du et al. & co")
    text = text_of(html)
    assert "Du et al. &amp; co" in html
    assert html.count('class="n same">') == 10 + 1, "ten intervals and one SD"
    assert "normal 44 8 41 8 0.846 0.837" in text
    assert "All 16 29" in text and "114 positive calls on 101 patients" in text
    assert "2 0.956 0.137" in text


def test_a_marked_cell_holds_the_printed_limits():
    html = page_of(read_claims(ROOT / "resources/claims/du2025.csv"))
    for row in re.findall(r"<tr><th>[^\n]*", html):
        marked = re.findall(r'class="n same">([\d.–]+)<', row)
        if marked:
            assert all(f"({cell})" in text_of(row) for cell in marked)


def test_page_of_a_paper_without_counts_says_what_cannot_be_said():
    row = dict.fromkeys(COLUMNS, "") | {"class": "ill", "measure": "auc", "estimate": "0.9"}
    text = text_of(page_of(pd.DataFrame([row | {"low": "0.8", "high": "0.95"}])))
    assert "prints no interval whose counts can be recovered" in text
    assert text.count("Cannot be said") == 2
    assert "cannot be used to rule out low bone mineral density" in text


def test_the_same_claims_give_the_same_page():
    claims = read_claims(ROOT / "resources/claims/du2025.csv")
    assert page_of(claims) == page_of(claims)
