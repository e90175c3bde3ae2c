# `make` lists the targets. `make study` and `make test` may be called again at any time.

VENV ?= .venv
BIN := $(VENV)/bin
CORES ?= all
CONFIG ?=
UV_VERSION := 0.13.9

# The newest Python of these that runs and can make an environment; PYTHON=... takes another one.
PYTHONS := python3.13 python3.12 python3.11 python3
SUITS := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for name in $(PYTHONS); do $$name -c '$(SUITS)' 2> /dev/null && echo $$name && break; done)

# pip's folder of wheels, where one is configured, serves uv too.
export UV_FIND_LINKS ?= $(PIP_FIND_LINKS)
export UV_PYTHON_DOWNLOADS := never

RUN = PYTHONPATH=workflow/scripts $(BIN)/python
SNAKEMAKE = $(BIN)/snakemake --cores $(CORES) $(if $(CONFIG),--configfile "$(CONFIG)")
MODEL = $(BIN)/snakemake --cores $(CORES) --workflow-profile profiles/default --directory "$(OUT)" \
	--configfile "$(OUT)/study.yaml"

# Held by file descriptor 9 for as long as the shell and what it started live.
LOCK = $(BIN)/python -c "import fcntl; fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)" 2> /dev/null

# What a killed job was writing; nobody else writes while the lock is held.
LEFTOVERS = find results resources/synthetic -name '.partial-*' -delete 2> /dev/null

# $(call needs,NAMES,how to call it): stops with that sentence if one of the variables is empty.
needs = @test $(foreach name,$(1),-n "$($(name))" -a) x || { echo "Give $(1): $(2)"; exit 1; }

.PHONY: help study clean screen new-study qct model audit seg pdf crate \
	test test-conda test-slurm test-conformance lint format lock weights reproduce chaos

help:
	@awk -F ':.*##' '/^##@/ { print "\n" substr($$0, 5) } /^[a-z-]+%?:.*##/ { printf "  %-17s%s\n", $$1, $$2 }' \
		$(firstword $(MAKEFILE_LIST))

##@ The study
study: $(BIN)/.ready  ## the whole study, with every table, figure and page [CONFIG=my_study.yaml]
	@mkdir -p .snakemake; exec 9>.snakemake/study-lock; $(LOCK) \
		|| { echo "Another 'make study' is running in this folder."; exit 1; }; \
	$(BIN)/snakemake --quiet all --unlock; $(LEFTOVERS); \
	{ $(RUN) -m osteoct.vanished | while read -r tables; do \
		$(SNAKEMAKE) --force -- $$tables < /dev/null || exit 1; done; } && \
	$(SNAKEMAKE) && cat results/summary.txt || { \
		echo "The study stopped early, for the reason above. What is done is kept: 'make study' goes on"; \
		echo "from here. The log of each job is in results/logs/."; exit 1; }

clean:  ## delete all results and the synthetic cohort; keep the environment
	rm -rf results resources/synthetic .snakemake

##@ One CT
screen: $(BIN)/.ready  ## segment and measure the femora of one CT: CT=FILE_OR_DICOM_FOLDER OUT=FOLDER
	$(call needs,CT OUT,make screen CT=FILE_OR_DICOM_FOLDER OUT=FOLDER)
	@$(RUN) -m osteoct.screening --ct "$(CT)" --out "$(OUT)"

##@ Your own cohort
new-study: $(BIN)/.ready  ## tables and settings for a folder of CTs: FROM=FOLDER TO=NEW_FOLDER
	$(call needs,FROM TO,make new-study FROM=FOLDER_OF_CTS TO=NEW_FOLDER)
	@$(RUN) -m osteoct.cohort.new_study "$(FROM)" "$(TO)"

qct: $(BIN)/.ready  ## a QCT workstation's export into these tables: EXPORT=FILE TO=FOLDER [DATES=mdy]
	$(call needs,EXPORT TO,make qct EXPORT=FILE TO=FOLDER_OF_NEW_STUDY)
	@$(RUN) -m osteoct.cohort.qct_import "$(EXPORT)" "$(TO)" "$(DATES)"

model: $(BIN)/.ready  ## only a table of features: TABLE=FILE LABEL=COLUMN OUT=FOLDER
	$(call needs,TABLE LABEL OUT,make model TABLE=FILE.csv LABEL=COLUMN OUT=FOLDER)
	@$(RUN) -m osteoct.feature_table --file "$(TABLE)" --out "$(OUT)" \
		--label "$(LABEL)" --id "$(ID)" --cohort "$(COHORT)" --age "$(AGE)" --sex "$(SEX)" \
		--ignore "$(IGNORE)" --classes "$(CLASSES)" $(if $(CONFIG),--config "$(CONFIG)")
	@exec 9>"$(OUT)/.lock"; $(LOCK) || { echo "Another 'make model' is writing to $(OUT)."; exit 1; }; \
	$(MODEL) --quiet all --unlock; \
	$(MODEL) && cat "$(OUT)/results/summary.txt" && echo "All of this is in $(OUT)." || { \
		echo "The model stopped early; the log of each job is in $(OUT)/results/logs/."; exit 1; }

##@ Results of a finished study
audit: $(BIN)/.ready  ## every file behind one patient's class, with hash, rule, time and log: PATIENT=S0007
	$(call needs,PATIENT,make audit PATIENT=S0007)
	@$(BIN)/snakemake --quiet all --summary $(if $(CONFIG),--configfile "$(CONFIG)") 2> /dev/null | \
		$(RUN) -m osteoct.provenance.chain "$(PATIENT)"

seg: $(BIN)/.ready  ## a patient's segmentation as DICOM SEG: SCAN=DICOM_SCAN PATIENT=NAME TO=FILE
	$(call needs,SCAN PATIENT TO,make seg SCAN=DICOM_SCAN PATIENT=NAME TO=FILE)
	@$(RUN) -m osteoct.export.seg "$(SCAN)" "$(PATIENT)" "$(TO)" "$(CONFIG)"

pdf: $(BIN)/.ready  ## a patient's result as DICOM PDF: SCAN=DICOM_SCAN PATIENT=NAME TO=FILE
	$(call needs,SCAN PATIENT TO,make pdf SCAN=DICOM_SCAN PATIENT=NAME TO=FILE)
	@$(RUN) -m osteoct.export.pdf "$(SCAN)" "$(PATIENT)" "$(TO)" "$(CONFIG)"

crate: $(BIN)/.ready  ## the finished run as Workflow Run RO-Crate: TO=FILE.zip
	$(call needs,TO,make crate TO=FILE.zip)
	@$(RUN) -m osteoct.provenance.crate "$(TO)"

##@ For developers (docs/developers.md)
test: $(BIN)/.ready lint  ## format, lint, unit tests, and a whole tiny study
	$(BIN)/python -m pytest -n logical --maxprocesses 4 tests/unit workflow/scripts/*/
	$(BIN)/python -m pytest -n 2 --dist loadgroup tests/workflow

test-conda: $(BIN)/.ready  ## the tiny study, each rule in a conda environment of its own
	$(BIN)/python -m pytest -m conda tests/conda

test-slurm: $(BIN)/.ready  ## the tiny study on a SLURM of two nodes, started here (root, Debian)
	$(BIN)/python -m pytest -m slurm tests/slurm

test-conformance: $(BIN)/.ready  ## others' tools (dicom3tools, dcmtk, dcm2niix, nifti-bin) on what is read and written
	$(BIN)/python -m pytest -m conformance tests/conformance

lint: $(BIN)/.ready  ## ruff, snakefmt and snakemake --lint
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/snakefmt --check Snakefile workflow/rules
	$(BIN)/snakemake --lint

format: $(BIN)/.ready  ## let ruff and snakefmt rewrite the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/snakefmt Snakefile workflow/rules

# torch brings its own CUDA packages where its wheel needs them: the lock names none of them.
lock: $(BIN)/.ready  ## write requirements.txt from requirements.in
	$(BIN)/uv pip compile -q --python $(BIN)/python --no-header --no-annotate \
		requirements.in -o requirements.txt
	sed -i -e 's/+cpu$$//' -e '/^\(nvidia\|cuda\)-/d' -e '/^triton==/d' requirements.txt

reproduce: $(BIN)/.ready  ## the tiny study on one core and on two: is every file the same?
	@$(RUN) tests/workflow/reproduce.py

KILLS ?= 20
chaos: $(BIN)/.ready  ## the tiny study killed KILLS=20 times and resumed: is every file the same?
	@$(RUN) tests/workflow/chaos.py --kills $(KILLS)

# The networks that real CTs are segmented with, trained on phantoms alone in a folder of their own.
TRAINED := results/segmentation/plans.json \
	$(foreach stage,coarse fine,results/segmentation/trained/$(stage)/weights.safetensors)

weights: $(BIN)/.ready  ## train the networks of resources/weights again; then edit its model card
	mkdir -p results/weights
	$(BIN)/snakemake --cores $(CORES) --directory results/weights \
		--workflow-profile profiles/default --configfile config/weights.yaml -- $(TRAINED)
	cp results/weights/results/segmentation/plans.json resources/weights/plans.json
	for stage in coarse fine; do \
		cp results/weights/results/segmentation/trained/$$stage/weights.safetensors \
			resources/weights/$$stage.safetensors; done
	cd resources/weights && sha256sum plans.json *.safetensors

benchmark-%: $(BIN)/.ready  ## checks, cohort, dag, difficulty, features, intervals, overhead, realism, segmentation, training
	$(RUN) benchmarks/$*.py $(ARGS)

include $(dir $(firstword $(MAKEFILE_LIST)))benchmarks/benchmarks.mk

$(BIN)/.ready: requirements.txt
	@test -x $(BIN)/python || { \
		test -n "$(PYTHON)" || { echo "Looked for $(PYTHONS): none is a Python 3.11 to 3.13 with venv."; \
			echo "Install one, or name one: make PYTHON=/path/to/python3.12 ..."; exit 1; }; \
		echo "Environment in $(VENV) with $(PYTHON)"; $(PYTHON) -m venv $(VENV); }
	$(BIN)/python -m pip install -q uv==$(UV_VERSION)
	$(BIN)/uv pip install --python $(BIN)/python -r requirements.txt
	touch $@
