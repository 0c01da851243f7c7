#include "experiments/common/interrupt.hpp"

#include <csignal>

namespace eca {

static volatile std::sig_atomic_t interrupted = 0;

static void on_signal(int signal) {
  interrupted = 1;
  std::signal(signal, SIG_DFL);  // the next one ends the program
}

InterruptGuard::InterruptGuard() {
  interrupted = 0;
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
}

InterruptGuard::~InterruptGuard() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

bool InterruptGuard::requested() const { return interrupted != 0; }

}  // namespace eca
