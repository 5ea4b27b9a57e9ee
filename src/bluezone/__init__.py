"""Bluezone: contact tracing over Bluetooth, its authority, its roll-out and its rehearsal."""
