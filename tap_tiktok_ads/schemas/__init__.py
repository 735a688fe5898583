"""Facts about the API, as data."""
