"""Makes study.json: how often a study of two arms should find an effect, by scipy's non-central t-distribution.

Run with scipy installed: python test/reference/study.py
"""

import json
import pathlib

import numpy as np
from scipy import stats

ONE_SIDED = 0.975


def power(method, seeds, effect, shared):
    """effect: difference of the means over one arm's deviation. shared: share of the variance that both arms have of a seed."""
    if method == "paired":
        degrees = seeds - 1
        shift = effect / np.sqrt(2 * (1 - shared)) * np.sqrt(seeds)
    else:
        degrees = 2 * seeds - 2
        shift = effect / np.sqrt(2 / seeds)
    return float(stats.nct.sf(stats.t.ppf(ONE_SIDED, degrees), degrees, shift))


cases = [
    {"method": method, "seeds": seeds, "effect": effect, "shared": shared, "power": power(method, seeds, effect, shared)}
    for method, seeds, effect, shared in [
        ("paired", 3, 3.0, 0.5),
        ("paired", 5, 1.5, 0.5),
        ("paired", 8, 1.0, 0.0),
        ("paired", 12, 1.0, 0.5),
        ("welch", 10, 1.5, 0.0),
        ("welch", 16, 1.0, 0.0),
    ]
]
path = pathlib.Path(__file__).with_name("study.json")
path.write_text(json.dumps(cases, indent=1) + "\n")
