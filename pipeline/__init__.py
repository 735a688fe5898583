"""The whole pipeline: tap, target-postgres and metrics, run by Meltano."""
