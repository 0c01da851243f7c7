"""Writes detectors.safetensors: what torchvision computes in float64 for a whole RetinaNet, Faster R-CNN and Mask R-CNN.

    pip install torch==2.14.1 torchvision==0.29.1
    python tests/golden/make_detectors_golden.py       # writes beside itself

Each stands on an ECA-ResNet-18 with an eighth of the channels. Weights and images are not in the file: both sides work them out
from names and indices, see filled(). So few anchors and proposals are there that all of them are sampled, and nothing depends on
random numbers. Losses by part are of a training step, and so are three sums over the gradient of each parameter: of itself, of its
squares, and of its products with filled(). Detections are of the same weights in evaluation.
"""

import itertools
from functools import partial

import numpy as np
import torch
from torchvision.models.detection import FasterRCNN, MaskRCNN, RetinaNet
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead
from torchvision.models.detection.mask_rcnn import MaskRCNNHeads, MaskRCNNPredictor
from torchvision.models.detection.retinanet import RetinaNetHead
from torchvision.ops import MultiScaleRoIAlign
from torchvision.ops.feature_pyramid_network import LastLevelMaxPool, LastLevelP6P7

from make_golden import Golden
from pytorch_detectors import Backbone, Body
from pytorch_models import ResNet

HEIGHT, WIDTH, CLASSES, CHANNELS = 64, 96, 3, 16
RATIOS = (0.5, 1.0, 2.0)
OBJECTS = ([(6, 10, 30, 40, 0), (40, 8, 90, 52, 2), (50, 30, 66, 44, 1)], [(20, 16, 44, 36, 1)], [])


def name_hash(name):
    """FNV-1a, 64 bits."""
    value = 0xcbf29ce484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001b3 % 2**64
    return value


def filled(name, shape, seed):
    """Numbers from -0.5 to 0.5 that any program can repeat: element i is from i and the name alone."""
    i = np.arange(int(np.prod(shape)), dtype=np.int64) + seed
    start = name_hash(name) % 10007
    return (((i * i * 31 + i * 7919 + start * (i + 1)) % 10007) / 10007 - 0.5).reshape(shape)


def weights(name, shape, seed):
    """Scaled by the kind of parameter, rounded to float32."""
    u = filled(name, shape, seed)
    if name.endswith("running_var"):
        u = u + 1
    elif len(shape) == 1:
        u = 0.4 * u + (1 if name.endswith(".weight") else 0)
    else:
        u = u * (2 * np.sqrt(6 / (np.prod(shape) / shape[0])))
    if name.endswith(("cls_logits.bias", "cls_score.bias")):
        u = u - 1.5
    if any(last in name for last in ("cls_logits.weight", "cls_score.weight", "bbox", "fcn_logits.weight")):
        u = u * 0.25
    return torch.from_numpy(np.asarray(u)).float().double()


def backbone(least_stride, extra):
    network = ResNet([8, 16, 32, 64], [2, 2, 2, 2], "eca", "B", stem="image")
    return Backbone(Body(network, least_stride), CHANNELS, extra)


def plain(**options):
    """Images as they are: no resizing, no normalising."""
    return {"image_mean": [0.0] * 3, "image_std": [1.0] * 3, "min_size": HEIGHT, "max_size": WIDTH, **options}


def retinanet(norm_layer=None):
    sizes = tuple((s, int(s * 2 ** (1 / 3)), int(s * 2 ** (2 / 3))) for s in (16, 32, 64, 128, 256))
    anchors = AnchorGenerator(sizes, (RATIOS,) * 5)
    return RetinaNet(backbone(8, LastLevelP6P7(CHANNELS, CHANNELS)), CLASSES, anchor_generator=anchors,
                     head=RetinaNetHead(CHANNELS, 9, CLASSES, norm_layer=norm_layer),
                     **plain(score_thresh=0.3, detections_per_img=20, topk_candidates=60))


def retinanet_group_norm():
    return retinanet(partial(torch.nn.GroupNorm, 4))


def two_stage(kind, **options):
    anchors = AnchorGenerator(tuple((s,) for s in (16, 32, 64, 128, 256)), (RATIOS,) * 5)
    maps = ["0", "1", "2", "3"]
    pool = MultiScaleRoIAlign(maps, output_size=3, sampling_ratio=2, canonical_scale=64)
    return kind(backbone(4, LastLevelMaxPool()), rpn_anchor_generator=anchors, box_roi_pool=pool,
                box_head=TwoMLPHead(CHANNELS * 9, 32), box_predictor=FastRCNNPredictor(32, CLASSES + 1),
                rpn_pre_nms_top_n_train=60, rpn_pre_nms_top_n_test=40, rpn_post_nms_top_n_train=1000,
                rpn_post_nms_top_n_test=30, rpn_batch_size_per_image=4000, box_batch_size_per_image=2000,
                box_score_thresh=0.3, box_detections_per_img=12, **plain(**options))


def faster_rcnn():
    return two_stage(FasterRCNN)


def mask_rcnn():
    pool = MultiScaleRoIAlign(["0", "1", "2", "3"], output_size=4, sampling_ratio=2, canonical_scale=64)
    return two_stage(MaskRCNN, mask_roi_pool=pool, mask_head=MaskRCNNHeads(CHANNELS, (12, 12), 1),
                     mask_predictor=MaskRCNNPredictor(12, 12, CLASSES + 1))


def targets(background):
    """`background`: a class of its own, 0, as in all but RetinaNet. Masks are ellipses."""
    y, x = torch.meshgrid(torch.arange(HEIGHT) + 0.5, torch.arange(WIDTH) + 0.5, indexing="ij")
    made = []
    for objects in OBJECTS:
        boxes = torch.tensor([o[:4] for o in objects], dtype=torch.float64).reshape(-1, 4)
        labels = torch.tensor([o[4] + background for o in objects], dtype=torch.int64)
        masks = [(2 * x - b[0] - b[2]) ** 2 * (b[3] - b[1]) ** 2 + (2 * y - b[1] - b[3]) ** 2 * (b[2] - b[0]) ** 2
                 <= ((b[2] - b[0]) * (b[3] - b[1])) ** 2 for b in boxes]
        masks = torch.stack(masks) if masks else torch.zeros(0, HEIGHT, WIDTH)
        made.append({"boxes": boxes, "labels": labels, "masks": masks.to(torch.uint8)})
    return made


def fresh(make, seed):
    model = make().double()
    state = {name: weights(name, tuple(value.shape), seed) for name, value in model.state_dict().items()
             if "num_batches" not in name}
    missing, unknown = model.load_state_dict(state, strict=False)
    assert not unknown and all("num_batches" in name for name in missing)
    return model


def in_float64(rpn):
    """The targets of its cross-entropy are float32, and so is then part of its arithmetic."""
    assign = rpn.assign_targets_to_anchors

    def assigned(*arguments):
        labels, boxes = assign(*arguments)
        return [label.double() for label in labels], boxes

    rpn.assign_targets_to_anchors = assigned


def smallest_gap(detections):
    gaps = [abs(a - b) for d in detections for a, b in itertools.pairwise(d["scores"].tolist())]
    return min(gaps, default=0)


def add_case(golden, name, make, seed):
    images = torch.stack([torch.from_numpy(2 * filled(f"image{n}", (3, HEIGHT, WIDTH), seed)) for n in range(3)])
    images = images.float().double()
    model = fresh(make, seed).eval()
    model.transform.postprocess = lambda detections, *sizes: detections  # masks as the mask head has them
    with torch.no_grad():
        found = model(list(images))
    model = fresh(make, seed).train()
    one_stage = name.startswith("retinanet")
    if not one_stage:
        in_float64(model.rpn)
    losses = model(list(images), targets(background=not one_stage))
    sum(losses.values()).backward()
    tensors = {"loss." + key: value.reshape(1) for key, value in losses.items()}
    for key, parameter in model.named_parameters():
        gradient = parameter.grad
        product = gradient * torch.from_numpy(filled("d." + key, tuple(gradient.shape), seed))
        tensors["sums." + key] = torch.stack([gradient.sum(), (gradient ** 2).sum().sqrt(), product.sum()])
    for n, detections in enumerate(found):
        for key, value in detections.items():
            tensors[f"found{n}.{key}"] = value
    golden.add(name, tensors, seed=seed, losses=list(losses))
    print(name, {key: round(value.item(), 4) for key, value in losses.items()},
          "found", [len(d["scores"]) for d in found], "gap %.1e" % smallest_gap(found))


if __name__ == "__main__":
    torch.set_num_threads(1)
    golden = Golden("detectors", 30)
    # Seeds with which PyTorch's own float32 finds the same to 1e-5: no score so near to another's that rounding changes the order.
    for name, make, seed in (("retinanet", retinanet, 8), ("faster_rcnn", faster_rcnn, 14), ("mask_rcnn", mask_rcnn, 14),
                             ("retinanet_group_norm", retinanet_group_norm, 10)):
        add_case(golden, name, make, seed)
    golden.save()
