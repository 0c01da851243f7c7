// TAPE_BREAK=Conv2dBackward#17 in the environment: the walk stops in a debugger just before that node's backward.
#pragma once

#include <string>

namespace eca {

class Node;
class Tape;

// Overrides the environment; "" stops nowhere.
void set_tape_break(const std::string& name_and_number);

// Whether the walk stops before this node.
bool is_tape_break(const Node& node);

// For the beginning of a walk: if no node of the tape is the one to stop at, says on standard error why not, and which
// would do. Says it once, not in every step of a training.
void check_tape_break(const Tape& tape);

// For a node that the walk skips, as nothing leads from it to the loss: says so if it is the one to stop at, once.
void check_tape_break_skipped(const Node& node);

}  // namespace eca
