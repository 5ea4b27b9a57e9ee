"""Serve the page of a checkpoint: passes are verified and people without a telephone declare, without a network."""
