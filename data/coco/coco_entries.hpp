// The entries of a JSON file of COCO's, one after the other, and errors that name them. For the readers of this folder.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eca {

// What a message calls an entry: "annotations[3] (id 42)".
struct CocoEntryName {
  std::string section;
  int64_t index = 0;
  std::optional<int64_t> id = {};

  std::string str() const;
};

// Throws FileError: "val.json: annotations[3] (id 42): bbox: <problem>".
[[noreturn]] void refuse_entry(const std::string& path, const CocoEntryName& name, const std::string& field,
                               const std::string& problem);

// One entry, an object of JSON. Everything throws FileError where a field is missing or of another kind.
class CocoEntry {
 public:
  CocoEntry(const std::string& path, const std::string& section, int64_t index, const nlohmann::json& fields);

  const CocoEntryName& name() const { return name_; }
  [[noreturn]] void refuse(const std::string& field, const std::string& problem) const;

  // Null where the field is missing or null.
  const nlohmann::json* find(const std::string& field) const;
  int64_t whole(const std::string& field) const;
  double number(const std::string& field) const;
  std::string text(const std::string& field) const;
  std::vector<double> numbers(const std::string& field, size_t count) const;

 private:
  const nlohmann::json& at(const std::string& field, const char* expected) const;

  const std::string& path_;
  const nlohmann::json& fields_;
  CocoEntryName name_;
};

// Calls `take` for every entry of the file's lists called `sections`, as they come; without sections, the file itself is the
// list, whose entries messages call "results[3]". Throws FileError, and passes on what `take` throws.
void for_each_entry(const std::string& path, std::string_view text, const std::vector<std::string>& sections,
                    const std::function<void(const CocoEntry&)>& take);

// As short as it can be read back: 0.5, 12.
std::string number_text(double number);

// Numbers of a list of JSON; nothing if it is no list of numbers.
std::optional<std::vector<double>> numbers_of(const nlohmann::json& list);
// The same of whole numbers.
std::optional<std::vector<int64_t>> whole_numbers_of(const nlohmann::json& list);

}  // namespace eca
