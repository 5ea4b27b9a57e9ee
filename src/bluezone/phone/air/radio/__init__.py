"""Define the radio port and implement it: controllers of one's own, BlueZ, recordings."""
