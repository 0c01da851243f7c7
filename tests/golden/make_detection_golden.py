"""Writes detection.safetensors: what torchvision and PyTorch compute in float64 for the ops of layers/detection.

    pip install torch==2.14.1 torchvision==0.29.1
    python tests/golden/make_detection_golden.py       # writes beside itself

The file is as those of make_golden.py: cases, axes and names of tensors. A case's "op" says what it is of. Boxes are (N,4), left,
top, right, bottom. Numbers of boxes, scores and overlaps are whole multiples of small powers of two, so that float32 holds them
and ties are ties.
"""

import torch
from torch.nn import functional as F
from torchvision import ops
from torchvision.models.detection import _utils
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.roi_heads import paste_masks_in_image
from torchvision.ops.poolers import LevelMapper

from make_golden import Golden, normal, rounded, uniform


def boxes_in(height, width, count, smallest=2.0, largest=None):
    """Boxes of quarters of pixels, some of which hang over the edge of the image."""
    largest = largest or max(height, width)
    sides = uniform(smallest, largest, count, 2)
    middle = torch.rand(count, 2, dtype=torch.float64) * torch.tensor([width, height], dtype=torch.float64)
    return torch.round(torch.cat([middle - sides / 2, middle + sides / 2], dim=1) * 4) / 4


def anchors(golden):
    for name, sizes, ratios, image, grid in (
            ("one_size", (32.0,), (0.5, 1.0, 2.0), (48, 64), (6, 4)),
            ("retinanet", (32, 40, 50), (0.5, 1.0, 2.0), (33, 50), (4, 3)),
            ("odd", (5.0, 7.0), (0.3, 1.7), (20, 20), (5, 5))):
        # Its anchors are float32, which whole numbers do not mind.
        maps = [torch.zeros(1, 1, *grid)]
        made = AnchorGenerator((sizes,), (ratios,))(ImageList(torch.zeros(1, 3, *image), [image]), maps)[0]
        golden.add("anchors/" + name, {"anchors": made.double()}, op="anchors", sizes=list(sizes), ratios=list(ratios),
                   height=grid[0], width=grid[1], stride_y=image[0] // grid[0], stride_x=image[1] // grid[1])


def coder(golden):
    references, boxes = boxes_in(64, 96, 12), boxes_in(64, 96, 12)
    deltas = rounded(2 * normal(12, 4))
    deltas[0, 2:] = 50  # far above the limit
    for name, weights in (("ones", (1.0, 1.0, 1.0, 1.0)), ("box_head", (10.0, 10.0, 5.0, 5.0))):
        box_coder = _utils.BoxCoder(weights)
        golden.add("coder/" + name, {
            "references": references, "boxes": boxes, "encoded": box_coder.encode_single(boxes, references),
            "deltas": deltas, "decoded": box_coder.decode_single(deltas, references)},
            op="coder", weights=list(weights))


def iou(golden):
    a, b = boxes_in(64, 96, 9), boxes_in(64, 96, 7)
    b[0] = a[0]
    a[1] = torch.tensor([0.0, 0, 10, 10])
    b[1] = torch.tensor([10.0, 0, 20, 10])  # they touch
    golden.add("iou", {"a": a, "b": b, "iou": ops.box_iou(a, b), "clipped": ops.clip_boxes_to_image(a, (50, 60)),
                       "of_size": ops.remove_small_boxes(a, 20)}, op="iou", height=50, width=60, min_size=20)


def nms(golden):
    boxes = boxes_in(64, 64, 60, 8, 40)
    boxes[7] = boxes[3]
    boxes[20] = torch.tensor([0.0, 0, 10, 20])
    boxes[21] = torch.tensor([0.0, 0, 10, 10])  # an overlap of exactly 0.5 with it
    scores = torch.round(torch.rand(60, dtype=torch.float64) * 16) / 16  # many ties
    scores[20], scores[21] = 2, 1.5
    groups = torch.randint(0, 4, (60,))
    for name, threshold in (("half", 0.5), ("rpn", 0.75), ("low", 0.25)):
        golden.add("nms/" + name, {"boxes": boxes, "scores": scores, "kept": ops.nms(boxes, scores, threshold)},
                   op="nms", threshold=threshold)
        # In float64 adding a class's offset to its boxes, as batched_nms does, changes no overlap of quarters.
        golden.add("batched_nms/" + name, {"boxes": boxes, "scores": scores, "groups": groups,
                                           "kept": ops.batched_nms(boxes, scores, groups, threshold)},
                   op="nms", threshold=threshold)


def matcher(golden):
    objects = torch.tensor([[4.0, 4, 20, 20], [8, 8, 24, 28], [40, 4, 44, 8], [30, 30, 50, 50]], dtype=torch.float64)
    candidates = torch.cat([boxes_in(64, 64, 50, 6, 30), objects[3:] + 0.5, objects[:1]])
    candidates[5] = candidates[11]  # a tie
    ious = torch.round(ops.box_iou(objects, candidates) * 64) / 64
    assert (ious.max(dim=1).values > 0).all()
    for name, high, low, quality in (("rpn", 0.7, 0.3, True), ("box_head", 0.5, 0.5, False), ("retinanet", 0.5, 0.4, True)):
        golden.add("matcher/" + name, {"ious": ious, "matches": _utils.Matcher(high, low, quality)(ious)},
                   op="matcher", high=high, low=low, low_quality=quality)


def levels(golden):
    boxes = torch.cat([boxes_in(600, 800, 30, 8, 700), torch.tensor([[0.0, 0, 224, 224], [0, 0, 112, 112], [0, 0, 111, 111]])])
    for name, least, most, scale, level in (("default", 2, 5, 224, 4), ("small", 2, 4, 32, 3)):
        found = LevelMapper(least, most, scale, level)([boxes]) + least
        golden.add("levels/" + name, {"boxes": boxes, "levels": found}, op="levels", least=least, most=most,
                   canonical_scale=scale, canonical_level=level)


def roi_align(golden):
    def rois_of(boxes):
        return torch.cat([torch.tensor([[2.0], [0], [0], [2], [0], [0], [2], [0]]), boxes], dim=1)  # no box in image 1

    boxes = torch.tensor([[2.0, 3, 20, 30], [-6, -5, 9, 8], [20, 22, 40, 44], [5.25, 7.75, 6, 8.5], [10, 10, 10, 10],
                          [0, 0, 28, 36], [-30, -30, -20, -22], [26, 34, 27.5, 35.5]], dtype=torch.float64)
    for name, size, scale, ratio, aligned in (
            ("ratio2", (3, 3), 0.25, 2, False), ("aligned", (3, 3), 0.25, 2, True), ("adaptive", (2, 3), 0.25, -1, False),
            ("adaptive_aligned", (3, 2), 0.25, 0, True), ("whole", (2, 2), 1.0, 3, True), ("seven", (7, 7), 0.25, 1, False)):
        golden.add_with_gradients("roi_align/" + name,
                                  lambda x: ops.roi_align(x, rois_of(boxes), size, scale, ratio, aligned),
                                  {"x": normal(3, 3, 9, 7)}, {"rois": rois_of(boxes)}, op="roi_align",
                                  height=size[0], width=size[1], scale=scale, sampling_ratio=ratio, aligned=aligned)


def multiscale(golden):
    """Three levels of maps of images of 64x64, and boxes of all sizes."""
    maps = {f"x{i}": normal(2, 3, 16 >> i, 16 >> i) for i in range(3)}
    boxes = [torch.cat([boxes_in(64, 64, 3, least, least + 15) for least in sizes]) for sizes in ((4, 45, 22), (45, 4))]
    pooler = ops.MultiScaleRoIAlign(list(maps), output_size=(3, 2), sampling_ratio=2, canonical_scale=20, canonical_level=3)
    rois = torch.cat([torch.cat([torch.full((len(b), 1), float(i)), b], dim=1) for i, b in enumerate(boxes)])
    golden.add_with_gradients("multiscale", lambda *x: pooler(dict(zip(maps, x)), boxes, [(64, 64), (64, 64)]), maps,
                              {"rois": rois}, op="multiscale", height=3, width=2, canonical_scale=20, canonical_level=3)
    assert len(set(pooler.map_levels(boxes).tolist())) == 3


def losses(golden):
    def case(name, loss, inputs, **options):
        """The weighted sum of the loss of each element, over a divisor."""
        w = uniform(0, 2, *inputs["x"].shape)
        w[0] = 0
        constants = {key: value for key, value in inputs.items() if key != "x"}
        golden.add_with_gradients(name, lambda x: ((loss(x) * w).sum() / 7).reshape(1), {"x": inputs["x"]},
                                  {**constants, "w": w}, op=name.split("/")[0], divisor=7, **options)

    hard, soft = torch.randint(0, 2, (5, 3, 4)).double(), uniform(0, 1, 5, 3, 4)
    for name, t, alpha, gamma in (("default", hard, 0.25, 2.0), ("no_alpha", hard, -1.0, 2.0), ("gamma0", hard, 0.25, 0.0),
                                  ("gamma1.5", hard, 0.5, 1.5), ("soft", soft, 0.25, 2.0)):
        x = rounded(3 * normal(5, 3, 4))
        case("focal/" + name, lambda x: ops.sigmoid_focal_loss(x, t, alpha, gamma), {"x": x, "t": t}, alpha=alpha,
             gamma=gamma)
    for name, beta in (("one", 1.0), ("ninth", 1 / 9), ("l1", 0.0)):
        x, t = normal(5, 3, 4), normal(5, 3, 4)
        case("smooth_l1/" + name, lambda x: F.smooth_l1_loss(x, t, reduction="none", beta=beta), {"x": x, "t": t}, beta=beta)
    for name, scale in (("near", 2), ("far", 200)):
        x = rounded(scale * normal(5, 3, 4))
        case("sigmoid/" + name, lambda x: F.binary_cross_entropy_with_logits(x, soft, reduction="none"),
             {"x": x, "t": soft})


def mask_cross_entropy(golden):
    t, labels = uniform(0, 1, 4, 5, 6), torch.tensor([2, 0, 1, 2])
    golden.add_with_gradients(
        "mask_cross_entropy",
        lambda x: F.binary_cross_entropy_with_logits(x[torch.arange(4), labels], t).reshape(1),
        {"x": rounded(2 * normal(4, 3, 5, 6))}, {"t": t, "labels": labels}, op="mask_cross_entropy")


def conv_transpose2d(golden):
    for name, shape, out, k, stride, padding, output_padding, bias in (
            ("k2_s2", (2, 5, 3, 4), 4, 2, 2, 0, 0, True), ("k2_s2_c17", (1, 17, 3, 2), 3, 2, 2, 0, 0, False),
            ("k3_s2_p1", (2, 3, 4, 3), 5, 3, 2, 1, 1, True), ("k4_s2_p1", (1, 2, 3, 5), 3, 4, 2, 1, 0, True),
            ("k3_s1_p1", (2, 3, 4, 5), 2, 3, 1, 1, 0, True), ("k2_s3", (1, 3, 3, 2), 2, 2, 3, 0, 2, True)):
        inputs = {"x": normal(*shape), "w": normal(shape[1], out, k, k)}
        if bias:
            inputs["b"] = normal(out)
        golden.add_with_gradients(
            "conv_transpose2d/" + name,
            lambda x, w, b=None: F.conv_transpose2d(x, w, b, stride, padding, output_padding), inputs,
            op="conv_transpose2d", stride=stride, padding=padding, output_padding=output_padding, bias=bias)


def paste(golden):
    masks = uniform(0, 1, 6, 1, 5, 5)
    boxes = torch.tensor([[3.0, 4, 12, 15], [-5.5, -3.25, 6, 9], [10, 12, 30, 40], [7.2, 8.9, 7.4, 9.1], [0, 0, 20, 24],
                          [40, 40, 50, 50]], dtype=torch.float32).double()
    golden.add("paste", {"masks": masks, "boxes": boxes, "pasted": paste_masks_in_image(masks, boxes, (24, 20), 1)},
               op="paste", height=24, width=20)


def group_norm(golden):
    for name, shape, groups, eps in (("c8_g2", (3, 8, 5, 3), 2, 1e-5), ("c17_g17", (2, 17, 4, 3), 17, 1e-3),
                                     ("c16_g1", (2, 16, 3, 2), 1, 1e-5), ("c12_g3_1x1", (4, 12, 1, 1), 3, 1e-5)):
        inputs = {"x": rounded(0.5 + 2 * normal(*shape)), "gamma": normal(shape[1]), "beta": normal(shape[1])}
        golden.add_with_gradients("group_norm/" + name, lambda x, gamma, beta: F.group_norm(x, groups, gamma, beta, eps),
                                  inputs, op="group_norm", groups=groups, eps=eps)


if __name__ == "__main__":
    detection = Golden("detection", 20)
    for make in (anchors, coder, iou, nms, matcher, levels, roi_align, multiscale, losses, mask_cross_entropy,
                 conv_transpose2d, paste, group_norm):
        make(detection)
    detection.save()
