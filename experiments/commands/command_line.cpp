#include "experiments/commands/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <set>
#include <utility>

#include "core/base/closest_name.hpp"
#include "core/base/text.hpp"
#include "core/parallel/ranks.hpp"

namespace eca {

Option* Option::required() {
  option_->required();
  return this;
}

Option* Option::range(int64_t low, int64_t high) {
  option_->check(CLI::Range(low, high));
  return this;
}

Command::Command(const std::string& name, const std::string& title)
    : program_(std::make_unique<CLI::App>(title, name)), app_(program_.get()) {}

Command::Command(CLI::App* app) : app_(app) {}

Command::~Command() = default;

Command* Command::add_subcommand(const std::string& name, const std::string& description) {
  app_->require_subcommand(1);
  subcommands_.push_back(std::unique_ptr<Command>(new Command(app_->add_subcommand(name, description))));
  return subcommands_.back().get();
}

Option* Command::keep(CLI::Option* option) {
  options_.push_back(std::make_unique<Option>(option));
  return options_.back().get();
}

template <class Value>
Option* Command::add(const std::string& name, Value& value, const std::string& description) {
  return keep(app_->add_option(name, value, description));
}

Option* Command::add_option(const std::string& name, std::string& value, const std::string& description) {
  return add(name, value, description);
}

Option* Command::add_option(const std::string& name, int& value, const std::string& description) {
  return add(name, value, description);
}

Option* Command::add_option(const std::string& name, int64_t& value, const std::string& description) {
  return add(name, value, description);
}

Option* Command::add_option(const std::string& name, double& value, const std::string& description) {
  return add(name, value, description);
}

Option* Command::add_option(const std::string& name, std::vector<std::string>& value,
                            const std::string& description) {
  return add(name, value, description);
}

Option* Command::add_option(const std::string& name, std::function<void(const std::string&)> take,
                            const std::string& description) {
  return keep(app_->add_option_function<std::string>(name, take, description));
}

Option* Command::add_flag(const std::string& name, bool& value, const std::string& description) {
  return keep(app_->add_flag(name, value, description));
}

void Command::footer(const std::string& text) { app_->footer(text); }

void Command::callback(std::function<void()> run) { app_->callback(std::move(run)); }

void Command::version(const std::string& text) { app_->set_version_flag("--version", text); }

// The command that the first words name, "train" or, of a command's own commands, "detect eval-results".
struct NamedCommand {
  const CLI::App* command = nullptr;
  std::string name;        // those words
  size_t words = 0;        // how many they are
  std::string wrong = "";  // what is wrong with the word behind them
};

static NamedCommand named_command(const CLI::App& program, const std::vector<std::string>& words) {
  NamedCommand named = {&program, "", 0};
  while (named.words < words.size() && !words[named.words].starts_with("-")) {
    const std::string& word = words[named.words];
    const CLI::App* next = nullptr;
    std::vector<std::string> commands;
    for (const CLI::App* known : named.command->get_subcommands({})) {
      commands.push_back(known->get_name());
      if (known->get_name() == word) next = known;
    }
    if (commands.empty()) break;  // it takes no commands, but perhaps words
    if (next == nullptr) {
      named.wrong = (named.name.empty() ? "" : named.name + ": ") + "unknown command \"" + word + "\"" +
                    did_you_mean(word, commands) + "; there are " + join(commands, ", ");
      break;
    }
    named.command = next;
    named.name += (named.name.empty() ? "" : " ") + word;
    ++named.words;
  }
  return named;
}

// "train: unknown option --epohcs (did you mean "--epochs"?)" of the first word that no command or option is called, or of an
// option that stands there twice; empty if there is none. CLI11 would say that it was not expected, without a name, or
// complain of something else first.
static std::string wrong_word(const CLI::App& program, const std::vector<std::string>& words) {
  const NamedCommand named = named_command(program, words);
  if (!named.wrong.empty() || named.words == 0) return named.wrong;
  std::vector<std::string> options;
  for (const CLI::Option* option : named.command->get_options()) {
    for (const std::string& name : option->get_lnames()) options.push_back("--" + name);
  }
  std::set<std::string> seen;
  for (size_t i = named.words; i < words.size() && words[i] != "--"; ++i) {
    const std::string name = words[i].substr(0, words[i].find('='));
    if (!name.starts_with("--")) continue;
    if (!seen.insert(name).second) return named.name + ": the option " + name + " is given twice";
    if (std::find(options.begin(), options.end(), name) != options.end()) continue;
    return named.name + ": unknown option " + name + did_you_mean(name, options) + "; eca " + named.name +
           " --help lists them";
  }
  return "";
}

// ""runs/a" is not expected here: --resume takes no value (go on with the run in --out, if there is one)", of the
// first word that is left over; empty if there is none.
static std::string left_over(const CLI::App& command, const std::vector<std::string>& words) {
  const std::vector<std::string> extra = command.remaining();
  if (extra.empty()) return "";
  const std::string problem = "\"" + extra[0] + "\" is not expected here";
  const auto found = std::find(words.begin() + 1, words.end(), extra[0]);
  const CLI::Option* before = found == words.end() ? nullptr : command.get_option_no_throw(*(found - 1));
  const bool is_flag = before != nullptr && before->get_items_expected_max() == 0;
  return problem +
         (is_flag ? ": " + *(found - 1) + " takes no value (" + before->get_description() + ")" : "");
}

// A complaint of CLI11, with the name of the command, and where to read on.
static std::string complaint(const CLI::App& program, const std::vector<std::string>& words,
                             const CLI::ParseError& error) {
  const NamedCommand named = named_command(program, words);
  if (named.words == 0) return std::string(error.what()) + "; eca --help explains";
  const std::string extra = left_over(*named.command, words);
  return named.name + ": " + (extra.empty() ? error.what() : extra) + "; eca " + named.name +
         " --help explains";
}

static void complain(const std::string& text) {
  if (rank() == 0) std::fprintf(stderr, "eca: %s\n", text.c_str());
}

void Command::parse(int argc, const char* const* argv, int& code) {
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (words.empty()) {
    std::printf("%s", app_->help().c_str());
    code = 2;
    return;
  }
  if (const std::string wrong = wrong_word(*app_, words); !wrong.empty()) {
    complain(wrong);
    code = 2;
    return;
  }
  try {
    app_->parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {  // --help, --version
      code = app_->exit(error);
      return;
    }
    complain(complaint(*app_, words, error));
    code = 2;
  }
}

}  // namespace eca
