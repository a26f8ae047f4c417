"""onrecord: a status page kept in git."""

__version__ = "0.1.0"
