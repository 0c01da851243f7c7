// The processor in the role of a GPU: make CUDA=host. In programs without CUDA there is nothing to test here; [host] is what
// can only be tested without a GPU.
#ifdef ECA_CUDA
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>

#include "core/autograd/tensor.hpp"
#include "core/base/error.hpp"
#include "core/kernels/gemm/gemm.hpp"
#include "core/ops/matmul.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

namespace {

struct Ended {
  int signal;        // what ended it; 0: it returned
  std::string said;  // on standard error
};

// Runs `body` in a process of its own.
template <class Body>
Ended in_a_child(const Body& body) {
  std::array<int, 2> pipe_ends{};
  REQUIRE(pipe(pipe_ends.data()) == 0);
  const pid_t child = fork();
  if (child == 0) {
    dup2(pipe_ends[1], STDERR_FILENO);
    std::signal(SIGSEGV, SIG_DFL);  // not Catch2's
    Tensor::zeros({1});             // the device watches again
    body();
    _exit(0);
  }
  close(pipe_ends[1]);
  Ended ended = {0, ""};
  for (char c = 0; read(pipe_ends[0], &c, 1) == 1;) ended.said += c;
  close(pipe_ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  ended.signal = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  return ended;
}

}  // namespace

TEST_CASE("cuda: what lies on the device is copied to be seen, and written as a whole", "[cuda]") {
  const SettingsRestored restored;
  set_kernel_mode(KernelMode::cuda);
  Tensor x = Tensor::from({2, 2}, {1, 2, 3, 4});
  x.set_name("x");
  CHECK(x.storage()->place == Place::device);
  CHECK(x.values() == std::vector<real>{1, 2, 3, 4});
  const Tensor& read = x;
  CHECK(read.at({1, 0}) == 3);
  CHECK(std::string(tensor_str(x)) == "Tensor \"x\" (2,2) min 1 max 4 nan 0 grad no");
  CHECK_THAT(error_text<Error>([&] {
               x.at({0, 0}) = 5;
             }),
             contains("\"x\" (2,2) lies on the GPU: at() reads"));
  x.assign(std::vector<real>{4, 3, 2, 1});
  CHECK(x.values() == std::vector<real>{4, 3, 2, 1});
  CHECK_THAT(error_text<ShapeError>([&] { x.assign(std::vector<real>{1}); }),
             contains("expected 4 values, found 1"));
}

TEST_CASE("cuda: an array that lies elsewhere than the kernels compute is named", "[cuda]") {
  const SettingsRestored restored;
  set_kernel_mode(KernelMode::fast);
  Tensor host = Tensor::zeros({3});
  host.set_name("host");
  set_kernel_mode(KernelMode::cuda);
  Tensor device = Tensor::zeros({3});
  device.set_name("device");
  CHECK_THAT(error_text<Error>([&] { host.data(); }),
             contains("\"host\" (3) lies on the host, and the kernels in force "
                      "compute on the GPU"));
  set_kernel_mode(KernelMode::fast);
  CHECK_THAT(error_text<Error>([&] { device.data(); }), contains("\"device\" (3) lies on the GPU"));
}

TEST_CASE("cuda: the host's loops may not touch the device's memory", "[cuda][host]") {
  const SettingsRestored restored;
  set_kernel_mode(KernelMode::cuda);
  Tensor x = Tensor::zeros({8});
  for (const bool writes : {false, true}) {
    CAPTURE(writes);
    const Ended ended = in_a_child([&] {
      volatile real* element = x.data() + 3;
      if (writes) {
        *element = 1;
      } else {
        _exit(*element == 0 ? 0 : 1);
      }
    });
    CHECK(ended.signal != 0);
    CHECK_THAT(ended.said, contains("the host touched an array that lies on the device"));
  }
  CHECK(in_a_child([&] { _exit(x.values()[3] == 0 ? 0 : 1); }).signal == 0);
}

TEST_CASE("cuda: the stand-in refuses what cuBLAS refuses", "[cuda][host]") {
  const SettingsRestored restored;
  set_kernel_mode(KernelMode::cuda);
  const Tensor a = Tensor::zeros({2, 3}), b = Tensor::zeros({3, 4});
  Tensor c = Tensor::zeros({2, 4});
  kernels::gemm(2, 4, 3, {a.data(), 3}, {b.data(), 4}, 0, c.data(), 4);
  CHECK_THAT(error_text<Error>([&] {
               kernels::gemm(2, 4, 3, {a.data(), 2}, {b.data(), 4}, 0, c.data(), 4);
             }),
             contains("cuda: gemm: an invalid value"));
}

TEST_CASE("cuda: factors of products keep all their bits, or ten of them with TF32", "[cuda]") {
  const SettingsRestored restored;
  set_kernel_mode(KernelMode::cuda);
  const real fine = 1 + real{0x1p-12F}, coarse = 1 + real{0x1p-10F};
  const Tensor a = Tensor::from({1, 2}, {fine, coarse}), b = Tensor::from({2, 1}, {1, 2});
  CHECK(matmul(a, b).values() == std::vector<real>{fine + 2 * coarse});
  set_tf32(true);
#ifdef ECA_REAL_DOUBLE
  CHECK(matmul(a, b).values() == std::vector<real>{fine + 2 * coarse});
#else
  CHECK(matmul(a, b).values() == std::vector<real>{1 + 2 * coarse});
#endif
  set_tf32(false);
  CHECK(matmul(a, b).values() == std::vector<real>{fine + 2 * coarse});
}

#endif
