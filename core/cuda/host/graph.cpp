#include "core/cuda/graph.hpp"

#include "core/base/error.hpp"
#include "core/cuda/host/ask.hpp"

namespace eca::cuda {

struct Graph::State {
  std::vector<Work> work;
};

Graph::Graph(const std::function<void()>& work) : state_(std::make_unique<State>()) {
  struct Capture {
    explicit Capture(std::vector<Work>* into) { captured = into; }
    ~Capture() { captured = nullptr; }
  } const capture(&state_->work);
  work();
}

Graph::~Graph() = default;

void Graph::launch() {
  const Visit visit;
  for (const Work& work : state_->work) work();
}

}  // namespace eca::cuda
