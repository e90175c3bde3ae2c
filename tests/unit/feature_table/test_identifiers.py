"""Names of identifiers, rows that repeat others, and classes that are codes."""

import numpy as np
import pandas as pd
import pytest

from osteoct.feature_table.identifiers import names_a_person
from osteoct.feature_table.labels import class_names, nearly_tells_class
from osteoct.feature_table.patients import count_repeats

IDENTIFIERS = """
    MRN|mrn|MRN_number|Hospital number|HospitalNo|hospital_id|Medical Record Number|med rec no
    Patient ID|patient_number|PatNr|Pat-ID|PatientenID|Patientennummer|Fallnummer|Fall-Nr.|PID
    AccessionNumber|accession|Accession_No|numéro de patient|n° dossier|numéro d'accession|IPP
    número de historia|historia clínica|NHC|ID paciente|codice paziente|cartella clinica|BSN
    Patiëntnummer|NHS Number|SSN|StudyInstanceUID|Study ID|Visit ID|Chart No|Versichertennummer
    Aktenzeichen|Geburtsdatum|Date of birth|Zip code|Barcode|sample_id|Encounter number
"""
FEATURES = """
    original_shape_MeshVolume|original_firstorder_Energy|wavelet-LLH_glcm_Idn|volume_mm3|age
    patient_weight|patient height|number of lesions|Num_Voxels|VoxelNum|n_nodes|case_mix_index
    original_glcm_Id|hospital_days|record_length|f1|score|pidx|CRP|visits|study_dose|idle|HU_mean
    original_ngtdm_Coarseness|code_length|HbA1c|numerator|insulin|spine_score|heart rate
"""


def names_of(text):
    return [name.strip() for line in text.split("\n") for name in line.split("|") if name.strip()]


@pytest.mark.parametrize("name", names_of(IDENTIFIERS))
def test_an_identifier_is_known_by_its_name(name):
    assert names_a_person(name)


@pytest.mark.parametrize("name", names_of(FEATURES))
def test_a_measurement_is_no_identifier(name):
    assert not names_a_person(name)


def test_two_binary_columns_repeat_by_chance_and_measurements_do_not():
    rng = np.random.default_rng(0)
    coarse = pd.DataFrame(rng.integers(0, 3, (60, 4)))
    assert coarse.duplicated().any() and count_repeats(coarse) == 0
    measured = pd.DataFrame(rng.normal(size=(60, 2)))
    assert count_repeats(measured) == 0
    measured.loc[3, 0] = np.nan
    assert count_repeats(pd.concat([measured, measured[:7]])) == 7


@pytest.mark.parametrize(
    "codes",
    [["64859006", "64859007"], ["900000000000207008", "900000000000207009"], ["1.0000001", "1"]],
)
def test_codes_stay_apart(codes):
    named = class_names(pd.Series(codes), name="code", decimal=".").tolist()
    assert named == [f"code={code}" for code in codes]


def test_spellings_of_one_number_stay_one_class():
    column = pd.Series(["1", "1.0", "1e0", "0", "0,0", "1000000"])
    named = class_names(column, name="y", decimal="").tolist()
    assert named == ["y=1", "y=1", "y=1", "y=0", "y=0", "y=1e+06"]


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("noise, told", [(0.1, True), (1.0, False)])
def test_a_measurement_that_tells_each_class_is_found_and_a_good_one_is_not(classes, noise, told):
    rng, code = np.random.default_rng(1), np.arange(120) % classes
    names = pd.Series(np.array(["b", "a", "c"])[code])
    values = 2.0 * code + noise * rng.normal(size=120)
    assert nearly_tells_class(values, names) is told
    assert not nearly_tells_class(values[:24], names[:24])
