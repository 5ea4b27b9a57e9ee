"""The parts of docs/measurements/epidemic.md, each measured by a function that returns what the page says."""
