#include "core/cuda/graph.hpp"

#include <vector>

#include "core/cuda/gpu/stream.hpp"
#include "core/cuda/transfer.hpp"

namespace eca::cuda {

namespace {

std::vector<void*>* memory_of_graph = nullptr;  // of the one that is captured

// cuBLAS and the arena may ask for memory meanwhile, which is done at once: hence relaxed.
cudaGraph_t capture(const std::function<void()>& work) {
  cudaGraph_t graph = nullptr;
  check(cudaStreamBeginCapture(stream(), cudaStreamCaptureModeRelaxed), "cudaStreamBeginCapture");
  try {
    work();
  } catch (...) {
    cudaStreamEndCapture(stream(), &graph);
    if (graph != nullptr) cudaGraphDestroy(graph);
    cudaGetLastError();  // forgets what became of it
    throw;
  }
  check(cudaStreamEndCapture(stream(), &graph), "cudaStreamEndCapture");
  return graph;
}

}  // namespace

bool capturing() { return memory_of_graph != nullptr; }

void* memory_of_captured_graph(int64_t bytes) {
  memory_of_graph->push_back(allocate_pinned(bytes));
  return memory_of_graph->back();
}

struct Graph::State {
  cudaGraphExec_t executable = nullptr;
  std::vector<void*> memory;

  ~State() {
    if (executable != nullptr) cudaGraphExecDestroy(executable);
    for (void* block : memory) release_pinned(block);
  }
};

Graph::Graph(const std::function<void()>& work) : state_(std::make_unique<State>()) {
  struct Capture {
    explicit Capture(std::vector<void*>* memory) { memory_of_graph = memory; }
    ~Capture() { memory_of_graph = nullptr; }
  } const capture_now(&state_->memory);
  cudaGraph_t graph = capture(work);
  const cudaError_t status = cudaGraphInstantiate(&state_->executable, graph, 0);
  cudaGraphDestroy(graph);
  check(status, "cudaGraphInstantiate");
}

Graph::~Graph() { cudaStreamSynchronize(stream()); }

void Graph::launch() { check(cudaGraphLaunch(state_->executable, stream()), "cudaGraphLaunch"); }

}  // namespace eca::cuda
