from osteoct.cohort.baseline import dose_table, patients_table
from osteoct.cohort.enrolment import flow_counts
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_table, read_tables

log_to(snakemake.log[0])
study = read_table(snakemake.input.study)
tables = {"table1": patients_table(study, **snakemake.params), "tableS1": dose_table(study)}
for name, (printed, values) in tables.items():
    write_csv(printed, snakemake.output[name])
    write_csv(values, snakemake.output[f"{name}_values"])
femurs = read_tables(snakemake.input.femurs)
failed = list(femurs.loc[femurs["status"].eq("failed"), "patient"])
write_csv(flow_counts(study, not_segmented=failed), snakemake.output.flow)
