"""Reference values by PyTorch in double precision, for test/reference/optimisers.test.ts.

    python3 -m pip install torch numpy
    python3 test/reference/optimisers.py

reads optimisers.json beside it and writes optimisers.expected.json: for every case the learning rates, and the weights and
their moving averages behind every step. Weights and gradients are drawn from their names as in make.py.

A schedule of ours reaches its last value behind the last step, as CosineAnnealingLR does; OneCycleLR counts that value
as a step of its own.
"""

import json
import math
import pathlib

import torch
from torch.optim.lr_scheduler import ChainedScheduler, ConstantLR, CosineAnnealingLR, LinearLR, MultiStepLR, OneCycleLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from make import even, spread

HERE = pathlib.Path(__file__).parent


def drawn(values, shape):
    return torch.from_numpy(values).double().reshape(shape)


class Pair(torch.nn.Module):
    """A matrix of weights and a vector of shifts."""

    def __init__(self, weights, shift):
        super().__init__()
        self.weights = torch.nn.Parameter(drawn(spread("weights", math.prod(weights), 1), weights))
        self.shift = torch.nn.Parameter(drawn(spread("shift", math.prod(shift), 1), shift))


def numbers(pair):
    return [float(f"{value:.9g}") for each in pair.parameters() for value in each.flatten().tolist()]


def optimiser_of(recipe, pair):
    groups = [
        {"params": [pair.weights], "weight_decay": recipe["weightDecay"]},
        {"params": [pair.shift], "weight_decay": recipe["weightDecay"] if recipe["decayAll"] else 0},
    ]
    settings, rate = recipe["optimiser"], recipe["learningRate"]
    if settings["kind"] == "adamW":
        return torch.optim.AdamW(groups, rate, (settings["beta1"], settings["beta2"]), settings["epsilon"])
    return torch.optim.SGD(groups, rate, recipe["momentum"], nesterov=recipe["nesterov"])


def scheduler_of(schedule, warm, optimiser, steps, rate):
    if schedule["kind"] == "oneCycle":
        return OneCycleLR(
            optimiser,
            rate,
            total_steps=steps + 1,
            pct_start=(schedule["peakAt"] * steps + 1) / (steps + 1),
            cycle_momentum=False,
            div_factor=1 / schedule["first"],
            final_div_factor=schedule["first"] / schedule["last"],
        )
    if schedule["kind"] == "constant":
        main = ConstantLR(optimiser, factor=1, total_iters=0)
    elif schedule["kind"] == "steps":
        main = MultiStepLR(optimiser, [round(at * steps) for at in schedule["at"]], schedule["factor"])
    else:
        main = CosineAnnealingLR(optimiser, steps, schedule["last"] * rate)
    return ChainedScheduler([main, LinearLR(optimiser, 0.1, total_iters=warm)] if warm else [main])


def run(case, common):
    recipe = {**common["recipe"], **case["recipe"]}
    pair = Pair(common["shapes"]["weights"], common["shapes"]["shift"])
    optimiser = optimiser_of(recipe, pair)
    steps = common["steps"]
    scheduler = scheduler_of(recipe["schedule"], case["warmUpSteps"], optimiser, steps, recipe["learningRate"])
    average = AveragedModel(pair, multi_avg_fn=get_ema_multi_avg_fn(recipe["averageDecay"]))
    average.update_parameters(pair)  # The first call copies.
    rates, values, averages = [], [], []
    for step in range(1, steps + 1):
        for name, parameter in pair.named_parameters():
            parameter.grad = drawn(spread(f"gradient/{name}/{step}", parameter.numel(), 1), parameter.shape)
        if recipe["clipNorm"] is not None:
            torch.nn.utils.clip_grad_norm_(pair.parameters(), recipe["clipNorm"])
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        scheduler.step()
        average.update_parameters(pair)
        values.append(numbers(pair))
        averages.append(numbers(average.module))
    return {"name": case["name"], "rates": rates, "values": values, "averages": averages}


if __name__ == "__main__":
    common = json.loads((HERE / "optimisers.json").read_text())
    expected = {"torch": torch.__version__, "cases": [run(case, common) for case in common["cases"]]}
    (HERE / "optimisers.expected.json").write_text(json.dumps(expected) + "\n")
