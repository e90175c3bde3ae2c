# `make study` and `make test` may be called again at any time; `make screen` takes one CT.

PYTHON ?= python3.11
VENV ?= .venv
BIN := $(VENV)/bin
CORES ?= all
CONFIG ?=
CT ?=
OUT ?=
TABLE ?=
LABEL ?=
ID ?=
COHORT ?=
AGE ?=
SEX ?=
IGNORE ?=
CLASSES ?=
UV_VERSION := 0.13.9

# pip's folder of wheels, where one is configured, serves uv too.
export UV_FIND_LINKS ?= $(PIP_FIND_LINKS)
export UV_PYTHON_DOWNLOADS := never

SNAKEMAKE = $(BIN)/snakemake --cores $(CORES) $(if $(CONFIG),--configfile $(CONFIG))
MODEL = $(BIN)/snakemake --cores $(CORES) --workflow-profile profiles/default --directory "$(OUT)" \
	--configfile "$(OUT)/study.yaml"

# What a killed job was writing; nobody else writes while the lock is held.
LEFTOVERS = find results resources/synthetic -name '.partial-*' -delete 2> /dev/null

.PHONY: help study audit crate screen model new-study qct seg pdf test test-conda test-slurm lint format weights lock clean \
	reproduce chaos \
	benchmark-cohort benchmark-dag benchmark-difficulty benchmark-features benchmark-intervals benchmark-overhead \
	benchmark-segmentation benchmark-training

help:
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/:/'

study: $(BIN)/.ready  ## the whole study: cohort, training, every table and figure, the report
	@mkdir -p .snakemake; exec 9>.snakemake/study-lock; flock -n 9 \
		|| { echo "Another 'make study' is running in this folder."; exit 1; }; \
	$(BIN)/snakemake --quiet all --unlock; $(LEFTOVERS); \
	$(SNAKEMAKE) && cat results/summary.txt || { \
		echo "The study stopped early. What is done is kept: 'make study' goes on from here."; \
		echo "The log of each job is in results/logs/RULE/."; exit 1; }

reproduce: $(BIN)/.ready  ## the tiny study on one core and on two: every file the same, or which is not
	@PYTHONPATH=workflow/scripts $(BIN)/python tests/workflow/reproduce.py

KILLS ?= 20
chaos: $(BIN)/.ready  ## the tiny study killed KILLS=20 times and resumed: the same files as undisturbed
	@PYTHONPATH=workflow/scripts $(BIN)/python tests/workflow/chaos.py --kills $(KILLS)

benchmark-dag: $(BIN)/.ready  ## seconds and memory before the first job, for 24 to 50,000 patients
	@PYTHONPATH=workflow/scripts $(BIN)/python benchmarks/dag.py

benchmark-cohort: $(BIN)/.ready  ## seconds and memory of the steps that see all patients, for 50,000
	@PYTHONPATH=workflow/scripts $(BIN)/python benchmarks/cohort.py

benchmark-overhead: $(BIN)/.ready  ## share of the processor that starting jobs takes, on full-size CTs
	@mkdir -p results/full_size/resources
	@cp -r resources/checklists resources/claims resources/features resources/intervals results/full_size/resources
	$(BIN)/snakemake --cores $(CORES) --directory results/full_size \
		--workflow-profile profiles/default --configfile benchmarks/full_size.yaml
	@PYTHONPATH=workflow/scripts $(BIN)/python benchmarks/overhead.py results/full_size

audit: $(BIN)/.ready  ## PATIENT=S0007: every file from the scan to the class, its hash, rule, time and log
	@$(BIN)/snakemake --quiet all --summary $(if $(CONFIG),--configfile $(CONFIG)) 2> /dev/null | \
		PYTHONPATH=workflow/scripts $(BIN)/python -m osteoct.provenance.chain $(PATIENT)

crate: $(BIN)/.ready  ## the finished run as Workflow Run RO-Crate, for a repository: TO=file.zip
	@PYTHONPATH=workflow/scripts $(BIN)/python -m osteoct.provenance.crate "$(TO)"

screen: $(BIN)/.ready  ## outline and measure one CT now: make screen CT=FILE_OR_DICOM_FOLDER OUT=FOLDER
	@test -n "$(CT)" -a -n "$(OUT)" \
		|| { echo 'Say what and where to: make screen CT=FILE_OR_DICOM_FOLDER OUT=FOLDER'; exit 2; }
	@PYTHONPATH=workflow/scripts $(BIN)/python -m osteoct.screening --ct "$(CT)" --out "$(OUT)"

model: $(BIN)/.ready  ## only a table of features: TABLE=FILE.csv LABEL=COLUMN OUT=FOLDER
	@test -n "$(TABLE)" -a -n "$(OUT)" \
		|| { echo 'Say what and where to: make model TABLE=FILE.csv LABEL=COLUMN OUT=FOLDER'; exit 2; }
	@PYTHONPATH=workflow/scripts $(BIN)/python -m osteoct.tabular --file "$(TABLE)" --out "$(OUT)" \
		--label "$(LABEL)" --id "$(ID)" --cohort "$(COHORT)" --age "$(AGE)" --sex "$(SEX)" \
		--ignore "$(IGNORE)" --classes "$(CLASSES)" $(if $(CONFIG),--config "$(CONFIG)")
	@exec 9>"$(OUT)/.lock"; flock -n 9 || { echo "Another 'make model' is writing to $(OUT)."; exit 1; }; \
	$(MODEL) --quiet all --unlock; \
	$(MODEL) && cat "$(OUT)/results/summary.txt" && echo "All of this is in $(OUT)." || { \
		echo "The model stopped early; the log of each job is in $(OUT)/results/logs/."; exit 1; }

benchmark-segmentation: $(BIN)/.ready  ## seconds, memory and Dice on a large CT, beside stock nnU-Net
	@PYTHONPATH=workflow/scripts $(BIN)/python benchmarks/segmentation.py

new-study: $(BIN)/.ready  ## tables and settings for your own CTs: FROM=folder of CTs, TO=new folder
	@PYTHONPATH=workflow/scripts $(BIN)/python -m osteoct.cohort.new_study "$(FROM)" "$(TO)"

qct: $(BIN)/.ready  ## a QCT workstation's table into such a study: EXPORT=file, TO=the study's folder
	@PYTHONPATH=workflow/scripts $(BIN)/python -m osteoct.cohort.qct_import "$(EXPORT)" "$(TO)"

seg: $(BIN)/.ready  ## an outline as DICOM SEG: SCAN=DICOM scan, PATIENT=study's name, TO=file to write
	@PYTHONPATH=workflow/scripts $(BIN)/python -m ctio.export.seg "$(SCAN)" "$(PATIENT)" "$(TO)" "$(CONFIG)"

pdf: $(BIN)/.ready  ## a patient's result as DICOM PDF: SCAN=DICOM scan, PATIENT=study's name, TO=file to write
	@PYTHONPATH=workflow/scripts $(BIN)/python -m ctio.export.pdf "$(SCAN)" "$(PATIENT)" "$(TO)" "$(CONFIG)"

test: $(BIN)/.ready lint  ## format, lint, unit tests, and a whole tiny study
	$(BIN)/python -m pytest -n logical --maxprocesses 4 tests/unit workflow/scripts/*/
	$(BIN)/python -m pytest -n 2 --dist loadgroup tests/workflow

test-conda: $(BIN)/.ready  ## the tiny study, each rule in a conda environment of its own
	$(BIN)/python -m pytest -m conda tests/conda

test-slurm: $(BIN)/.ready  ## the tiny study on a SLURM of two nodes, started here (root; Debian's packages)
	$(BIN)/python -m pytest -m slurm tests/slurm

benchmark-features: $(BIN)/.ready  ## seconds per femur: pyradiomics, cropped, the fast engine
	PYTHONPATH=workflow/scripts OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
		ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS=1 $(BIN)/python benchmarks/features.py

lint: $(BIN)/.ready  ## ruff, snakefmt and snakemake --lint
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/snakefmt --check Snakefile workflow/rules
	$(BIN)/snakemake --lint

format: $(BIN)/.ready  ## let ruff and snakefmt rewrite the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/snakefmt Snakefile workflow/rules

# The networks that real CTs are outlined with, trained on phantoms alone in a folder of their own.
TRAINED := results/segmentation/plans.json \
	$(foreach stage,coarse fine,results/segmentation/trained/$(stage)/weights.safetensors)

weights: $(BIN)/.ready  ## train the networks of resources/weights/ anew; then edit its card
	mkdir -p results/weights
	$(BIN)/snakemake --cores $(CORES) --directory results/weights \
		--workflow-profile profiles/default --configfile config/weights.yaml -- $(TRAINED)
	cp results/weights/results/segmentation/plans.json resources/weights/plans.json
	for stage in coarse fine; do \
		cp results/weights/results/segmentation/trained/$$stage/weights.safetensors \
			resources/weights/$$stage.safetensors; done
	cd resources/weights && sha256sum plans.json *.safetensors

benchmark-training: $(BIN)/.ready  ## VB-Net against nnU-Net's own network and trainer
	$(BIN)/snakemake --cores $(CORES) -- results/segmentation/preprocessed
	$(BIN)/python benchmarks/training.py results/segmentation/preprocessed --iterations 60 --cases 4

# torch brings its own CUDA packages where its wheel needs them: the lock names none of them.
lock: $(BIN)/.ready  ## requirements.txt anew from requirements.in
	$(BIN)/uv pip compile -q --python $(BIN)/python --no-header --no-annotate \
		requirements.in -o requirements.txt
	sed -i -e 's/+cpu$$//' -e '/^\(nvidia\|cuda\)-/d' -e '/^triton==/d' requirements.txt

benchmark-intervals: $(BIN)/.ready  ## coverage of every interval at the study's sizes (minutes)
	PYTHONPATH=workflow/scripts $(BIN)/python benchmarks/interval_coverage.py --seed 2024 \
		resources/intervals/coverage.csv

benchmark-difficulty: $(BIN)/.ready  ## how hard the synthetic cohort is, beside the paper (long)
	OMP_NUM_THREADS=1 PYTHONPATH=workflow/scripts $(BIN)/python benchmarks/difficulty.py

clean:  ## forget all results and the synthetic cohort; keep the environment
	rm -rf results resources/synthetic .snakemake

$(BIN)/.ready: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q uv==$(UV_VERSION)
	$(BIN)/uv pip install --python $(BIN)/python -r requirements.txt
	touch $@
