"""Reference values by torchvision, for test/core/weights/weights.test.ts.

    python3 -m pip install torch torchvision safetensors numpy
    python3 test/reference/weights.py

writes weights.json beside it: for torchvision's own ResNets the names and shapes of their weights and the logits of
images, all drawn from their names as in make.py; and a small file that the safetensors library wrote.

    python3 test/reference/weights.py FILE CASE

loads an exported file into the network of a case, strictly, and prints the logits of the same images as JSON.
"""

import base64
import json
import math
import pathlib
import sys

import safetensors.torch
import torch
import torchvision
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

from make import even, spread

CASES = {
    "basic": lambda: ResNet(BasicBlock, [1, 1, 1, 1], num_classes=5),
    "grouped": lambda: ResNet(Bottleneck, [1, 1, 1, 1], num_classes=5, groups=4, width_per_group=16),
}
BATCH, SIZE = 4, 48


def values(name, shape):
    count = math.prod(shape)
    if name.endswith("running_mean") or name.endswith("bias"):
        drawn = spread(name, count, 0.3)
    elif name.endswith("running_var") or len(shape) == 1:
        drawn = even(name, count, 0.5, 1.5)
    else:
        drawn = spread(name, count, math.sqrt(1.5 * shape[0] / count))
    return torch.from_numpy(drawn.reshape(shape))


def logits(network):
    words = torch.from_numpy(even("images/0", BATCH * SIZE * SIZE * 3, 0, 256)).floor()
    images = ((words - 127.5) * (1 / 127.5)).reshape(BATCH, SIZE, SIZE, 3).permute(0, 3, 1, 2)
    with torch.no_grad():
        return network.eval()(images).flatten().tolist()


def case(name):
    network = CASES[name]()
    shapes = {key: list(value.shape) for key, value in network.state_dict().items() if value.is_floating_point()}
    network.load_state_dict({key: values(key, shape) for key, shape in shapes.items()}, strict=False)
    return {"name": name, "size": SIZE, "shapes": shapes, "logits": logits(network)}


def mixed():
    tensors = {
        "half": torch.tensor([[0.0, -0.0, 1.5, -65504.0], [6e-8, 6.1e-5, 0.333251953125, 2.0]], dtype=torch.float16),
        "brain": torch.tensor([1.0, -3.140625, 1e30, 1e-30, 0.0], dtype=torch.bfloat16),
        "single": torch.tensor([math.pi, -math.e, 1e-40], dtype=torch.float32),
        "double": torch.tensor([math.pi, 1e-3], dtype=torch.float64),
        "batches": torch.tensor(7, dtype=torch.int64),
    }
    file = base64.b64encode(safetensors.torch.save(tensors, {"format": "pt"})).decode()
    return {"file": file, "values": {name: value.float().flatten().tolist() for name, value in tensors.items()}}


if __name__ == "__main__":
    torch.set_num_threads(1)
    if len(sys.argv) == 3:
        network = CASES[sys.argv[2]]()
        network.load_state_dict(safetensors.torch.load_file(sys.argv[1]), strict=True)
        print(json.dumps(logits(network)))
    else:
        versions = {"torch": torch.__version__, "torchvision": torchvision.__version__}
        result = {**versions, "cases": [case(name) for name in CASES], "mixed": mixed()}
        (pathlib.Path(__file__).parent / "weights.json").write_text(json.dumps(result) + "\n")
        for each in result["cases"]:
            print(each["name"], each["logits"][:5])
