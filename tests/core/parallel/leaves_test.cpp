#include "core/parallel/leaves.hpp"

#include "core/kernels/common/leaf_sums.hpp"
#include "tests/catch.hpp"
#include "tests/settings.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("leaves: every image has one, and neighbours stay together", "[leaves]") {
  for (int64_t N = 1; N <= 300; ++N) {
    CAPTURE(N);
    const Leaves leaves(N);
    const int64_t L = leaves.count();
    CHECK((L == 1 || L == 2 || L == 4 || L == 8 || L == 16));
    CHECK(L <= N);
    CHECK((L == 16 || 2 * L > N));  // the largest that fits
    CHECK(leaves.begin(0) == 0);
    CHECK(leaves.begin(L) == N);
    for (int64_t k = 0; k < L; ++k) {
      const int64_t size = leaves.images(k).size();
      CHECK(size >= N / L);
      CHECK(size <= leaves.largest());
    }
  }
}

TEST_CASE("leaves: alone, a process has the whole batch", "[leaves]") {
  for (const int64_t N : {1, 5, 128}) {
    const SharedBatch shared(N);
    CHECK_FALSE(batch_is_shared());
    CHECK(part_of_batch(N).first == 0);
    CHECK(part_of_batch(N).last == N);
    CHECK(whole_batch(N) == N);
    CHECK(first_of_batch() == 0);
    CHECK(counts_its_part(N));
    CHECK(other_halves().empty());
  }
}

TEST_CASE("leaf sums: a subtree added depth first has the bits of the tree of its leaves", "[leaves]") {
  const SettingsRestored restored;
  for (const int64_t L : {1, 2, 4, 8, 16}) {
    CAPTURE(L);
    constexpr int64_t n = 5;
    std::vector<real> values(static_cast<size_t>(L * n));
    for (size_t i = 0; i < values.size(); ++i) values[i] = real{1} / static_cast<real>(3 + 7 * i);
    std::vector<real> sums(n), spare(static_cast<size_t>(4 * n)), tree(n);
    kernels::sum_subtree(sums.data(), spare.data(), n, 0, L,
                         [&](int64_t k, real* of_leaf) { std::copy_n(values.begin() + k * n, n, of_leaf); });
    kernels::add_leaf_sums({tree.data(), false}, values.data(), L, n);
    CHECK(sums == tree);
    // By hand: halves of halves.
    for (int64_t half = 1; half < L; half *= 2) {
      for (int64_t k = 0; k < L; k += 2 * half) {
        for (int64_t i = 0; i < n; ++i)
          values[static_cast<size_t>(k * n + i)] += values[static_cast<size_t>((k + half) * n + i)];
      }
    }
    CHECK(std::vector<real>(values.begin(), values.begin() + n) == tree);
  }
}
