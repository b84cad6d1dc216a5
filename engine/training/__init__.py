"""Training: the data, the run, and what stands in its way. Import its modules; this package imports none."""
