"""Simulate an epidemic: a population, its contacts, a disease, an app. Pure, compiled by numba.

`build_population` makes people, `Scenario` asks, `run` answers with an `Outcome`.
"""
