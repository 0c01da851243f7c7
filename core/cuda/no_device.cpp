// A program without a GPU.
#ifndef ECA_CUDA
#include "core/base/error.hpp"
#include "core/cuda/device.hpp"
#include "core/cuda/graph.hpp"
#include "core/cuda/moments.hpp"
#include "core/cuda/transfer.hpp"

namespace eca::cuda {

[[noreturn]] static void refuse() {
  throw Error("cuda: this program was built without it; `make CUDA=1` builds one with it");
}

void check() { refuse(); }
std::string kind() { refuse(); }
std::string description() { refuse(); }
void* allocate(int64_t) { refuse(); }
void release(void*, int64_t) { refuse(); }
void copy_to_device(void*, const void*, int64_t) { refuse(); }
void copy_to_host(void*, const void*, int64_t) { refuse(); }
void copy_on_device(void*, const void*, int64_t) { refuse(); }
void set_on_device(void*, int, int64_t) { refuse(); }
void wait() { refuse(); }

void* allocate_pinned(int64_t) { refuse(); }
void release_pinned(void*) { refuse(); }

struct Upload::State {};
Upload::Upload(int64_t) { refuse(); }
Upload::~Upload() = default;
void Upload::begin(const void*, int64_t) { refuse(); }
void Upload::finish(void*) { refuse(); }

struct Download::State {};
Download::Download(int64_t) { refuse(); }
Download::~Download() = default;
void Download::begin(const void*, int64_t) { refuse(); }
const void* Download::wait() { refuse(); }

struct Moments::State {};
Moments::Moments() { refuse(); }
Moments::~Moments() = default;
size_t Moments::mark() { refuse(); }
double Moments::seconds(size_t, size_t) { refuse(); }
void Moments::clear() { refuse(); }

struct Graph::State {};
Graph::Graph(const std::function<void()>&) { refuse(); }
Graph::~Graph() = default;
void Graph::launch() { refuse(); }

}  // namespace eca::cuda
#endif
