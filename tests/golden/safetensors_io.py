"""Read and write safetensors files with numpy alone. The same content always gives the same bytes.

    save("file.safetensors", {"x": array}, {"note": "text"})
    tensors, metadata = load("file.safetensors")

A file is: 8 bytes length of the header (little endian), the header (JSON, padded with spaces to a multiple
of 8 bytes), the data. Types F32, F64, I64. Tensors are sorted by name, wider types first, so all data is
aligned.
"""

import json
import os
import struct

import numpy as np

DTYPES = {"F32": np.dtype("<f4"), "F64": np.dtype("<f8"), "I64": np.dtype("<i8")}
NAMES = {dtype: name for name, dtype in DTYPES.items()}


def save(path, tensors, metadata=None):
    arrays = {}
    for name, value in tensors.items():
        array = np.asarray(value)
        if array.dtype not in NAMES:
            raise TypeError(f"{path}: tensor '{name}' is {array.dtype}, expected float32, float64 or int64")
        arrays[name] = array
    order = sorted(arrays, key=lambda name: (-arrays[name].itemsize, name))
    header, offset = {}, 0
    if metadata:
        header["__metadata__"] = {key: metadata[key] for key in sorted(metadata)}
    for name in order:
        array = arrays[name]
        header[name] = {"dtype": NAMES[array.dtype], "shape": list(array.shape),
                        "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path + ".tmp", "wb") as f:
        f.write(struct.pack("<Q", len(text)))
        f.write(text)
        for name in order:
            f.write(arrays[name].tobytes())
    os.replace(path + ".tmp", path)


def load(path):
    with open(path, "rb") as f:
        content = f.read()
    length = struct.unpack("<Q", content[:8])[0] if len(content) >= 8 else 0
    if not 2 <= length <= len(content) - 8:
        raise ValueError(f"{path}: not a safetensors file ({len(content)} bytes, header of {length} bytes)")
    header = json.loads(content[8:8 + length])
    metadata = header.pop("__metadata__", {})
    data, tensors = content[8 + length:], {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        if entry["dtype"] not in DTYPES:
            raise ValueError(f"{path}: tensor '{name}' is {entry['dtype']}, expected one of {sorted(DTYPES)}")
        dtype, shape = DTYPES[entry["dtype"]], tuple(entry["shape"])
        expected = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
        if not (0 <= begin <= end <= len(data)) or end - begin != expected:
            raise ValueError(f"{path}: tensor '{name}' {shape} lies at bytes {begin}..{end} of {len(data)}, "
                             f"expected {expected} bytes")
        tensors[name] = np.frombuffer(data[begin:end], dtype=dtype).reshape(shape).copy()
    return tensors, metadata
