"""News and advice of the health authority, written by officers, signed for the phones."""
