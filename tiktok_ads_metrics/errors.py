"""The one error that people see."""


class MetricsError(Exception):
    """What went wrong and what to do about it, in one line; the command line shows it as it is."""
