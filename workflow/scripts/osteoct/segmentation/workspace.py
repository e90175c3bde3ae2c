"""Where nnU-Net finds the study's cases and leaves its own files."""

import os

DATASET = "femur"


def enter_workspace(*, preprocessed, results):
    """Point nnU-Net at two folders, and keep it to one process and one way of computing.

    Parameters
    ----------
    preprocessed : str or Path
        Holds the folder ``femur`` of prepared cases.
    results : str or Path
        Where nnU-Net keeps checkpoints and logs.
    """
    os.environ |= {
        "nnUNet_raw": str(preprocessed),
        "nnUNet_preprocessed": str(preprocessed),
        "nnUNet_results": str(results),
        "nnUNet_n_proc_DA": "0",
        "nnUNet_def_n_proc": "1",
        "nnUNet_compile": "0",
        "nnUNet_wandb_enabled": "0",
    }
