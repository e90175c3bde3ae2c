"""The report of one screened CT: pictures, QC status and what it rests on."""

from ctio import SIDES
from osteoct.report.pages import column_title, render
from osteoct.report.qc import qc_table
from osteoct.report.viewer import pictures_of
from osteoct.report.views import SCALE_BAR_MM
from osteoct.screening.screen import DOUBTS


def page_of(ct, segmentation, result, *, n_features, settings, template):
    """The report as HTML.

    Parameters
    ----------
    ct : SimpleITK.Image
    segmentation : osteoct.segmentation.cascade.Segmentation
    result : dict
        From `osteoct.screening.screen.check_segmentation`.
    n_features : dict of str to int
        Side to the number of features measured.
    settings : dict
        The configuration's section report.
    template : Path

    Returns
    -------
    str
        Names neither the patient nor the file that the CT came from.
    """
    masks = {"coarse": segmentation.coarse, "automatic": segmentation.fine}
    shown = [side for side in SIDES if "cm3" in result["femora"][side]] or [None]
    viewers = [
        (side, *pictures_of(ct, masks, side=side or "left", settings=settings)) for side in shown
    ]
    record = {f"{side}_{key}": v for side, of in result["femora"].items() for key, v in of.items()}
    return render(
        template,
        synthetic=False,
        qc=qc_table(record),
        viewers=viewers,
        window=settings,
        scale_bar_mm=SCALE_BAR_MM,
        n_features=n_features,
        doubts=[result["ct"][doubt] for doubt in DOUBTS if doubt in result["ct"]],
        facts=[
            (column_title(key), value)
            for key, value in result["ct"].items()
            if key not in {*DOUBTS, "warnings"}
        ],
        warnings=result["ct"]["warnings"],
        model=result["model"],
        no_class=result["note"],
    )
