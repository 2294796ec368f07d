"""Makes verdict.json: what scipy says of paired and Welch t-tests, and how many seeds a power calculation asks for.

Run with scipy installed: python test/reference/verdict.py
"""

import json
import pathlib

import numpy as np
from scipy import integrate, stats

LEVEL = 0.95
POWER = 0.8
MOST = 200


def power(shift, degrees):
    critical = stats.t.ppf(0.5 + LEVEL / 2, degrees)
    found = stats.nct.sf(critical, degrees, shift) + stats.nct.cdf(-critical, degrees, shift)
    if np.isfinite(found):
        return found
    # Far out scipy's series gives up: the same probability as an integral over the spread.
    density = lambda s: stats.chi.pdf(s * np.sqrt(degrees), degrees) * np.sqrt(degrees)
    tail = lambda s: stats.norm.sf(critical * s - shift) + stats.norm.cdf(-critical * s - shift)
    return integrate.quad(lambda s: density(s) * tail(s), 0, 1 + 12 / np.sqrt(2 * degrees), epsabs=1e-13, limit=500)[0]


def needed(difference, at, now):
    for n in range(now + 1, MOST + 1):
        error, degrees = at(n)
        if power(abs(difference) / error, degrees) >= POWER:
            return n - now
    return None


def case(first, second, paired):
    a, b = np.array(first), np.array(second)
    if paired:
        result = stats.ttest_rel(a, b)
        deviation = np.std(a - b, ddof=1)
        at = lambda n: (deviation / np.sqrt(n), n - 1)
    else:
        result = stats.ttest_ind(a, b, equal_var=False)
        va, vb = np.var(a, ddof=1), np.var(b, ddof=1)
        at = lambda n: (np.sqrt((va + vb) / n), (n - 1) * (va + vb) ** 2 / (va**2 + vb**2))
    low, high = result.confidence_interval(LEVEL)
    difference = float(np.mean(a) - np.mean(b))
    more = 0 if low > 0 or high < 0 else needed(difference, at, min(len(a), len(b)))
    return {
        "method": "paired" if paired else "welch",
        "first": first,
        "second": second,
        "low": float(low),
        "high": float(high),
        "degrees": float(result.df),
        "p": float(result.pvalue),
        "moreSeeds": more,
    }


def main():
    random = np.random.default_rng(7)
    cases = []
    for n, m in [(2, 2), (3, 3), (5, 5), (5, 3), (2, 9), (10, 10), (40, 40)]:
        for gap, spread, other in [(0.0, 0.002, 0.002), (0.002, 0.003, 0.001), (0.01, 0.002, 0.006), (0.001, 0.01, 0.01)]:
            first = (0.93 + gap + spread * random.standard_normal(n)).tolist()
            second = (0.93 + other * random.standard_normal(m)).tolist()
            if n == m:
                cases.append(case(first, second, True))
            cases.append(case(first, second, False))
    critical = [[d, float(stats.t.ppf(0.975, d))] for d in [1, 1.5, 2, 3.7, 10, 100, 10000]]
    tails = [[t, d, float(2 * stats.t.sf(t, d))] for t in [0, 0.1, 1, 2.5, 12, 100] for d in [1, 2.5, 30, 1000]]
    powers = [
        [shift, d, float(power(shift, d))] for shift in [0, 0.5, 2, 3.5, 8] for d in [1, 2, 4.3, 20, 150]
    ]
    path = pathlib.Path(__file__).with_name("verdict.json")
    path.write_text(json.dumps({"cases": cases, "critical": critical, "tails": tails, "powers": powers}, indent=1) + "\n")


main()
