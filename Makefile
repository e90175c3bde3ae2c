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

.PHONY: help study test benchmark-features lint format lock clean

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
