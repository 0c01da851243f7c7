// A program without a GPU.
#ifndef ECA_CUDA
#include "core/base/error.hpp"
#include "core/cuda/device.hpp"

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

}  // namespace eca::cuda
#endif
