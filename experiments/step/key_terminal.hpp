// The terminal on standard input, key by key.
#pragma once

namespace eca {

// While it lives, each key arrives at once and is not shown. However the program ends or is stopped, Ctrl-C and Ctrl-Z
// included, the terminal is as it was before; after `fg` keys arrive at once again.
class KeyTerminal {
 public:
  // Throws Error if standard input is no terminal.
  KeyTerminal();
  ~KeyTerminal();
  KeyTerminal(const KeyTerminal&) = delete;
  KeyTerminal& operator=(const KeyTerminal&) = delete;

  // Whether there is one.
  static bool there();

  // What key() gives after `fg`: the screen shows what the shell has written since.
  static constexpr int kShowAgain = 256;

  // Waits for the next byte; -1 where no more will come.
  int key();
};

}  // namespace eca
