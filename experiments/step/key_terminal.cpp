#include "experiments/step/key_terminal.hpp"

#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "core/base/error.hpp"

namespace eca {

namespace {

constexpr int kEnding[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

// For the handlers, which may call little else than tcsetattr, tcgetpgrp, sigaction and raise.
termios as_found, key_by_key;
volatile std::sig_atomic_t was_continued = 0;

// In the background the terminal is another's, whose modes are not to be touched; and who tries is stopped.
void set_in_foreground(const termios& mode) {
  if (tcgetpgrp(STDIN_FILENO) == getpgrp()) tcsetattr(STDIN_FILENO, TCSANOW, &mode);
}

// With kInterrupts, read() returns when the handler has.
constexpr int kInterrupts = 0;
void handle(int signal, void (*handler)(int), int flags = SA_RESTART) {
  struct sigaction action = {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

void end_by(int signal) {
  set_in_foreground(as_found);
  handle(signal, SIG_DFL);
  raise(signal);  // delivered when the handler returns
}

// Ctrl-Z. The signal is raised again with its own action, which stops the program only where there is a shell that can let
// it go on; SIGSTOP would stop it for ever where there is none.
void stop_by(int signal) {
  const int before = errno;
  set_in_foreground(as_found);
  handle(signal, SIG_DFL);
  sigset_t this_one, old;
  sigemptyset(&this_one);
  sigaddset(&this_one, signal);
  raise(signal);
  pthread_sigmask(SIG_UNBLOCK, &this_one, &old);  // here it stops, and from here it goes on
  pthread_sigmask(SIG_SETMASK, &old, nullptr);
  handle(signal, stop_by, kInterrupts);
  set_in_foreground(key_by_key);
  errno = before;
}

// After a stop of any kind, `fg` and `bg`: the shell had the terminal meanwhile. In the background the next key that is waited
// for stops the program again, and `fg` leads here.
void go_on(int) {
  const int before = errno;
  set_in_foreground(key_by_key);
  was_continued = 1;
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
  for (const int signal : kEnding) handle(signal, end_by);
  handle(SIGTSTP, stop_by, kInterrupts);
  handle(SIGCONT, go_on, kInterrupts);
  tcsetattr(STDIN_FILENO, TCSANOW, &key_by_key);
}

KeyTerminal::~KeyTerminal() {
  set_in_foreground(as_found);
  for (const int signal : kEnding) handle(signal, SIG_DFL);
  for (const int signal : {SIGTSTP, SIGCONT}) handle(signal, SIG_DFL);
}

int KeyTerminal::key() {
  was_continued = 0;
  while (true) {
    unsigned char byte = 0;
    const ssize_t count = read(STDIN_FILENO, &byte, 1);
    if (count == 1) return byte == 4 ? -1 : byte;  // Ctrl-D
    if (count == 0 || errno != EINTR) return -1;
    if (was_continued != 0) return kShowAgain;
  }
}

}  // namespace eca
