// Ranks: the processes that train one network together, each on its part of every batch. Built without MPI, or started without
// mpirun, a program is rank 0 of one. core/parallel/mpi/ holds the one side, core/parallel/alone/ the other.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace eca {

// While it lives, this process is one of the ranks that mpirun started; main() holds it.
class RanksJoined {
 public:
  // Throws Error unless there are 1, 2, 4, 8 or 16 of them, and where the program was started by mpirun but built without MPI. Ends the
  // process where they have not all met within a minute.
  RanksJoined();
  ~RanksJoined();
  RanksJoined(const RanksJoined&) = delete;
  RanksJoined& operator=(const RanksJoined&) = delete;
};

// This process, from 0 to ranks() - 1.
int rank();
// How many there are, and how many of them on the machine of this one.
int ranks();
int ranks_on_this_machine();
// "rank 1 on node7"
std::string rank_name(int rank);

// Ends all ranks, if there are several, with `message` on standard error once: rank 0's, or that of the first rank that has one.
// Returns where this process is alone.
void end_all_ranks(const std::string& message, int code);

// Sends `mine` to another rank and receives as many bytes of its own into `theirs`, which calls this too.
void exchange(int other, std::span<std::byte> theirs, std::span<const std::byte> mine);

// Recursive doubling: exchanges `values` with each of `others` in turn, and joins the two. join(a, b) puts what a, of the lower rank,
// and b give together into a.
template <class T, class Join>
void join_with(const std::vector<int>& others, std::span<T> values, const Join& join) {
  std::vector<T> theirs(others.empty() ? 0 : values.size());
  for (const int other : others) {
    exchange(other, std::as_writable_bytes(std::span(theirs)), std::as_bytes(values));
    if (other < rank()) std::swap_ranges(theirs.begin(), theirs.end(), values.begin());
    for (size_t i = 0; i < values.size(); ++i) join(values[i], theirs[i]);
  }
}

// The same as exchange() without waiting for it: done() is asked from time to time, and the bytes stay where they are until it says yes.
class Exchange {
 public:
  Exchange(int other, std::span<std::byte> theirs, std::span<const std::byte> mine, int tag);
  bool done();
  void wait();

 private:
  struct Requests;
  std::shared_ptr<Requests> requests_;
};

// What each rank says, in their order; all call this.
std::vector<std::string> gather(const std::string& said);

// What waiting for others has cost this process.
struct RankTraffic {
  double seconds_waited = 0;
  int64_t messages = 0, bytes_sent = 0;
};
RankTraffic rank_traffic();

// "OpenMPI 4.1.4", or "" where the program is built without.
std::string mpi_version();

}  // namespace eca
