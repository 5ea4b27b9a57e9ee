"""Define the few operations of cryptography that phones and authorities share, and implement them by two libraries."""
