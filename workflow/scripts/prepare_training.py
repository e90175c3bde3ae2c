from osteoct.job import log_to
from osteoct.results import read_json, write_csv, write_json
from osteoct.segmentation.plans import make_plans
from osteoct.segmentation.training_cases import choose_patients, count_training, prepare_cases
from osteoct.tables import read_tables, read_text_table
from osteoct.threads import one_thread

log_to(snakemake.log[0])
one_thread()
cohort = read_text_table(snakemake.input.cohort)
images = read_tables(snakemake.input.image_qc, dtype=str)
patients = choose_patients(cohort, images)
first_plans = snakemake.input.first_plans
plans = make_plans(
    n_training_patients=count_training(patients),
    weights=read_json(first_plans) if first_plans else None,
    **snakemake.params,
)
cases, left_out = prepare_cases(
    patients,
    snakemake.output.cases,
    plans=plans,
    threads=snakemake.threads,
)
write_json(plans, snakemake.output.plans)
write_csv(cases, snakemake.output.table)
write_csv(left_out, snakemake.output.left_out)
