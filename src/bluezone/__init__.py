"""Trace contacts over Bluetooth: the phone, its authority, the roll-out and the rehearsal."""
