"""Makes tests/golden/coco_masks.json and tests/golden/coco_ap.json: what pycocotools makes of random masks and detections.

    pip install pycocotools==2.0.11 numpy
    python3 tests/golden/make_coco_golden.py

One case a line. coco_masks.json: polygons as masks, and overlaps of two masks. coco_ap.json: annotations and results, in rows
without the names of COCO's fields, with the twelve numbers of COCOeval for boxes and for masks, and AP of each category (in the
order of their ids).
"""

import contextlib
import copy
import io
import json
import os

import numpy as np
from pycocotools import mask as mask_api
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

here = os.path.dirname(os.path.abspath(__file__))


def write(name, cases):
    with open(os.path.join(here, name), "w") as f:
        f.write("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")


def text_of(rle):
    return rle["counts"].decode()


# ---- masks ----

def random_polygon(rng, height, width):
    kind = rng.integers(8)
    points = int(rng.integers(3, 9))
    extent = np.array([width, height])
    if kind == 0:  # whole pixels
        xy = rng.integers(0, extent + 1, (points, 2)).astype(float)
    elif kind == 1:  # halves and fifths, where rounding is decided
        xy = rng.integers(0, 10 * extent + 1, (points, 2)) / 10
    elif kind == 2:  # a rectangle
        a, b = rng.uniform(0, extent), rng.uniform(0, extent)
        xy = np.array([[a[0], a[1]], [a[0], b[1]], [b[0], b[1]], [b[0], a[1]]])
    elif kind == 3:  # partly outside
        xy = rng.uniform(-0.5 * extent, 1.5 * extent, (points, 2))
    elif kind == 4:  # thin
        a, b = rng.uniform(0, extent), rng.uniform(0, extent)
        xy = np.array([a, b, b + rng.uniform(0, 0.6, 2)])
    elif kind == 5:  # round an own centre, as outlines are
        angle = np.sort(rng.uniform(0, 2 * np.pi, points))
        radius = rng.uniform(0.2, 0.5, points)
        xy = extent * (0.5 + np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1))
    elif kind == 6:  # corners that stand twice
        xy = np.repeat(rng.uniform(0, extent, (points, 2)), 2, axis=0)
    else:  # crossing itself, on the border
        xy = np.clip(rng.uniform(-0.3 * extent, 1.3 * extent, (points, 2)), 0, extent)
    digits = int(rng.integers(1, 4))
    return [round(float(value), digits) for value in xy.reshape(-1)]


def polygon_case(rng):
    height, width = (int(value) for value in rng.integers(1, 40, 2))
    if rng.random() < 0.05:
        height, width = 480, 640
    polygons = [random_polygon(rng, height, width) for _ in range(1 if rng.random() < 0.7 else int(rng.integers(2, 4)))]
    rle = mask_api.merge(mask_api.frPyObjects(polygons, height, width))
    return {"size": [height, width], "polygons": polygons, "counts": text_of(rle), "area": int(mask_api.area(rle)),
            "box": [float(value) for value in mask_api.toBbox(rle)]}


def random_mask(rng, height, width):
    kind = rng.integers(5)
    if kind == 0:
        return (rng.random((height, width)) < rng.choice([0.02, 0.5, 0.98])).astype(np.uint8)
    if kind == 1:
        return np.full((height, width), rng.integers(2), np.uint8)
    mask = np.zeros((height, width), np.uint8)
    for _ in range(int(rng.integers(1, 4))):
        top, left = rng.integers(0, height), rng.integers(0, width)
        mask[top:top + 1 + rng.integers(0, height), left:left + 1 + rng.integers(0, width)] = 1
    return mask


def encoded(mask):
    return mask_api.encode(np.asfortranarray(mask))


def pair_case(rng):
    height, width = (int(value) for value in rng.integers(1, 25, 2))
    a, b = (random_mask(rng, height, width) for _ in range(2))
    rles = [encoded(a), encoded(b)]
    crowd = int(rng.integers(2))
    return {"size": [height, width], "a": text_of(rles[0]), "b": text_of(rles[1]), "crowd": crowd,
            "rows": ["".join(map(str, row)) for row in a] if height * width < 60 else None,
            "iou": float(mask_api.iou([rles[0]], [rles[1]], [crowd])[0, 0]),
            "union": text_of(mask_api.merge(rles)), "box": [float(value) for value in mask_api.toBbox(rles[0])]}


rng = np.random.default_rng(1)
write("coco_masks.json", [polygon_case(rng) for _ in range(500)] + [pair_case(rng) for _ in range(150)])


# ---- AP ----

class Scene:
    """One random case. `kinds` says what is out of the ordinary in it."""

    def __init__(self, rng, kinds):
        self.rng, self.kinds = rng, kinds
        self.large = "limits" in kinds
        self.images, self.annotations, self.results = [], [], []
        n_images = int(rng.integers(1, 3 if self.large or "many" in kinds else 6))
        n_categories = int(rng.integers(1, 2 if "many" in kinds else 4))
        ids = rng.permutation(60)[:n_images] if "holes" in kinds else np.arange(1, n_images + 1)
        for image_id in ids:
            height, width = (128, 128) if self.large else (int(value) for value in rng.integers(8, 26, 2))
            self.images.append({"id": int(image_id), "file_name": f"{image_id}.png", "height": height, "width": width})
        categories = rng.permutation(90)[:n_categories] if "holes" in kinds else np.arange(1, n_categories + 1)
        self.categories = [{"id": int(k), "name": f"class {k}"} for k in categories]
        for image in self.images:
            self.fill(image)
        order = rng.permutation(len(self.annotations))
        self.annotations = [self.annotations[i] for i in order]
        for i, annotation in enumerate(self.annotations):  # COCOeval takes an object with id 0 for unmatched
            annotation["id"] = int(7 * i + 3) if "holes" in kinds else i + 1
        self.results = [self.results[i] for i in rng.permutation(len(self.results))]

    def rows(self):
        """Everything, without the names of the fields."""
        return {
            "images": [[i["id"], i["height"], i["width"]] for i in self.images],
            "categories": [c["id"] for c in self.categories],
            "annotations": [[a["id"], a["image_id"], a["category_id"], a["area"], a["iscrowd"], a["bbox"], a["segmentation"]]
                            for a in self.annotations],
            "results": [[r["image_id"], r["category_id"], r["score"], r["bbox"], r["segmentation"]["counts"]]
                        for r in self.results]}

    def box(self, image):
        rng = self.rng
        if self.large:
            side = [int(rng.choice([31, 32, 32, 33, 95, 96, 96, 97, 16, 64])) for _ in range(2)]
            if rng.random() < 0.6:
                side[1] = side[0]
            return [int(rng.integers(0, 129 - side[0])), int(rng.integers(0, 129 - side[1]))] + side
        w, h = int(rng.integers(1, image["width"] + 1)), int(rng.integers(1, image["height"] + 1))
        if rng.random() < 0.7:
            w, h = min(w, 12), min(h, 12)
        if "zero" in self.kinds and rng.random() < 0.3:
            w = 0
        x, y = int(rng.integers(0, image["width"] - w + 1)), int(rng.integers(0, image["height"] - h + 1))
        return [x, y, w, h]

    def mask_of(self, box, image):
        mask = np.zeros((image["height"], image["width"]), np.uint8)
        x, y, w, h = (int(round(value)) for value in box)
        mask[max(y, 0):max(y + h, 0), max(x, 0):max(x + w, 0)] = 1
        if not self.large and self.rng.random() < 0.06:
            mask *= (self.rng.random(mask.shape) < 0.8).astype(np.uint8)
        return mask

    def segmentation(self, box, image):
        """As polygons, as counts or as a string; and its area."""
        kind = self.rng.random()
        if kind < 0.4 and min(box[2:]) > 0:
            x, y, w, h = box
            polygons = [[x, y, x + w, y, x + w, y + h, x, y + h]]
            if kind < 0.2:
                polygons = [[x, y, x + w, y, x, y + h], [x + w, y, x + w, y + h, x + w / 2, y + h]]
            rle = mask_api.merge(mask_api.frPyObjects(polygons, image["height"], image["width"]))
            return polygons, int(mask_api.area(rle))
        rle = encoded(self.mask_of(box, image))
        area = int(mask_api.area(rle))
        if kind < 0.6 and not self.large:
            pixels = mask_api.decode(rle).reshape(-1, order="F")
            counts, value = [0], 0
            for pixel in pixels:
                if pixel != value:
                    counts.append(0)
                    value = pixel
                counts[-1] += 1
            return {"size": [image["height"], image["width"]], "counts": counts}, area
        return {"size": [image["height"], image["width"]], "counts": text_of(rle)}, area

    def score(self):
        if "ties" in self.kinds:
            return float(self.rng.choice([0.1, 0.5, 0.9, 1]))
        return round(float(self.rng.random()), 4)

    def detect(self, image, category, box):
        rle = encoded(self.mask_of(box, image))
        self.results.append({"image_id": image["id"], "category_id": category["id"], "bbox": box, "score": self.score(),
                             "segmentation": {"size": [image["height"], image["width"]], "counts": text_of(rle)}})

    def fill(self, image):
        rng = self.rng
        if "empty" in self.kinds and rng.random() < 0.4:
            if rng.random() < 0.5 and "silent" not in self.kinds:
                self.detect(image, self.categories[0], self.box(image))
            return
        for category in self.categories:
            if rng.random() < 0.25:
                continue
            n_objects = int(rng.integers(0, 4))
            if "many" in self.kinds:
                n_objects = int(rng.integers(3, 8))
            boxes = [self.box(image) for _ in range(n_objects)]
            if "equal" in self.kinds and boxes:
                boxes += [list(boxes[0]), list(boxes[-1])]
            for box in boxes:
                segmentation, area = self.segmentation(box, image)
                if rng.random() < 0.3:
                    area = float(box[2] * box[3])
                if self.large and rng.random() < 0.4:
                    area = float(rng.choice([1024, 9216, 1023.99, 1024.01, 9215.99, 9216.01]))
                elif rng.random() < 0.2:  # area is what the file says
                    area = float(rng.choice([700, 1024, 2000, 9216, 9217, 20000]))
                crowd = int("crowd" in self.kinds and rng.random() < 0.4)
                self.annotations.append({"image_id": image["id"], "category_id": category["id"], "bbox": box,
                                         "area": area, "iscrowd": crowd, "segmentation": segmentation})
            if "silent" in self.kinds and rng.random() < 0.4:
                continue
            for box in boxes:
                for _ in range(int(rng.integers(0, 3))):
                    self.detect(image, category, self.moved(box, image))
            for _ in range(int(rng.integers(0, 3))):
                self.detect(image, category, self.box(image))
            if "many" in self.kinds:
                for _ in range(int(rng.integers(90, 110))):
                    self.detect(image, category, self.box(image))

    def moved(self, box, image):
        rng = self.rng
        if rng.random() < 0.25:
            return list(box)
        if "equal" in self.kinds or self.large:  # overlaps that lie at a threshold: 0.5, 0.6, ...
            share = rng.choice([0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95])
            return [box[0], box[1], round(float(box[2] * share), 2), box[3]]
        x, y, w, h = (float(value) for value in box)
        moved = [x + rng.normal(0, 0.3), y + rng.normal(0, 0.3), w * rng.uniform(0.85, 1.15), h * rng.uniform(0.85, 1.15)]
        return [round(float(value), int(rng.integers(0, 3))) for value in moved]


def quietly(action):
    with contextlib.redirect_stdout(io.StringIO()):
        return action()


def evaluated(dataset, results, kind):
    truth = COCO()
    truth.dataset = copy.deepcopy(dataset)
    quietly(truth.createIndex)
    unwanted = {"bbox": "segmentation", "segm": "bbox"}[kind]
    found = [{key: value for key, value in copy.deepcopy(result).items() if key != unwanted} for result in results]
    if found:
        detections = quietly(lambda: truth.loadRes(found))
    else:  # loadRes reads the first one
        detections = COCO()
        detections.dataset = copy.deepcopy(dataset) | {"annotations": []}
        quietly(detections.createIndex)
    evaluation = COCOeval(truth, detections, kind)
    for step in (evaluation.evaluate, evaluation.accumulate, evaluation.summarize):
        quietly(step)
    precision = evaluation.eval["precision"][:, :, :, 0, 2]  # thresholds, recalls, categories; all areas, 100 detections
    classes = [precision[:, :, k][precision[:, :, k] > -1] for k in range(precision.shape[2])]
    return [float(value) for value in evaluation.stats], [float(c.mean()) if c.size else -1.0 for c in classes]


every_kind = ["crowd", "empty", "ties", "limits", "many", "holes", "equal", "zero", "silent"]
cases = []
for number in range(360):
    rng = np.random.default_rng([2, number])
    kinds = {every_kind[number % len(every_kind)]} | {kind for kind in every_kind if rng.random() < 0.25}
    kinds -= {"limits", "many"}  # these are long
    if number % 8 == 0:
        kinds |= {"limits"}
    if number % 24 == 4:
        kinds |= {"many"}
    scene = Scene(rng, kinds)
    dataset = {"images": scene.images, "annotations": scene.annotations, "categories": scene.categories}
    boxes, box_classes = evaluated(dataset, scene.results, "bbox")
    masks, mask_classes = evaluated(dataset, scene.results, "segm")
    cases.append({"kinds": sorted(kinds), **scene.rows(), "boxes": boxes, "box_classes": box_classes, "masks": masks,
                  "mask_classes": mask_classes})
write("coco_ap.json", cases)
