// The command line as the subcommands see it. CLI11 does the work, in command_line.cpp alone: every file that includes it
// compiles for seconds.
//
//   Command* command = program.add_subcommand("predict", "Name what is on images");
//   command->add_option("images", arguments->images, "image files")->required();
//   command->add_option("--top", arguments->top, "how many classes to print [3]")->range(1, 1000);
//   command->callback([arguments, &code] { code = run_predict(*arguments); });
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace eca {

// One option; belongs to its command.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}
  // Leaving it out is an error.
  Option* required();
  // Numbers outside [low, high] are errors.
  Option* range(int64_t low, int64_t high);

 private:
  CLI::Option* option_;
};

// The program or a subcommand of it.
class Command {
 public:
  // `title` stands above the list of subcommands; one of them must be given.
  Command(const std::string& name, const std::string& title);
  ~Command();
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  // A command that has some needs one of them on the command line, and has no words and options of its own.
  Command* add_subcommand(const std::string& name, const std::string& description);

  // A name without "--" takes what stands alone, in the order of these calls; a vector takes several. The variables must
  // outlive parse(), and keep their values where the option is not given.
  Option* add_option(const std::string& name, std::string& value, const std::string& description);
  Option* add_option(const std::string& name, int& value, const std::string& description);
  Option* add_option(const std::string& name, int64_t& value, const std::string& description);
  Option* add_option(const std::string& name, double& value, const std::string& description);
  Option* add_option(const std::string& name, std::vector<std::string>& value,
                     const std::string& description);
  // Calls `take` with the text, where the option is given.
  Option* add_option(const std::string& name, std::function<void(const std::string&)> take,
                     const std::string& description);
  // true where it is given.
  Option* add_flag(const std::string& name, bool& value, const std::string& description);

  // What --help ends with.
  void footer(const std::string& text);
  // What the subcommand does, called by parse().
  void callback(std::function<void()> run);

  // What --version prints.
  void version(const std::string& text);

  // Reads the command line and runs the subcommand's callback, whose errors it passes on. Where it ends before that, `code`
  // is the exit code: 0 after --help and --version, 2 where the usage was wrong, which it says on stderr, with the nearest
  // name where one was misspelt.
  void parse(int argc, const char* const* argv, int& code);

 private:
  explicit Command(CLI::App* app);
  Option* keep(CLI::Option* option);
  template <class Value>
  Option* add(const std::string& name, Value& value, const std::string& description);

  std::unique_ptr<CLI::App> program_;  // null in a subcommand, which belongs to its program's App
  CLI::App* app_;
  std::vector<std::unique_ptr<Command>> subcommands_;
  std::vector<std::unique_ptr<Option>> options_;
};

}  // namespace eca
