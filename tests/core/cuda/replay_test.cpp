// Work that a GPU repeats as one piece, and copies beside what it computes. In programs without CUDA there is nothing to test here.
#ifdef ECA_CUDA
#include "core/memory/replay.hpp"

#include "core/autograd/tensor.hpp"
#include "core/base/error.hpp"
#include "core/cuda/graph.hpp"
#include "core/kernels/elementwise/elementwise.hpp"
#include "core/memory/kernel_array.hpp"
#include "core/memory/pinned_array.hpp"
#include "core/memory/transfer.hpp"
#include "core/ops/elementwise.hpp"
#include "layers/dropout.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/settings.hpp"

using namespace eca;
using namespace eca::test;

namespace {

using Values = std::vector<real>;

struct OnDevice : SettingsRestored {
  OnDevice() { set_kernel_mode(KernelMode::cuda); }
};

#ifdef ECA_NO_ARENA
constexpr bool kRecords = false;
#else
constexpr bool kRecords = true;
#endif

}  // namespace

TEST_CASE("cuda: repeated work is recorded the fourth time, and replayed", "[cuda]") {
  const OnDevice on_device;
  Tensor sum = Tensor::from({2}, {0, 0});
  const Tensor one = Tensor::from({2}, {1, 10});
  int asked = 0;
  Replay replay;
  const auto add_one = [&] {
    replay([&] {
      ++asked;
      const Tensor next = add(sum, one);
      kernels::add_forward(sum.write_in_place(), next.data(), Tensor::zeros({2}).data(), 2);
    });
  };
  for (int i = 0; i < 9; ++i) {
    add_one();
    CHECK(replay.replayed() == (kRecords && i >= 3));
  }
  CHECK(sum.values() == Values{9, 90});
  CHECK(asked == (kRecords ? 4 : 9));

  const Tensor other = Tensor::zeros({2});  // may lie where the recorded work does
  add_one();
  add_one();
  CHECK(sum.values() == Values{11, 110});
  CHECK(other.values() == Values{0, 0});
  CHECK(asked == (kRecords ? 5 : 11));

  release_free_memory();
  add_one();
  CHECK(sum.values() == Values{12, 120});
}

TEST_CASE("cuda: recorded work reads what pinned memory holds each time", "[cuda]") {
  const OnDevice on_device;
  PinnedArray<real> told(1);
  Tensor seen = Tensor::from({1}, {0});
  Replay replay;
  for (int i = 1; i <= 6; ++i) {
    told[0] = static_cast<real>(i);
    replay([&] {
      Values passing = {100};  // gone when the work is replayed
      const KernelArray<real> varies(told.data(), 1), stays(passing.data(), 1);
      passing[0] = -1;
      kernels::add_forward(seen.write_in_place(), varies.data(), stays.data(), 1);
    });
    CHECK(seen.values() == Values{static_cast<real>(100 + i)});
  }
}

TEST_CASE("cuda: work that copies values between host and device is not recorded", "[cuda]") {
  const OnDevice on_device;
  const Tensor x = Tensor::full({64}, 1);
  Replay replay;
  std::vector<Values> masks;
  for (uint64_t step = 0; step < 5; ++step) {
    Tensor y;
    replay([&] { y = dropout(x, 0.5, /*seed=*/1, step, /*stream=*/1); });
    masks.push_back(y.values());
    CHECK(!replay.replayed());
  }
  CHECK(masks[3] != masks[4]);
}

TEST_CASE("cuda: a copy to the host cannot be recorded, and does not harm what follows", "[cuda]") {
  const OnDevice on_device;
  const Tensor x = Tensor::from({1}, {2});
  const std::string text = error_text<Error>([&] { const cuda::Graph graph([&] { x.values(); }); });
  CHECK(text == "cuda: a copy to the host while work is recorded");
  CHECK(add(x, x).values() == Values{4});
}

TEST_CASE("cuda: an upload arrives where it is asked for, a download as the values were", "[cuda]") {
  const OnDevice on_device;
  Tensor x = Tensor::full({3}, -1), y = Tensor::from({3}, {7, 8, 9});
  Upload upload(3);
  Download download(3);
  for (const real first : {real{1}, real{4}}) {
    const Values values = {first, first + 1, first + 2};
    const Values before = x.values();
    upload.begin(values);
    CHECK(x.values() == before);  // still on its way
    upload.finish(*x.storage());
    CHECK(x.values() == values);
  }
  download.begin(*y.storage());
  y.assign(Values{0, 0, 0});
  const auto arrived = download.wait();
  CHECK(Values(arrived.begin(), arrived.end()) == Values{7, 8, 9});
}

#endif
