"""Load for the device API: what is sent, who sends it, and the servers it is sent to."""
