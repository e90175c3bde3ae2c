"""Who is in the study: tables, diagnosis, splits, and who they are."""
