"""Writes everything that is generated: tables of pages, plugin.yaml, meltano.yml, .env.example."""
