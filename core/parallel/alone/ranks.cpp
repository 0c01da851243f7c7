// A program without MPI.
#include "core/parallel/ranks.hpp"

#include <cstdlib>

#include "core/base/error.hpp"

namespace eca {

// mpirun would start so many programs that do not know of each other, all at work on the same files.
RanksJoined::RanksJoined() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MPI_LOCALNRANKS"}) {
    const char* size = std::getenv(name);
    if (size != nullptr && std::atoi(size) > 1) {
      throw Error("mpirun has started " + std::string(size) +
                  " processes, but this program is built without MPI; build it with: make MPI=1");
    }
  }
}
RanksJoined::~RanksJoined() = default;

int rank() { return 0; }
int ranks() { return 1; }
int ranks_on_this_machine() { return 1; }
std::string rank_name(int rank) { return "rank " + std::to_string(rank); }

void end_all_ranks(const std::string&, int) {}

static void no_other() { throw Error("ranks: this program is built without MPI, there is no other rank"); }

void exchange(int, std::span<std::byte>, std::span<const std::byte>) { no_other(); }
struct Exchange::Requests {};
Exchange::Exchange(int, std::span<std::byte>, std::span<const std::byte>, int) { no_other(); }
bool Exchange::done() { return true; }
void Exchange::wait() {}

std::vector<std::string> gather(const std::string& said) { return {said}; }
RankTraffic rank_traffic() { return {}; }
std::string mpi_version() { return ""; }

}  // namespace eca
