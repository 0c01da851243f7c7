"""Makes tests/data/images/resample.safetensors: images and what Pillow's bilinear resampling makes of them.

    python3 tests/data/images/make_resample_golden.py        needs Pillow and numpy

Pixels are (height,width,3) of 0..255. "CASE image" is what goes in. "CASE resized" is Image.resize((width,height), BILINEAR) of the
box that the metadata name, cropped out first as torchvision's RandomResizedCrop does. "CASE middle" is what torchvision's Resize
and CenterCrop do where the shorter side goes to RESIZE evenly: resized to RESIZE, the middle of SIZE cropped out.
Made with Pillow 13.0.
"""

import os
import sys

import numpy as np
from PIL import Image

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "../../golden"))
import safetensors_io  # noqa: E402

tensors, metadata = {}, {}


def picture(height, width, seed):
    """Smooth ground, fine stripes, noise and hard edges: what aliases, and what overshoots."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    rgb = np.stack([120 + 100 * np.sin(x / 5 + seed), 127 + 127 * ((x + y) % 2), 255 * (y / height)], axis=-1)
    rgb += rng.normal(0, 20, rgb.shape)
    rgb[height // 3:height // 2, width // 4:width // 2] = [250, 5, 30]
    return np.clip(np.rint(rgb), 0, 255).astype(np.uint8)


def save_pixels(name, image):
    tensors[name] = np.asarray(image, dtype=np.float32)


def resized(case, extents, box, size):
    """extents, size: (height,width); box: (top,left,height,width)."""
    image = Image.fromarray(picture(*extents, seed=len(tensors)))
    top, left, height, width = box
    part = image.crop((left, top, left + width, top + height))
    save_pixels(case + " image", image)
    save_pixels(case + " resized", part.resize(size[::-1], Image.BILINEAR))
    metadata[case] = " ".join(map(str, box + size))


def middle(case, extents, resize, size):
    height, width = extents
    image = Image.fromarray(picture(height, width, seed=len(tensors)))
    short = min(extents)
    assert all(side * resize % short == 0 for side in extents)
    new = tuple(side * resize // short for side in extents)
    assert all((side - size) % 2 == 0 for side in new)
    top, left = ((side - size) // 2 for side in new)
    save_pixels(case + " image", image)
    save_pixels(case + " middle", image.resize(new[::-1], Image.BILINEAR).crop((left, top, left + size, top + size)))
    metadata[case] = f"{resize} {size}"


resized("smaller", (40, 55), (0, 0, 40, 55), (16, 16))
resized("much smaller", (61, 70), (3, 5, 54, 61), (5, 7))
resized("larger", (15, 11), (2, 1, 10, 7), (22, 22))
resized("one axis each way", (40, 17), (7, 4, 30, 9), (12, 20))
resized("one pixel", (9, 9), (4, 5, 1, 1), (6, 6))
resized("as it is", (12, 17), (1, 3, 10, 10), (10, 10))
middle("down", (24, 33), 16, 14)
middle("up", (12, 20), 24, 16)
middle("portrait", (60, 36), 18, 12)

safetensors_io.save(os.path.join(here, "resample.safetensors"), tensors, metadata)
