# Two commands: `make study` and `make test`. Both may be called again at any time.

PYTHON ?= python3.11
VENV ?= .venv
BIN := $(VENV)/bin
CORES ?= all
CONFIG ?=
UV_VERSION := 0.13.9

# pip's folder of wheels, where one is configured, serves uv too.
export UV_FIND_LINKS ?= $(PIP_FIND_LINKS)
export UV_PYTHON_DOWNLOADS := never

SNAKEMAKE = $(BIN)/snakemake --cores $(CORES) $(if $(CONFIG),--configfile $(CONFIG))

.PHONY: help study test lint format lock clean weights benchmark-training

help:
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/:/'

study: $(BIN)/.ready  ## the whole study: cohort, training, every table and figure, the report
	@exec 9>$(VENV)/.study-lock; flock -n 9 \
		|| { echo "Another 'make study' is running in this folder."; exit 1; }; \
	$(BIN)/snakemake --quiet all --unlock; \
	$(SNAKEMAKE) && cat results/summary.txt || { \
		echo "The study stopped early. What is done is kept: 'make study' goes on from here."; \
		echo "The log of each job is in results/logs/RULE/."; exit 1; }

test: $(BIN)/.ready lint  ## format, lint, unit tests, and a whole tiny study
	$(BIN)/python -m pytest

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

weights: $(BIN)/.ready  ## train the networks of resources/weights/ anew (an hour); then edit its card
	mkdir -p results/weights
	$(BIN)/snakemake --cores $(CORES) --directory results/weights \
		--workflow-profile profiles/default --configfile config/weights.yaml -- $(TRAINED)
	cp results/weights/results/segmentation/plans.json resources/weights/plans.json
	for stage in coarse fine; do \
		cp results/weights/results/segmentation/trained/$$stage/weights.safetensors \
			resources/weights/$$stage.safetensors; done
	cd resources/weights && sha256sum plans.json *.safetensors

benchmark-training: $(BIN)/.ready  ## VB-Net against nnU-Net's own network and trainer (about 10 minutes)
	$(BIN)/snakemake --cores $(CORES) -- results/segmentation/preprocessed
	$(BIN)/python benchmarks/training.py results/segmentation/preprocessed --iterations 60 --cases 4

# torch brings its own CUDA packages where its wheel needs them: the lock names none of them.
lock: $(BIN)/.ready  ## requirements.txt anew from requirements.in
	$(BIN)/uv pip compile -q --python $(BIN)/python --no-header --no-annotate \
		requirements.in -o requirements.txt
	sed -i -e 's/+cpu$$//' -e '/^\(nvidia\|cuda\)-/d' -e '/^triton==/d' requirements.txt

clean:  ## forget all results and the synthetic cohort; keep the environment
	rm -rf results resources/synthetic .snakemake

$(BIN)/.ready: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q uv==$(UV_VERSION)
	$(BIN)/uv pip install --python $(BIN)/python -r requirements.txt
	touch $@
