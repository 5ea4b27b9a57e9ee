"""Counts and populations -> coverage, ranking, pace. Pure."""
