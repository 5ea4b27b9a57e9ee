"""Hold the compiled part of matching: `match.c`, and beside it what `tools/kernel.py` made of it for each processor."""
