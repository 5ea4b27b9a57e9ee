"""Answer what adoption would buy a place: officers ask the simulator on a page, the worker runs it.

The simulator is a program of its own (`bluezone epidemic`), run as a process: this package knows its options and its
output, not its code.
"""
