"""What a peer says: it reads an order, then does one training step for each line of standard input."""

import json
import os
import sys
import time

# Whatever a library prints must not mix with the answers.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def memory(name):
    """`VmRSS` (now) or `VmHWM` (the most so far) of this process, in bytes."""
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
    raise KeyError(name)


def answer(value):
    answers.write(json.dumps(value) + "\n")
    answers.flush()


def serve(prepare):
    """`prepare(order)` gives a function that does one step and waits for its loss."""
    order = json.loads(sys.stdin.readline())
    idle = memory("VmRSS")
    step = prepare(order)
    answer({"ready": True})
    for line in sys.stdin:
        if line.strip() == "memory":
            answer({"idleBytes": idle, "peakBytes": memory("VmHWM")})
            continue
        started = time.perf_counter()
        step()
        answer({"ms": (time.perf_counter() - started) * 1000})
