"""PyTorch twins of the attention modules in layers/attention/, with the same parameter names.

    from pytorch_attention import make_attention, parse_attention
    module = make_attention("se:r=8,bias=true", channels=64)     # None for "none"
"""

import inspect
import math

import torch
from torch import nn
from torch.nn import functional as F


def eca_kernel_size(channels, gamma=2, b=1):
    """k of eq. (12): the odd number nearest to (log2(C) + b) / gamma, ties going up."""
    t = int(abs((math.log2(channels) + b) / gamma))
    return t if t % 2 else t + 1


def mean(x):
    return x.mean(dim=(2, 3))                                    # (N,C)


def scaled(x, s):
    return x * s[:, :, None, None]


# ---- squeeze-and-excitation and its variants ---------------------------------------------------------


class SE(nn.Module):
    def __init__(self, channels, r=16, bias=False):
        super().__init__()
        hidden = max(1, channels // r)
        self.fc = nn.Sequential(
            nn.Linear(channels, hidden, bias=bias), nn.ReLU(),
            nn.Linear(hidden, channels, bias=bias), nn.Sigmoid(),
        )

    def forward(self, x):
        return scaled(x, self.fc(mean(x)))


class SEVar1(nn.Module):
    def __init__(self, channels):
        super().__init__()

    def forward(self, x):
        return scaled(x, torch.sigmoid(mean(x)))


class SEVar2(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(channels).uniform_(-1, 1))

    def forward(self, x):
        return scaled(x, torch.sigmoid(mean(x) * self.weight))


class SEVar3(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.fc = nn.Linear(channels, channels, bias=False)

    def forward(self, x):
        return scaled(x, torch.sigmoid(self.fc(mean(x))))


class SEGC(nn.Module):
    """A grouped 1x1 convolution over the squeezed channels."""

    def __init__(self, channels, groups):
        super().__init__()
        self.groups, bound = groups, math.sqrt(groups / channels)
        self.weight = nn.Parameter(torch.empty(channels, channels // groups).uniform_(-bound, bound))

    def forward(self, x):
        return scaled(x, torch.sigmoid(F.conv1d(mean(x)[:, :, None], self.weight[:, :, None],
                                                groups=self.groups)[:, :, 0]))


class SEGC1(SEGC):
    def __init__(self, channels):
        super().__init__(channels, 16)


class SEGC2(SEGC):
    def __init__(self, channels):
        super().__init__(channels, channels // 16)


class SEGC3(SEGC):
    def __init__(self, channels):
        super().__init__(channels, channels // 8)


# ---- efficient channel attention and its variants ----------------------------------------------------


class ECA(nn.Module):
    """padding_mode "zeros" or "circular"."""

    def __init__(self, channels, k=None, gamma=2, b=1, padding_mode="zeros"):
        super().__init__()
        k = k or eca_kernel_size(channels, gamma, b)
        if k % 2 == 0:
            raise ValueError(f"ECA: k must be odd, got {k}")
        self.conv = nn.Conv1d(1, 1, k, padding=(k - 1) // 2, bias=False, padding_mode=padding_mode)

    def logits(self, y):
        return self.conv(y.unsqueeze(1)).squeeze(1)              # a window slides along the channels

    def forward(self, x):
        return scaled(x, torch.sigmoid(self.logits(mean(x))))


class ECACircular(ECA):
    def __init__(self, channels, k=None):
        super().__init__(channels, k, padding_mode="circular")


class ECAPermuted(ECA):
    """The channels stand in the order `order`; each result goes back to its own channel."""

    def __init__(self, channels, k=None):
        super().__init__(channels, k)
        self.register_buffer("order", torch.randperm(channels).float())

    def forward(self, x):
        order = self.order.long()
        v = self.logits(mean(x)[:, order])
        return scaled(x, torch.sigmoid(v[:, torch.argsort(order)]))


class ECANS(nn.Module):
    def __init__(self, channels, k=None):
        super().__init__()
        self.k = k or eca_kernel_size(channels)
        self.conv = nn.Conv1d(channels, channels, self.k, groups=channels, bias=False)

    def forward(self, x):
        p = (self.k - 1) // 2
        windows = F.pad(mean(x), (p, p)).unfold(1, self.k, 1)    # (N,C,k)
        return scaled(x, torch.sigmoid(self.conv(windows)[:, :, 0]))


# ---- others ------------------------------------------------------------------------------------------


class CBAM(nn.Module):
    """Channels, then pixels. The children are called as in the authors' code."""

    class ChannelHalf(nn.Module):
        def __init__(self, channels, r):
            super().__init__()
            hidden = max(1, channels // r)
            self.mlp = nn.Sequential(nn.Flatten(), nn.Linear(channels, hidden), nn.ReLU(),
                                     nn.Linear(hidden, channels))

        def forward(self, x):
            return scaled(x, torch.sigmoid(self.mlp(mean(x)) + self.mlp(x.amax(dim=(2, 3)))))

    class ConvBN(nn.Module):
        def __init__(self, kernel):
            super().__init__()
            self.conv = nn.Conv2d(2, 1, kernel, padding=kernel // 2, bias=False)
            self.bn = nn.BatchNorm2d(1, momentum=0.01)

        def forward(self, p):
            return self.bn(self.conv(p))

    class PixelHalf(nn.Module):
        def __init__(self, kernel):
            super().__init__()
            self.spatial = CBAM.ConvBN(kernel)

        def forward(self, x):
            p = torch.stack([x.amax(dim=1), x.mean(dim=1)], dim=1)
            return x * torch.sigmoid(self.spatial(p))

    def __init__(self, channels, r=16, kernel=7):
        super().__init__()
        self.ChannelGate = CBAM.ChannelHalf(channels, r)
        self.SpatialGate = CBAM.PixelHalf(kernel)

    def forward(self, x):
        return self.SpatialGate(self.ChannelGate(x))


class GCT(nn.Module):
    def __init__(self, channels, eps=1e-5):
        super().__init__()
        self.eps, shape = eps, (1, channels, 1, 1)
        self.alpha = nn.Parameter(torch.ones(shape))
        self.gamma = nn.Parameter(torch.zeros(shape))
        self.beta = nn.Parameter(torch.zeros(shape))

    def forward(self, x):
        e = self.alpha * torch.sqrt((x * x).sum(dim=(2, 3), keepdim=True) + self.eps)
        rms = torch.sqrt((e * e).mean(dim=1, keepdim=True) + self.eps)
        return x * (1 + torch.tanh(self.gamma * e / rms + self.beta))


class SRM(nn.Module):
    def __init__(self, channels, eps=1e-5):
        super().__init__()
        self.eps = eps
        self.cfc = nn.Parameter(torch.zeros(channels, 2))
        self.bn = nn.BatchNorm2d(channels)

    def forward(self, x):
        sd = torch.sqrt(x.var(dim=(2, 3)) + self.eps)
        z = mean(x) * self.cfc[:, 0] + sd * self.cfc[:, 1]
        return x * torch.sigmoid(self.bn(z[:, :, None, None]))


class SimAM(nn.Module):
    def __init__(self, channels, lambda_=1e-4):
        super().__init__()
        self.lambda_ = lambda_

    def forward(self, x):
        d2 = (x - x.mean(dim=(2, 3), keepdim=True)) ** 2
        v = d2.sum(dim=(2, 3), keepdim=True) / (x.shape[2] * x.shape[3] - 1) + self.lambda_
        return x * torch.sigmoid(d2 / (4 * v) + 0.5)


class CoordinateAttention(nn.Module):
    def __init__(self, channels, r=32):
        super().__init__()
        m = max(8, channels // r)
        self.conv1 = nn.Conv2d(channels, m, 1)
        self.bn1 = nn.BatchNorm2d(m)
        self.conv_h = nn.Conv2d(m, channels, 1)
        self.conv_w = nn.Conv2d(m, channels, 1)

    def forward(self, x):
        H = x.shape[2]
        strips = torch.cat([x.mean(dim=3), x.mean(dim=2)], dim=2)[..., None]      # (N,C,H+W,1)
        f = F.hardswish(self.bn1(self.conv1(strips)))
        a = torch.sigmoid(self.conv_h(f[:, :, :H]))                               # (N,C,H,1)
        b = torch.sigmoid(self.conv_w(f[:, :, H:])).transpose(2, 3)               # (N,C,1,W)
        return x * a * b


class GatherExcite(nn.Module):
    def __init__(self, channels, extent=0):
        super().__init__()
        self.extent = extent

    def forward(self, x):
        e = self.extent
        if e == 0:
            return scaled(x, torch.sigmoid(mean(x)))
        y = F.avg_pool2d(x, 2 * e - 1, stride=e, padding=e - 1, count_include_pad=False)
        return x * torch.sigmoid(F.interpolate(y, size=x.shape[2:], mode="nearest"))


# ---- by name -----------------------------------------------------------------------------------------

KINDS = {"se": SE, "se_var1": SEVar1, "se_var2": SEVar2, "se_var3": SEVar3, "se_gc1": SEGC1, "se_gc2": SEGC2,
         "se_gc3": SEGC3, "eca_ns": ECANS, "eca": ECA, "eca_circular": ECACircular,
         "eca_permuted": ECAPermuted, "cbam": CBAM, "gct": GCT, "srm": SRM, "simam": SimAM,
         "coord": CoordinateAttention, "ge": GatherExcite}
READERS = {"bias": {"true": True, "false": False}.__getitem__, "lambda": float,
           "k": lambda text: None if text == "adaptive" else int(text),
           "extent": lambda text: 0 if text == "global" else int(text)}


def parse_attention(text):
    """'eca:k=5' -> ('eca', {'k': 5});  'se:r=8,bias=true' -> ('se', {'r': 8, 'bias': True})."""
    kind, _, rest = (text or "none").partition(":")
    if kind != "none" and kind not in KINDS:
        raise ValueError(f"attention '{text}': expected none or one of {sorted(KINDS)}")
    allowed = inspect.signature(KINDS[kind]).parameters if kind != "none" else {}
    options = {}
    for item in filter(None, rest.split(",")):
        key, _, value = item.partition("=")
        name = {"lambda": "lambda_"}.get(key, key)
        if name not in allowed:
            raise ValueError(f"attention '{text}': '{kind}' has no option '{key}'")
        options[name] = READERS.get(key, int)(value)
    return kind, options


def make_attention(text, channels):
    """The module, or None for 'none'."""
    kind, options = parse_attention(text)
    return None if kind == "none" else KINDS[kind](channels, **options)
