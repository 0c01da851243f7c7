#include "experiments/commands/command_line.hpp"

#include <CLI/CLI.hpp>
#include <utility>

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
    : program_(std::make_unique<CLI::App>(title, name)), app_(program_.get()) {
  app_->require_subcommand(1);
  app_->failure_message(CLI::FailureMessage::simple);
}

Command::Command(CLI::App* app) : app_(app) {}

Command::~Command() = default;

Command* Command::add_subcommand(const std::string& name, const std::string& description) {
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

void Command::parse(int argc, const char* const* argv, int& code) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    code = app_->exit(error) == 0 ? 0 : 2;
  }
}

}  // namespace eca
