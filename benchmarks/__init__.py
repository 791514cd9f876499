"""What the engine costs next to others that do the same work: ``python -m benchmarks``."""
