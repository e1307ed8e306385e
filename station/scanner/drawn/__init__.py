"""Frames and films drawn for tests, the demo and benchmarks."""
