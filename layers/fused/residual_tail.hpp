#pragma once

#include "layers/batch_norm.hpp"
#include "layers/channel_gate.hpp"

namespace eca {

// The end of a residual block, relu(gate(bn(x)) + shortcut), without storing what lies between. x, shortcut (N,H,W,C); gate
// may be null. Mode and parameters are those of bn and gate. `moments` are those of x where they are known already. When no
// tape records, the result is written over an x that is moved in. Throws ShapeError as bn does, and if x and shortcut differ
// in shape.
Tensor residual_tail(BatchNorm2d& bn, ChannelGate* gate, Tensor x, const Tensor& shortcut,
                     const ImageMoments& moments = {});

}  // namespace eca
