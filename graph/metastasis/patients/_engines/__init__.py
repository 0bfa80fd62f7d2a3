"""What tables are computed with: DuckDB in this process, or Spark on a cluster."""
