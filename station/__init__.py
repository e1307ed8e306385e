"""Station: the check-in desk that reads student codes, logs hours per role and issues digital badges."""

__version__ = "0.1.0"
