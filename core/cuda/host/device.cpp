// The processor in the role of a GPU. Its memory is a range of addresses that stays closed but on a Visit.
#include "core/cuda/device.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <new>
#include <optional>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/free_ranges.hpp"
#include "core/base/scope.hpp"
#include "core/cuda/host/ask.hpp"
#include "core/cuda/host/visit.hpp"
#include "core/cuda/pinned_blocks.hpp"

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1  // g++'s way to say so
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(begin, bytes) (void)(begin), (void)(bytes)
#define ASAN_UNPOISON_MEMORY_REGION(begin, bytes) (void)(begin), (void)(bytes)
#endif

namespace eca::cuda {

namespace {

constexpr int64_t kRange = int64_t{64} << 30, kLine = 256, kPage = 4096;

// Arrays lie one behind the other, with a line between them that the address sanitizer knows to be none's.
class Range {
 public:
  Range() {
    void* memory = mmap(nullptr, kRange, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    begin_ = static_cast<char*>(memory);
#ifdef PKEY_DISABLE_ACCESS
    key_ = pkey_alloc(0, PKEY_DISABLE_ACCESS);
    if (key_ >= 0 && pkey_mprotect(memory, kRange, PROT_READ | PROT_WRITE, key_) != 0) key_ = -1;
#endif
    if (key_ < 0) madvise(memory, kRange, MADV_HUGEPAGE);  // fewer pages to open and close
  }

  void* take(int64_t bytes) {
    const int64_t size = with_gap(bytes);
    const std::optional<int64_t> offset = free_.take(size);
    if (!offset) throw std::bad_alloc();
    reach_ = std::max(reach_, *offset + size);
    ASAN_POISON_MEMORY_REGION(begin_ + *offset, size);
    ASAN_UNPOISON_MEMORY_REGION(begin_ + *offset, bytes);
    return begin_ + *offset;
  }

  void give_back(void* memory, int64_t bytes) {
    ASAN_POISON_MEMORY_REGION(memory, bytes);
    free_.give_back(static_cast<char*>(memory) - begin_, with_gap(bytes));
  }

  void open() { allow(true); }
  void close() { allow(false); }
  bool holds(const void* address) const {
    const auto* at = static_cast<const char*>(address);
    return at >= begin_ && at < begin_ + kRange;
  }

 private:
  static int64_t with_gap(int64_t bytes) { return (bytes + kLine - 1) / kLine * kLine + kLine; }
  // With a key, where the processor has them, that takes no longer than an addition; else every page is told.
  void allow(bool on) {
#ifdef PKEY_DISABLE_ACCESS
    if (key_ >= 0) {
      pkey_set(key_, on ? 0 : PKEY_DISABLE_ACCESS);
      return;
    }
#endif
    const auto bytes = static_cast<size_t>((reach_ + kPage - 1) / kPage * kPage);
    if (bytes > 0 && mprotect(begin_, bytes, on ? PROT_READ | PROT_WRITE : PROT_NONE) != 0) std::abort();
  }

  int key_ = -1;
  char* begin_;
  int64_t reach_ = 0;  // what arrays have covered so far
  FreeRanges free_{kRange};
};

Range& range() {
  static auto* range = new Range;  // never destroyed, as tensors of static lifetime give memory back
  return *range;
}

struct sigaction before_ours;

// Only what a signal handler may call.
void explain_fault(int signal, siginfo_t* info, void* context) {
  if (range().holds(info->si_addr)) {
    const char text[] =
        "cuda: the host touched an array that lies on the device. Loops over data() belong into kernels; "
        "values() copies an array to the host\n";
    [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);
  }
  sigaction(SIGSEGV, &before_ours, nullptr);
  if (before_ours.sa_flags & SA_SIGINFO) before_ours.sa_sigaction(signal, info, context);
}

// Test programs set handlers of their own now and then.
void watch_for_faults() {
  struct sigaction in_force = {};
  sigaction(SIGSEGV, nullptr, &in_force);
  if (in_force.sa_sigaction == explain_fault) return;
  struct sigaction ours = {};
  ours.sa_sigaction = explain_fault;
  ours.sa_flags = SA_SIGINFO;
  sigaction(SIGSEGV, &ours, &before_ours);
}

int visits = 0;

}  // namespace

Visit::Visit() {
  if (visits++ > 0) return;
  watch_for_faults();
  range().open();
}
Visit::~Visit() {
  if (--visits == 0) range().close();
}

void check() {}
std::string kind() { return "the processor in the role of a GPU"; }
std::string description() { return kind() + " (make CUDA=host)"; }

void* allocate(int64_t bytes) { return range().take(bytes); }
void release(void* memory, int64_t bytes) { range().give_back(memory, bytes); }

// Of an empty array there is no address.
static void copy_bytes(void* to, const void* from, size_t n) {
  if (n > 0) std::memcpy(to, from, n);
}

// The host may write again what it copies from, unless that is pinned: then a graph reads it at each launch.
void copy_to_device(void* to, const void* from, int64_t bytes) {
  const auto n = static_cast<size_t>(bytes);
  if (captured == nullptr || is_pinned(from)) {
    ask([=] { copy_bytes(to, from, n); });
  } else {
    const auto* first = static_cast<const char*>(from);
    ask([to, kept = std::vector<char>(first, first + n)] { copy_bytes(to, kept.data(), kept.size()); });
  }
}
void copy_to_host(void* to, const void* from, int64_t bytes) {
  if (captured != nullptr) {
    throw Error("cuda: a copy to the host while work is recorded" + in_scope());
  }
  ask([=] { copy_bytes(to, from, static_cast<size_t>(bytes)); });
}
void copy_on_device(void* to, const void* from, int64_t bytes) {
  ask([=] { copy_bytes(to, from, static_cast<size_t>(bytes)); });
}
void set_on_device(void* to, int byte, int64_t bytes) {
  ask([=] {
    if (bytes > 0) std::memset(to, byte, static_cast<size_t>(bytes));
  });
}
void wait() {}

}  // namespace eca::cuda
