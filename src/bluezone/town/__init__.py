"""Rehearse an epidemic: a virtual town of phones with real Bluetooth stacks, and one authority."""
