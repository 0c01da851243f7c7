#include "core/parallel/agreement.hpp"

#include <array>
#include <vector>

#include "core/base/error.hpp"
#include "core/parallel/ranks.hpp"

namespace eca {

template <class T>
static void add_up(std::span<T> numbers) {
  std::vector<int> others;
  for (int step = 1; step < ranks(); step *= 2) others.push_back(rank() ^ step);
  join_with(others, numbers, [](T& a, T b) { a += b; });
}

void add_up_counts(std::span<int64_t> counts) { add_up(counts); }
void add_up_numbers(std::span<double> numbers) { add_up(numbers); }

bool on_any_rank(bool here) {
  std::array<int64_t, 1> count = {here ? 1 : 0};
  add_up_counts(count);
  return count[0] > 0;
}

std::string said_by_first(const std::string& here) {
  for (const std::string& text : gather(here)) {
    if (!text.empty()) return text;
  }
  return "";
}

void wait_for_all_ranks() { gather(""); }

void check_same_on_all_ranks(const std::string& what, const std::string& here) {
  if (ranks() == 1) return;
  const std::vector<std::string> texts = gather(here);
  for (size_t r = 1; r < texts.size(); ++r) {
    if (texts[r] == texts[0]) continue;
    if (rank() != 0) wait_for_all_ranks();  // for ever: rank 0 says it, and ends them
    throw Error(rank_name(static_cast<int>(r)) + ": " + what + ": expected that of " + rank_name(0) +
                ",\n  " + texts[0] + "\nfound\n  " + texts[r]);
  }
}

}  // namespace eca
