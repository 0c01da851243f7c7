#include "layers/channel_gate.hpp"

#include "layers/pooling.hpp"
#include "layers/scale_channels.hpp"

namespace eca {

Tensor ChannelGate::forward(const Tensor& x) { return scale_channels(x, gate(global_average_pool(x))); }

}  // namespace eca
