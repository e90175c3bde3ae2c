"""Where the masks come from: shipped networks without any manual mask, and masks made elsewhere."""

import shutil

import pandas as pd
import pytest
from tiny import OwnTables


@pytest.fixture
def own(tiny_study, tmp_path):
    """The phantoms of the tiny study as somebody's own cohort, of which nothing has run."""
    study = tiny_study.copy(tmp_path)
    shutil.rmtree(study.folder / "results")
    return study, OwnTables(study)


def test_cohort_without_a_manual_mask_runs_from_ct_and_t_scores_to_the_report(own):
    study, tables = own
    tables.participants[["mask", "mask_reader2"]] = ""
    settings = tables.write(segmentation={"source": "pretrained"})
    console = study.snakemake(settings=settings)
    assert "train_segmentation" not in console and "prepare_training" not in console
    results = study.folder / "results"
    table = pd.read_csv(results / "tables/table2_segmentation.csv", keep_default_na=False)
    assert (table.iloc[:3, 1:4] == "–").all(axis=None)
    assert table["Cohort"].str.contains("this study trained none").any()
    assert (results / "figures/figureS1_vbnet.pdf").exists()
    assert (results / "checks.txt").exists()
    report = (results / "report/index.html").read_text(encoding="utf-8")
    assert "There are no manual masks to compare the automatic ones with" in report
    assert "mean Dice" not in report
    assert len(study.read("predictions/study.csv")) > 5


def test_masks_made_elsewhere_are_the_segmentation_and_are_compared_with_manual_ones(own):
    study, tables = own
    tables.participants["automatic_mask"] = tables.participants["mask"]
    settings = tables.write(segmentation={"source": "masks"})
    wanted = ["tables/table2_segmentation.csv", "figures/figure2_pipeline.png"]
    study.snakemake(*(f"results/{name}" for name in wanted), settings=settings)
    femurs = pd.concat(map(pd.read_csv, study.folder.glob("results/batches/*/femurs.csv")))
    assert femurs["left_coarse_dice"].isna().all()
    assert femurs["left_cm3"].notna().any()
    overlap = pd.concat(map(pd.read_csv, study.folder.glob("results/batches/*/overlap.csv")))
    assert (overlap["dice"] == 1).all()
    table = pd.read_csv(study.folder / "results/tables/table2_segmentation.csv")
    assert table["Cohort"].str.contains("made elsewhere").any()


def test_a_source_without_its_masks_is_rejected_before_any_job(own):
    study, tables = own
    tables.participants[["mask", "mask_reader2"]] = ""
    for source, column in (("trained", "mask"), ("masks", "automatic_mask")):
        settings = tables.write(segmentation={"source": source})
        console = study.snakemake("-n", settings=settings, check=False)
        assert f"no patient of the participants table has a {column}" in " ".join(console.split())
