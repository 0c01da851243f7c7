"""Holds whole networks at 224x224 against PyTorch: weights and input go out as safetensors, `eca forward` computes.

    make && python tests/golden/compare_networks.py              # needs torch and numpy
    python tests/golden/compare_networks.py --program build/release-double/eca eca_resnet101:3357

A network is NAME or NAME:K, K one digit for each stage. Running statistics are those of a few random images, so that
activations stay in range through the whole depth, as in a trained network. Fails where logits differ by more than
--tolerance, relative to the largest.
"""

import argparse
import os
import subprocess
import sys
import tempfile

import torch
from torch import nn

from pytorch_models import build
from safetensors_io import load, save

NETWORKS = ("eca_resnet18:3577", "eca_resnet50:3557", "se_resnet50", "eca_mobilenet_v2:1111333",
            "cbam_resnet18")


def randomised(name, attention, size):
    torch.manual_seed(1)
    model = build(name, attention, classes=1000)
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    for m in norms:
        nn.init.uniform_(m.weight, 0.5, 1.5)
        nn.init.normal_(m.bias, 0, 0.1)
        m.momentum = 1.0
    for m in model.modules():
        if isinstance(m, nn.Dropout):
            m.p = 0.0
    with torch.no_grad():
        model.train()(torch.randn(4, 3, size, size))
    return model.eval()


def compare(program, text, size, tolerance, folder):
    name, _, k = text.partition(":")
    attention = f"eca:k={k}" if k else None
    model, x = randomised(name, attention, size), torch.randn(2, 3, size, size)
    weights, given, found = (os.path.join(folder, part) for part in ("weights", "input", "output"))
    save(weights, {key: value.numpy() for key, value in model.state_dict().items() if "num_batches" not in key})
    save(given, {"input": x.numpy()})
    options = ["--attention", attention] if attention else []
    subprocess.run([program, "forward", "--model", name, *options, "--weights", weights, "--input", given,
                    "--output", found], check=True, stdout=subprocess.DEVNULL)
    with torch.no_grad():
        expected = model.double()(x.double()).numpy()
    error = abs(load(found)[0]["logits"] - expected).max() / abs(expected).max()
    verdict = "agrees" if error <= tolerance else "DIFFERS"
    print(f"{text:26s} {size}x{size}  logits to {abs(expected).max():8.4f}  largest relative difference "
          f"{error:.1e}  {verdict}", flush=True)
    return error <= tolerance


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="*", default=NETWORKS)
    parser.add_argument("--program", default=os.path.join(here, "..", "..", "build", "eca"))
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--tolerance", type=float, default=1e-4)
    arguments = parser.parse_args()
    agree = True
    for text in arguments.networks:
        with tempfile.TemporaryDirectory() as folder:
            agree = compare(arguments.program, text, arguments.size, arguments.tolerance, folder) and agree
    sys.exit(0 if agree else 1)


if __name__ == "__main__":
    main()
