"""Turn counts and populations into coverage, ranking and pace. Pure."""
