// Tape: reverse-mode differentiation as a list. Every op appends one Node in creation order; backward() walks the
// list once from its end.
//
// Why one walk is enough: whoever consumes a tensor is created after the op that made it. Walking backwards, all
// consumers of a tensor have therefore added their share before its own node is met, and its gradient is complete.
//
//   Tape tape;                                    // records from here on, on this thread
//   Tensor loss = cross_entropy(model(x), labels);
//   tape.backward(loss);                          // now parameter.grad() holds dLoss/dParameter
#pragma once

#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/autograd/batch_sums.hpp"
#include "core/autograd/gradient.hpp"
#include "core/autograd/tensor.hpp"
#include "core/base/profile.hpp"
#include "core/parallel/leaves.hpp"

namespace eca {

// A tensor that a node keeps for its backward. Reading it after its array was written in place is an error, not a
// wrong gradient. Only writes through Tensor::write_in_place() are seen.
class Saved {
 public:
  Saved() = default;
  // Implicit, so that a node reads like a list of what it saves.
  Saved(const Tensor& tensor);

  // Throws Error naming the tensor and both versions if it was written since it was saved.
  const Tensor& get() const;
  const real* data() const { return get().data(); }
  const Shape& shape() const { return tensor_.shape(); }
  int64_t dim(int i) const { return tensor_.dim(i); }
  int64_t numel() const { return tensor_.numel(); }
  bool defined() const { return tensor_.defined(); }
  bool written_since() const;
  // As it is, without the check of get().
  const Tensor& tensor() const { return tensor_; }

  // Counts up with every tensor saved on this thread; record() reads a node's share off it.
  static inline thread_local int64_t bytes_saved_so_far = 0;

 private:
  Tensor tensor_;
  uint64_t version_ = 0;
};

// A saved tensor under the name that its node has for it.
struct NamedSaved {
  const char* name;  // "x", as in the formulas of the op
  Saved saved;
};

// tensor_str() of what was saved, with a remark if it was written since.
const char* tensor_str(const Saved& saved);

// One op of the forward pass and its backward. Derived classes are named <Op>Backward and hold what they saved.
class Node {
 public:
  virtual ~Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  virtual const char* name() const = 0;
  // name() without its ending: "Conv2d".
  std::string op() const;
  // Given dy = dLoss/dOutput, writes dLoss/dInput into each grad_slot.
  virtual void backward(const Tensor& dy) = 0;
  int64_t seq() const { return seq_; }
  const std::string& scope() const { return scope_; }
  const std::vector<GradientPtr>& inputs() const { return inputs_; }
  const GradientPtr& output() const { return output_; }
  // What the op put out; undefined unless the tape keeps values.
  const Tensor& value() const { return value_; }
  // Whether any input does.
  bool wants_gradient() const;
  // Bytes of the tensors kept for backward; arrays that several nodes save are counted by each.
  int64_t saved_bytes() const { return saved_bytes_; }
  // Those tensors, for whoever looks on; empty where an op does not say. Undefined ones are among them.
  virtual std::vector<NamedSaved> saved_tensors() const { return {}; }
  // What forward and backward read and write at least, in numbers: each input, the output where it is stored, what is saved and
  // each gradient, once.
  int64_t forward_numbers(const Tensor& y) const { return input_numbers_ + (y.storage() ? y.numel() : 0); }
  int64_t backward_numbers(const Tensor& dy) const;
  // How many values of its first input one value of the output is made from, where shapes do not tell: pooling's
  // kernel^2.
  virtual int64_t window() const { return 1; }
  // The values of an output that is not stored (Tensor::unstored), worked out for whoever wants to check them.
  virtual Tensor unstored_output() const { return {}; }

 protected:
  // Inputs in the order of grad_slot(i). Undefined tensors (an absent bias) are allowed.
  explicit Node(std::initializer_list<Tensor> inputs);

  // Where to write the gradient of input i; false if it is not wanted. Whose array that is: see gradient.hpp.
  GradSlot grad_slot(size_t i) { return inputs_[i] ? inputs_[i]->slot() : GradSlot{}; }
  // The same for a gradient that is a sum over the images of the batch. Where ranks share the batch, what is written is this
  // rank's part of the sum, and the whole is added up from there: see batch_sums.hpp.
  GradSlot batch_sum_slot(size_t i) {
    return inputs_[i] && batch_is_shared() ? batch_sums().take(inputs_[i]) : grad_slot(i);
  }
  // Like grad_slot, for an op that works value by value, whose kernel reads dy[k] before it writes dx[k]: the gradient is
  // laid over dy where nobody else will read dy.
  GradSlot grad_slot_over(size_t i, const Tensor& dy) {
    return inputs_[i] ? inputs_[i]->slot_over(dy) : GradSlot{};
  }
  // Input i's gradient is dy itself (add, reshape).
  void pass_grad(size_t i, const Tensor& dy) {
    if (inputs_[i]) inputs_[i]->pass(dy);
  }
  // Part of this backward is done, "dx": tells the active Profile, if there is one.
  void end_part(const char* part) const {
    if (Profile* profile = Profile::current()) profile->lap(scope_, op(), part);
  }

 private:
  friend class Tape;
  template <class Backward, class... Args>
  friend Tensor record(Tensor y, const Args&... args);

  int64_t seq_ = -1;
  std::string scope_;
  std::vector<GradientPtr> inputs_;  // null where no gradient is wanted
  GradientPtr output_;
  Tensor value_;
  int64_t saved_bytes_ = 0, input_numbers_ = 0;
};

class Tape {
 public:
  Tape();   // becomes the current tape of this thread
  ~Tape();  // the one before it becomes current again
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  static Tape* current();

  // Walks from the end, dLoss/dLoss = 1; frees each node, with what it saved, as soon as it is walked. The tape is
  // empty afterwards, also when a node's backward throws.
  // Throws ShapeError unless loss has one element, Error if loss is not on this tape: it was not recorded here, or
  // the tape was walked since.
  void backward(const Tensor& loss);
  // The same from any y with a given dy = dLoss/dy of its shape.
  void backward(const Tensor& y, const Tensor& dy);

  size_t size() const { return nodes_.size(); }
  const Node& node(size_t i) const { return *nodes_[i]; }
  // Keeps the gradients of intermediate tensors after the walk, for inspection; of those that somebody holds.
  void keep_grads(bool on) { keep_grads_ = on; }
  // Keeps the output of every op recorded from now on with its node, until the node is walked: for pictures.
  void keep_values(bool on) { keep_values_ = on; }

 private:
  template <class Backward, class... Args>
  friend Tensor record(Tensor y, const Args&... args);
  void append(std::unique_ptr<Node> node, Tensor& y);
  bool recorded(const Tensor& y) const;
  void walk();

  std::vector<std::unique_ptr<Node>> nodes_;
  bool keep_grads_ = false, keep_values_ = false;
  bool walked_ = false;
  Tape* previous_;
};

// While it lives, nothing is recorded on this thread: evaluation, and the backward pass itself.
class NoGrad {
 public:
  NoGrad();
  ~NoGrad();
  NoGrad(const NoGrad&) = delete;
  NoGrad& operator=(const NoGrad&) = delete;

 private:
  Tape* previous_;
};

// CHECK_FINITE=1 in the environment, or set_check_finite: test every output and every gradient for NaN and
// infinity; the error names the first bad tensor, its node and its module path.
bool check_finite_enabled();
void set_check_finite(bool on);
// Throws Error naming `what`, the tensor, its range and where, if a value is not finite.
void check_finite(const std::string& what, const Tensor& tensor, const std::string& where);

// What is done with the output y of the op of `node`, on request: its check for finite numbers, its time.
void end_forward(const Node& node, const Tensor& y);

// Ends an op: appends Backward(args...) to the current tape, with y as its output. Without a tape, or when no
// input wants a gradient, y is returned as it is and args are dropped.
template <class Backward, class... Args>
Tensor record(Tensor y, const Args&... args) {
  Tape* tape = Tape::current();
  const bool watched = Profile::current() != nullptr || check_finite_enabled();
  if (tape == nullptr && !watched) return y;
  const int64_t saved_before = Saved::bytes_saved_so_far;
  auto node = std::make_unique<Backward>(args...);
  node->saved_bytes_ = Saved::bytes_saved_so_far - saved_before;
  if (watched) end_forward(*node, y);
  if (tape != nullptr && node->wants_gradient()) tape->append(std::move(node), y);
  return y;
}

// A table of the tape before it is walked: seq, node, scope, output shape, saved bytes.
void dump_tape(const Tape& tape, std::ostream& out);
// The same as a Graphviz graph, nodes grouped by scope; of one module, with the tensors that enter it, where `module` names
// one. Throws Error if no node lies in it.
void dump_dot(const Tape& tape, std::ostream& out, const std::string& module = "");

}  // namespace eca
