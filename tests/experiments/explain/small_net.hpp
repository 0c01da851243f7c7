// A network with a convolution, an attention and a linear head behind global average pooling: small enough to work out by hand.
#pragma once

#include <string>

#include "layers/activations.hpp"
#include "layers/attention/attention.hpp"
#include "layers/conv2d.hpp"
#include "layers/linear.hpp"
#include "layers/pooling.hpp"

namespace eca::test {

struct SmallNet : Module {
  Conv2d& conv;
  Module* attention = nullptr;  // null: none
  GlobalAveragePool& avgpool;
  Linear& fc;

  explicit SmallNet(const std::string& text = "none", int64_t channels = 8, int64_t classes = 3)
      : conv(add_child<Conv2d>(
            "conv", Conv2dConfig{.in = 3, .out = channels, .kernel = 3, .options = {.padding = 1}})),
        avgpool(add_child<GlobalAveragePool>("avgpool")),
        fc(add_child<Linear>("fc", channels, classes)) {
    if (auto made = make_attention(text, channels)) attention = &adopt(attention_name(text), std::move(made));
    initialise(7);
    eval();
  }
  Tensor forward(const Tensor& x) override {
    Tensor y = relu(conv(x));
    if (attention != nullptr) y = (*attention)(y);
    return fc(avgpool(y));
  }
};

}  // namespace eca::test
