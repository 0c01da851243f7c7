#include "core/cuda/moments.hpp"

#include <chrono>
#include <vector>

namespace eca::cuda {

using Clock = std::chrono::steady_clock;

struct Moments::State {
  std::vector<Clock::time_point> marked;
};

Moments::Moments() : state_(std::make_unique<State>()) {}
Moments::~Moments() = default;

size_t Moments::mark() {
  state_->marked.push_back(Clock::now());
  return state_->marked.size() - 1;
}

double Moments::seconds(size_t first, size_t last) {
  return std::chrono::duration<double>(state_->marked.at(last) - state_->marked.at(first)).count();
}

void Moments::clear() { state_->marked.clear(); }

}  // namespace eca::cuda
