"""Runs the whole pipeline: for the demo, and for a real account."""
