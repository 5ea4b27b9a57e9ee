"""Telephone numbers that people leave, for text messages with urgent advice for their place; and nothing else."""
