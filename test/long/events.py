"""TensorBoard's own side of test/long/tensorboard.test.ts.

read FILE: prints every scalar that TensorBoard's reader finds, as JSON.
write FOLDER: writes scalars with TensorBoard's writer, in both forms that programs use, and prints them.
"""

import json
import pathlib
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.scalar import metadata
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from tensorboard.util import tensor_util
import numpy as np


def read(file):
    accumulator = EventAccumulator(file, size_guidance={"scalars": 0, "tensors": 0})
    accumulator.Reload()
    found = {}
    for tag in accumulator.Tags()["scalars"]:
        found[tag] = [[event.step, event.value, event.wall_time] for event in accumulator.Scalars(tag)]
    for tag in accumulator.Tags()["tensors"]:
        found[tag] = [
            [event.step, float(tensor_util.make_ndarray(event.tensor_proto)), event.wall_time]
            for event in accumulator.Tensors(tag)
        ]
    print(json.dumps(found))


def write(folder):
    random = np.random.default_rng(3)
    writer = EventFileWriter(folder)
    written = {}

    def put(tag, step, value, wall, summary):
        writer.add_event(Event(wall_time=wall, step=step, summary=Summary(value=[summary])))
        written.setdefault(tag, []).append([step, value])

    for step in range(0, 500):
        value = float(np.float32(random.standard_normal()))
        put("train/loss", step, value, 1000 + step, Summary.Value(tag="train/loss", simple_value=value))
        if step % 10 == 0:
            tensor = tensor_util.make_tensor_proto(np.float32(value))
            summary = Summary.Value(tag="epoch_accuracy/ünï", tensor=tensor, metadata=metadata.create_summary_metadata("", ""))
            put("epoch_accuracy/ünï", step, value, 1000 + step, summary)
            double = random.standard_normal()
            summary = Summary.Value(tag="double", tensor=tensor_util.make_tensor_proto(np.float64(double)))
            put("double", step, double, 1000 + step, summary)
        if step % 100 == 0:
            image = Summary.Image(height=1, width=1, encoded_image_string=b"x")
            writer.add_event(Event(wall_time=1, step=step, summary=Summary(value=[Summary.Value(tag="image", image=image)])))
    writer.close()
    file = next(pathlib.Path(folder).glob("events.out.tfevents.*"))
    print(json.dumps({"file": str(file), "written": written}))


{"read": read, "write": write}[sys.argv[1]](sys.argv[2])
