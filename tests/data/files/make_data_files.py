"""Writes the files beside it: small pickles and NumPy arrays as other programs write them.

  python3 tests/data/files/make_data_files.py        (needs numpy)
"""

import os
import pickle

import numpy as np

here = os.path.dirname(os.path.abspath(__file__))


def path(name):
    return os.path.join(here, name)


# Four images of CIFAR, each of one value a colour plane: 10 i + c.
data = np.repeat(np.arange(4, dtype=np.uint8)[:, None] * 10 + np.arange(3, dtype=np.uint8), 1024, axis=1)
labels = [3, 0, 9, 1]
for protocol in (2, 4):
    batch = {"batch_label": "testing batch 1 of 1", "labels": labels, "fine_labels": labels, "data": data,
             "filenames": [f"image_{i}.png" for i in range(4)]}
    with open(path(f"cifar_batch_protocol{protocol}.pickle"), "wb") as file:
        pickle.dump(batch, file, protocol=protocol)
    names = {"label_names": [f"class{i}" for i in range(10)], "num_cases_per_batch": 4, "num_vis": 3072}
    with open(path(f"cifar_meta_protocol{protocol}.pickle"), "wb") as file:
        pickle.dump(names, file, protocol=protocol)

# As Python 2 wrote the published files: its strings are bytes (SHORT_BINSTRING, BINSTRING), and NumPy's module is numpy.core.
def text(value):
    return b"U" + bytes([len(value)]) + value if len(value) < 256 else b"T" + len(value).to_bytes(4, "little") + value


array = (b"cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\nq\x02K\x00\x85" + text(b"b") + b"\x87Rq\x03"
         b"(K\x01K\x04M\x00\x0c\x86cnumpy\ndtype\nq\x04" + text(b"u1") + b"K\x00K\x01\x87Rq\x05"
         b"(K\x03" + text(b"|") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89" + text(data.tobytes()) + b"tb")
python2 = (b"\x80\x02}q\x00(" + text(b"data") + array + text(b"labels") + b"]q\x06(" +
           b"".join(b"K" + bytes([label]) for label in labels) + b"eu.")
assert pickle.loads(python2, encoding="latin1")["labels"] == labels
assert (pickle.loads(python2, encoding="latin1")["data"] == data).all()
with open(path("cifar_batch_python2.pickle"), "wb") as file:
    file.write(python2)


class Harmful:
    def __reduce__(self):
        return os.system, ("true",)


with open(path("harmful.pickle"), "wb") as file:
    pickle.dump({"data": Harmful()}, file, protocol=2)
with open(path("floats.pickle"), "wb") as file:
    pickle.dump({"data": data[:1].astype(np.float32), "labels": labels}, file, protocol=2)

images = np.arange(6 * 4 * 4 * 3, dtype=np.uint8).reshape(6, 4, 4, 3)
np.save(path("images.npy"), images)
np.save(path("grey.npy"), images[..., 0])
np.save(path("planes.npy"), np.ascontiguousarray(images.transpose(0, 3, 1, 2)))
np.save(path("fortran.npy"), np.asfortranarray(images))
np.save(path("floats.npy"), images.astype(np.float32))
np.save(path("records.npy"), np.zeros(3, dtype=[("a", "u1"), ("b", "u1")]))
wanted = np.array([2, 0, 1, 2, 0, 1])
for kind in ("u1", "i1", "<i2", "<i4", "<i8", ">i4", "<u8"):
    np.save(path("labels_" + kind.replace("<", "").replace(">", "big_") + ".npy"), wanted.astype(kind))
np.save(path("labels_negative.npy"), wanted - 1)
np.save(path("labels_five.npy"), wanted[:5])
with open(path("labels_version2.npy"), "wb") as file:
    np.lib.format.write_array(file, wanted, version=(2, 0))
