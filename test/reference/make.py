"""Reference values by PyTorch, for test/reference/torch.test.ts.

    python3 -m pip install torch numpy
    python3 test/reference/make.py

reads cases.json beside it and writes expected.json. Weights, statistics, images, labels, dropout masks and survival
flags are drawn from their names by a small generator that test/core/network/values.ts has, too, so none are stored.
The networks are written here from the papers, not from the program's own plans.
"""

import json
import math
import pathlib

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

CLASSES = 5
HERE = pathlib.Path(__file__).parent


def even(name, count, low, high):
    """Evenly drawn values; `values.ts` draws the same."""
    state = 0x811C9DC5
    for letter in name:
        state = ((state ^ ord(letter)) * 0x01000193) & 0xFFFFFFFF
    values = np.empty(count)
    for at in range(count):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        values[at] = low + (high - low) * ((state >> 8) / 16777216)
    return values.astype(np.float32)


def spread(name, count, deviation):
    return even(name, count, -math.sqrt(3) * deviation, math.sqrt(3) * deviation)


class Residual(nn.Module):
    """One block: after(shortcut(h) + branch(h)), h = before(x)."""

    def __init__(self, case, name, into, width, stride, survival):
        super().__init__()
        block = case["block"]
        self.name, self.survival, self.kind = name, survival, block
        self.preact = block.startswith("preact")
        self.bottleneck = block.lower().endswith("bottleneck")
        self.rate, self.place = case.get("dropout", 0), case.get("dropoutPlace", "between")
        width = int(width * case.get("widen", 1))
        groups = case.get("cardinality", 1)
        inner = groups * (width * case.get("pathWidth", 64) // 64) if self.bottleneck else width
        out = 4 * width if self.bottleneck else width
        first = stride if self.bottleneck and case.get("strideIn", "reduce") == "reduce" else 1
        if self.bottleneck:
            self.conv1 = nn.Conv2d(into, inner, 1, first, 0, bias=False)
            self.conv2 = nn.Conv2d(inner, inner, 3, stride // first, 1, groups=groups, bias=False)
            self.conv3 = nn.Conv2d(inner, out, 1, bias=False)
            norms = [into, inner, inner] if self.preact else [inner, inner, out]
        else:
            self.conv1 = nn.Conv2d(into, out, 3, stride, 1, bias=False)
            self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
            norms = [into, out] if self.preact else [out, out]
        for number, channels in enumerate(norms, 1):
            setattr(self, f"norm{number}", nn.BatchNorm2d(channels))
        changes = stride != 1 or into != out
        self.stride, self.missing = stride, out - into
        self.projects = case["shortcut"] == "B" and changes
        self.pads = case["shortcut"] == "A" and changes
        self.plain = case["shortcut"] == "none"
        if self.projects:
            self.shortcut = nn.Module()
            self.shortcut.conv = nn.Conv2d(into, out, 1, stride, bias=False)
            if not self.preact:
                self.shortcut.norm = nn.BatchNorm2d(out)
        self.out = out

    def drop(self, x, here, masks):
        return masks(f"{self.name}/dropout", x, self.rate) if self.rate and self.place == here and masks else x

    def convolve(self, x, masks):
        """The branch, behind the first activation of a pre-activation block."""
        y = self.drop(self.conv1(x), "between", masks)
        if self.preact:
            y = self.drop(F.relu(self.norm2(y)), "afterReLU", masks)
            y = self.conv2(y)
            return self.conv3(F.relu(self.norm3(y))) if self.bottleneck else y
        y = self.drop(F.relu(self.norm1(y)), "afterReLU", masks)
        y = self.norm2(self.conv2(y))
        return self.norm3(self.conv3(F.relu(y))) if self.bottleneck else y

    def past(self, x):
        if self.projects:
            y = self.shortcut.conv(x)
            return y if self.preact else self.shortcut.norm(y)
        if self.pads:
            return F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.missing))
        return x

    def forward(self, x, keep, masks):
        activate = lambda value: F.relu(self.norm1(value)) if self.preact else value
        finish = lambda value: value if self.preact else F.relu(value)
        if self.plain:
            return finish(self.convolve(activate(x), masks))
        shared = activate(x) if self.projects else x
        if self.training and not keep:
            return finish(self.past(shared))
        branch = self.convolve(shared if self.projects else activate(x), masks)
        return finish(self.past(shared) + (branch if self.training else self.survival * branch))


class Network(nn.Module):
    def __init__(self, case):
        super().__init__()
        stem, width = case["stem"], case["stem"]["width"]
        preact = case["block"].startswith("preact")
        self.stem, self.head = nn.Module(), nn.Module()
        self.imagenet = stem["kind"] == "imagenet"
        self.stem.conv = nn.Conv2d(3, width, 7, 2, 3, bias=False) if self.imagenet else nn.Conv2d(3, width, 3, 1, 1, bias=False)
        if self.imagenet or not preact:
            self.stem.norm = nn.BatchNorm2d(width)
        blocks = sum(stage["blocks"] for stage in case["stages"])
        self.blocks, index = [], 0
        for number, stage in enumerate(case["stages"], 1):
            group = nn.Module()
            for place in range(stage["blocks"]):
                index += 1
                survival = 1 - index / blocks * (1 - case.get("last", 1))
                stride = stage["stride"] if place == 0 else 1
                name = f"stage{number}/block{place + 1}"
                block = Residual(case, name, width, stage["width"], stride, survival)
                group.add_module(f"block{place + 1}", block)
                self.blocks.append(block)
                width = block.out
            self.add_module(f"stage{number}", group)
        if preact:
            self.head.norm = nn.BatchNorm2d(width)
        self.head.linear = nn.Linear(width, CLASSES)

    def forward(self, x, flags=None, masks=None):
        x = self.stem.conv(x)
        if hasattr(self.stem, "norm"):
            x = F.relu(self.stem.norm(x))
        if self.imagenet:
            x = F.max_pool2d(x, 3, 2, 1)
        for at, block in enumerate(self.blocks):
            x = block(x, flags is None or flags[at], masks)
        if hasattr(self.head, "norm"):
            x = F.relu(self.head.norm(x))
        return self.head.linear(x.mean((2, 3)))


def fill(network):
    """Gives every parameter and buffer its values, drawn in the order of the program's own layout."""
    with torch.no_grad():
        for path, module in network.named_modules():
            place = path.replace(".", "/")
            if isinstance(module, nn.Conv2d):
                out, into, height, width = module.weight.shape
                count = module.weight.numel()
                values = spread(f"{place}/filter", count, math.sqrt(1.5 * out / count)).reshape(height, width, into, out)
                module.weight.copy_(torch.from_numpy(values.transpose(3, 2, 0, 1).copy()))
            elif isinstance(module, nn.BatchNorm2d):
                count = module.num_features
                scale = even(f"{place}/scale", count, -0.5, 1)
                module.weight.copy_(torch.from_numpy(np.where(scale < 0, scale - np.float32(0.5), scale + np.float32(0.5))))
                module.bias.copy_(torch.from_numpy(spread(f"{place}/shift", count, 0.3)))
                module.running_mean.copy_(torch.from_numpy(spread(f"{place}/mean", count, 0.3)))
                module.running_var.copy_(torch.from_numpy(even(f"{place}/variance", count, 0.5, 1.5)))
            elif isinstance(module, nn.Linear):
                out, into = module.weight.shape
                values = spread(f"{place}/weights", out * into, math.sqrt(1.5 / into)).reshape(into, out)
                module.weight.copy_(torch.from_numpy(values.T.copy()))
                module.bias.copy_(torch.from_numpy(spread(f"{place}/bias", out, 0.3)))


def images_of(step, batch, size):
    words = np.floor(even(f"images/{step}", batch * size * size * 3, 0, 256)).astype(np.float32)
    images = (words - np.float32(127.5)) * np.float32(1 / 127.5)
    return torch.from_numpy(images.reshape(batch, size, size, 3).transpose(0, 3, 1, 2).copy())


def labels_of(step, batch):
    return torch.from_numpy(np.floor(even(f"labels/{step}", batch, 0, CLASSES)).astype(np.int64))


def masks_of(step):
    def mask(name, x, rate):
        count, channels, height, width = x.shape
        kept = (even(f"mask/{step}/{name}", x.numel(), 0, 1) >= np.float32(rate)).astype(np.float32)
        # The program keeps a share in steps of 1/256 and scales by exactly its inverse.
        factor = 256 / round(256 * (1 - rate))
        return x * torch.from_numpy(kept.reshape(count, height, width, channels).transpose(0, 3, 1, 2).copy()) * factor

    return mask


def optimiser_of(case, common, network):
    weights = [value for value in network.parameters() if value.dim() > 1]
    vectors = [value for value in network.parameters() if value.dim() == 1]
    decay = common["weightDecay"]
    groups = [
        {"params": weights, "weight_decay": decay},
        {"params": vectors, "weight_decay": decay if case.get("decayAll", True) else 0},
    ]
    rate = case.get("learningRate", common["learningRate"])
    if "optimiser" in case:
        settings = case["optimiser"]
        return torch.optim.AdamW(groups, lr=rate, betas=(settings["beta1"], settings["beta2"]), eps=settings["epsilon"])
    return torch.optim.SGD(groups, lr=rate, momentum=common["momentum"], nesterov=case.get("nesterov", True))


def set_parameters(network, values):
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            parameter.copy_(values[name])


def run(case, common):
    batch = common["batch"]
    network = Network(case)
    fill(network)
    optimiser = optimiser_of(case, common, network)
    averages = {name: value.detach().clone() for name, value in network.named_parameters()}
    result = {"name": case["name"], "parameters": sum(p.numel() for p in network.parameters())}

    def evaluated():
        network.eval()
        trained = {name: value.detach().clone() for name, value in network.named_parameters()}
        set_parameters(network, averages if "averageDecay" in case else trained)
        with torch.no_grad():
            logits = network(images_of(0, batch, case["size"])).flatten().tolist()
        set_parameters(network, trained)
        return logits

    result["evaluatedBefore"] = evaluated()
    result["losses"], result["norms"], result["flags"] = [], [], []
    for step in range(1, common["steps"] + 1):
        network.train()
        # Decay and momentum move a dropped block, too: its gradient is zero, not absent.
        for parameter in network.parameters():
            parameter.grad = torch.zeros_like(parameter)
        drawn = even(f"flags/{step}", len(network.blocks), 0, 1)
        flags = [bool(u < block.survival) for u, block in zip(drawn, network.blocks)]
        logits = network(images_of(step, batch, case["size"]), flags, masks_of(step))
        if step == 1:
            result["logits"] = logits.flatten().tolist()
        loss = F.cross_entropy(logits, labels_of(step, batch), label_smoothing=case.get("labelSmoothing", 0))
        loss.backward()
        norm = nn.utils.clip_grad_norm_(network.parameters(), case.get("clipNorm", math.inf))
        optimiser.step()
        for name, value in network.named_parameters():
            averages[name].lerp_(value.detach(), 1 - case.get("averageDecay", 0))
        result["norms"].append(norm.item())
        result["losses"].append(loss.item())
        result["flags"].append([int(flag) for flag in flags])
    result["evaluatedAfter"] = evaluated()
    return result


if __name__ == "__main__":
    torch.set_num_threads(1)
    common = json.loads((HERE / "cases.json").read_text())
    expected = {"torch": torch.__version__, "cases": [run(case, common) for case in common["cases"]]}
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
    for case in expected["cases"]:
        print(case["name"], case["parameters"], case["losses"], case["flags"])
