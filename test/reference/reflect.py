"""Reference values by NumPy, for test/core/batches/reflect.test.ts.

    python3 -m pip install numpy
    python3 test/reference/reflect.py

writes reflect.json beside it: which source pixel each place of a mirrored border shows, for sides and borders of every
kind. Transposed, a row is a column: one axis says all.
"""

import json
import pathlib

import numpy as np

CASES = [(32, 4), (28, 4), (8, 2), (5, 3), (5, 4), (4, 9), (2, 3)]

if __name__ == "__main__":
    cases = [
        {"side": side, "border": border, "padded": np.pad(np.arange(side), border, mode="reflect").tolist()}
        for side, border in CASES
    ]
    path = pathlib.Path(__file__).parent / "reflect.json"
    path.write_text(json.dumps({"numpy": np.__version__, "cases": cases}) + "\n")
