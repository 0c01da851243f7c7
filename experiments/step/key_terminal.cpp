#include "experiments/step/key_terminal.hpp"

#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "core/base/error.hpp"

namespace eca {

namespace {

constexpr int kEnding[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

// For the handlers, which may call tcsetattr, signal and raise, and little else.
termios as_found, key_by_key;

void end_by(int signal) {
  tcsetattr(STDIN_FILENO, TCSANOW, &as_found);
  std::signal(signal, SIG_DFL);
  std::raise(signal);  // delivered when the handler returns
}

void stop_by(int) {
  const int before = errno;
  tcsetattr(STDIN_FILENO, TCSANOW, &as_found);
  std::raise(SIGSTOP);
  tcsetattr(STDIN_FILENO, TCSANOW, &key_by_key);  // after `fg`
  errno = before;
}

}  // namespace

bool KeyTerminal::there() { return isatty(STDIN_FILENO) == 1; }

KeyTerminal::KeyTerminal() {
  if (tcgetattr(STDIN_FILENO, &as_found) != 0) throw Error("standard input is no terminal");
  key_by_key = as_found;
  key_by_key.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  key_by_key.c_cc[VMIN] = 1;
  key_by_key.c_cc[VTIME] = 0;
  for (const int signal : kEnding) std::signal(signal, end_by);
  std::signal(SIGTSTP, stop_by);
  tcsetattr(STDIN_FILENO, TCSANOW, &key_by_key);
}

KeyTerminal::~KeyTerminal() {
  tcsetattr(STDIN_FILENO, TCSANOW, &as_found);
  for (const int signal : kEnding) std::signal(signal, SIG_DFL);
  std::signal(SIGTSTP, SIG_DFL);
}

int KeyTerminal::key() {
  while (true) {
    unsigned char byte = 0;
    const ssize_t count = read(STDIN_FILENO, &byte, 1);
    if (count == 1) return byte == 4 ? -1 : byte;  // Ctrl-D
    if (count == 0 || errno != EINTR) return -1;
  }
}

}  // namespace eca
