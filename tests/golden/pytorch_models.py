"""PyTorch twins of the models of this project: the oracle its tests and baselines compare with.

    from pytorch_models import build
    model = build("eca_resnet20")                                # attention from the name
    model = build("resnet20", attention="se:r=8,bias=true", shortcut="B", classes=100)

    python tests/golden/pytorch_models.py                        # asserts the published parameter counts

Names: resnet{20,32,44,56,110} (He et al., arXiv 1512.03385, section 4.2, widths 16/32/64),
resnet{18,34,50,101,152}[_cifar] (64..512 channels; _cifar: 3x3 stem, no max-pool) and mobilenet_v2[_cifar]
(arXiv 1801.04381), each also with the prefix of an attention module of pytorch_attention.py, as in
eca_resnet20. Attention stands after the last batch norm of a block and before the addition, as in the code of
the ECA paper (arXiv 1910.03151).
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

from pytorch_attention import KINDS, SEGC, eca_kernel_size, make_attention, parse_attention

def stage_attention(text, stage, stages):
    """A k of three or more digits has one digit a stage: ('eca:k=3557', 3, 4) -> 'eca:k=7'."""
    start, key, digits = (text or "").partition("k=")
    if len(digits) < 3:
        return text
    if len(digits) != stages:
        raise ValueError(f"attention '{text}': {len(digits)} digits for {stages} stages")
    return start + key + digits[stage]


class ShortcutA(nn.Module):
    """Parameter-free shortcut: every second pixel, the missing channels filled with zeros on both sides."""

    def __init__(self, c_in, c_out, stride):
        super().__init__()
        self.before = (c_out - c_in) // 2
        self.after = c_out - c_in - self.before
        self.stride = stride

    def forward(self, x):
        return F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, self.before, self.after))


def make_shortcut(c_in, c_out, stride, shortcut):
    """What stands in the shortcut of a block; None for the identity."""
    if stride == 1 and c_in == c_out:
        return None
    if shortcut == "A":
        return ShortcutA(c_in, c_out, stride)
    return nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride=stride, bias=False), nn.BatchNorm2d(c_out))


class BasicBlock(nn.Module):
    """conv-bn-relu-conv-bn-[attention]-add-relu."""

    def __init__(self, c_in, c_out, stride=1, attention=None, shortcut="A"):
        super().__init__()
        if shortcut not in ("A", "B"):
            raise ValueError(f"shortcut '{shortcut}': expected 'A' or 'B'")
        self.conv1 = nn.Conv2d(c_in, c_out, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(c_out)
        self.conv2 = nn.Conv2d(c_out, c_out, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(c_out)
        self.attention = parse_attention(attention)[0]
        if self.attention != "none":
            setattr(self, self.attention, make_attention(attention, c_out))
        self.downsample = make_shortcut(c_in, c_out, stride, shortcut)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.attention != "none":
            y = getattr(self, self.attention)(y)
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class Bottleneck(nn.Module):
    """1x1, 3x3 with the stride, 1x1 to four times the width; attention after the last batch norm."""

    def __init__(self, c_in, width, stride=1, attention=None, shortcut="B"):
        super().__init__()
        c_out = 4 * width
        self.conv1 = nn.Conv2d(c_in, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, c_out, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(c_out)
        self.attention = parse_attention(attention)[0]
        if self.attention != "none":
            setattr(self, self.attention, make_attention(attention, c_out))
        self.downsample = make_shortcut(c_in, c_out, stride, shortcut)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        if self.attention != "none":
            y = getattr(self, self.attention)(y)
        return F.relu(y + (x if self.downsample is None else self.downsample(x)))


class ResNet(nn.Module):
    """A stem, stages of residual blocks, global average, one linear layer."""

    def __init__(self, widths, blocks, attention=None, shortcut="A", classes=10, in_channels=3,
                 block=BasicBlock, stem="small"):
        super().__init__()
        if stem == "small":
            self.conv1 = nn.Conv2d(in_channels, widths[0], 3, padding=1, bias=False)
        else:
            self.conv1 = nn.Conv2d(in_channels, widths[0], 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(widths[0])
        self.stem, self.stages = stem, len(widths)
        c_in = widths[0]
        for i, (width, count) in enumerate(zip(widths, blocks)):
            stage = []
            for j in range(count):
                stride = 2 if i > 0 and j == 0 else 1
                stage.append(block(c_in, width, stride, stage_attention(attention, i, len(widths)), shortcut))
                c_in = width if block is BasicBlock else 4 * width
            setattr(self, f"layer{i + 1}", nn.Sequential(*stage))
        self.fc = nn.Linear(c_in, classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        if self.stem != "small":
            x = F.max_pool2d(x, 3, stride=2, padding=1)
        for i in range(self.stages):
            x = getattr(self, f"layer{i + 1}")(x)
        return self.fc(x.mean(dim=(2, 3)))


def conv_bn_relu6(c_in, c_out, k, stride=1, groups=1):
    return nn.Sequential(nn.Conv2d(c_in, c_out, k, stride, k // 2, groups=groups, bias=False),
                         nn.BatchNorm2d(c_out), nn.ReLU6())


class InvertedResidual(nn.Module):
    """Widen 1x1, filter each channel 3x3, narrow 1x1 without a nonlinearity, attention; + x where shapes agree."""

    def __init__(self, c_in, c_out, stride, expansion, attention=None):
        super().__init__()
        wide = expansion * c_in
        layers = [conv_bn_relu6(c_in, wide, 1)] if expansion != 1 else []
        layers += [conv_bn_relu6(wide, wide, 3, stride, groups=wide), nn.Conv2d(wide, c_out, 1, bias=False),
                   nn.BatchNorm2d(c_out)]
        module = make_attention(attention, c_out)
        self.conv = nn.Sequential(*layers, *([] if module is None else [module]))
        self.residual = stride == 1 and c_in == c_out

    def forward(self, x):
        return x + self.conv(x) if self.residual else self.conv(x)


class MobileNetV2(nn.Module):
    """Table 2 of arXiv 1801.04381. `small`: the first convolution and the second stage keep the resolution."""

    def __init__(self, attention=None, classes=1000, in_channels=3, small=False):
        super().__init__()
        stages = ((1, 16, 1, 1), (6, 24, 2, 1 if small else 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
                  (6, 160, 3, 2), (6, 320, 1, 1))
        features, c_in = [conv_bn_relu6(in_channels, 32, 3, 1 if small else 2)], 32
        for i, (expansion, c_out, count, stride) in enumerate(stages):
            for j in range(count):
                features.append(InvertedResidual(c_in, c_out, stride if j == 0 else 1, expansion,
                                                 stage_attention(attention, i, len(stages))))
                c_in = c_out
        self.features = nn.Sequential(*features, conv_bn_relu6(c_in, 1280, 1))
        self.classifier = nn.Sequential(nn.Dropout(0.25), nn.Linear(1280, classes))

    def forward(self, x):
        return self.classifier(self.features(x).mean(dim=(2, 3)))


def init_official(model):
    """The loop of the paper's code: Conv2d and BatchNorm2d only (linear and ECA keep the default)."""
    for m in model.modules():
        if isinstance(m, nn.Conv2d):
            kh, kw = m.kernel_size
            nn.init.normal_(m.weight, 0.0, math.sqrt(2.0 / (kh * kw * m.out_channels)))
        elif isinstance(m, nn.BatchNorm2d):
            nn.init.ones_(m.weight)
            nn.init.zeros_(m.bias)


def widened(channels, width):
    return [math.floor(c * width + 0.5) for c in channels]


def build(name, attention=None, shortcut="A", classes=10, in_channels=3, width=1):
    """The model of that name. `attention` adds options to the prefix of the name, or stands in for it. A ResNet has `width`
    times the channels."""
    base, prefix = name, None
    for kind in KINDS:
        if name.startswith((kind + "_resnet", kind + "_mobilenet")):
            prefix, base = kind, name[len(kind) + 1:]
    if attention is None:
        attention = prefix
    elif prefix and parse_attention(attention)[0] != prefix:
        raise ValueError(f"model '{name}' and attention '{attention}' disagree")
    stem = "small" if base.endswith("_cifar") else "image"
    depth = base.removesuffix("_cifar").removeprefix("resnet")
    counts = {"18": [2, 2, 2, 2], "34": [3, 4, 6, 3], "50": [3, 4, 6, 3], "101": [3, 4, 23, 3],
              "152": [3, 8, 36, 3]}
    if depth in counts:
        block = BasicBlock if depth in ("18", "34") else Bottleneck
        model = ResNet(widened([64, 128, 256, 512], width), counts[depth], attention, "B", classes, in_channels, block, stem)
    elif base in ("mobilenet_v2", "mobilenet_v2_cifar"):
        model = MobileNetV2(attention, classes, in_channels, small=stem == "small")
    elif base in ("resnet20", "resnet32", "resnet44", "resnet56", "resnet110"):
        n = (int(base[len("resnet"):]) - 2) // 6
        model = ResNet(widened([16, 32, 64], width), [n, n, n], attention, shortcut, classes, in_channels)
    else:
        raise ValueError(f"unknown model '{name}'")
    init_official(model)
    return model


def weight_decay_groups(model, weight_decay):
    """Decay on the weights of conv2d and linear layers only: no bias, no batch norm, no ECA vector."""
    decay = [m.weight for m in model.modules() if isinstance(m, (nn.Conv2d, nn.Linear, SEGC))]
    chosen = {id(p) for p in decay}
    rest = [p for p in model.parameters() if id(p) not in chosen]
    return [{"params": decay, "weight_decay": weight_decay}, {"params": rest, "weight_decay": 0.0}]


def count_parameters(model):
    return sum(p.numel() for p in model.parameters())


def main():
    def expect(count, name, **options):
        got = count_parameters(build(name, **options))
        assert got == count, f"{name} {options}: {got} parameters, expected {count}"
        print(f"{name:20s} {str(options or ''):42s} {got:>10,d}")

    for depth, a, b, eca, se in ((20, 269722, 272474, 269749, 271738), (32, 464154, 466906, 464199, 467514),
                                 (44, 658586, 661338, 658649, 663290), (56, 853018, 855770, 853099, 859066),
                                 (110, 1727962, 1730714, 1728124, 1740058)):
        n = (depth - 2) // 6
        assert a == 97216 * n - 21926
        expect(a, f"resnet{depth}")
        expect(b, f"resnet{depth}", shortcut="B")
        expect(eca, f"eca_resnet{depth}")
        expect(se, f"se_resnet{depth}")
        expect(a + 791 * n, f"resnet{depth}", attention="se:r=16,bias=true")
        expect(a + 5850, f"resnet{depth}", classes=100)
        expect(a + 15 * n, f"eca_resnet{depth}", attention="eca:k=5")
        per_n = {"se_var1": 0, "se_var2": 112, "se_var3": 5376, "se_gc1": 336, "se_gc2": 1792, "se_gc3": 896,
                 "eca_ns": 336, "cbam": 1091, "gct": 336, "srm": 448, "simam": 0, "ge": 0, "eca_circular": 9}
        for kind, extra in per_n.items():
            expect(a + extra * n, f"{kind}_resnet{depth}")
    expect(274847, "se_resnet20", attention="se:bias=true", shortcut="B")
    expect(11173962, "resnet18_cifar")
    expect(11173962 + 2 * (3 + 5 + 5 + 5), "eca_resnet18_cifar")
    expect(11173962 + 2 * 2 * sum(c * c // 16 for c in (64, 128, 256, 512)), "se_resnet18_cifar")
    expect(21282122, "resnet34_cifar")
    expect(21282122 + 3 * 3 + 5 * (4 + 6 + 3), "eca_resnet34_cifar")

    for depth, plain, se, released, k in ((18, 11689512, 11776552, 11689556, 3577),
                                          (34, 21797672, 21954856, 21797744, 3357),
                                          (50, 25557032, 28071976, 25557112, 3557),
                                          (101, 44549160, 49292328, 44549317, 3357),
                                          (152, 60192808, 66770984, 60193042, 3357)):
        expect(plain, f"resnet{depth}", classes=1000)
        expect(se, f"se_resnet{depth}", classes=1000)
        expect(released, f"eca_resnet{depth}", attention=f"eca:k={k}", classes=1000)
    expect(3504872, "mobilenet_v2", classes=1000)
    expect(3561800, "mobilenet_v2", attention="se:r=8", classes=1000)
    expect(3504903, "mobilenet_v2", attention="eca:k=1111333", classes=1000)

    for c in range(1, 5000):
        assert eca_kernel_size(c) == (1 if c < 8 else 3 if c < 128 else 5 if c < 2048 else 7), c
    shape = tuple(build("eca_resnet20", classes=7, in_channels=1)(torch.zeros(2, 1, 13, 9)).shape)
    assert shape == (2, 7), shape
    print("all counts as published")


if __name__ == "__main__":
    main()
