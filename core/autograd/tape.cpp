#include "core/autograd/tape.hpp"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdlib>

#include "core/autograd/tape_break.hpp"
#include "core/autograd/tape_watch.hpp"
#include "core/base/error.hpp"
#include "core/base/scope.hpp"

namespace eca {

static thread_local Tape* current_tape = nullptr;

Tape* Tape::current() { return current_tape; }

Tape::Tape() : previous_(current_tape) { current_tape = this; }

Tape::~Tape() { current_tape = previous_; }

NoGrad::NoGrad() : previous_(current_tape) { current_tape = nullptr; }

NoGrad::~NoGrad() { current_tape = previous_; }

static uint64_t version_of(const Tensor& tensor) {
  return tensor.defined() && tensor.storage() ? tensor.storage()->version : 0;
}

Saved::Saved(const Tensor& tensor) : tensor_(tensor), version_(version_of(tensor)) {
  if (tensor.defined()) bytes_saved_so_far += tensor.numel() * static_cast<int64_t>(sizeof(real));
}

bool Saved::written_since() const { return version_of(tensor_) != version_; }

const Tensor& Saved::get() const {
  if (written_since()) {
    throw Error("backward: \"" + tensor_.name() + "\" " + tensor_.shape().str() +
                " was written in place after the forward pass saved it (version " + std::to_string(version_) +
                " then, " + std::to_string(tensor_.storage()->version) + " now)");
  }
  return tensor_;
}

const char* tensor_str(const Saved& saved) {
  static thread_local std::string text;
  if (!saved.defined() || !saved.written_since()) return tensor_str(saved.tensor());
  text = tensor_str(saved.tensor()) + std::string(", written since it was saved");
  return text.c_str();
}

Node::Node(std::initializer_list<Tensor> inputs) : scope_(current_scope()) {
  inputs_.reserve(inputs.size());
  for (const Tensor& input : inputs) {
    inputs_.push_back(input.requires_grad() ? input.gradient() : nullptr);
    if (input.defined()) input_numbers_ += input.numel();
  }
}

int64_t Node::backward_numbers(const Tensor& dy) const {
  int64_t numbers = dy.numel() + saved_bytes_ / static_cast<int64_t>(sizeof(real));
  for (const GradientPtr& input : inputs_) {
    if (input) numbers += input->shape.numel();
  }
  return numbers;
}

bool Node::wants_gradient() const {
  return std::ranges::any_of(inputs_, [](const GradientPtr& input) { return input != nullptr; });
}

std::string Node::op() const {
  const std::string text = name(), ending = "Backward";
  return text.ends_with(ending) ? text.substr(0, text.size() - ending.size()) : text;
}

void end_forward(const Node& node, const Tensor& y) {
  if (check_finite_enabled()) {
    const Tensor values = y.storage() ? y : node.unstored_output();
    if (values.defined()) check_finite("output of " + node.op(), values, "");
  }
  if (Profile* profile = Profile::current()) {
    profile->lap(node.scope(), node.op(), "forward", node.forward_numbers(y));
  }
}

void Tape::append(std::unique_ptr<Node> node, Tensor& y) {
  node->seq_ = static_cast<int64_t>(nodes_.size());
  if (y.name().empty()) y.set_name(node->scope_.empty() ? "y" : node->scope_ + ".y");
  y.set_requires_grad();
  node->output_ = y.gradient();
  node->output_->of_op = true;
  if (keep_values_) node->value_ = y;
  nodes_.push_back(std::move(node));
}

void Tape::backward(const Tensor& loss) {
  if (loss.numel() != 1) {
    throw ShapeError("backward: loss \"" + loss.name() + "\" " + loss.shape().str() +
                     ", expected one element");
  }
  backward(loss, Tensor::full(loss.shape(), 1));
}

// Looks from the end, where a loss is.
bool Tape::recorded(const Tensor& y) const {
  if (!y.requires_grad()) return false;
  return std::any_of(nodes_.rbegin(), nodes_.rend(),
                     [&](const auto& node) { return node->output_ == y.gradient(); });
}

void Tape::backward(const Tensor& y, const Tensor& dy) {
  if (!recorded(y)) {
    throw Error(
        "backward: \"" + y.name() + "\" " + y.shape().str() +
        (walked_
             ? " is not on this tape, which has been walked and was emptied by it: a second backward needs "
               "a second forward pass"
             : " was not recorded on this tape: no op made it from a tensor that requires a gradient, or "
               "not while this tape was the current one"));
  }
  if (!(y.shape() == dy.shape())) {
    throw ShapeError("backward: dy " + dy.shape().str() + " for y " + y.shape().str());
  }
  y.gradient()->storage = dy.storage();
  y.gradient()->touched = true;
  walk();
}

// Stops a debugger in the frame of its caller.
[[gnu::always_inline]] static inline void stop_in_debugger() {
#if defined(__x86_64__) || defined(__i386__)
  asm volatile("int3");
#else
  std::raise(SIGTRAP);  // some frames deep in the C library: `up` leads out
#endif
}

static std::string place(const Node& node) {
  return std::string("node #") + std::to_string(node.seq()) + " " + node.name() +
         (node.scope().empty() ? "" : " in " + node.scope());
}

static void check_input_gradients(const Node& node) {
  for (const GradientPtr& input : node.inputs()) {
    if (!input || !input->touched) continue;
    check_finite("gradient", Tensor::sharing(input->storage, input->shape, "d " + input->name), place(node));
  }
}

namespace {

// Empties the tape however the walk ends: after an exception some of its nodes are freed already.
struct EmptyAtEnd {
  std::vector<std::unique_ptr<Node>>& nodes;
  ~EmptyAtEnd() { nodes.clear(); }
};

}  // namespace

void Tape::walk() {
  NoGrad no_grad;  // what backward computes is not itself recorded
  walked_ = true;
  const EmptyAtEnd empty_at_end{nodes_};
  batch_sums().clear();  // what a walk that threw has left
  check_tape_break(*this);
  TapeWatch* const watch = TapeWatch::current();
  for (size_t i = nodes_.size(); i-- > 0;) {
    Node& node = *nodes_[i];
    const GradientPtr output = node.output_;
    if (output->touched) {
      const Tensor dy = Tensor::sharing(output->storage, output->shape, "d " + output->name);
      if (!keep_grads_) output->release();  // dy alone has the array now, and backward may write over it
      if (watch) watch->before(node, dy);
      if (check_finite_enabled()) check_finite("gradient", dy, place(node));
      if (is_tape_break(node)) stop_in_debugger();
      node.backward(dy);  // the line to step into
      if (batch_is_shared()) batch_sums().end_node();
      if (Profile* profile = Profile::current()) {
        profile->lap(node.scope(), node.op(), "backward", node.backward_numbers(dy));
      }
      if (watch) watch->after(node);
      if (check_finite_enabled()) check_input_gradients(node);
    } else {
      check_tape_break_skipped(node);
      if (watch) watch->before(node, Tensor());
    }
    nodes_[i].reset();  // frees what the node saved
    if (watch) watch->freed();
  }
  if (batch_is_shared()) batch_sums().finish();
}

static bool& finite_flag() {
  static bool on = std::getenv("CHECK_FINITE") != nullptr && std::string(std::getenv("CHECK_FINITE")) != "0";
  return on;
}

bool check_finite_enabled() { return finite_flag(); }

void set_check_finite(bool on) { finite_flag() = on; }

void check_finite(const std::string& what, const Tensor& tensor, const std::string& where) {
  const std::vector<real> values = tensor.values();
  for (size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    const std::string place = !where.empty()            ? where
                              : current_scope().empty() ? "the outermost module"
                                                        : current_scope();
    throw Error("not finite: " + what + " in " + place + "\n  element " + std::to_string(i) + " of " +
                tensor_str(tensor));
  }
}

}  // namespace eca
