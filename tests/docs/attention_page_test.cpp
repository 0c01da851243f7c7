// docs/attention.md says what the program does: names, parameters, options, and which modules gate in one pass. A
// module need not be on the page; what is there must be right.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>

#include "core/base/text.hpp"
#include "layers/attention/attention.hpp"
#include "layers/attention/kernel_size.hpp"
#include "layers/channel_gate.hpp"
#include "models/registry.hpp"
#include "tests/catch.hpp"

using namespace eca;
using namespace eca::test;

namespace {

std::vector<std::string> lines_of_page() {
  std::ifstream page(std::filesystem::path(__FILE__).parent_path() / "../../docs/attention.md");
  std::vector<std::string> lines;
  for (std::string line; std::getline(page, line);) lines.push_back(line);
  return lines;
}

// What stands between backticks.
std::vector<std::string> in_backticks(const std::string& text) {
  const std::vector<std::string> parts = split(text, '`');
  std::vector<std::string> all;
  for (size_t i = 1; i + 1 < parts.size(); i += 2) all.push_back(parts[i]);
  return all;
}

// A row of a table that begins with names of modules.
struct Row {
  std::string section;
  std::vector<std::string> names;
  std::map<std::string, std::string> cells;  // by the heading of their column
};

std::vector<Row> rows_of_page() {
  std::vector<Row> rows;
  std::vector<std::string> headings;
  std::string section;
  for (const std::string& line : lines_of_page()) {
    if (line.starts_with("## ")) section = line.substr(3);
    if (!line.starts_with("| ")) continue;
    std::vector<std::string> cells = split(line, '|');
    for (std::string& cell : cells) {
      cell = std::regex_replace(cell, std::regex("^ +| +$"), "");
    }
    if (cells[1] == "name" || cells[1] == "module") headings = cells;
    if (!cells[1].starts_with("`")) continue;
    Row row = {section, in_backticks(cells[1]), {}};
    REQUIRE(cells.size() == headings.size());
    for (size_t i = 2; i < cells.size(); ++i) row.cells[headings[i]] = cells[i];
    rows.push_back(row);
  }
  return rows;
}

int64_t count(const std::string& attention, int64_t channels) {
  return make_attention(attention, channels)->parameter_count();
}

// The value of a formula such as "2C²/r + C/r + 2·49 (or so)": a sum of products and quotients.
int64_t value_of(const std::string& formula, const std::map<char, int64_t>& letters) {
  const std::string plain = std::regex_replace(formula.substr(0, formula.find('(')), std::regex(" |·"), "_");
  int64_t sum = 0;
  for (const std::string& term : split(plain, '+')) {
    int64_t product = 1;
    const std::regex factor("(/?)([0-9]+|[A-Za-z])((?:²)?)");
    for (auto f = std::sregex_iterator(term.begin(), term.end(), factor); f != std::sregex_iterator(); ++f) {
      const std::string what = (*f)[2];
      const int64_t value = letters.contains(what[0]) ? letters.at(what[0]) : std::stoll(what);
      product = (*f)[1].length() > 0 ? product / value : product * value;
      if ((*f)[3].length() > 0) product *= value;
    }
    sum += product;
  }
  return sum;
}

std::string fallback(const std::string& name, const std::string& key) {
  for (const AttentionKind& kind : attention_kinds()) {
    if (kind.name != name) continue;
    for (const AttentionOption& option : kind.options) {
      if (option.key == key) return option.fallback;
    }
  }
  return "1";
}

int64_t added(const std::string& network, const std::string& attention) {
  const auto parameters = [&](const std::string& text) {
    return make_model({.name = network, .attention = text})->parameter_count();
  };
  return parameters(attention) - parameters("none");
}

// "86; 48 with k = 3; 80 as released" -> {"eca", 86}, {"eca:k=3", 48}, {"eca:k=3557", 80}
std::vector<std::pair<std::string, int64_t>> counts_in(const std::string& cell, const std::string& name) {
  std::vector<std::pair<std::string, int64_t>> all;
  if (cell.empty()) return all;
  for (const std::string& part : split(cell, ';')) {
    const std::string text = std::regex_replace(part, std::regex("[ ,]"), "");
    size_t digits = 0;
    const int64_t number = std::stoll(text, &digits);
    const std::string rest = text.substr(digits);
    const std::string option = rest == "asreleased"         ? ":k=3557"
                               : rest.starts_with("withk=") ? ":" + rest.substr(4)
                                                            : rest;
    all.emplace_back(name + option, number);
  }
  return all;
}

}  // namespace

TEST_CASE("attention page: its tables name modules that there are", "[docs][attention]") {
  const std::vector<Row> rows = rows_of_page();
  CHECK(rows.size() > 25);
  for (const Row& row : rows) {
    for (const std::string& name : row.names) CHECK(attention_name(name) == name);
  }
}

TEST_CASE("attention page: formulas for the parameters", "[docs][attention]") {
  for (const Row& row : rows_of_page()) {
    if (!row.cells.contains("parameters")) continue;
    const std::string& formula = row.cells.at("parameters");
    for (const std::string& name : row.names) {
      for (const int64_t C : {64, 128, 512}) {
        CAPTURE(name, formula, C);
        const int64_t r = std::stoll(fallback(name, "r"));
        CHECK(count(name, C) ==
              value_of(
                  formula,
                  {{'C', C}, {'k', adaptive_kernel_size(C)}, {'r', r}, {'m', std::max<int64_t>(8, C / r)}}));
      }
    }
  }
}

TEST_CASE("attention page: what modules add to networks", "[docs][attention][counts]") {
  for (const Row& row : rows_of_page()) {
    for (const auto& [heading, cell] : row.cells) {
      const bool for_n = heading == "for each n";
      const std::string network = for_n || heading.starts_with("ResNet-20") ? "resnet20"
                                  : heading.starts_with("ResNet-56")        ? "resnet56"
                                  : heading.starts_with("ResNet-50")        ? "resnet50"
                                                                            : "";
      if (network.empty()) continue;
      for (const std::string& name : row.names) {
        for (const auto& [attention, number] : counts_in(cell, name)) {
          CAPTURE(attention, heading);
          CHECK(added(network, attention) == number * (for_n ? 3 : 1));
        }
      }
    }
  }
}

TEST_CASE("attention page: which modules gate in the pass that ends a block", "[docs][attention]") {
  int gates = 0, others = 0;
  for (const Row& row : rows_of_page()) {
    const bool family = row.section.starts_with("One family");
    if (!family && row.section != "Others") continue;
    for (const std::string& name : row.names) {
      CAPTURE(name);
      const auto module = make_attention(name, 64);
      CHECK((dynamic_cast<ChannelGate*>(module.get()) != nullptr) == family);
      ++(family ? gates : others);
    }
  }
  CHECK(gates > 0);
  CHECK(others > 0);
}

TEST_CASE("attention page: what it says with options can be had", "[docs][attention]") {
  int found = 0;
  for (const std::string& line : lines_of_page()) {
    for (const std::string& text : in_backticks(line)) {
      if (text.find(':') == std::string::npos) continue;
      CAPTURE(text);
      CHECK(make_attention(text, 64) != nullptr);
      ++found;
    }
  }
  CHECK(found > 2);
}
