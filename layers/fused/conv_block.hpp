// What the fused twins of blocks are written with: a convolution, its batch norm, and what follows them. In evaluation, when
// no tape records, batch norm is folded into the convolution; otherwise one op follows the other, with what comes after
// batch norm fused into it. Each gives what its plain chain gives, but for rounding.
#pragma once

#include "layers/fused/pending_relu.hpp"

namespace eca {

// bn(conv(x)).  Throws ShapeError as conv and bn do.
Tensor conv_bn(Conv2d& conv, BatchNorm2d& bn, const Tensor& x);

// relu(bn(conv(x)))
PendingRelu conv_bn_relu(Conv2d& conv, BatchNorm2d& bn, const PendingRelu& x);

// relu(attention(bn(conv(x))) + shortcut), the end of a residual block; attention may be null. A gate on channels is part
// of the fused end; any other attention runs between batch norm and add as ops of its own.
Tensor conv_bn_add_relu(Conv2d& conv, BatchNorm2d& bn, Module* attention, const PendingRelu& x,
                        const Tensor& shortcut);

}  // namespace eca
