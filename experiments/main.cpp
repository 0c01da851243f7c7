// The program `eca`.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>

#include "core/base/error.hpp"
#include "core/base/version.hpp"
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

int main(int argc, char** argv) {
  eca::bound_waiting(argv);
  std::signal(SIGPIPE, SIG_IGN);  // a plotter that dies must not end a training run
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
  try {
    program.parse(argc, argv, code);
  } catch (const eca::Error& error) {
    std::fprintf(stderr, "eca: %s\n", error.what());
    return 1;
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "eca: out of memory; try a smaller --batch-size\n");
    return 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "eca: unexpected: %s\n", error.what());
    return 1;
  }
  return !flush_output() && code == 0 ? 1 : code;
}
