"""A TikTok Business API v1.3 for demo, tests and benchmarks: `python -m simulator`."""
