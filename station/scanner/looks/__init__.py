"""Second looks at frames that the first reading missed: where, how, and how long."""
