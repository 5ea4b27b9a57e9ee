"""The rule by which phones decide whom to warn, as this authority publishes it."""
