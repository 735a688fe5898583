"""Measurements of speed, memory and requests: ``python -m benchmarks``."""
