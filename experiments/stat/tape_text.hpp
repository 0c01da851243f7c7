// The tape of a network, to read and to draw.
#pragma once

#include <string>

#include "experiments/stat/subject.hpp"

namespace eca {

// What one forward pass of training records of two images of zeros, before the loss, with the ops that are in
// force (layers/ops_mode.hpp): a line a node with number, scope, output shape and saved bytes. Throws what
// network_of and the network throw.
std::string tape_text(const Subject& subject);

// The same, or one module of it, as dump_dot writes it. Throws what dump_dot throws, too.
std::string tape_graph(const Subject& subject, const std::string& module = "");

}  // namespace eca
