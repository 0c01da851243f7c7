"""Writes class_maps.safetensors: CAM, Grad-CAM and Grad-CAM++ of ECA-ResNet-20 as PyTorch computes them in float64.

    python tests/golden/make_cam_golden.py       # needs torch (2.13.0) and numpy; reads eca_resnet20.safetensors beside itself

Network, weights and images are those of eca_resnet20.safetensors, in evaluation mode; the file written holds the maps alone.
The formulas are written out here from the papers (arXiv 1512.04150v1 eq. 2, 1610.02391v4 eqs. 1 and 2, 1710.11063v3 eqs. 5 and
19), with activations and gradients from forward hooks and autograd.
"""

import json
import os

import numpy as np
import torch
from torch.nn import functional as F

from pytorch_models import build
from safetensors_io import load, save

FOLDER = os.path.dirname(os.path.abspath(__file__))
IMAGES = 3
SIZE = (16, 16)
OTHER = 5           # the class that is asked for
LEAST_REST = 0.05


def activation_and_gradient(model, x, layer, k):
    """A (N,C,H,W), d score / dA and the score (N) of class k, or of the predicted one where k is None."""
    held = {}
    handle = model.get_submodule(layer).register_forward_hook(lambda module, args, y: held.update(A=y))
    logits = model(x)
    handle.remove()
    classes = logits.argmax(1) if k is None else torch.full((len(x),), k)
    score = logits.gather(1, classes[:, None])[:, 0]
    (gradient,) = torch.autograd.grad(score.sum(), held["A"])
    return held["A"].detach(), gradient, score.detach(), classes


def cam(A, w, classes):
    return torch.einsum("nchw,nc->nhw", A, w[classes])


def grad_cam(A, g):
    alpha = g.mean((2, 3), keepdim=True)
    L = F.relu((alpha * A).sum(1))
    rest = L.amax((1, 2)) / (alpha * A).abs().sum(1).amax((1, 2))    # of the sum, after what cancels
    assert rest.min() > LEAST_REST, f"{rest}: float is no use"
    return L


def grad_cam_plus_plus(A, g, score):
    """Y = exp(score); its first three derivatives where the score is linear in A."""
    Y = torch.exp(score)[:, None, None, None]
    first, second, third = Y * g, Y * g**2, Y * g**3
    denominator = 2 * second + A.sum((2, 3), keepdim=True) * third
    a = torch.where(denominator != 0, second / torch.where(denominator != 0, denominator, 1), 0)
    alpha = (a * F.relu(first)).sum((2, 3), keepdim=True)
    return F.relu((alpha * A).sum(1)) / Y[:, :, 0]


def main():
    torch.set_num_threads(1)
    tensors, _ = load(os.path.join(FOLDER, "eca_resnet20.safetensors"))
    model = build("eca_resnet20")
    state = {name: torch.from_numpy(np.array(tensors[name])) for name in model.state_dict() if name in tensors}
    model.load_state_dict(state, strict=False)
    model = model.double().eval()
    x = torch.from_numpy(np.array(tensors["input"][:IMAGES])).double()

    maps, cases = {}, []
    for layer in ("layer3.2", "layer2.0", "layer1.1.bn1"):
        for k in (None, OTHER):
            name = f"{layer}.{'predicted' if k is None else k}"
            A, g, score, classes = activation_and_gradient(model, x, layer, k)
            maps[name + ".gradcam"] = grad_cam(A, g)
            if A.min() >= 0:    # behind a ReLU; elsewhere the denominator comes near 0, and float is no use
                maps[name + ".gradcam++"] = grad_cam_plus_plus(A, g, score)
            if layer == "layer3.2":
                maps[name + ".cam"] = cam(A, model.fc.weight.detach(), classes)
            cases.append({"name": name, "layer": layer, "class": -1 if k is None else k, "images": IMAGES})
    for name in list(maps):
        if name.endswith(".gradcam"):
            maps[name + ".upsampled"] = F.interpolate(maps[name][:, None], SIZE, mode="bilinear")[:, 0]
        assert maps[name].abs().max() > 0, name
    path = os.path.join(FOLDER, "class_maps.safetensors")
    save(path, {name: value.contiguous().numpy() for name, value in maps.items()}, {"cases": json.dumps(cases)})
    print(f"{os.path.getsize(path):,d} bytes, {len(maps)} maps")


if __name__ == "__main__":
    main()
