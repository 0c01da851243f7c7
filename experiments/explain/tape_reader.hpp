// What the ops of a recorded forward pass put out, found by the modules they belong to. The tape must keep values.
//
//   const PlainOps plain;         // fused blocks do not store every map
//   Tape tape;
//   tape.keep_values(true);
//   const Tensor logits = network(x);
//   const Tensor A = last_map_of(tape, "layer3.2").value();
#pragma once

#include <string>
#include <vector>

#include "core/autograd/tape.hpp"

namespace eca {

// The modules that put out maps (N,H,W,C), and those around them, in the order in which they are done.
std::vector<std::string> modules_with_maps(const Tape& tape);

// The op by which a module, or for an empty path the network, put out its last map. Throws Error if there is none, with the
// modules that have one.
const Node& last_map_of(const Tape& tape, const std::string& module);

// The op that put out input i of `node`; null where no op of the tape did: an image, a weight.
const Node* producer(const Tape& tape, const Node& node, size_t i);

// The ops that read what `node` put out.
std::vector<const Node*> readers(const Tape& tape, const GradientPtr& output);

}  // namespace eca
