"""Stage 1: a synthetic cohort of digital hip phantoms, whose truth is known.

in:   nothing but config/phantom.yaml and the seed
out:  resources/synthetic/patients/{patient}/  CT, both readers' masks, table rows, truth
      resources/synthetic/participants.tsv, qct.tsv    the tables that any cohort comes with
"""

PHANTOM = "resources/synthetic/patients/{patient}"


rule simulate_patient:
    """One synthetic patient: anatomy, bone density, low-dose CT, manual masks and simulated QCT."""
    input:
        code=code_of("simulate_patient"),
    output:
        ct=f"{PHANTOM}/ct.nii.gz",
        mask=f"{PHANTOM}/mask.nii.gz",
        mask_reader2=f"{PHANTOM}/mask_reader2.nii.gz",
        participant=f"{PHANTOM}/participant.tsv",
        qct=f"{PHANTOM}/qct.tsv",
        truth=f"{PHANTOM}/truth.json",
    log:
        "results/logs/simulate_patient/{patient}.log",
    conda:
        "../../envs/images.yaml"
    params:
        **config["phantom"],
        seed=config["seed"],
    script:
        "../scripts/simulate_patient.py"


rule gather_synthetic:
    """The participants table and the QCT table of the synthetic cohort."""
    input:
        participants=expand(
            "resources/synthetic/patients/{name}/participant.tsv",
            name=[row["patient"] for row in STUDY],
        ),
        qct=expand(
            "resources/synthetic/patients/{name}/qct.tsv",
            name=[row["patient"] for row in STUDY],
        ),
        code=code_of("gather_synthetic"),
    output:
        participants="resources/synthetic/participants.tsv",
        qct="resources/synthetic/qct.tsv",
    log:
        "results/logs/gather_synthetic.log",
    conda:
        "../../envs/images.yaml"
    script:
        "../scripts/gather_synthetic.py"
