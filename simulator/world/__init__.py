"""The accounts and everything in them, computed from scenario, seed and moment."""
