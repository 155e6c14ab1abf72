"""Pushes, sales, load tests and batches: what each did, how near a limit it came, and what a larger one would do."""
