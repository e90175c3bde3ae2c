"""The report of one screened CT: pictures, verdict and what it rests on."""

from ctio.imaging.sides import SIDES
from osteoct.report.pages import render, words
from osteoct.report.verdicts import verdict_table
from osteoct.report.viewer import pictures_of

HIDDEN = ("notes",)


def page_of(ct, outlines, found, *, n_features, settings, template):
    """The report as HTML.

    Parameters
    ----------
    ct : SimpleITK.Image
    outlines : osteoct.segmentation.cascade.Outlines
    found : dict
        From `osteoct.screening.screen.judged`.
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
    masks = {"coarse": outlines.coarse, "automatic": outlines.fine}
    shown = [side for side in SIDES if "cm3" in found["femora"][side]] or [None]
    viewers = [
        (side, *pictures_of(ct, masks, side=side or "left", settings=settings)) for side in shown
    ]
    record = {f"{side}_{key}": v for side, of in found["femora"].items() for key, v in of.items()}
    return render(
        template,
        synthetic=False,
        verdict=found["verdict"],
        verdicts=verdict_table(record),
        viewers=viewers,
        window=settings,
        n_features=n_features,
        facts=[(words(key), value) for key, value in found["ct"].items() if key not in HIDDEN],
        notes=found["ct"]["notes"],
        model=found["model"],
        no_class=found["note"],
    )
