// Ranks through MPI. The only file that knows of it.
#include "core/parallel/ranks.hpp"

#define OMPI_SKIP_MPICXX  // the old C++ interface
#define MPICH_SKIP_MPICXX
#include <mpi.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <climits>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "core/base/error.hpp"

namespace eca {

namespace {

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

int own_rank = 0, all_ranks = 1, local_ranks = 1;
std::vector<std::string> machines;  // the name of each rank's, once all have met
RankTraffic traffic;

// Its own space of messages, for signs of life and last words.
MPI_Comm watch = MPI_COMM_NULL;
enum Tag { kAlive = 1, kLastWords };

void check(int code, const char* call) {
  if (code == MPI_SUCCESS) return;
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  MPI_Error_string(code, text.data(), &length);
  throw Error(std::string(call) + ": " + text.data());
}

int whole_size(size_t bytes) {
  if (bytes > INT_MAX)
    throw Error("ranks: a message of " + std::to_string(bytes) + " bytes, expected less than 2 GiB");
  return static_cast<int>(bytes);
}

// Ends a progress line before what stands on standard error.
void end_line() {
  if (isatty(STDOUT_FILENO)) std::fputs("\n", stdout);
  std::fflush(stdout);
}

void say(const std::string& message) {
  end_line();
  std::fprintf(stderr, "eca: %s\n", message.c_str());
  std::fflush(stderr);
}

// ---- whether all meet --------------------------------------------------------------------------------

// Ends this process if it still lives after a while: one of the others did not come, and MPI would wait for it for ever. mpirun then
// ends the others.
class Meeting {
 public:
  explicit Meeting(bool first) : patience_(first ? 50 : 55), thread_([this] { wait(); }) {}
  ~Meeting() {
    {
      const std::lock_guard lock(mutex_);
      met_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

 private:
  void wait() {
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, patience_, [this] { return met_; })) return;
    say("the processes that mpirun started have not met within " + std::to_string(patience_.count()) +
        " s; expected on each machine this same program, built with MPI=1, a host name of its own, and a "
        "network on which all reach each other");
    std::_Exit(1);
  }

  std::chrono::seconds patience_;  // shorter on rank 0, so that one of them says it
  std::mutex mutex_;
  std::condition_variable changed_;
  bool met_ = false;
  std::thread thread_;  // last: it uses the others
};

// ---- who is alive ------------------------------------------------------------------------------------

// Every rank tells the next one now and then that it lives, from a thread of its own, so that a rank that works or waits for long is
// not taken for one that hangs. Rank 0 also hears the last words of the others.
class Watch {
 public:
  Watch() : thread_([this] { run(); }) {}
  ~Watch() {
    stop_ = true;
    thread_.join();
  }

 private:
  void run();
  void hear_last_words();
  void hear_neighbour();
  void tell_neighbour();

  static constexpr double kEvery = 2, kPatience = 30;  // seconds

  std::atomic<bool> stop_ = false;
  Clock::time_point told_ = Clock::now(), heard_ = Clock::now(), awake_ = Clock::now();
  std::thread thread_;  // last: it uses the others
};

std::atomic<bool> ending = false;

[[noreturn]] void abort_all(const std::string& message, int code) {
  say(message);
  MPI_Abort(MPI_COMM_WORLD, code);
  std::_Exit(code);
}

void Watch::run() {
  while (!stop_) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    if (seconds_since(awake_) > kPatience / 2) heard_ = Clock::now();  // it was this process that did not run
    awake_ = Clock::now();
    if (own_rank == 0) hear_last_words();
    tell_neighbour();
    hear_neighbour();
  }
}

void Watch::hear_last_words() {
  int there = 0;
  MPI_Status status;
  MPI_Iprobe(MPI_ANY_SOURCE, kLastWords, watch, &there, &status);
  if (!there) return;
  int size = 0;
  MPI_Get_count(&status, MPI_CHAR, &size);
  std::string words(static_cast<size_t>(size), ' ');
  MPI_Recv(words.data(), size, MPI_CHAR, status.MPI_SOURCE, kLastWords, watch, MPI_STATUS_IGNORE);
  const int code = words[0];
  if (!ending.exchange(true)) abort_all(rank_name(status.MPI_SOURCE) + ": " + words.substr(1), code);
}

void Watch::tell_neighbour() {
  if (seconds_since(told_) < kEvery) return;
  told_ = Clock::now();
  MPI_Request request;
  static const char sign = 0;
  MPI_Isend(&sign, 1, MPI_CHAR, (own_rank + 1) % all_ranks, kAlive, watch, &request);
  MPI_Request_free(&request);
}

void Watch::hear_neighbour() {
  const int neighbour = (own_rank + all_ranks - 1) % all_ranks;
  for (int there = 1; there;) {
    MPI_Iprobe(neighbour, kAlive, watch, &there, MPI_STATUS_IGNORE);
    if (!there) break;
    char sign;
    MPI_Recv(&sign, 1, MPI_CHAR, neighbour, kAlive, watch, MPI_STATUS_IGNORE);
    heard_ = Clock::now();
  }
  if (seconds_since(heard_) > kPatience && !ending.exchange(true)) {
    abort_all(rank_name(neighbour) + " has given no sign of life for " +
                  std::to_string(static_cast<int>(kPatience)) +
                  " s: its machine, its network, or it was stopped",
              1);
  }
}

Watch* watching = nullptr;

}  // namespace

// ---- joining and ending ------------------------------------------------------------------------------

// This process as mpirun numbers it; null where it was started by hand, and MPI_Init would start a daemon for this one process.
static const char* rank_by_mpirun() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"}) {
    if (const char* rank = std::getenv(name)) return rank;
  }
  return nullptr;
}

static std::string this_machine() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

RanksJoined::RanksJoined() {
  const char* number = rank_by_mpirun();
  if (number == nullptr) return;
  const Meeting meeting(std::atoi(number) == 0);
  int provided = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_MULTIPLE, &provided);
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  MPI_Comm_rank(MPI_COMM_WORLD, &own_rank);
  MPI_Comm_size(MPI_COMM_WORLD, &all_ranks);
  if (all_ranks == 1) return;
  if (all_ranks > 16 || (all_ranks & (all_ranks - 1)) != 0) {
    throw Error("mpirun has started " + std::to_string(all_ranks) +
                " processes, expected 1, 2, 4, 8 or 16: a batch is summed as a tree of 16 leaves, and each "
                "process has one part "
                "of it");
  }
  if (provided < MPI_THREAD_MULTIPLE) {
    throw Error(mpi_version() +
                " is built without MPI_THREAD_MULTIPLE, which is needed to notice a process that hangs");
  }
  MPI_Comm machine = MPI_COMM_NULL;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, own_rank, MPI_INFO_NULL, &machine);
  MPI_Comm_size(machine, &local_ranks);
  MPI_Comm_free(&machine);
  machines = gather(this_machine());
  MPI_Comm_dup(MPI_COMM_WORLD, &watch);
  watching = new Watch;
}

// All leave together: until the last one is done, each tells the next that it lives.
static void wait_for_the_last() {
  MPI_Request request;
  MPI_Ibarrier(MPI_COMM_WORLD, &request);
  for (int done = 0; !done;) {
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (!done) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

RanksJoined::~RanksJoined() {
  if (watching != nullptr) wait_for_the_last();
  delete watching;
  watching = nullptr;
  int begun = 0, done = 0;
  MPI_Initialized(&begun);
  MPI_Finalized(&done);
  if (begun && !done) MPI_Finalize();
}

int rank() { return own_rank; }
int ranks() { return all_ranks; }
int ranks_on_this_machine() { return local_ranks; }
std::string rank_name(int rank) {
  const std::string name = "rank " + std::to_string(rank);
  return machines.empty() ? name : name + " on " + machines[static_cast<size_t>(rank)];
}

void end_all_ranks(const std::string& message, int code) {
  if (all_ranks == 1) return;
  if (own_rank == 0) {
    if (!ending.exchange(true)) abort_all(message, code);
  } else if (watching != nullptr) {  // rank 0 says it; but it may be busy, or have gone the same way
    const std::string words = static_cast<char>(code) + message;
    MPI_Request request;
    MPI_Isend(words.data(), whole_size(words.size()), MPI_CHAR, 0, kLastWords, watch, &request);
    std::this_thread::sleep_for(std::chrono::seconds(10));
    if (!ending.exchange(true)) abort_all(rank_name(own_rank) + ": " + message, code);
  }
  std::this_thread::sleep_for(std::chrono::seconds(20));  // whoever is ending it ends this process too
  std::_Exit(code);
}

// ---- messages ----------------------------------------------------------------------------------------

struct ReceiveAndSend {
  MPI_Request receive, send;
};

namespace {

constexpr int kExchange = 1;  // larger tags are those of Exchange

ReceiveAndSend begin_exchange(int other, std::span<std::byte> theirs, std::span<const std::byte> mine,
                              int tag) {
  ReceiveAndSend requests;
  check(MPI_Irecv(theirs.data(), whole_size(theirs.size()), MPI_BYTE, other, tag, MPI_COMM_WORLD,
                  &requests.receive),
        "MPI_Irecv");
  check(MPI_Isend(mine.data(), whole_size(mine.size()), MPI_BYTE, other, tag, MPI_COMM_WORLD, &requests.send),
        "MPI_Isend");
  ++traffic.messages;
  traffic.bytes_sent += static_cast<int64_t>(mine.size());
  return requests;
}

bool both_done(ReceiveAndSend& requests) {
  int done = 0;
  check(MPI_Testall(2, &requests.receive, &done, MPI_STATUSES_IGNORE), "MPI_Testall");
  return done != 0;
}

// Where there are more processes than cores, whoever waits lets the others work.
void wait_for(ReceiveAndSend& requests) {
  const auto start = Clock::now();
  for (int spins = 0; !both_done(requests); ++spins) {
    if (spins > 200) std::this_thread::yield();
  }
  traffic.seconds_waited += seconds_since(start);
}

}  // namespace

void exchange(int other, std::span<std::byte> theirs, std::span<const std::byte> mine) {
  ReceiveAndSend requests = begin_exchange(other, theirs, mine, kExchange);
  wait_for(requests);
}

struct Exchange::Requests {
  ReceiveAndSend both;
};

Exchange::Exchange(int other, std::span<std::byte> theirs, std::span<const std::byte> mine, int tag)
    : requests_(
          std::make_shared<Requests>(Requests{begin_exchange(other, theirs, mine, kExchange + 1 + tag)})) {}

bool Exchange::done() { return both_done(requests_->both); }
void Exchange::wait() { wait_for(requests_->both); }

std::vector<std::string> gather(const std::string& said) {
  if (all_ranks == 1) return {said};  // also before RanksJoined, as in tests
  const int length = whole_size(said.size());
  std::vector<int> lengths(static_cast<size_t>(all_ranks)), starts(lengths.size());
  check(MPI_Allgather(&length, 1, MPI_INT, lengths.data(), 1, MPI_INT, MPI_COMM_WORLD), "MPI_Allgather");
  int total = 0;
  for (size_t r = 0; r < lengths.size(); ++r) {
    starts[r] = total;
    total += lengths[r];
  }
  std::string all(static_cast<size_t>(total), ' ');
  check(MPI_Allgatherv(said.data(), length, MPI_CHAR, all.data(), lengths.data(), starts.data(), MPI_CHAR,
                       MPI_COMM_WORLD),
        "MPI_Allgatherv");
  std::vector<std::string> texts;
  for (size_t r = 0; r < lengths.size(); ++r)
    texts.push_back(all.substr(static_cast<size_t>(starts[r]), static_cast<size_t>(lengths[r])));
  return texts;
}

RankTraffic rank_traffic() { return traffic; }

std::string mpi_version() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  MPI_Get_library_version(text.data(), &length);
  const std::string version = text.data();
  return version.substr(0, version.find_first_of(",\n"));
}

}  // namespace eca
