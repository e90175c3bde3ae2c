"""Every feature has a row in the dictionary, and the page's words for it."""

import pandas as pd
import pytest
from femora import ROOT, SETTINGS

from fastradiomics import FEATURES
from osteoct.features.batch import feature_names
from osteoct.features.dictionary import feature_dictionary, meaning, meanings

TABLE = pd.read_csv(ROOT / "resources/features/features.csv")


def test_the_table_has_every_feature_once():
    rows = list(zip(TABLE["class"], TABLE["feature"], strict=True))
    assert len(set(rows)) == len(rows)
    assert set(rows) == {(group, name) for group, names in FEATURES.items() for name in names}
    assert TABLE[["reference", "high_value_in_bone"]].notna().all(axis=None)


def test_all_1184_features_are_described():
    described = feature_dictionary(feature_names(SETTINGS, total=1184), TABLE)
    assert len(described) == 1184
    row = described.set_index("name").loc["wavelet-HLH_gldm_LargeDependenceEmphasis"]
    assert (row["image"], row["family"], row["ibsi"]) == ("wavelet HLH", "GLDM", "ngl_hde_3D")


def test_the_plain_words_say_of_which_image_they_are():
    assert meaning("original_firstorder_Mean", TABLE) == "Dense bone on the whole."
    assert meaning("original_shape_Sphericity", TABLE).startswith("A form close to a ball")
    of_band = "Of the part fine along x, coarse along y, fine along z: dense bone on the whole."
    assert meaning("wavelet-HLH_firstorder_Mean", TABLE) == of_band
    assert (
        meaning("square_firstorder_Mean", TABLE)
        == "Of the image after square: dense bone on the whole."
    )


def test_features_of_another_package_have_no_words():
    names = ["original_firstorder_Mean", "age", "T1_mean_made", "original_glcm_Made"]
    assert list(meanings(names, TABLE)) == names[:1]


def test_a_feature_without_a_row_is_an_error():
    with pytest.raises(ValueError, match="no row for Contrast of glcm"):
        meaning("original_glcm_Contrast", TABLE[TABLE["class"] != "glcm"])
