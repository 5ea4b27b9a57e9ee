"""Ask what adoption would buy a place: questions to the simulator, asked on a page, answered by the worker.

The simulator is a program of its own (`bluezone epidemic`), run as a process: this room knows its words and its answer,
not its code.
"""
