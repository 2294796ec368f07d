"""A plan as a PyTorch module, trained by SGD: eager, channels last, or compiled (and channels last)."""

import protocol
import torch
from torch import nn
from torch.nn import functional


class ZeroPad(nn.Module):
    """Shortcut A."""

    def __init__(self, step):
        super().__init__()
        self.stride = step["stride"]
        self.missing = step["output"]["channels"] - step["input"]["channels"]

    def forward(self, x):
        return functional.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.missing))


class Block(nn.Module):
    def __init__(self, block):
        super().__init__()
        self.before, self.branch, self.after = (sequence(block[part]) for part in ("before", "branch", "after"))
        self.shortcut = None if block["shortcut"] is None else sequence(block["shortcut"])

    def forward(self, x):
        h = self.before(x)
        y = self.branch(h)
        if self.shortcut is not None:
            y += self.shortcut(h)
        return self.after(y)


def layer(step):
    before, after = step["input"]["channels"], step["output"]["channels"]
    match step["op"]:
        case "convolution":
            kernel, stride, groups = step["kernel"], step["stride"], step["groups"]
            made = nn.Conv2d(before, after, kernel, stride, kernel // 2, groups=groups, bias=False)
            nn.init.kaiming_normal_(made.weight, mode="fan_out", nonlinearity="relu")
            return made
        case "normalisation":
            return nn.BatchNorm2d(after)
        case "relu":
            return nn.ReLU(inplace=True)
        case "maxPool":
            return nn.MaxPool2d(3, 2, 1)
        case "zeroPad":
            return ZeroPad(step)
        case "average":
            return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        case "linear":
            return nn.Linear(before, after)
    raise ValueError(f"no PyTorch layer for {step['op']}")


def sequence(steps):
    return nn.Sequential(*(layer(step) for step in steps))


def prepare(order):
    plan, batch, variant = order["plan"], order["batch"], order["variant"]
    device = "cuda" if torch.cuda.is_available() else "cpu"
    # TF32 where the card has it, as TensorFlow does by itself.
    torch.set_float32_matmul_precision("high")
    torch.backends.cudnn.benchmark = True
    blocks = [Block(block) for stage in plan["stages"] for block in stage["blocks"]]
    model = nn.Sequential(sequence(plan["stem"]), *blocks, sequence(plan["head"])).to(device)
    image = plan["input"]
    images = torch.randn(batch, image["channels"], image["height"], image["width"], device=device)
    labels = torch.randint(plan["classes"], (batch,), device=device)
    if variant != "eager":
        model = model.to(memory_format=torch.channels_last)
        images = images.contiguous(memory_format=torch.channels_last)
    optimiser = torch.optim.SGD(
        model.parameters(), lr=0.01, momentum=0.9, nesterov=True, weight_decay=1e-4, fused=True
    )
    network = torch.compile(model) if variant == "compiled" else model

    def step():
        optimiser.zero_grad(set_to_none=True)
        loss = functional.cross_entropy(network(images), labels)
        loss.backward()
        optimiser.step()
        return loss.item()

    return step


protocol.serve(prepare)
