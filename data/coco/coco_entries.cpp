// The JSON library calls back while it reads. An entry is taken as soon as it is complete, and then dropped.
#include "data/coco/coco_entries.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace eca {

using nlohmann::json;

std::string CocoEntryName::str() const {
  return section + "[" + std::to_string(index) + "]" + (id ? " (id " + std::to_string(*id) + ")" : "");
}

void refuse_entry(const std::string& path, const CocoEntryName& name, const std::string& field,
                  const std::string& problem) {
  throw FileError(path, name.str() + ": " + field + ": " + problem);
}

static std::string kind_of(const json& value) { return std::string("a JSON ") + value.type_name(); }

static std::optional<int64_t> whole_number_of(const json& value) {
  if (!value.is_number_integer()) return std::nullopt;
  if (value.is_number_unsigned() && value.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX))
    return std::nullopt;
  return value.get<int64_t>();
}

// ---- one entry ----

CocoEntry::CocoEntry(const std::string& path, const std::string& section, int64_t index, const json& fields)
    : path_(path), fields_(fields), name_{section, index} {
  if (fields.contains("id")) name_.id = whole_number_of(fields.at("id"));
}

void CocoEntry::refuse(const std::string& field, const std::string& problem) const {
  refuse_entry(path_, name_, field, problem);
}

const json* CocoEntry::find(const std::string& field) const {
  const auto found = fields_.find(field);
  return found == fields_.end() || found->is_null() ? nullptr : &*found;
}

const json& CocoEntry::at(const std::string& field, const char* expected) const {
  const auto found = fields_.find(field);
  if (found == fields_.end()) refuse(field, std::string("is missing, expected ") + expected);
  return *found;
}

int64_t CocoEntry::whole(const std::string& field) const {
  constexpr const char* kExpected = "a whole number of 64 bits";
  const json& value = at(field, kExpected);
  const std::optional<int64_t> number = whole_number_of(value);
  if (!number) {
    refuse(field, std::string("expected ") + kExpected + ", found " +
                      (value.is_number() ? value.dump() : kind_of(value)));
  }
  return *number;
}

double CocoEntry::number(const std::string& field) const {
  const json& value = at(field, "a number");
  if (!value.is_number()) refuse(field, "expected a number, found " + kind_of(value));
  return value.get<double>();
}

std::string CocoEntry::text(const std::string& field) const {
  const json& value = at(field, "a text");
  if (!value.is_string()) refuse(field, "expected a text, found " + kind_of(value));
  if (value.get_ref<const std::string&>().empty()) refuse(field, "is empty");
  return value.get<std::string>();
}

std::vector<double> CocoEntry::numbers(const std::string& field, size_t count) const {
  const std::string expected = std::to_string(count) + " numbers";
  const json& value = at(field, expected.c_str());
  const auto list = numbers_of(value);
  if (!list)
    refuse(field, "expected " + expected + ", found " +
                      (value.is_array() ? "a list with something else in it" : kind_of(value)));
  if (list->size() != count)
    refuse(field, "expected " + expected + ", found " + std::to_string(list->size()));
  return *list;
}

// ---- numbers ----

std::string number_text(double number) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

std::optional<std::vector<double>> numbers_of(const json& list) {
  if (!list.is_array()) return std::nullopt;
  std::vector<double> numbers;
  for (const json& value : list) {
    if (!value.is_number()) return std::nullopt;
    numbers.push_back(value.get<double>());
  }
  return numbers;
}

std::optional<std::vector<int64_t>> whole_numbers_of(const json& list) {
  if (!list.is_array()) return std::nullopt;
  std::vector<int64_t> numbers;
  for (const json& value : list) {
    const std::optional<int64_t> number = whole_number_of(value);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  return numbers;
}

// ---- all entries ----

namespace {

constexpr int kDeepest = 64;
constexpr const char* kResults = "results";

// What the JSON library calls. Depths: the file's outermost value has 0, what stands in it 1, and so on.
class EntryWalk {
 public:
  EntryWalk(const std::string& path, const std::vector<std::string>& sections,
            const std::function<void(const CocoEntry&)>& take)
      : path_(path), sections_(sections), take_(take), list_depth_(sections.empty() ? 0 : 1) {
    if (sections.empty()) section_ = kResults;
  }

  // Whether to keep the value.
  bool visit(int depth, json::parse_event_t event, const json& value) {
    using Event = json::parse_event_t;
    const bool begins = event == Event::object_start || event == Event::array_start;
    if (begins && depth > kDeepest) throw FileError(path_, "lists in lists, too deep for a file of COCO's");
    if (depth < list_depth_) {
      if (event == Event::array_start || event == Event::value) refuse_outermost(event, value);
      return true;
    }
    if (depth == 1 && list_depth_ == 1 && event == Event::key) return enter(value.get<std::string>());
    if (section_.empty()) return false;  // a key that is passed over
    const int entry_depth = list_depth_ + 1;
    if (depth == list_depth_ && (event == Event::object_start || event == Event::value)) {
      refuse_list(event, value);
    }
    if (depth == entry_depth) {
      if (event == Event::array_start || event == Event::value) refuse_entry_kind(event, value);
      if (event == Event::object_start) keys_.clear();
      if (event == Event::object_end) {
        take_(CocoEntry(path_, section_, index_++, value));
        return false;
      }
    }
    if (depth == entry_depth + 1 && event == Event::key) remember(value.get<std::string>());
    return true;
  }

  void finish() const {
    for (const std::string& section : sections_) {
      if (std::find(seen_.begin(), seen_.end(), section) == seen_.end()) {
        throw FileError(path_,
                        "has no list \"" + section + "\"; expected an object with " + join(sections_, ", "));
      }
    }
  }

 private:
  static std::string found(json::parse_event_t event, const json& value) {
    if (event == json::parse_event_t::array_start) return "a list";
    if (event == json::parse_event_t::object_start) return "an object";
    return kind_of(value);
  }
  [[noreturn]] void refuse_outermost(json::parse_event_t event, const json& value) const {
    throw FileError(path_, "is " + found(event, value) + ", expected an object with " +
                               join(sections_, ", ") +
                               (event == json::parse_event_t::array_start ? " (results are lists)" : ""));
  }
  [[noreturn]] void refuse_list(json::parse_event_t event, const json& value) const {
    if (!sections_.empty()) {
      throw FileError(path_, "\"" + section_ + "\" is " + found(event, value) + ", expected a list");
    }
    throw FileError(path_,
                    "is " + found(event, value) + ", expected a list of results" +
                        (event == json::parse_event_t::object_start ? " (annotations are objects)" : ""));
  }
  [[noreturn]] void refuse_entry_kind(json::parse_event_t event, const json& value) const {
    throw FileError(path_, CocoEntryName{section_, index_}.str() + ": is " + found(event, value) +
                               ", expected an object");
  }

  // Begins the list called `key`; false if nobody asked for it.
  bool enter(const std::string& key) {
    section_.clear();
    if (std::find(sections_.begin(), sections_.end(), key) == sections_.end()) return false;
    if (std::find(seen_.begin(), seen_.end(), key) != seen_.end()) {
      throw FileError(path_, "holds the key \"" + key + "\" twice");
    }
    seen_.push_back(key);
    section_ = key;
    index_ = 0;
    return true;
  }

  void remember(const std::string& key) {
    if (std::find(keys_.begin(), keys_.end(), key) != keys_.end()) {
      refuse_entry(path_, {section_, index_}, key, "stands there twice");
    }
    keys_.push_back(key);
  }

  const std::string& path_;
  const std::vector<std::string>& sections_;
  const std::function<void(const CocoEntry&)>& take_;
  const int list_depth_;
  std::vector<std::string> seen_;  // sections
  std::string section_;            // the one being read; empty: a key that is passed over
  int64_t index_ = 0;              // of the next entry
  std::vector<std::string> keys_;  // of the entry being read
};

// "parse error at line 1, column 7: ..." of the library's "[json.exception.parse_error.101] parse error at ...".
std::string without_number(const std::string& text) {
  const size_t end = text.find("] ");
  return text.starts_with('[') && end != std::string::npos ? text.substr(end + 2) : text;
}

}  // namespace

void for_each_entry(const std::string& path, std::string_view text, const std::vector<std::string>& sections,
                    const std::function<void(const CocoEntry&)>& take) {
  // The JSON library takes a zero byte for the end of its input.
  if (text.find('\0') != std::string_view::npos) throw FileError(path, "is no JSON: it holds a zero byte");
  EntryWalk walk(path, sections, take);
  const auto call = [&walk](int depth, json::parse_event_t event, json& value) {
    return walk.visit(depth, event, value);
  };
  try {
    const json nothing = json::parse(text.begin(), text.end(), call);
  } catch (const json::parse_error& error) {
    const bool at_end = error.byte > text.size();
    throw FileError(path, (at_end ? "is cut short, its JSON does not end: " : "is no valid JSON: ") +
                              without_number(error.what()));
  } catch (const json::exception& error) {
    throw FileError(path, "is no valid JSON: " + without_number(error.what()));
  }
  walk.finish();
}

}  // namespace eca
