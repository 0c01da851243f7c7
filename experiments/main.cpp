// The program `eca`.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <string>

#include "core/base/error.hpp"
#include "core/base/version.hpp"
#include "core/parallel/ranks.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/common/bounded_waiting.hpp"
#include "experiments/common/environment.hpp"

// Whether all that was printed has arrived: a full disk, or a reader that went away, shows here at the latest.
static bool flush_output() {
  errno = 0;
  const bool failed_before = std::ferror(stdout) != 0;
  if (std::fclose(stdout) == 0 && !failed_before) return true;
  std::fprintf(stderr, "eca: standard output: could not be written%s%s\n", errno != 0 ? ": " : "",
               errno != 0 ? std::strerror(errno) : "");
  return false;
}

// Several processes can share some commands; help, and what only prints, rank 0 does alone.
static void check_command(int argc, char** argv) {
  if (eca::ranks() == 1 || argc == 1 || argv[1][0] == '-') return;
  const std::string command = argv[1];
  for (const char* shared : {"train", "eval", "bench", "ablate", "info", "list"}) {
    if (command == shared) return;
  }
  throw eca::Error(
      command +
      ": runs as one process; start it without mpirun (train, eval, bench and ablate take several)");
}

// Of the exception that is being handled.
static std::string what_happened() {
  try {
    throw;
  } catch (const eca::Error& error) {
    return error.what();
  } catch (const std::bad_alloc&) {
    return "out of memory; try a smaller --batch-size";
  } catch (const std::exception& error) {
    return std::string("unexpected: ") + error.what();
  }
}

// Ends this process, and with it the others that mpirun started.
static int fail(const std::string& message) {
  eca::end_all_ranks(message, 1);
  std::fprintf(stderr, "eca: %s\n", message.c_str());
  return 1;
}

static int run(int argc, char** argv) {
  check_command(argc, argv);
  if (eca::rank() != 0 && std::freopen("/dev/null", "w", stdout) == nullptr) return 1;  // rank 0 says it all
  eca::Command program(
      "eca", "ecagrad: train and take apart ECA-ResNets.\nEach subcommand explains itself: eca train --help");
  program.version(std::string("ecagrad ") + eca::kVersion + "\n" + eca::environment_line());
  int code = 0;
  eca::add_train_command(program, code);
  eca::add_ablate_command(program, code);
  eca::add_eval_command(program, code);
  eca::add_predict_command(program, code);
  eca::add_explain_command(program, code);
  eca::add_forward_command(program, code);
  eca::add_bench_command(program, code);
  eca::add_list_command(program, code);
  eca::add_stat_command(program, code);
  eca::add_step_command(program, code);
  eca::add_watch_command(program, code);
  eca::add_detect_command(program, code);
  eca::add_info_command(program, code);
  program.parse(argc, argv, code);
  return !flush_output() && code == 0 ? 1 : code;
}

int main(int argc, char** argv) {
  eca::bound_waiting(argv);
  std::signal(SIGPIPE, SIG_IGN);  // a plotter that dies must not end a training run
  try {
    const eca::RanksJoined joined;
    try {
      return run(argc, argv);
    } catch (...) {
      return fail(what_happened());
    }
  } catch (...) {
    return fail(what_happened());
  }
}
