"""Issue passes, the result of health declarations; take them back; publish their keys and the list of the revoked."""
