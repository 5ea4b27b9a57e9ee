"""Describe a disease as data: a package is a folder of plain files with its names, windows, symptoms, tests, texts,
rules of isolation and the simulator's parameters, read into one frozen dataclass. Pure; of other rooms it knows
`protocol` alone, for signatures."""
