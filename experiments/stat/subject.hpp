// What is looked at: a network, or an attention block by itself, and the image it gets.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "models/detection/detector_config.hpp"
#include "models/registry.hpp"

namespace eca {

struct Subject {
  // A network, "eca_resnet50" or "resnet50+eca:k=3557"; a detector on one, "faster_rcnn:eca_resnet50", or a small one,
  // "small_retinanet:eca_resnet18"; or an attention block, "eca:k=5".
  std::string text;
  bool block = false;
  int64_t channels = 0, height = 0, width = 0;  // of the input; 0: the network's own
  std::optional<Shortcut> shortcut;             // absent: the network's own
  int64_t classes = 0;                          // 0: the network's own
  bool attention_only = false;                  // only what the network has more than the plain one
  int passes = 1;                               // timed
  bool kept_values = true;                      // whether to measure what training keeps, five images' work
};

// The subject with the network's own input where it has none. Throws Error on an unknown network, and for a block
// without an input.
Subject with_default_input(Subject subject);

// The same network or detector with no attention.
Subject without_attention(Subject subject);

// Of a detector, on the subject's input. Throws Error on names and options that cannot be.
DetectorConfig detector_of(const Subject& subject);

// The network or the block, without initial values. Throws Error on names and options that cannot be.
std::unique_ptr<Module> network_of(const Subject& subject);

}  // namespace eca
