"""torchvision's detectors on the ResNets of this project, with its names of parameters.

    from pytorch_detectors import build, initialise
    settings = json.load(open("runs/scenes/detector.json"))      # written by `eca detect train`
    model = build(settings)                                      # RetinaNet, FasterRCNN or MaskRCNN
    initialise(model, settings, torch.Generator().manual_seed(1))

Needs torchvision 0.29. Heads, anchors, matchers, samplers and losses are torchvision's own. What it has fixed and the settings have
otherwise is refused. Added are the backbone, images that are taken as they come, and masks of some regions alone.
"""

import math
from collections import OrderedDict
from functools import partial

import torch
from torch import nn
from torchvision.models.detection import FasterRCNN, MaskRCNN, RetinaNet
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.mask_rcnn import MaskRCNNHeads, MaskRCNNPredictor
from torchvision.models.detection.retinanet import RetinaNetHead
from torchvision.models.detection.roi_heads import RoIHeads, maskrcnn_loss
from torchvision.models.detection.rpn import RPNHead
from torchvision.ops import MultiScaleRoIAlign
from torchvision.ops.feature_pyramid_network import FeaturePyramidNetwork, LastLevelMaxPool, LastLevelP6P7

from pytorch_models import ResNet
from pytorch_models import build as build_network

# ---- the backbone ----------------------------------------------------------------------------------------


class Body(nn.Module):
    """The maps of a ResNet that have a pixel for at least so many of the image; the parts keep their names."""

    def __init__(self, network, least_stride):
        super().__init__()
        for name, part in network.named_children():
            if name != "fc":
                self.add_module(name, part)
        self.pools, self.stages, self.channels = network.stem != "small", network.stages, []
        stride = 4 if self.pools else 1
        self.first = 1                                           # the stage of the first map
        for i in range(1, self.stages + 1):
            if stride < least_stride:
                self.first = i + 1
            else:
                last = getattr(network, f"layer{i}")[-1]
                self.channels.append((last.bn3 if hasattr(last, "bn3") else last.bn2).num_features)
            stride *= 2

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        if self.pools:
            x = nn.functional.max_pool2d(x, 3, stride=2, padding=1)
        maps = OrderedDict()
        for i in range(1, self.stages + 1):
            x = getattr(self, f"layer{i}")(x)
            if i >= self.first:
                maps[str(i - self.first)] = x
        return maps


class Backbone(nn.Module):
    """A body and its feature pyramid."""

    def __init__(self, body, channels, extra):
        super().__init__()
        self.body = body
        self.fpn = FeaturePyramidNetwork(body.channels, channels, extra)
        self.out_channels = channels

    def forward(self, x):
        return self.fpn(self.body(x))


# ---- what torchvision has not ----------------------------------------------------------------------------


class AsTheyCome(nn.Module):
    """In place of torchvision's transform: images of one size, normalised already; what is found stays as the heads have it."""

    def forward(self, images, targets=None):
        return ImageList(torch.stack(list(images)), [tuple(image.shape[-2:]) for image in images]), targets

    def postprocess(self, found, *sizes):
        return found


class SomeMasks(RoIHeads):
    """Trains the masks of at most `most` regions of an image, drawn from those with an object."""

    def has_mask(self):
        return super().has_mask() and not self.training          # in training it is mask_loss() that looks at them

    def select_training_samples(self, proposals, targets):
        self.sampled = super().select_training_samples(proposals, targets)
        return self.sampled

    def forward(self, features, proposals, image_shapes, targets=None):
        found, losses = super().forward(features, proposals, image_shapes, targets)
        if self.training:
            losses["loss_mask"] = self.mask_loss(features, image_shapes, targets)
        return found, losses

    def mask_loss(self, features, image_shapes, targets):
        proposals, objects, labels, _ = self.sampled
        chosen = []
        for of_image in labels:
            positive = torch.where(of_image > 0)[0]
            chosen.append(positive[torch.randperm(len(positive))[:self.most]])
        regions = [of_image[c] for of_image, c in zip(proposals, chosen)]
        logits = self.mask_predictor(self.mask_head(self.mask_roi_pool(features, regions, image_shapes)))
        return maskrcnn_loss(logits, regions, [t["masks"] for t in targets], [t["labels"] for t in targets],
                             [of_image[c] for of_image, c in zip(objects, chosen)])


# ---- detectors by their settings -------------------------------------------------------------------------


def fixed(what, found, expected):
    """For what torchvision has no setting."""
    if found != expected:
        raise ValueError(f"{what}: {found}, expected {expected}, which torchvision has fixed")


def extra_maps(pyramid):
    kind, count = pyramid["extra"], pyramid["extra_maps"]
    if count == 0:
        return None
    if (kind, count) == ("pool", 1):
        return LastLevelMaxPool()
    if (kind, count) == ("convolution", 2):
        return LastLevelP6P7(pyramid["channels"], pyramid["channels"])
    raise ValueError(f"pyramid: {count} extra maps by {kind}, expected 1 by pool or 2 by convolution, which torchvision has")


def backbone_of(settings):
    own, pyramid = settings["backbone"], settings["pyramid"]
    network = build_network(own["network"], attention=own["attention"], shortcut=own["shortcut"], width=own["width"])
    if not isinstance(network, ResNet):
        raise ValueError(f"backbone: {own['network']}, expected a ResNet")
    return Backbone(Body(network, pyramid["least_stride"]), pyramid["channels"], extra_maps(pyramid))


def anchors_of(settings):
    for shapes in settings["anchors"]:
        fixed("anchors: rounded", shapes["rounded"], True)
    return AnchorGenerator(tuple(tuple(shapes["sizes"]) for shapes in settings["anchors"]),
                           tuple(tuple(shapes["ratios"]) for shapes in settings["anchors"]))


def thresholds(matcher, part, low_quality):
    fixed(f"{part}: low_quality", matcher["low_quality"], low_quality)
    return matcher["high"], matcher["low"]


def build_retinanet(settings):
    own = settings["retinanet"]
    fixed("retinanet: focal", own["focal"], {"alpha": 0.25, "gamma": 2.0})
    fixed("retinanet: beta", own["beta"], 0)
    if not 1 <= own["convolutions"] <= 4:
        raise ValueError(f"retinanet: convolutions: {own['convolutions']}, expected 1 to 4: torchvision has 4, of which "
                         "the last can be left out")
    high, low = thresholds(own["matcher"], "retinanet", low_quality=True)
    backbone, anchors, classes = backbone_of(settings), anchors_of(settings), len(settings["classes"])
    groups = own["norm_groups"]
    head = RetinaNetHead(backbone.out_channels, anchors.num_anchors_per_location()[0], classes,
                         norm_layer=partial(nn.GroupNorm, groups) if groups else None)
    for one in (head.classification_head, head.regression_head):
        one.conv = one.conv[:own["convolutions"]]
    return RetinaNet(backbone, classes, anchor_generator=anchors, head=head, fg_iou_thresh=high, bg_iou_thresh=low,
                     score_thresh=own["output"]["least_score"], nms_thresh=own["output"]["nms"],
                     detections_per_img=own["output"]["most"], topk_candidates=own["candidates"])


def pool_of(settings, part, maps, canonical_scale):
    fixed(f"{part}: aligned", settings["aligned"], False)
    return MultiScaleRoIAlign(maps, output_size=(settings["height"], settings["width"]),
                              sampling_ratio=settings["sampling_ratio"], canonical_scale=canonical_scale)


def build_two_stage(settings):
    rpn, box = settings["rpn"], settings["box_head"]
    fixed("rpn: beta", rpn["beta"], 1 / 9)
    fixed("rpn: coder", rpn["targets"]["coder"], {"weights": [1, 1, 1, 1], "largest": math.log(1000 / 16)})
    fixed("box_head: beta", box["beta"], 1 / 9)
    fixed("box_head: largest", box["targets"]["coder"]["largest"], math.log(1000 / 16))
    fixed("box_head: least_side", box["least_side"], 0.01)
    backbone, anchors, outputs = backbone_of(settings), anchors_of(settings), 1 + len(settings["classes"])
    channels, maps = backbone.out_channels, [str(i) for i in range(len(backbone.body.channels))]
    rpn_high, rpn_low = thresholds(rpn["targets"]["matcher"], "rpn", low_quality=True)
    box_high, box_low = thresholds(box["targets"]["matcher"], "box_head", low_quality=False)
    options = {
        "rpn_anchor_generator": anchors,
        "rpn_head": RPNHead(channels, anchors.num_anchors_per_location()[0], rpn["convolutions"]),
        "rpn_pre_nms_top_n_train": rpn["training"]["before_nms"], "rpn_post_nms_top_n_train": rpn["training"]["after_nms"],
        "rpn_pre_nms_top_n_test": rpn["inference"]["before_nms"], "rpn_post_nms_top_n_test": rpn["inference"]["after_nms"],
        "rpn_nms_thresh": rpn["nms"], "rpn_fg_iou_thresh": rpn_high, "rpn_bg_iou_thresh": rpn_low,
        "rpn_batch_size_per_image": rpn["targets"]["size"]["count"],
        "rpn_positive_fraction": rpn["targets"]["size"]["positive_fraction"],
        "box_roi_pool": pool_of(box["pool"], "box_head", maps, box["canonical_scale"]),
        "box_head": TwoMLPHead(channels * box["pool"]["height"] * box["pool"]["width"], box["width"]),
        "box_predictor": FastRCNNPredictor(box["width"], outputs),
        "box_fg_iou_thresh": box_high, "box_bg_iou_thresh": box_low,
        "box_batch_size_per_image": box["targets"]["size"]["count"],
        "box_positive_fraction": box["targets"]["size"]["positive_fraction"],
        "bbox_reg_weights": tuple(box["targets"]["coder"]["weights"]),
        "box_score_thresh": box["output"]["least_score"], "box_nms_thresh": box["output"]["nms"],
        "box_detections_per_img": box["output"]["most"]}
    if settings["kind"] == "faster_rcnn":
        model = FasterRCNN(backbone, **options)
    else:
        mask = settings["mask_head"]
        model = MaskRCNN(backbone, mask_roi_pool=pool_of(mask["pool"], "mask_head", maps, box["canonical_scale"]),
                         mask_head=MaskRCNNHeads(channels, (mask["channels"],) * mask["convolutions"], dilation=1),
                         mask_predictor=MaskRCNNPredictor(mask["channels"], mask["channels"], outputs), **options)
        if mask["most_regions"] > 0:
            model.roi_heads.__class__ = SomeMasks                # the same parts, another forward
            model.roi_heads.most = mask["most_regions"]
    model.rpn.min_size = rpn["least_side"]
    return model


def build(settings):
    """The detector of a detector.json, with torchvision's initial weights."""
    model = build_retinanet(settings) if settings["kind"] == "retinanet" else build_two_stage(settings)
    model.transform = AsTheyCome()
    names, expected = [name for name, _ in model.named_parameters()], list(settings["parameters"])
    if sorted(names) != sorted(expected):
        raise ValueError(f"other parameters than in the settings: {sorted(set(names) ^ set(expected))}")
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(settings["parameters"][name]["trained"])
    return model


@torch.no_grad()
def initialise(model, settings, generator):
    """Draws all weights anew, by the rules of the settings."""
    for name, parameter in model.named_parameters():
        rule = settings["parameters"][name]
        kind, value = rule["init"], rule["value"]
        if kind == "constant":
            parameter.fill_(value)
        elif kind == "normal":
            parameter.normal_(0, value, generator=generator)
        elif kind == "uniform":
            parameter.uniform_(-value, value, generator=generator)
        else:
            raise ValueError(f"{name}: init {kind}, expected constant, normal or uniform")


def weight_decay_groups(model, settings, weight_decay):
    """Decay on those alone that the settings name."""
    decay, rest = [], []
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            (decay if settings["parameters"][name]["decay"] else rest).append(parameter)
    return [{"params": decay, "weight_decay": weight_decay}, {"params": rest, "weight_decay": 0.0}]
