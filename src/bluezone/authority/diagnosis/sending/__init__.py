"""Send codes as text messages: of one case, or of a list of up to 1,000 rows; remind once; tell each row's fate.

`rules` decides, `models` keeps what waits, `services` is what officers do, `job` what the worker does.
"""
