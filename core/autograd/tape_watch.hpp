// TapeWatch: looks on while a tape is walked. While one lives, every walk on its thread tells it of each node:
//
//   before(node, dy)    its backward will be called. dy is undefined where nothing leads from the node to the loss;
//                       then no backward is called, and freed() is next.
//   after(node)         its backward is done, and its share stands in the gradients of its inputs.
//   freed()             the node is gone, and with it dy and all that it alone had saved.
//
// Where one of them throws, the walk ends as if the node's backward had.
#pragma once

namespace eca {

class Node;
class Tensor;

class TapeWatch {
 public:
  TapeWatch() : previous_(active_) { active_ = this; }  // becomes the active one of this thread
  virtual ~TapeWatch() { active_ = previous_; }         // the one before it becomes active again
  TapeWatch(const TapeWatch&) = delete;
  TapeWatch& operator=(const TapeWatch&) = delete;

  // The active one; null if none is.
  static TapeWatch* current() { return active_; }

  // Keep no copy of dy: a backward may write over it, and may not where others hold it.
  virtual void before(const Node& node, const Tensor& dy) = 0;
  virtual void after(const Node& node) = 0;
  virtual void freed() = 0;

 private:
  static inline thread_local TapeWatch* active_ = nullptr;
  TapeWatch* previous_;
};

}  // namespace eca
