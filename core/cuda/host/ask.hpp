// How the processor in the role of a GPU does what it is asked for: at once, or, while a graph is captured, at each launch of it.
#pragma once

#include <functional>
#include <vector>

#include "core/cuda/host/visit.hpp"

namespace eca::cuda {

using Work = std::function<void()>;

// Where work is kept; null: it is done.
inline std::vector<Work>* captured = nullptr;

template <class OneWork>
void ask(const OneWork& work) {
  if (captured != nullptr) {
    captured->push_back(work);
    return;
  }
  const Visit visit;
  work();
}

}  // namespace eca::cuda
