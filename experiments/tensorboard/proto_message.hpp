// A message of Protocol Buffers, written field by field: https://protobuf.dev/programming-guides/encoding/
//   field = key, value      key = varint(number << 3 | wire type)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace eca {

class ProtoMessage {
 public:
  ProtoMessage& varint(uint32_t field, uint64_t value);         // int64, uint64, enum: wire type 0
  ProtoMessage& number(uint32_t field, double value);           // double: wire type 1
  ProtoMessage& single(uint32_t field, float value);            // float: wire type 5
  ProtoMessage& bytes(uint32_t field, std::string_view value);  // string, bytes, message: wire type 2
  ProtoMessage& message(uint32_t field, const ProtoMessage& value) { return bytes(field, value.text()); }
  ProtoMessage& numbers(uint32_t field, const std::vector<double>& values);  // repeated double, packed

  const std::string& text() const { return text_; }

 private:
  void key(uint32_t field, uint32_t wire_type);

  std::string text_;
};

}  // namespace eca
