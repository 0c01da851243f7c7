// Reads event files as TensorBoard does, so that tests can look into them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace eca::test {

// The events of a file, as bytes, up to the first record that is not whole or whose checksum is wrong.
std::vector<std::string> records_of(std::string_view file);

// The fields of a message by their numbers: varints and fixed numbers as eight bytes of an integer, the others as they are.
struct ProtoField {
  uint64_t bits = 0;  // of a varint, a double, a float
  std::string bytes;  // of a string or a message
};
std::multimap<uint32_t, ProtoField> fields_of(std::string_view message);

struct ReadImage {
  uint64_t height = 0, width = 0;
  std::string png;
};

struct ReadHistogram {
  double min = 0, max = 0, num = 0, sum = 0, sum_squares = 0;
  std::vector<double> limits, counts;
};

struct ReadEvent {
  double wall_time = 0;
  int64_t step = 0;
  std::string version;
  bool starts_session = false;
  std::map<std::string, float> scalars;
  std::map<std::string, ReadImage> images;
  std::map<std::string, ReadHistogram> histograms;
};
ReadEvent read_event(std::string_view event);

// Those of all event files of a folder, in order; what a session's start makes invalid is gone.
std::vector<ReadEvent> events_of(const std::string& folder);

// step -> value, of all events. Throws std::runtime_error if a step has two.
std::map<int64_t, float> scalars_of(const std::vector<ReadEvent>& events, const std::string& name);

}  // namespace eca::test
