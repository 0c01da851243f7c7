"""Weights of PyTorch as safetensors, which `eca` reads.

    python experiments/convert_pytorch.py eca_resnet50_k3557.pth.tar eca_resnet50.safetensors
    python experiments/convert_pytorch.py checkpoint.pth ema.safetensors --key model_ema

Reads what torch.save wrote, in both formats (before 1.6 and since), with weights_only: no code of the file runs. A dictionary
around the weights is opened; names and types stay as they are; what is left out is listed. Needs torch and numpy.
"""

import argparse
import json
import os
import pickle
import struct
import sys

import torch

DTYPES = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64",
          torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL"}
# Under which the weights mostly stand, the likeliest first.
KEYS = ("state_dict", "model_state_dict", "model", "net", "network", "weights", "params", "ema_state_dict", "model_ema")


class Refused(Exception):
    """What is wrong with the file, for people."""


def first_bytes(path):
    """Refuses files that are no work of torch.save, by their first bytes."""
    with open(path, "rb") as file:
        start = file.read(512)
    if start.startswith(b"version https://git-lfs"):
        raise Refused("is a pointer of git-lfs, not the file itself: fetch it with `git lfs pull`")
    if start.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html")):
        raise Refused("is a web page (HTML), not the file itself: download it by the link of the file")
    if len(start) > 8 and start[8:9] == b"{" and struct.unpack("<Q", start[:8])[0] < os.path.getsize(path):
        raise Refused("is safetensors already: `eca` reads it as it is")


def load(path):
    first_bytes(path)
    torch.serialization.add_safe_globals([argparse.Namespace])  # what many training scripts store their options in
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        reason = str(error)
        if "GLOBAL" not in reason and "global" not in reason:
            raise Refused("is no PyTorch file, or damaged: " + reason.splitlines()[0]) from None
        lines = [line.strip() for line in reason.splitlines() if "lobal" in line]
        raise Refused("holds Python objects beside weights, which this script does not run: a whole model, perhaps. Load it "
                      "in the program that made it and save model.state_dict().\n  PyTorch says: " + lines[0]) from None
    except (RuntimeError, EOFError, ValueError) as error:
        raise Refused("is no PyTorch file, or damaged: " + (str(error).splitlines() or ["it ends early"])[0]) from None


def is_state(value):
    """A dictionary with tensors in it, by name."""
    return isinstance(value, dict) and any(isinstance(item, torch.Tensor) for item in value.values()) \
        and all(isinstance(name, str) for name in value)


def summary(value):
    if isinstance(value, torch.Tensor):
        return f"a tensor {tuple(value.shape)}"
    if isinstance(value, dict):
        return f"a dictionary of {len(value)}"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    text = str(value)
    return text if len(text) <= 40 else text[:37] + "..."


def unwrap(content, key):
    """The weights by name, where they stood ("" if they are all there is), and a list of what stands beside them."""
    if key is not None:
        if not isinstance(content, dict) or key not in content:
            found = ", ".join(map(str, content)) if isinstance(content, dict) else type(content).__name__
            raise Refused(f"has no key '{key}'; found: {found}")
        if not is_state(content[key]):
            raise Refused(f"'{key}' is {summary(content[key])}, expected a dictionary of tensors")
        chosen = key
    elif is_state(content) and not any(is_state(value) for value in content.values()):
        return content, "", []
    elif isinstance(content, dict):
        inner = [name for name, value in content.items() if is_state(value)]
        likely = [name for name in KEYS if name in inner] or [name for name in inner if name != "optimizer"]
        if not likely:
            raise Refused("holds no dictionary of tensors; found: "
                          + ", ".join(f"{name} ({summary(value)})" for name, value in content.items()))
        chosen = likely[0]
    else:
        raise Refused(f"holds {summary(content)}, expected a dictionary of tensors (a state_dict)")
    rest = [f"{name} ({summary(value)})" for name, value in content.items() if name != chosen]
    return content[chosen], chosen, rest


def keep_tensors(state):
    """The tensors of a state_dict in the form of the file, and a list of what is none."""
    kept, rest = {}, []
    for name, value in state.items():
        if not isinstance(value, torch.Tensor):
            rest.append(f"{name} ({summary(value)})")
            continue
        if value.layout != torch.strided or value.is_quantized or value.dtype not in DTYPES:
            form = "quantized" if value.is_quantized else str(value.dtype if value.layout == torch.strided else value.layout)
            raise Refused(f"tensor '{name}' is {form.removeprefix('torch.')}, expected one of "
                          + ", ".join(str(dtype).removeprefix("torch.") for dtype in DTYPES))
        kept[name] = value.detach().contiguous()
    return kept, rest


def save(path, tensors):
    """Wide elements first, so that all are aligned, then by name."""
    order = sorted(tensors, key=lambda name: (-tensors[name].element_size(), name))
    header, end = {}, 0
    for name in order:
        begin, end = end, end + tensors[name].numel() * tensors[name].element_size()
        header[name] = {"dtype": DTYPES[tensors[name].dtype], "shape": list(tensors[name].shape),
                        "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path + ".tmp", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name in order:
            file.write(tensors[name].reshape(-1).view(torch.uint8).numpy().tobytes())
    os.replace(path + ".tmp", path)


def convert(source, target, key=None):
    """Converts one file and returns what is to be said of it, line by line."""
    state, where, beside = unwrap(load(source), key)
    tensors, rest = keep_tensors(state)
    save(target, tensors)
    counts = {}
    for tensor in tensors.values():
        dtype = str(tensor.dtype).removeprefix("torch.")
        counts[dtype] = counts.get(dtype, 0) + 1
    numbers = sum(tensor.numel() for tensor in tensors.values())
    lines = [f"{target}: {len(tensors)} tensors, {numbers} numbers ("
             + ", ".join(f"{count} {dtype}" for dtype, count in counts.items()) + ")"
             + (f", from '{where}'" if where else "")]
    if beside + rest:
        lines.append("left out: " + ", ".join(beside + rest))
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", metavar="IN.pth[.tar]")
    parser.add_argument("target", metavar="OUT.safetensors")
    parser.add_argument("--key", help="entry of the file that holds the weights (default: state_dict, model, net, ...)")
    arguments = parser.parse_args()
    try:
        print("\n".join(convert(arguments.source, arguments.target, arguments.key)))
    except Refused as error:
        sys.exit(f"{arguments.source}: {error}")
    except OSError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
