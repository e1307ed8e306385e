"""The station's own reader of 1-D codes."""
