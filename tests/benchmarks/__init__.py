"""Figures beside peers: each script here is run by itself."""
