"""Two VB-Nets trained on the cohort's manual masks: the coarse one sees the whole CT at 3 mm, the fine
one a femur at 1 mm. A fine-tuned network starts from resources/weights, and has their plans.

in:   results/cohort/study.csv, results/batches/{batch}/image_qc.csv, CTs, manual masks
out:  results/segmentation/plans.json, cases.csv           what the networks are trained with
      results/segmentation/left_out.csv                    training patients who are left out, and why
      results/segmentation/trained/{stage}/                weights.safetensors, training.csv
"""

if SOURCE == "finetuned":
    FIRST = {
        "plans": f"{WEIGHTS}/plans.json",
        "coarse": f"{WEIGHTS}/coarse.safetensors",
        "fine": f"{WEIGHTS}/fine.safetensors",
    }
else:
    FIRST = {"plans": [], "coarse": [], "fine": []}


rule prepare_training:
    """Cut and resample the CTs and masks that the networks are trained and validated on."""
    input:
        manual_masks,
        cohort="results/cohort/study.csv",
        image_qc=batch_tables("image_qc", STUDY_BATCHES),
        first_plans=FIRST["plans"],
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
        optimisation=SEGMENTATION["optimisation"],
        augmentation=SEGMENTATION["augmentation"],
        coarse=SEGMENTATION["coarse"],
        fine=SEGMENTATION["fine"],
    script:
        "../scripts/prepare_training.py"


rule train_segmentation:
    """Train one VB-Net through nnU-Net; an interrupted training continues where it was."""
    input:
        cases="results/segmentation/preprocessed",
        plans="results/segmentation/plans.json",
        table="results/segmentation/cases.csv",
        first_weights=lambda wildcards: FIRST[wildcards.stage],
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
