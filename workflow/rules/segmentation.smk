"""Stage 3: a mask of both proximal femora in every CT, and how good it is.

Where the masks come from is the configuration's choice (segmentation: source): two VB-Nets trained
through nnU-Net (segmentation_training.smk), or those of resources/weights as they are, segment
every CT (segmentation_networks.smk); or masks made elsewhere are read (segmentation_masks.smk).

in:   results/cohort/study.csv, new.csv, results/batches/{batch}/image_qc.csv, CTs, manual masks
out:  results/patients/{patient}/femur.nii.gz
      results/batches/{batch}/femurs.csv                   QC status of each femur, its reasons and metrics
      results/batches/{batch}/overlap.csv                  one row per patient and side
      results/tables/table2_segmentation.csv, segmentation_cases_values.csv
"""

SEGMENTATION = config["segmentation"]
SOURCE = SEGMENTATION["source"]
NEEDED = {"trained": "mask", "finetuned": "mask", "masks": "automatic_mask"}.get(SOURCE)
has_needed = any(row.get(NEEDED) for row in STUDY) or (SYNTHETIC and NEEDED == "mask")
if NEEDED and not has_needed:
    raise WorkflowError(
        f"segmentation: source is {SOURCE}, and no patient of the participants table has a "
        f"{NEEDED}. Fill that column, or set source to pretrained, which needs no masks."
    )
WEIGHTS = f"{ROOT}/resources/weights"
if SOURCE == "masks":
    NETWORKS = {}
elif SOURCE == "pretrained":
    NETWORKS = {
        "plans": f"{WEIGHTS}/plans.json",
        "coarse": f"{WEIGHTS}/coarse.safetensors",
        "fine": f"{WEIGHTS}/fine.safetensors",
    }
else:
    NETWORKS = {
        "plans": "results/segmentation/plans.json",
        "coarse": "results/segmentation/trained/coarse/weights.safetensors",
        "fine": "results/segmentation/trained/fine/weights.safetensors",
    }

if SOURCE in ("trained", "finetuned"):

    include: "segmentation_training.smk"


if SOURCE == "masks":

    include: "segmentation_masks.smk"

else:

    include: "segmentation_networks.smk"


rule measure_overlap:
    """Compare the masks of a batch with the manual ones, and those of two readers."""
    input:
        masks_of,
        image_qc="results/batches/{batch}/image_qc.csv",
        cohort=cohort_of,
        femurs="results/batches/{batch}/femurs.csv",
        code=code_of("measure_overlap"),
    output:
        "results/batches/{batch}/overlap.csv",
    log:
        "results/logs/measure_overlap/{batch}.log",
    conda:
        "../../envs/images.yaml"
    resources:
        mem_mb=more_each_try(2000),
        runtime=minutes_each(1),
    params:
        settings=SEGMENTATION["overlap"],
        reader_study={"seed": config["seed"], **config["reader_study"]},
    script:
        "../scripts/measure_overlap.py"


rule tabulate_segmentation:
    """Table 2: Dice and volumes of validation and test patients, failures, readers' agreement."""
    input:
        cohort="results/cohort/study.csv",
        overlap=batch_tables("overlap", STUDY_BATCHES),
        code=code_of("tabulate_segmentation"),
    output:
        table="results/tables/table2_segmentation.csv",
        values="results/tables/table2_segmentation_values.csv",
        cases="results/tables/segmentation_cases_values.csv",
    log:
        "results/logs/tabulate_segmentation.log",
    conda:
        "../../envs/tables.yaml"
    params:
        side=config["femur"]["side"],
        source=SOURCE,
    script:
        "../scripts/tabulate_segmentation.py"
