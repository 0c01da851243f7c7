"""What torchvision's detectors are shown by pytorch_detect_train.py: images of a folder of `eca detect make-scenes` on canvases,
augmented as in data/detection/placement.cpp and detection_augment.cpp, with random numbers of their own.

    batches = Batches(CocoSplit("scenes", "train"), settings, parse_augment("flip+scale:0.7"), seed=1)
    for images, targets in batches.epoch(0, batch_size=8): ...
"""

import json
import math
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from PIL import Image

LEAST_KEPT = 0.1       # of a box's area: data/detection/placement.hpp
SHUFFLE, AUGMENT = 1, 2  # streams of random numbers


def refuse(text):
    sys.exit(f"pytorch_detect_train: {text}")


# ---- run lengths: column by column, of 0 first -----------------------------------------------------------


def counts_of_text(text):
    """COCO's text as a list of lengths; from the fourth on it has differences to the last but one."""
    counts, i = [], 0
    while i < len(text):
        value, shift, more = 0, 0, True
        while more:
            c = ord(text[i]) - 48
            value |= (c & 31) << shift
            more, shift, i = c & 32, shift + 5, i + 1
        if c & 16:
            value -= 1 << shift
        counts.append(value + (counts[-2] if len(counts) > 2 else 0))
    return counts


def text_of_counts(counts):
    text = []
    for i, count in enumerate(counts):
        value, more = count - (counts[i - 2] if i > 2 else 0), True
        while more:
            bits = value & 31
            value >>= 5
            more = value != (-1 if bits & 16 else 0)
            text.append(chr(48 + bits + (32 if more else 0)))
    return "".join(text)


def mask_of(counts, height, width):
    """(H,W) of 0 and 1."""
    values = np.repeat(np.arange(len(counts), dtype=np.uint8) & 1, counts)
    return values.reshape(width, height).T


def counts_of(mask):
    pixels = np.concatenate(([0], mask.T.reshape(-1).astype(np.int8), [2]))
    ends = np.flatnonzero(np.diff(pixels))
    return np.diff(ends, prepend=0).tolist()


# ---- data ------------------------------------------------------------------------------------------------


class CocoSplit:
    """Images and what is on them, of one split of a folder of `eca detect make-scenes`."""

    def __init__(self, folder, name):
        self.path = os.path.join(folder, "annotations", f"instances_{name}.json")
        self.images = os.path.join(folder, "images", name)
        try:
            with open(self.path) as file:
                content = json.load(file)
        except (OSError, ValueError) as error:
            refuse(f"{self.path}: {error}")
        self.classes = [category["name"] for category in content["categories"]]
        self.category_ids = [category["id"] for category in content["categories"]]
        self.entries = content["images"]
        labels = {category: i for i, category in enumerate(self.category_ids)}
        places = {entry["id"]: i for i, entry in enumerate(self.entries)}
        self.objects = [[] for _ in self.entries]
        for annotation in content["annotations"]:
            if annotation.get("iscrowd"):
                continue                                         # nothing is trained on crowds
            mask = annotation.get("segmentation")
            if mask and not isinstance(mask, dict):
                refuse(f"{self.path}: annotation {annotation['id']} has a polygon, expected run lengths, as "
                       "`eca detect make-scenes` writes them")
            counts = mask["counts"] if mask else None
            self.objects[places[annotation["image_id"]]].append(
                (annotation["bbox"], labels[annotation["category_id"]],
                 counts_of_text(counts) if isinstance(counts, str) else counts))

    def __len__(self):
        return len(self.entries)

    def image(self, i):
        path = os.path.join(self.images, self.entries[i]["file_name"])
        with Image.open(path) as image:
            return image.convert("RGB")


def split_named(folder, *starts):
    """The split that is called, or else whose name begins with, the first of `starts` that there is."""
    try:
        files = sorted(os.listdir(os.path.join(folder, "annotations")))
    except OSError as error:
        refuse(f"{folder}: no folder in COCO's format: {error.strerror}")
    names = [file[len("instances_"):-len(".json")] for file in files if re.fullmatch(r"instances_.*\.json", file)]
    for start in starts:
        for name in sorted(names, key=lambda name: name != start):
            if name.startswith(start):
                return name
    refuse(f"{folder}: has the splits {', '.join(names)}, expected one that begins with {' or '.join(starts)}")


# ---- what a network is shown -----------------------------------------------------------------------------


def parse_augment(text):
    augment = {"flip": False, "scale": 1.0}
    for term in text.split("+"):
        name, _, factor = term.partition(":")
        if name == "flip":
            augment["flip"] = True
        elif name == "scale":
            augment["scale"] = float(factor or 0.5)
        elif name != "none":
            refuse(f"augment: {text}, expected none, or flip and scale:FACTOR joined by +")
    return augment


class Placement:
    """Where an image lies on the canvas; may reach beyond it."""

    def __init__(self, image, canvas):
        scale = min(canvas[0] / image[0], canvas[1] / image[1])
        self.image = image                                       # height, width
        self.size = [min(max(math.floor(scale * side + 0.5), 1), most) for side, most in zip(image, canvas)]
        self.top = self.left = 0
        self.mirrored = False

    def draw(self, augment, canvas, random):
        self.mirrored = random.random() < 0.5 and augment["flip"]
        factor = augment["scale"] ** random.uniform(-1, 1)
        u = random.random(), random.random()
        if augment["scale"] == 1:
            return
        self.size = [max(1, math.floor(factor * side + 0.5)) for side in self.size]
        places = []
        for side, most, share in zip(self.size, canvas, u):
            steps = int(share * (abs(most - side) + 1))
            places.append(-steps if most < side else steps)
        self.top, self.left = places

    def overlap(self, canvas):
        """Slices of the canvas, of rows and columns, on which the image lies, and which of its rows and columns lie there."""
        slices, places = [], []
        for first, extent, most in zip((self.top, self.left), self.size, canvas):
            slices.append(slice(min(max(first, 0), most), min(max(first + extent, 0), most)))
            places.append(np.arange(slices[-1].start, slices[-1].stop) - first)
        if self.mirrored:
            places[1] = self.size[1] - 1 - places[1]
        return slices, places

    def to_canvas(self, box):
        """left, top, width, height, also beside the canvas."""
        x, y, w, h = box
        sy, sx = self.size[0] / self.image[0], self.size[1] / self.image[1]
        if self.mirrored:
            x = self.image[1] - x - w
        return [self.left + x * sx, self.top + y * sy, w * sx, h * sy]

    def to_image(self, corners):
        """Corners on the canvas (n,4) as corners in the image, the part inside it. Not for mirrored images."""
        sy, sx = self.image[0] / self.size[0], self.image[1] / self.size[1]
        offset, scale = torch.tensor([self.left, self.top] * 2), torch.tensor([sx, sy] * 2)
        moved = (corners.double() - offset) * scale
        return torch.minimum(moved.clamp(min=0), torch.tensor([self.image[1], self.image[0]] * 2).double())


def inside(box, canvas):
    x, y, w, h = box
    if x >= 0 and y >= 0 and x + w <= canvas[1] and y + h <= canvas[0]:
        return box
    left, right = np.clip([x, x + w], 0, canvas[1])
    top, bottom = np.clip([y, y + h], 0, canvas[0])
    return [left, top, right - left, bottom - top]


def bounding_box(mask):
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return [columns[0], rows[0], columns[-1] + 1 - columns[0], rows[-1] + 1 - rows[0]]


class Batches:
    """Images on their canvases with targets for torchvision, and the next ones made while these are used."""

    def __init__(self, data, settings, augment, seed):
        self.data, self.augment, self.seed = data, augment, seed
        self.canvas = settings["canvas"]["height"], settings["canvas"]["width"]
        self.mean = np.array(settings["normalisation"]["mean"], dtype=np.float32)
        self.std = np.array(settings["normalisation"]["std"], dtype=np.float32)
        self.first_label = 0 if settings["kind"] == "retinanet" else 1   # of the others, 0 is background
        self.masks = settings["kind"] == "mask_rcnn"

    def placed(self, epoch, i):
        """Image i on its canvas, (3,H,W), and how it lies there."""
        image = self.data.image(i)
        placement = Placement((image.height, image.width), self.canvas)
        if self.augment:
            placement.draw(self.augment, self.canvas, np.random.default_rng([self.seed, AUGMENT, epoch, i]))
        height, width = placement.size
        if (height, width) != (image.height, image.width):
            image = image.resize((width, height), Image.BILINEAR)
        canvas = np.zeros((*self.canvas, 3), dtype=np.float32)
        (rows, columns), (from_rows, from_columns) = placement.overlap(self.canvas)
        pixels = np.asarray(image)[from_rows[:, None], from_columns]
        canvas[rows, columns] = (pixels.astype(np.float32) / 255 - self.mean) / self.std
        return torch.from_numpy(canvas).permute(2, 0, 1), placement

    def placed_object(self, box, counts, placement):
        """Its box on the canvas and its mask, if it has one; None where too little is left."""
        whole = placement.to_canvas(box)
        part = inside(whole, self.canvas)
        area, mask = whole[2] * whole[3], None
        if area <= 0 or part[2] * part[3] / area < LEAST_KEPT:
            return None
        if counts is not None:
            mask = np.zeros(self.canvas, dtype=np.uint8)
            (rows, columns), places = placement.overlap(self.canvas)
            y, x = ((2 * at + 1) * side // (2 * resized) for at, side, resized in zip(places, placement.image, placement.size))
            mask[rows, columns] = mask_of(counts, *placement.image)[y[:, None], x]
            if not mask.any():
                return None
            if part is not whole:
                part = bounding_box(mask)
        return (part, mask) if part[2] >= 1 and part[3] >= 1 else None

    def example(self, epoch, i):
        image, placement = self.placed(epoch, i)
        boxes, labels, masks = [], [], []
        for box, label, counts in self.data.objects[i]:
            if self.masks and counts is None:
                refuse(f"{self.data.path}: image {i} has an object without a mask, which a Mask R-CNN needs")
            moved = self.placed_object(box, counts, placement)
            if moved is not None:
                (x, y, w, h), mask = moved
                boxes.append([x, y, x + w, y + h])
                labels.append(label + self.first_label)
                masks.append(mask)
        target = {"boxes": torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4),
                  "labels": torch.tensor(labels, dtype=torch.int64)}
        if self.masks:
            target["masks"] = torch.from_numpy(np.array(masks, dtype=np.uint8).reshape(-1, *self.canvas))
        return image, target

    def epoch(self, number, batch_size):
        """(images, targets) of all batches in a new order; fewer than a batch are left out, unless they are all there are."""
        order = np.random.default_rng([self.seed, SHUFFLE, number]).permutation(len(self.data))
        batch_size = min(batch_size, len(order))
        parts = [order[b:b + batch_size] for b in range(0, len(order) - batch_size + 1, batch_size)]

        def make(part):
            examples = [self.example(number, int(i)) for i in part]
            return [image for image, _ in examples], [target for _, target in examples]

        with ThreadPoolExecutor(1) as ahead:
            waiting = ahead.submit(make, parts[0])
            for n in range(len(parts)):
                batch = waiting.result()
                if n + 1 < len(parts):
                    waiting = ahead.submit(make, parts[n + 1])
                yield batch
