"""Every CT segmented by two networks: the coarse one finds the femora, the fine one segments each.

in:   results/batches/{batch}/image_qc.csv, plans and weights of both networks (NETWORKS), CTs
out:  results/patients/{patient}/femur.nii.gz, coarse.nii.gz
      results/batches/{batch}/femurs.csv                   QC status of each femur, its reasons and metrics
      results/figures/figureS1_vbnet.pdf, .png
"""


rule segment_femurs:
    """Segment both femora of every patient of a batch."""
    input:
        **NETWORKS,
        cohort=cohort_of,
        image_qc="results/batches/{batch}/image_qc.csv",
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
        qc=SEGMENTATION["qc"],
    script:
        "../scripts/segment_femurs.py"


rule draw_network:
    """Figure S1: the fine network, drawn from the network itself."""
    input:
        plans=NETWORKS["plans"],
        code=code_of("draw_network"),
    output:
        "results/figures/figureS1_vbnet.pdf",
        "results/figures/figureS1_vbnet.png",
    log:
        "results/logs/draw_network.log",
    conda:
        "../../envs/nnunet.yaml"
    script:
        "../scripts/draw_network.py"
