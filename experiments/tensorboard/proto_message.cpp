#include "experiments/tensorboard/proto_message.hpp"

#include <bit>

#include "experiments/tensorboard/little_endian.hpp"

namespace eca {

// Seven bits a byte, the lowest first; the eighth says that more follow.
static void append_varint(std::string& text, uint64_t value) {
  for (; value >= 0x80; value >>= 7) text += static_cast<char>((value & 0x7F) | 0x80);
  text += static_cast<char>(value);
}

void ProtoMessage::key(uint32_t field, uint32_t wire_type) { append_varint(text_, field << 3 | wire_type); }

ProtoMessage& ProtoMessage::varint(uint32_t field, uint64_t value) {
  key(field, 0);
  append_varint(text_, value);
  return *this;
}

ProtoMessage& ProtoMessage::number(uint32_t field, double value) {
  key(field, 1);
  text_ += little_endian(std::bit_cast<uint64_t>(value));
  return *this;
}

ProtoMessage& ProtoMessage::single(uint32_t field, float value) {
  key(field, 5);
  text_ += little_endian(std::bit_cast<uint32_t>(value));
  return *this;
}

ProtoMessage& ProtoMessage::bytes(uint32_t field, std::string_view value) {
  key(field, 2);
  append_varint(text_, value.size());
  text_ += value;
  return *this;
}

ProtoMessage& ProtoMessage::numbers(uint32_t field, const std::vector<double>& values) {
  std::string packed;
  for (const double value : values) packed += little_endian(std::bit_cast<uint64_t>(value));
  return bytes(field, packed);
}

}  // namespace eca
