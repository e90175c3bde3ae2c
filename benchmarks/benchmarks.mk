# Benchmarks that need more than `make benchmark-NAME` gives each: to run its file with the options ARGS.
.PHONY: benchmark-features benchmark-difficulty benchmark-intervals benchmark-training benchmark-overhead benchmark-realism

# Seconds of one core.
benchmark-features benchmark-difficulty benchmark-realism: export OMP_NUM_THREADS = 1
benchmark-features benchmark-realism: export OPENBLAS_NUM_THREADS = 1
benchmark-features benchmark-realism: export ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS = 1
benchmark-features benchmark-difficulty benchmark-realism: benchmark-%: $(BIN)/.ready
	$(RUN) benchmarks/$*.py $(ARGS)

# Writes the table that the study prints as Table S3.
benchmark-intervals: $(BIN)/.ready
	$(RUN) benchmarks/interval_coverage.py --seed 2024 resources/intervals/coverage.csv

benchmark-training: $(BIN)/.ready
	$(BIN)/snakemake --cores $(CORES) -- results/segmentation/preprocessed
	$(RUN) benchmarks/training.py results/segmentation/preprocessed --iterations 60 --cases 4

# A study of a few phantoms in CTs of full size comes first.
benchmark-overhead: $(BIN)/.ready
	@mkdir -p results/full_size
	$(BIN)/snakemake --cores $(CORES) --directory results/full_size \
		--workflow-profile profiles/default --configfile benchmarks/full_size.yaml
	$(RUN) benchmarks/overhead.py results/full_size
