"""Writes tests/golden/pytorch/: weight files as torch.save and experiments/convert_pytorch.py make them, all of them small.

    python tests/golden/make_pytorch_files.py                    # needs torch and numpy

block.pth.tar        an ECA block of 8 channels, k = 5, as a training script saves it: float16, names of DataParallel, a
                     dictionary with epoch and optimiser around it
block_old.pth        its float32 state_dict alone, in the format before PyTorch 1.6
block.safetensors    converted from block.pth.tar
block_bf16.safetensors   the same block in bfloat16, names of torch.compile around those of DataParallel
block_output.safetensors input (2,8,6,5), and output_f16, output_bf16, which PyTorch computes in float32 from those weights
dtypes.safetensors   "<type>" of every type with values at its limits, and "<type>_expected", the same in float64
"""

import os
import sys
import tempfile

import torch
from torch import nn

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pytorch")
sys.path.insert(0, os.path.join(FOLDER, "..", "..", "..", "experiments"))

from convert_pytorch import convert  # noqa: E402
from pytorch_models import BasicBlock  # noqa: E402


def make_block():
    torch.manual_seed(12)
    block = BasicBlock(8, 8, attention="eca:k=5").eval()
    for module in block.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.1)
            nn.init.normal_(module.running_mean, 0, 0.1)
            nn.init.uniform_(module.running_var, 0.5, 2)
            module.num_batches_tracked += 7
    return block


def in_type(block, dtype):
    return {name: value.to(dtype) if value.is_floating_point() else value
            for name, value in block.state_dict().items()}


def prefixed(prefix, state):
    return {prefix + name: value for name, value in state.items()}


def output_of(block, state, x):
    block.load_state_dict({name: value.to(torch.float32) for name, value in state.items()})
    with torch.no_grad():
        return block(x)


def write_block():
    block = make_block()
    float16, bfloat16 = in_type(block, torch.float16), in_type(block, torch.bfloat16)
    x = torch.randn(2, 8, 6, 5)
    optimizer = torch.optim.SGD(block.parameters(), 0.1, momentum=0.9)
    path = os.path.join(FOLDER, "block.pth.tar")
    torch.save({"epoch": 100, "arch": "eca_block", "state_dict": prefixed("module.", float16),
                "optimizer": optimizer.state_dict()}, path)
    torch.save(block.state_dict(), os.path.join(FOLDER, "block_old.pth"), _use_new_zipfile_serialization=False)
    convert(path, os.path.join(FOLDER, "block.safetensors"))
    write("block_bf16.safetensors", prefixed("_orig_mod.module.", bfloat16))
    write("block_output.safetensors", {"input": x, "output_f16": output_of(block, float16, x),
                                       "output_bf16": output_of(block, bfloat16, x)})


def write(name, tensors):
    """Through a file of torch.save, as users' weights come."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "t.pth")
        torch.save(tensors, path)
        convert(path, os.path.join(FOLDER, name))


def limits(dtype):
    if dtype == torch.bool:
        return torch.tensor([True, False])
    if not dtype.is_floating_point:
        kind = torch.iinfo(dtype)
        # float64 holds no whole numbers beyond 2^53 exactly.
        return torch.tensor([max(kind.min, -2**53), 0, 1, 77, min(kind.max, 2**53)], dtype=dtype)
    kind = torch.finfo(dtype)
    smallest = {torch.float16: 2**-24, torch.bfloat16: 2**-133}.get(dtype, kind.tiny)  # below the normal ones
    return torch.tensor([0.0, -0.0, 1.0, -1.5, 1 / 3, kind.tiny, smallest, -smallest * 3, kind.max, kind.min, float("inf"),
                         -float("inf")], dtype=torch.float64).to(dtype)


def write_dtypes():
    tensors = {}
    for dtype in (torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16,
                  torch.int8, torch.uint8, torch.bool):
        name = str(dtype).removeprefix("torch.")
        tensors[name] = limits(dtype)
        tensors[name + "_expected"] = limits(dtype).to(torch.float64)
    write("dtypes.safetensors", tensors)


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    write_block()
    write_dtypes()
