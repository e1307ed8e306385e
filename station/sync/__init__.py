"""The edge to the badge registry: the port, its adapters, one pass of the courier, the background loop."""
