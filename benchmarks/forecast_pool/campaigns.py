"""Make up campaigns: bursts that fade, plateaus, second waves, saturation, weekdays. So that no few real curves alone
say what a curve may look like."""

from __future__ import annotations

import numpy as np

from forecast_pool.series import Whole

DAYS = 400


def campaign(seed: int) -> Whole:
    """Return the daily totals of a made-up campaign, of anything from a commune to a large country."""
    generator = np.random.default_rng([5, seed])
    people = 10 ** generator.uniform(3.5, 8)
    ceiling = people * generator.uniform(0.2, 0.8)
    days = np.arange(DAYS, dtype=float)
    rate = people * 10 ** generator.uniform(-5, -3.2) * np.exp(np.cumsum(generator.normal(0, 0.03, DAYS)))
    starts = [0, *generator.integers(5, DAYS, generator.poisson(2.2))]
    for number, start in enumerate(starts):
        size = people * 10 ** generator.uniform(-2.2, -0.7) * (1.0 if number else 1.5)
        since = np.maximum(days - start, 0)
        kind = generator.integers(3)
        if kind == 0:
            shape = np.where(days >= start, (1 + since) ** -generator.uniform(0.9, 1.8), 0)
        elif kind == 1:
            shape = np.where(days >= start, np.exp(-since / generator.uniform(3, 25)), 0)
        else:
            width = generator.uniform(4, 20)
            shape = np.exp(-0.5 * ((days - start - 2 * width) / width) ** 2)
        rate = rate + size * shape / shape.sum()
    week = 1 + generator.uniform(0, 0.3) * np.sin(2 * np.pi * (days + generator.integers(7)) / 7)
    noise = np.exp(generator.normal(0, generator.uniform(0.05, 0.4), DAYS))
    total = np.cumsum(rate * week * noise)
    total = ceiling * (1 - np.exp(-total / ceiling))
    return Whole(f"campaign {seed}", days, np.maximum.accumulate(np.round(total) + 1), people)
