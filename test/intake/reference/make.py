"""Makes the files beside this one with NumPy, SciPy and PyArrow themselves: python make.py (numpy, scipy, pyarrow).

Every file holds the same images: 12 of 32 x 32 x 3, bytes (7 i + 3) mod 251, labels i mod 3 (SVHN: 1 to 10 and 10).
"""
import io
import pickle
import struct
import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import scipy.io

here = Path(__file__).parent
count = 12
pixels = ((np.arange(count * 3072) * 7 + 3) % 251).astype(np.uint8).reshape(count, 32, 32, 3)
labels = np.arange(count) % 3


def png(image):
    raw = b"".join(b"\0" + row.tobytes() for row in image)
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 32, 32, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))


planes = pixels.transpose(0, 3, 1, 2).reshape(count, 3072)
for protocol in (2, 3, 4, 5):
    batch = {b"data": np.ascontiguousarray(planes), b"labels": labels.tolist(), b"batch_label": b"training batch 1 of 1"}
    (here / f"cifar10-protocol{protocol}.pickle").write_bytes(pickle.dumps(batch, protocol=protocol))

np.savez_compressed(here / "numpy.npz", x_train=pixels, y_train=labels)
np.savez(here / "numpy-fortran.npz", images=np.asfortranarray(pixels.astype(">u2")), labels=labels.reshape(-1, 1).astype(np.uint8))
np.savez_compressed(here / "numpy-words.npz", images=(pixels / 255).astype(np.float32), labels=np.array(["ant", "bee", "cat"])[labels])

digits = np.arange(1, count + 1) % 10
scipy.io.savemat(here / "scipy.mat", {"X": pixels.transpose(1, 2, 3, 0), "y": np.where(digits == 0, 10, digits).reshape(-1, 1).astype(np.uint8)}, do_compression=True)

images = pa.array([{"bytes": png(image), "path": f"{index}.png"} for index, image in enumerate(pixels)], type=pa.struct([("bytes", pa.binary()), ("path", pa.string())]))
note = '{"info": {"features": {"image": {"_type": "Image"}, "label": {"names": ["ant", "bee", "cat"], "_type": "ClassLabel"}}}}'
table = pa.table({"image": images, "label": pa.array(labels, type=pa.int64())}).replace_schema_metadata({"huggingface": note})
for codec in ("none", "snappy", "gzip", "brotli", "zstd", "lz4"):
    for version in ("1.0", "2.0"):
        pq.write_table(table, here / f"pyarrow-{codec}-{version[0]}.parquet", compression=codec, data_page_version=version, row_group_size=5, use_dictionary=["label"])
