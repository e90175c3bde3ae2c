"""Several sites: the comparison with harmonised features through the study's own rules."""

import numpy as np
import pandas as pd
import yaml
from test_chance import write_study
from tiny import CONFIG

from osteoct.results import write_csv

RULES = ["fit_classifier", "predict_patients", "harmonise_features"]
RULES += ["fit_harmonised", "predict_harmonised", "compare_models"]


def test_two_sites_train_a_third_tests_and_harmonisation_stands_beside(bare_study):
    results = bare_study.folder / "results/cohort"
    write_study(bare_study.folder, shuffled=False)
    cohort = pd.read_csv(results / "study.csv", dtype={"patient": str})
    features = pd.read_csv(results / "features.csv", dtype={"patient": str})
    rng = np.random.default_rng(5)
    site = np.where(cohort["split"] == "test", "south", rng.choice(["north", "east"], len(cohort)))
    columns = {"site": site, "sex": rng.choice(["F", "M"], len(site))}
    write_csv(cohort.assign(**columns, age=rng.uniform(50, 90, len(site))), results / "study.csv")
    features.loc[site == "east", features.columns[1:]] += 2.0
    write_csv(features, results / "features.csv")
    settings = bare_study.folder / "sites.yaml"
    settings.write_text(yaml.safe_dump({"evaluation": {"harmonisation": {"method": "combat"}}}))
    wanted = "results/tables/comparison_harmonisation.csv"
    bare_study.snakemake(wanted, "--allowed-rules", *RULES, settings=(CONFIG, settings))
    printed = bare_study.read("tables/comparison_harmonisation.csv")
    assert "0 of 60 test patients are harmonised" in " ".join(printed["Class"])
    harmonised = bare_study.read("cohort/harmonised_features.csv")
    south = (site == "south").nonzero()[0]
    pd.testing.assert_frame_equal(harmonised.iloc[south], features.iloc[south])
    fractions = bare_study.read("tables/harmonisation_sites_values.csv").set_index("cohort")
    assert (
        fractions.loc["training", "measured"] > 0.3 > 0.05 > fractions.loc["training", "harmonised"]
    )
