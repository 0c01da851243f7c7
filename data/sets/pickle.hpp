// A reader of the few Python pickles that data sets are published as: numbers, strings, lists, dictionaries, and NumPy arrays
// of bytes. Nothing in a file is executed: a pickle is a program for a small stack machine, and this one knows the
// instructions that build such values and no others.
//   Python, Lib/pickletools.py (protocols 0 to 5); NumPy, numpy/core/multiarray (_reconstruct, ndarray.__setstate__).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eca {

struct PickleValue {
  enum class Kind { none, integer, text, list, dictionary, global, array };
  Kind kind = Kind::none;
  int64_t integer = 0;              // also True and False
  std::string text;                 // of strings and bytes; "module name" of a global; the bytes of an array
  std::vector<PickleValue*> items;  // of lists and tuples; key, value, key, value, ... of a dictionary
  std::vector<int64_t> extents = {};  // of an array of bytes

  // The value of a dictionary's key; null if there is none, or if this is no dictionary.
  const PickleValue* find(std::string_view key) const;
};

// A value with all that it is made of. Parts may be shared, and nothing is freed before the whole.
class Pickle {
 public:
  // Throws Error, without a file's name, if the bytes are cut short, hold an instruction or an object that is not known here,
  // or do not add up.
  explicit Pickle(std::string_view bytes);
  const PickleValue& value() const { return *value_; }

 private:
  friend class PickleMachine;
  std::vector<std::unique_ptr<PickleValue>> all_;
  PickleValue* value_ = nullptr;
};

}  // namespace eca
