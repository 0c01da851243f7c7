// Reads event files as TensorBoard does, so that tests can look into them.
#pragma once

#include <bit>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "experiments/tensorboard/crc32c.hpp"
#include "experiments/training/run_directory.hpp"
#include "tests/temp_dir.hpp"

namespace eca::test {

inline uint64_t little_endian_at(std::string_view bytes, size_t size) {
  uint64_t value = 0;
  for (size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes.at(i));
  return value;
}

// The events of a file, as bytes, up to the first record that is not whole or whose checksum is wrong.
inline std::vector<std::string> records_of(std::string_view file) {
  constexpr size_t kHead = 12, kTail = 4;
  std::vector<std::string> events;
  while (file.size() >= kHead) {
    if (little_endian_at(file.substr(8), 4) != masked_crc32c(file.substr(0, 8))) break;
    const uint64_t size = little_endian_at(file, 8);
    if (file.size() < kHead + size + kTail) break;
    const std::string_view event = file.substr(kHead, size);
    if (little_endian_at(file.substr(kHead + size), 4) != masked_crc32c(event)) break;
    events.emplace_back(event);
    file.remove_prefix(kHead + size + kTail);
  }
  return events;
}

// The fields of a message by their numbers: varints and fixed numbers as eight bytes of an integer, the others as they are.
struct ProtoField {
  uint64_t bits = 0;  // of a varint, a double, a float
  std::string bytes;  // of a string or a message
};
using ProtoFields = std::multimap<uint32_t, ProtoField>;

inline uint64_t take_varint(std::string_view& bytes) {
  uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.at(0));
    bytes.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
}

inline ProtoField take_fixed(std::string_view& bytes, size_t size) {
  ProtoField field = {.bits = little_endian_at(bytes, size), .bytes = ""};
  bytes.remove_prefix(size);
  return field;
}

inline ProtoFields fields_of(std::string_view message) {
  ProtoFields fields;
  while (!message.empty()) {
    const uint64_t key = take_varint(message);
    ProtoField field;
    switch (key & 7) {
      case 0:
        field.bits = take_varint(message);
        break;
      case 1:
        field = take_fixed(message, 8);
        break;
      case 5:
        field = take_fixed(message, 4);
        break;
      case 2: {
        const uint64_t size = take_varint(message);
        if (size > message.size()) throw std::runtime_error("a field is longer than its message");
        field.bytes = message.substr(0, size);
        message.remove_prefix(size);
        break;
      }
      default:
        throw std::runtime_error("wire type " + std::to_string(key & 7));
    }
    fields.emplace(static_cast<uint32_t>(key >> 3), field);
  }
  return fields;
}

inline double number_of(const ProtoFields& fields, uint32_t field) {
  const auto found = fields.find(field);
  return found == fields.end() ? 0 : std::bit_cast<double>(found->second.bits);
}

inline std::vector<double> numbers_of_field(const ProtoFields& fields, uint32_t field) {
  std::vector<double> numbers;
  std::string_view bytes = fields.find(field)->second.bytes;
  for (; !bytes.empty(); bytes.remove_prefix(8))
    numbers.push_back(std::bit_cast<double>(little_endian_at(bytes, 8)));
  return numbers;
}

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

inline void read_value(ReadEvent& event, std::string_view message) {
  const auto value = fields_of(message);
  const std::string name = value.find(1)->second.bytes;
  if (value.contains(2)) {
    event.scalars[name] = std::bit_cast<float>(static_cast<uint32_t>(value.find(2)->second.bits));
  }
  if (value.contains(4)) {
    const auto image = fields_of(value.find(4)->second.bytes);
    event.images[name] = {image.find(1)->second.bits, image.find(2)->second.bits,
                          image.find(4)->second.bytes};
  }
  if (value.contains(5)) {
    const auto h = fields_of(value.find(5)->second.bytes);
    event.histograms[name] = {number_of(h, 1), number_of(h, 2),        number_of(h, 3),       number_of(h, 4),
                              number_of(h, 5), numbers_of_field(h, 6), numbers_of_field(h, 7)};
  }
}

inline ReadEvent read_event(std::string_view bytes) {
  const auto fields = fields_of(bytes);
  ReadEvent event = {.wall_time = number_of(fields, 1)};
  if (fields.contains(2)) event.step = static_cast<int64_t>(fields.find(2)->second.bits);
  if (fields.contains(3)) event.version = fields.find(3)->second.bytes;
  if (fields.contains(7))
    event.starts_session = fields_of(fields.find(7)->second.bytes).find(1)->second.bits == 1;
  if (fields.contains(5)) {
    const auto summary = fields_of(fields.find(5)->second.bytes);
    for (auto [value, end] = summary.equal_range(1); value != end; ++value)
      read_value(event, value->second.bytes);
  }
  return event;
}

// Those of all event files of a folder, in order; what a session's start makes invalid is gone.
inline std::vector<ReadEvent> events_of(const std::string& folder) {
  std::vector<ReadEvent> events;
  for (const std::string& name : event_files(folder)) {
    for (const std::string& record : records_of(read_file(folder + "/" + name))) {
      const ReadEvent event = read_event(record);
      if (event.starts_session)
        std::erase_if(events, [&](const ReadEvent& earlier) {
          return earlier.step >= event.step && earlier.version.empty();
        });
      events.push_back(event);
    }
  }
  return events;
}

// step -> value, of all events. Throws std::runtime_error if a step has two.
inline std::map<int64_t, float> scalars_of(const std::vector<ReadEvent>& events, const std::string& name) {
  std::map<int64_t, float> values;
  for (const ReadEvent& event : events) {
    const auto found = event.scalars.find(name);
    if (found == event.scalars.end()) continue;
    if (!values.emplace(event.step, found->second).second)
      throw std::runtime_error(name + " has two values at step " + std::to_string(event.step));
  }
  return values;
}

}  // namespace eca::test
