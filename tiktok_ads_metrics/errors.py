"""The error that people see."""


class MetricsError(Exception):
    """An error whose message is one line that says what happened, where, and what to do."""
