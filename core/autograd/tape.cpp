#include "core/autograd/tape.hpp"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdlib>

#include "core/base/error.hpp"
#include "core/base/scope.hpp"

namespace eca {

static thread_local Tape* current_tape = nullptr;

Tape* Tape::current() { return current_tape; }

Tape::Tape() : previous_(current_tape) { current_tape = this; }

Tape::~Tape() { current_tape = previous_; }

NoGrad::NoGrad() : previous_(current_tape) { current_tape = nullptr; }

NoGrad::~NoGrad() { current_tape = previous_; }

const Tensor& Saved::get() const {
  if (tensor_.defined() && tensor_.storage()->version != version_) {
    throw Error("backward: \"" + tensor_.name() + "\" " + tensor_.shape().str() +
                " was written in place after the forward pass saved it (version " + std::to_string(version_) +
                " then, " + std::to_string(tensor_.storage()->version) + " now)");
  }
  return tensor_;
}

Node::Node(std::initializer_list<Tensor> inputs) : scope_(current_scope()) {
  inputs_.reserve(inputs.size());
  for (const Tensor& input : inputs) inputs_.push_back(input.requires_grad() ? input.gradient() : nullptr);
}

std::string Node::op() const {
  const std::string text = name(), ending = "Backward";
  return text.ends_with(ending) ? text.substr(0, text.size() - ending.size()) : text;
}

GradSlot Node::grad_slot(size_t i) {
  Gradient* gradient = inputs_[i].get();
  if (gradient == nullptr) return {};
  const bool add = gradient->touched;
  if (!gradient->storage || (!add && gradient->storage.use_count() > 1)) {
    gradient->storage = std::make_shared<Storage>(gradient->shape.numel());
  } else if (add && gradient->storage.use_count() > 1) {  // shared by pass_grad: copy before adding
    auto own = std::make_shared<Storage>(gradient->shape.numel());
    std::copy_n(gradient->storage->data, own->size, own->data);
    gradient->storage = own;
  }
  gradient->touched = true;
  return {gradient->storage->data, add};
}

// A walk that keeps no gradients gives its only reference to dy's array away with dy.
static bool may_write_over(const Tensor& x) { return Tape::current() == nullptr && x.is_last_reference(); }

Tensor over(const Tensor& x) {
  return may_write_over(x) ? Tensor::sharing(x.storage(), x.shape(), "") : Tensor::empty(x.shape());
}

GradSlot Node::grad_slot_over(size_t i, const Tensor& dy) {
  Gradient* gradient = inputs_[i].get();
  if (gradient == nullptr || gradient->storage || !may_write_over(dy)) return grad_slot(i);
  gradient->storage = dy.storage();
  gradient->touched = true;
  return {gradient->storage->data, /*add=*/false};
}

void Node::pass_grad(size_t i, const Tensor& dy) {
  Gradient* gradient = inputs_[i].get();
  if (gradient == nullptr) return;
  if (!gradient->storage) {
    gradient->storage = dy.storage();
    gradient->touched = true;
    return;
  }
  const GradSlot dx = grad_slot(i);
  const real* from = dy.data();
  for (int64_t k = 0; k < dy.numel(); ++k) dx.data[k] = dx.add ? dx.data[k] + from[k] : from[k];
}

void end_forward(const Node& node, const Tensor& y) {
  if (check_finite_enabled() && y.storage()) check_finite("output of " + node.op(), y, "");
  if (Profile* profile = Profile::current()) profile->lap(node.scope(), node.op(), "forward");
}

void Tape::append(std::unique_ptr<Node> node, Tensor& y) {
  node->seq_ = static_cast<int64_t>(nodes_.size());
  if (y.name().empty()) y.set_name(node->scope_.empty() ? "y" : node->scope_ + ".y");
  y.set_requires_grad();
  node->output_ = y.gradient();
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
    throw Error("backward: \"" + y.name() + "\" was not recorded on this tape; its shape is " +
                y.shape().str());
  }
  if (!(y.shape() == dy.shape())) {
    throw ShapeError("backward: dy " + dy.shape().str() + " for y " + y.shape().str());
  }
  y.gradient()->storage = dy.storage();
  y.gradient()->touched = true;
  walk();
}

// "Conv2dBackward#17": the environment variable TAPE_BREAK stops a debugger before that node's backward.
static bool is_break_point(const Node& node) {
  static const char* wanted = std::getenv("TAPE_BREAK");
  return wanted != nullptr && std::string(node.name()) + "#" + std::to_string(node.seq()) == wanted;
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

static void forget(Gradient& gradient) {
  gradient.storage = nullptr;
  gradient.touched = false;
}

void Tape::walk() {
  NoGrad no_grad;  // what backward computes is not itself recorded
  const EmptyAtEnd empty_at_end{nodes_};
  for (size_t i = nodes_.size(); i-- > 0;) {
    Node& node = *nodes_[i];
    const GradientPtr output = node.output_;
    if (output->touched) {
      const Tensor dy = Tensor::sharing(output->storage, output->shape, "d " + output->name);
      if (!keep_grads_) forget(*output);  // dy alone has the array now, and backward may write over it
      if (check_finite_enabled()) check_finite("gradient", dy, place(node));
      if (is_break_point(node)) std::raise(SIGTRAP);
      node.backward(dy);  // the line to step into
      if (Profile* profile = Profile::current()) profile->lap(node.scope(), node.op(), "backward");
      if (check_finite_enabled()) check_input_gradients(node);
    }
    nodes_[i].reset();  // frees what the node saved
  }
}

static bool& finite_flag() {
  static bool on = std::getenv("CHECK_FINITE") != nullptr && std::string(std::getenv("CHECK_FINITE")) != "0";
  return on;
}

bool check_finite_enabled() { return finite_flag(); }

void set_check_finite(bool on) { finite_flag() = on; }

void check_finite(const std::string& what, const Tensor& tensor, const std::string& where) {
  const real* data = tensor.data();
  for (int64_t i = 0; i < tensor.numel(); ++i) {
    if (std::isfinite(data[i])) continue;
    const std::string place = !where.empty()            ? where
                              : current_scope().empty() ? "the outermost module"
                                                        : current_scope();
    throw Error("not finite: " + what + " in " + place + "\n  element " + std::to_string(i) + " of " +
                tensor_str(tensor));
  }
}

}  // namespace eca
