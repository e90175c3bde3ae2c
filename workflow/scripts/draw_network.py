from osteoct.figures.style import save_figure
from osteoct.figures.vbnet import draw_network
from osteoct.job import log_to
from osteoct.results import read_json
from osteoct.segmentation.plans import make_network

log_to(snakemake.log[0])
fine = read_json(snakemake.input.plans)["configurations"]["fine"]
figure = draw_network(
    make_network(fine, 1, 2),
    patch_voxels=fine["patch_size"],
    spacing_mm=fine["study"]["spacing_mm"],
)
save_figure(figure, *snakemake.output)
