"""Makes the seeds in tests/fuzz/corpus/: small files, good ones and damaged ones.

    python3 tests/fuzz/make_corpus.py        needs numpy; after tests/data/images/make_images.py

What fuzzers found lies beside them, and is not made here.
"""

import gzip
import json
import os
import struct
import sys

import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.join(here, "../..")
sys.path.insert(0, os.path.join(root, "tests/golden"))
import safetensors_io  # noqa: E402


def write(name, data):
    path = os.path.join(here, "corpus", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())


def image(name):
    with open(os.path.join(root, "tests/data/images/files", name), "rb") as f:
        return f.read()


def safetensors(name, tensors, metadata=None):
    path = os.path.join(here, "corpus", name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    safetensors_io.save(path, tensors, metadata)


# ---- weights ----

arrays = {"a": np.ones((2, 3), np.float32), "b": np.array(5, np.int64), "c": np.zeros((0, 2))}
safetensors("safetensors/good", arrays, {"note": "text"})
write("safetensors/bad_header_length", struct.pack("<Q", 1 << 60) + b"{}")
write("safetensors/bad_offsets", struct.pack("<Q", 60) + b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}      ' + b"1234")

progress = {"step": 1, "epoch": 0, "batch": 1, "loss_sum": 2.5, "correct": 1, "images": 2, "best_accuracy": -1,
            "last_accuracy": 0, "seconds": 1, "metrics": "", "optimizer_counters": {}}
layer = {"weight": np.eye(2, dtype=np.float32), "bias": np.zeros(2, np.float32)}
state = layer | {"optimizer.momentum." + name: value for name, value in layer.items()}
safetensors("checkpoint/good", state, {"progress": json.dumps(progress)})
safetensors("checkpoint/bad_without_progress", state)
safetensors("checkpoint/bad_number", state, {"progress": json.dumps(progress | {"step": "one"})})

# ---- data sets ----

idx = struct.pack(">4B3I", 0, 0, 8, 3, 2, 3, 2) + bytes(range(12))
write("idx/good", idx)
write("idx/good_gzip", gzip.compress(idx, mtime=0))
write("idx/bad_extents", struct.pack(">4B3I", 0, 0, 8, 3, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF))
write("idx/bad_gzip_cut", gzip.compress(idx, mtime=0)[:-6])

write("cifar/good_empty", b"\0")
write("cifar/good_cifar10", b"\2" + b"\7" + bytes(3072))
write("cifar/bad_label", b"\3" + b"\0\x64" + bytes(3072))
write("cifar/bad_size", b"\5" + b"\0\7")

# ---- what data sets are published as; the files of tests/data/files ----


def data_file(name):
    with open(os.path.join(here, "..", "data", "files", name), "rb") as file:
        return file.read()


write("npy/good", data_file("labels_big_i4.npy"))
write("npy/good_images", data_file("grey.npy"))
write("npy/bad_fortran", data_file("fortran.npy"))
write("npy/bad_cut", data_file("labels_i8.npy")[:-1])
write("npy/bad_product", data_file("labels_u1.npy").replace(b"(6,), }" + b" " * 23, b"(4611686018427387904, 2, 0), }"))
write("pickle/good", data_file("cifar_batch_python2.pickle"))
write("pickle/good_protocol4", data_file("cifar_batch_protocol4.pickle"))
write("pickle/bad_names", data_file("cifar_meta_protocol2.pickle"))
write("pickle/bad_harmful", data_file("harmful.pickle"))

# ---- images; those of tests/data/images/files are given to the fuzzers too ----

for kind, name in [("bmp", "palette.bmp"), ("jpeg", "progressive.jpg"), ("png", "palette.png"), ("pnm", "few_levels.pgm"), ("tga", "runs.tga")]:
    data = image(name)
    write(f"{kind}/good", data)
    write(f"{kind}/bad_cut", data[: len(data) // 2])


def jpeg_with_counts(data, counts):
    at = data.index(b"\xff\xc4") + 5
    return data[:at] + bytes(counts) + data[at + 16:]


# One code more than a table has room for: stb_image 2.27 wrote behind its table.
write("jpeg/bad_huffman_257", jpeg_with_counts(image("rgb.jpg"), [16] * 15 + [17]))
write("png/bad_extents", image("rgb.png").replace(struct.pack(">II", 17, 11), struct.pack(">II", 1 << 20, 1 << 20)))
# Name and length of a chunk, and nothing behind them: libpng takes memory for all that it claims to have.
write("png/bad_last_chunk_length", image("rgb.png")[:-12] + struct.pack(">I", 0x20000000) + b"eXIf")
write("pnm/bad_extents", "P6 9000 9000 9\n1")

write("exif/good", b"MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0")
write("exif/good_little", b"II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\x08\0\0\0")
write("exif/good_directory_behind_the_end", b"MM\0*\xff\xff\xff\xff\xff\xff")

# ---- COCO ----

coco = {"images": [{"id": 7, "file_name": "7.png", "width": 6, "height": 4}, {"id": 2, "file_name": "2.png", "width": 90, "height": 70}],
        "annotations": [{"id": 1, "image_id": 7, "category_id": 3, "bbox": [0, 0, 3, 2], "area": 6, "iscrowd": 0,
                         "segmentation": [[0, 0, 3, 0, 3, 2.5], [1, 1, 5, 1, 5, 3, 1, 3]]},
                        {"id": 2, "image_id": 7, "category_id": 3, "bbox": [0.5, 0, 3, 2], "area": 6, "iscrowd": 1,
                         "segmentation": {"size": [4, 6], "counts": [2, 3, 19]}},
                        {"id": 3, "image_id": 7, "category_id": 3, "bbox": [0, 0, 3, 2], "area": 6,
                         "segmentation": {"size": [4, 6], "counts": "23c0"}},
                        {"id": 4, "image_id": 2, "category_id": 3, "bbox": [0, 0, 30, 20], "area": 60, "segmentation": []}],
        "categories": [{"id": 3, "name": "dog"}]}
write("coco/good", json.dumps(coco))
write("coco/good_polygon", json.dumps({key: coco[key] for key in ("categories", "annotations", "images")} | {"annotations": coco["annotations"][:1]}))
write("coco/bad_cut", json.dumps(coco)[:-40])
write("coco/bad_id", json.dumps(coco | {"categories": []}))
write("coco/bad_depth", '{"x": ' + "[" * 4000)
write("coco/bad_corner", json.dumps(coco).replace("2.5", "2.5e300"))
found = [{"image_id": 1, "category_id": 3, "bbox": [0, 0, 3, 2], "score": 0.5},
         {"image_id": 1, "category_id": 1, "score": 1, "segmentation": {"size": [4, 6], "counts": "23c0"}},
         {"image_id": 2, "category_id": 1, "score": -1e3, "segmentation": [[-5, 0, 250, 10.5, 30, 200]]}]
write("coco_results/good", json.dumps(found))
write("coco_results/bad_size", json.dumps(found).replace("[4, 6]", "[6, 4]"))
write("coco_rle/good", b"\4\x0623c0")
write("coco_rle/good_empty", b"")
write("coco_rle/bad_sum", b"\4\x0623d0")
write("coco_rle/bad_end", b"\4\x0623c")

# ---- text ----

write("config/good", "# a comment\nmodel = eca_resnet20\nattention = eca:k=5\nbatch-size = 8\nlr = 0.1\ndata = synthetic:n=16,size=8\naugment = crop:2+flip\n")
write("config/bad_key", "modell = eca_resnet20\n")
write("config/bad_number", "lr = 1e999\n")
write("config/bad_line", "lr 0.1\n")
write("ablation/good", "data = synthetic:n=16\nmodel = resnet20\nseeds = 1 2\nbaseline = none\narm none:\narm eca: attention = eca; lr = 0.1\n")
write("ablation/bad_seeds", "seeds = 1 1\narm a:\n")
write("ablation/bad_arm", "arm a\n")
