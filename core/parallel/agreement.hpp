// What ranks tell each other besides the sums over a batch. Every function here is called by all ranks, at the same place; with one
// rank it costs nothing.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace eca {

// Whether it is so on any rank.
bool on_any_rank(bool here);

// Adds up what each rank has counted.
void add_up_counts(std::span<int64_t> counts);
// The same for numbers each of which one rank alone has, and the others have as 0: no order matters.
void add_up_numbers(std::span<double> numbers);

// The first text that is not empty, in the order of ranks; "" if there is none.
std::string said_by_first(const std::string& here);

// Returns when all ranks have come here.
void wait_for_all_ranks();

// Throws Error, the same on all ranks, if `here` is not what rank 0 has: "rank 1 on HOST: WHAT: expected ..., found ...". No rank
// goes on before all have come here.
void check_same_on_all_ranks(const std::string& what, const std::string& here);

}  // namespace eca
