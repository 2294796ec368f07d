"""A plan as a Keras model on TensorFlow, trained by SGD: as a graph, or compiled by XLA."""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")

import keras
import protocol
import tensorflow
from keras import layers


def zero_pad(step, x):
    """Shortcut A."""
    stride, missing = step["stride"], step["output"]["channels"] - step["input"]["channels"]
    return keras.ops.pad(x[:, ::stride, ::stride, :], [[0, 0], [0, 0], [0, 0], [0, missing]])


def layer(step, x):
    match step["op"]:
        case "convolution":
            made = layers.Conv2D(
                step["output"]["channels"],
                step["kernel"],
                strides=step["stride"],
                padding="same",
                groups=step["groups"],
                use_bias=False,
                kernel_initializer="he_normal",
            )
            return made(x)
        case "normalisation":
            return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)
        case "relu":
            return layers.ReLU()(x)
        case "maxPool":
            return layers.MaxPooling2D(3, 2, padding="same")(x)
        case "zeroPad":
            return zero_pad(step, x)
        case "average":
            return layers.GlobalAveragePooling2D()(x)
        case "linear":
            return layers.Dense(step["output"]["channels"])(x)
    raise ValueError(f"no Keras layer for {step['op']}")


def sequence(steps, x):
    for step in steps:
        x = layer(step, x)
    return x


def block(plan, x):
    h = sequence(plan["before"], x)
    y = sequence(plan["branch"], h)
    if plan["shortcut"] is not None:
        y = layers.add([y, sequence(plan["shortcut"], h)])
    return sequence(plan["after"], y)


def prepare(order):
    plan, batch = order["plan"], order["batch"]
    image = plan["input"]
    size = (image["height"], image["width"], image["channels"])
    inputs = layers.Input(size, batch_size=batch)
    x = sequence(plan["stem"], inputs)
    for stage in plan["stages"]:
        for each in stage["blocks"]:
            x = block(each, x)
    model = keras.Model(inputs, sequence(plan["head"], x))
    model.compile(
        optimizer=keras.optimizers.SGD(0.01, momentum=0.9, nesterov=True, weight_decay=1e-4),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=order["variant"] == "xla",
    )
    images = tensorflow.random.normal((batch, *size))
    labels = tensorflow.random.uniform((batch,), 0, plan["classes"], tensorflow.int32)
    return lambda: float(model.train_on_batch(images, labels))


protocol.serve(prepare)
