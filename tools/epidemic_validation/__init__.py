"""The parts of docs/epidemic.md, each measured by a function that returns what the page says."""
