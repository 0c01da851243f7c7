// eca watch: the curves of runs, in the terminal.
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/step/key_terminal.hpp"
#include "experiments/watch/watch_page.hpp"

namespace eca {

namespace {

struct WatchArguments {
  std::vector<std::string> runs;
  bool once = false, ascii = false;
};

// What a terminal does not say, the environment may: COLUMNS and LINES.
int from_environment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  const auto number = whole_number(text == nullptr ? "" : text);
  return number && *number > 0 && *number <= 1000 ? static_cast<int>(*number) : otherwise;
}

PageForm form_of(const WatchArguments& arguments) {
  winsize size = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0)
    return {.columns = size.ws_col, .rows = size.ws_row - 1, .ascii = arguments.ascii};
  return {.columns = from_environment("COLUMNS", 80),
          .rows = from_environment("LINES", 24) - 1,
          .ascii = arguments.ascii};
}

std::vector<WatchedRun> look_at(const WatchArguments& arguments) {
  std::vector<WatchedRun> runs;
  for (const std::string& folder : arguments.runs) runs.push_back(look_at_run(folder));
  check_comparable(runs);
  return runs;
}

bool colours_wanted() {
  return isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;  // https://no-color.org
}

// Each row as it is, with `end` behind it; empty ones at the bottom left out.
std::string page_text(const std::vector<WatchedRun>& runs, const PageForm& form, const std::string& end) {
  std::vector<std::string> lines = watch_page(runs, form).lines(colours_wanted());
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  std::string text;
  for (const std::string& line : lines) text += line + end;
  return text;
}

bool is_over(const std::vector<WatchedRun>& runs) {
  return std::all_of(runs.begin(), runs.end(),
                     [](const WatchedRun& run) { return run.phase == RunPhase::finished; });
}

enum class Waited { a_while, until_brought_back, until_quit };

// For a key, at most as long as it may take to see what is new. After `fg` the screen shows what the shell has written.
Waited wait(KeyTerminal* keys) {
  constexpr int kMilliseconds = 500;
  pollfd input = {.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  const int found = poll(&input, keys == nullptr ? 0 : 1, kMilliseconds);
  if (found < 0) return Waited::until_brought_back;
  if (found == 0) return Waited::a_while;
  const int key = keys->key();
  return key == 'q' || key == 'Q' || key == -1 ? Waited::until_quit : Waited::a_while;
}

// From the screen's upper left, over what is there; a page like the one before is not written again.
void watch(const WatchArguments& arguments) {
  std::optional<KeyTerminal> keys;
  if (KeyTerminal::there()) keys.emplace();
  std::string shown;
  PageForm before;
  while (true) {
    const std::vector<WatchedRun> runs = look_at(arguments);
    const PageForm form = form_of(arguments);
    if (form.columns != before.columns || form.rows != before.rows) shown.clear();
    before = form;
    const std::string page = page_text(runs, form, "\033[K\r\n");
    if (page != shown) {
      std::fputs(((shown.empty() ? "\033[2J\033[H" : "\033[H") + page + "\033[J").c_str(), stdout);
      std::fflush(stdout);
      shown = page;
    }
    if (is_over(runs)) return;
    const Waited waited = wait(keys ? &*keys : nullptr);
    if (waited == Waited::until_quit) return;
    if (waited == Waited::until_brought_back) shown.clear();
  }
}

int run_watch(const WatchArguments& arguments) {
  if (arguments.once || isatty(STDOUT_FILENO) != 1) {
    std::fputs(page_text(look_at(arguments), form_of(arguments), "\n").c_str(), stdout);
  } else {
    look_at(arguments);  // what is no run is refused before the screen is cleared
    watch(arguments);
  }
  return 0;
}

}  // namespace

void add_watch_command(Command& program, int& code) {
  Command* command =
      program.add_subcommand("watch", "Show the curves of runs in the terminal, while they train");
  auto arguments = std::make_shared<WatchArguments>();
  command->add_option("runs", arguments->runs, "run directories; of several, the curves on the test images")
      ->required();
  command->add_flag("--once", arguments->once,
                    "print what there is now, and end; so it is where the output is no terminal");
  command->add_flag("--ascii", arguments->ascii, "draw with letters of ASCII, for terminals without Unicode");
  command->footer(
      "Looks twice a second, and never writes into a run. The point of the epoch under way is the mean of "
      "its "
      "steps so far.\n"
      "q or Ctrl-C ends; so does the end of all runs. Examples:\n"
      "  eca watch runs/eca_resnet20-cifar10-seed1\n"
      "  eca watch runs/plain runs/se runs/eca\n"
      "  eca watch runs/demo --once --ascii");
  command->callback([arguments, &code] { code = run_watch(*arguments); });
}

}  // namespace eca
