"""Propose what each column and row of an officer's spreadsheet means; the officer decides. Pure: bytes in, rows out."""
