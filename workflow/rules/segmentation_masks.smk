"""Masks that another program made, in place of networks: the participants table's automatic_mask.

Image QC reads them as it reads manual ones, DICOM SEG and RTSTRUCT included.

in:   results/batches/{batch}/image_qc.csv, CTs and automatic masks
out:  results/patients/{patient}/femur.nii.gz
      results/batches/{batch}/femurs.csv                   QC status of each femur, its reasons and metrics
"""


rule import_masks:
    """Put the automatic masks of a batch on the grids of the CTs, and check them."""
    input:
        masks_of,
        cohort=cohort_of,
        image_qc="results/batches/{batch}/image_qc.csv",
        code=code_of("import_masks"),
    output:
        "results/batches/{batch}/femurs.csv",
    log:
        "results/logs/import_masks/{batch}.log",
    conda:
        "../../envs/images.yaml"
    resources:
        mem_mb=more_each_try(2000),
        runtime=minutes_each(1),
    params:
        studied_side=config["femur"]["side"],
        qc=SEGMENTATION["qc"],
    script:
        "../scripts/import_masks.py"
