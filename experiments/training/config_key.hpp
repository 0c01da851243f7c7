// One key of a configuration: its text form both ways.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace eca {

struct RunConfig;

// Setting throws Error naming key, value and what was expected.
struct ConfigKey {
  std::string name;         // "batch-size"
  std::string description;  // for --help
  bool decides_numbers;     // false: may change between an interrupted run and its continuation
  std::function<std::string(const RunConfig&)> get;
  std::function<void(RunConfig&, const std::string&)> set;
};

inline constexpr bool kDecides = true, kDoesNotDecide = false;

// Throw Error naming the key.
int64_t parse_integer(const std::string& key, const std::string& text);
double parse_number(const std::string& key, const std::string& text);
bool parse_boolean(const std::string& key, const std::string& text);
// The shortest text that reads back as the same double.
std::string shortest_text(double value);

// Throws Error "key: value, expected ..." unless low <= value <= high.
void check_range(const char* key, double value, double low, double high, const char* expected);

// Keys of fields. Config: RunConfig, or the kind of configuration that has the field; the key is of that kind alone.
template <class Config>
ConfigKey text_key(const char* name, const std::string& description, std::string Config::*field,
                   bool decides = kDecides) {
  return {name, description, decides,
          [=](const RunConfig& config) { return static_cast<const Config&>(config).*field; },
          [=](RunConfig& config, const std::string& text) { static_cast<Config&>(config).*field = text; }};
}

// The value as a path, or what holds one, from the root: a run is looked at from other folders, too.
template <class Config>
ConfigKey path_key(const char* name, const std::string& description, std::string Config::*field,
                   std::string (*absolute)(const std::string& text)) {
  return {name, description, kDecides,
          [=](const RunConfig& config) { return static_cast<const Config&>(config).*field; },
          [=](RunConfig& config, const std::string& text) {
            static_cast<Config&>(config).*field = absolute(text);
          }};
}

template <class Config>
ConfigKey integer_key(const char* name, const char* description, int64_t Config::*field,
                      bool decides = kDecides) {
  return {name, description, decides,
          [=](const RunConfig& config) { return std::to_string(static_cast<const Config&>(config).*field); },
          [=](RunConfig& config, const std::string& text) {
            static_cast<Config&>(config).*field = parse_integer(name, text);
          }};
}

template <class Config>
ConfigKey number_key(const char* name, const char* description, double Config::*field,
                     bool decides = kDecides) {
  return {name, description, decides,
          [=](const RunConfig& config) { return shortest_text(static_cast<const Config&>(config).*field); },
          [=](RunConfig& config, const std::string& text) {
            static_cast<Config&>(config).*field = parse_number(name, text);
          }};
}

template <class Config>
ConfigKey boolean_key(const char* name, const char* description, bool Config::*field,
                      bool decides = kDecides) {
  return {name, description, decides,
          [=](const RunConfig& config) {
            return std::string(static_cast<const Config&>(config).*field ? "true" : "false");
          },
          [=](RunConfig& config, const std::string& text) {
            static_cast<Config&>(config).*field = parse_boolean(name, text);
          }};
}

}  // namespace eca
