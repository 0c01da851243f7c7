#include "core/cuda/moments.hpp"

#include <vector>

#include "core/cuda/gpu/stream.hpp"

namespace eca::cuda {

struct Moments::State {
  std::vector<cudaEvent_t> events;  // made so far
  size_t marked = 0;
};

Moments::Moments() : state_(std::make_unique<State>()) {}

Moments::~Moments() {
  for (cudaEvent_t event : state_->events) cudaEventDestroy(event);
}

size_t Moments::mark() {
  if (state_->marked == state_->events.size()) {
    cudaEvent_t made = nullptr;
    check(cudaEventCreate(&made), "cudaEventCreate");
    state_->events.push_back(made);
  }
  check(cudaEventRecord(state_->events[state_->marked], stream()), "cudaEventRecord");
  return state_->marked++;
}

double Moments::seconds(size_t first, size_t last) {
  float milliseconds = 0;
  check(cudaEventSynchronize(state_->events.at(last)), "cudaEventSynchronize");
  check(cudaEventElapsedTime(&milliseconds, state_->events.at(first), state_->events.at(last)),
        "cudaEventElapsedTime");
  return 1e-3 * static_cast<double>(milliseconds);
}

void Moments::clear() { state_->marked = 0; }

}  // namespace eca::cuda
