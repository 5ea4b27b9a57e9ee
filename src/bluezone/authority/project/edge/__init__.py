"""Receive requests whole, within bounds of time and memory, before a thread is taken; answer those of phones at a fixed
mark."""
