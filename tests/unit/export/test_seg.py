import resource

import pytest
from hospital import femora, mask_of, pelvis, slices_of, write

from osteoct.export.seg import export_segmentation
from osteoct.export.study import read_settings
from osteoct.storage import StorageProblem

SETTINGS = read_settings("")


def test_a_full_disk_keeps_no_half_of_a_segmentation(tmp_path):
    scan = write(slices_of(pelvis()), tmp_path / "scan")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))
    try:
        with pytest.raises(StorageProblem, match="seg.dcm is not written"):
            export_segmentation(mask_of(femora()), scan, tmp_path / "seg.dcm", settings=SETTINGS)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [path.name for path in tmp_path.iterdir()] == ["scan"]
