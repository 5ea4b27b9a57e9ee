"""Describe the disease as data: its symptoms, with their texts and which of them are danger signs. Pure, and imports no
other room; forms, phone and authority name symptoms by these codes alone."""
