from osteoct.figures.style import save_figure
from osteoct.figures.vbnet import draw_network
from osteoct.job import log_to
from osteoct.segmentation.vbnet import VBNet

log_to(snakemake.log[0])
network = VBNet(input_channels=1, num_classes=2, **snakemake.params.network)
save_figure(draw_network(network, **snakemake.params.crop), *snakemake.output)
