"""What a header's words say about a contrast agent, in several languages."""

import pytest
from pydicom.dataset import Dataset

from ctio.intake.contrast import find_contrast

DENIALS = [
    *(
        "NONE",
        "No",
        "no contrast",
        "Without",
        "without contrast agent",
        "w/o",
        "W/O CONTRAST",
        "WO",
    ),
    *(
        "None given",
        "No IV contrast",
        "NON-CONTRAST",
        "noncontrast",
        "unenhanced",
        "n/a",
        "N",
        "NC",
    ),
    *("No oral contrast, no IV contrast", "NIL", "0", "no Omnipaque", "None.", "NONCON", "NECT"),
    *("0 ml", "0.0", "<none>", "none^none", "Contrast: none", "IV contrast: No", "not given", "C-"),
    *("contrast not given", "no oral or IV contrast", "No oral/IV contrast", "- none -", "CM -"),
    *("no IV contrast was administered", "contrast free", "contrast with no agent"),
    *(
        "nativ",
        "CT nativ",
        "ohne KM",
        "kein Kontrastmittel",
        "KM: nein",
        "KM-frei",
        "Kontrast: keine",
    ),
    *("sans injection", "pas de contraste", "non injecté", "aucune", "sin contraste", "ninguno"),
    *("senza mdc", "nessuno", "sem contraste", "geen contrast", "utan kontrast", "bez kontrastu"),
    *("なし", "造影なし", "単純", "平扫", "无", "без контраста", "kontrastsız"),
]
NAMES = [
    *(
        "Iodine",
        "Omnipaque 300",
        "Nonionic iodine",
        "NON-IONIC",
        "CONTRAST",
        "IV",
        "Ultravist",
        "Y",
    ),
    *("with contrast", "No oral, IV Omnipaque", "without and with Iodine", "Novopaque", "APPLIED"),
    *("IV contrast, no oral", "oral and IV contrast", "with and without", "w/wo", "W/WO contrast"),
    *("0.9 ml/kg Imeron", "100 ml", "ISOVUE 300/100", "1", "C+", "none oral, Isovue IV"),
    *("KM i.v.", "ohne und mit KM", "mit KM", "sans et avec injection", "avec", "con contraste"),
    *("造影", "造影剤", "造影しました", "Natriumamidotrizoat", "Niopam"),
]


@pytest.mark.parametrize("text", DENIALS)
def test_these_words_deny_a_contrast_agent(text):
    assert find_contrast(text) == "no"


@pytest.mark.parametrize("text", NAMES)
def test_these_words_name_one(text):
    assert find_contrast(text) == "yes"


@pytest.mark.parametrize("text", ["", " ", "-", "?", "unknown", "unbekannt", "not specified"])
def test_these_say_nothing(text):
    assert find_contrast(text) == ""


@pytest.mark.parametrize("meaning, said", [("Iohexol", "yes"), ("None", "no")])
def test_a_coded_agent_counts_where_there_are_no_words(meaning, said):
    item = Dataset()
    item.CodeMeaning = meaning
    assert find_contrast("", [item]) == said
    assert find_contrast("Iodine", [item]) == "yes"
