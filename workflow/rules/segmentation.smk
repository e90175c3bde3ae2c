"""Stage 3: the segmentation of both proximal femora in every CT, and how good it is.

Two VB-Nets trained through nnU-Net: the coarse one finds the femora in the whole CT at 3 mm, the
fine one segments each of them at 1 mm.

in:   results/cohort/study.csv, new.csv, results/batches/{batch}/image_qc.csv, CTs, manual masks
out:  results/segmentation/plans.json, cases.csv           what the networks are trained with
      results/segmentation/left_out.csv                    who of the training patients is not, and why
      results/segmentation/trained/{stage}/                weights.safetensors, training.csv
      results/patients/{patient}/femur.nii.gz, coarse.nii.gz
      results/batches/{batch}/femurs.csv                   QC status of each femur, its reasons and metrics
      results/batches/{batch}/overlap.csv                  one row per patient and side
      results/tables/table2_segmentation.csv, segmentation_cases_values.csv
      results/figures/figureS1_vbnet.pdf, .png
"""

SEGMENTATION = config["segmentation"]


rule prepare_training:
    """Cut and resample the CTs and masks that the networks are trained and watched with."""
    input:
        manual_masks,
        cohort="results/cohort/study.csv",
        image_qc=expand("results/batches/{batch}/image_qc.csv", batch=STUDY_BATCHES),
        code=code_of("prepare_training"),
    output:
        cases=directory("results/segmentation/preprocessed"),
        plans="results/segmentation/plans.json",
        table="results/segmentation/cases.csv",
        left_out="results/segmentation/left_out.csv",
    log:
        "results/logs/prepare_training.log",
    conda:
        "../../envs/nnunet.yaml"
    threads: 8
    resources:
        mem_mb=more_each_try(4000),
        runtime=more_each_try(60),
    params:
        seed=config["seed"],
        network=SEGMENTATION["network"],
        window=SEGMENTATION["window"],
        optimisation=SEGMENTATION["optimisation"],
        augmentation=SEGMENTATION["augmentation"],
        coarse=SEGMENTATION["coarse"],
        fine=SEGMENTATION["fine"],
    script:
        "../scripts/prepare_training.py"


rule train_segmentation:
    """Train one VB-Net through nnU-Net; an interrupted training goes on where it was."""
    input:
        cases="results/segmentation/preprocessed",
        plans="results/segmentation/plans.json",
        table="results/segmentation/cases.csv",
        code=code_of("train_segmentation"),
    output:
        weights="results/segmentation/trained/{stage}/weights.safetensors",
        history="results/segmentation/trained/{stage}/training.csv",
        progress="results/segmentation/trained/{stage}/progress.png",
    log:
        "results/logs/train_segmentation/{stage}.log",
    conda:
        "../../envs/nnunet.yaml"
    resources:
        mem_mb=more_each_try(4000),
        runtime=more_each_try(120),
    params:
        work=lambda wildcards: f"results/segmentation/trained/{wildcards.stage}/nnunet",
        device=SEGMENTATION["device"],
    script:
        "../scripts/train_segmentation.py"


rule segment_femurs:
    """Segment both femora of every patient of a batch."""
    input:
        cohort=cohort_of,
        image_qc="results/batches/{batch}/image_qc.csv",
        plans="results/segmentation/plans.json",
        coarse="results/segmentation/trained/coarse/weights.safetensors",
        fine="results/segmentation/trained/fine/weights.safetensors",
        code=code_of("segment_femurs"),
    output:
        "results/batches/{batch}/femurs.csv",
    log:
        "results/logs/segment_femurs/{batch}.log",
    conda:
        "../../envs/nnunet.yaml"
    resources:
        mem_mb=more_each_try(4000),
        runtime=minutes_each(4),
    params:
        studied_side=config["femur"]["side"],
        qc={
            "warn": SEGMENTATION["verdict"]["usual"],
            "fail": SEGMENTATION["verdict"]["possible"],
        },
    script:
        "../scripts/segment_femurs.py"


rule measure_overlap:
    """Compare the masks of a batch with the manual ones, and those of two readers."""
    input:
        masks_of,
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
        overlap=expand("results/batches/{batch}/overlap.csv", batch=STUDY_BATCHES),
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
        worst_cases=SEGMENTATION["worst_cases"],
    script:
        "../scripts/tabulate_segmentation.py"


rule draw_network:
    """Figure S1: VB-Net, drawn from the network itself."""
    input:
        code=code_of("draw_network"),
    output:
        "results/figures/figureS1_vbnet.pdf",
        "results/figures/figureS1_vbnet.png",
    log:
        "results/logs/draw_network.log",
    conda:
        "../../envs/nnunet.yaml"
    params:
        network=SEGMENTATION["network"],
        crop={key: SEGMENTATION["fine"][key] for key in ("patch_voxels", "spacing_mm")},
    script:
        "../scripts/draw_network.py"
