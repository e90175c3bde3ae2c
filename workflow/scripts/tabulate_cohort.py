from osteoct.cohort.baseline import dose_table, patients_table
from osteoct.cohort.enrolment import flow_counts
from osteoct.job import log_to
from osteoct.results import write_csv
from osteoct.tables import read_table, read_tables

log_to(snakemake.log[0])
study = read_table(snakemake.input.study)
for table, name in ((patients_table, "table1"), (dose_table, "tableS1")):
    printed, values = table(study, **snakemake.params)
    write_csv(printed, snakemake.output[name])
    write_csv(values, snakemake.output[f"{name}_values"])
femurs = read_tables(snakemake.input.femurs)
failed = list(femurs.loc[femurs["status"].eq("failed"), "patient"])
write_csv(flow_counts(study, not_outlined=failed), snakemake.output.flow)
