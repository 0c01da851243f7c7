#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "core/base/error.hpp"
#include "core/files/atomic_file.hpp"
#include "core/files/safetensors_format.hpp"
#include "core/files/sha256.hpp"

namespace eca {

using nlohmann::json;
using namespace safetensors;

using NamedTensor = std::pair<const std::string, FileTensor>;

// Throws FileError for contents the reader would refuse or that the writer's own entries would overwrite.
static void check_contents(const std::string& path, const TensorFile& file) {
  for (const char* key : {kChecksum, kFormat}) {
    if (file.metadata.contains(key)) {
      throw FileError(path, std::string("metadata key \"") + key + "\" is reserved for the writer");
    }
  }
  for (const auto& [name, tensor] : file.tensors) {
    if (name == kMetadata) throw FileError(path, "\"" + name + "\" is not possible as the name of a tensor");
    const auto expected = byte_count(tensor.shape, tensor.dtype);
    if (!expected || *expected != static_cast<int64_t>(tensor.bytes.size())) {
      throw FileError(path, "tensor \"" + name + "\": shape and dtype want " +
                                (expected ? std::to_string(*expected) : "too many") + " bytes, found " +
                                std::to_string(tensor.bytes.size()));
    }
  }
}

// Wide elements first, then by name, as the reference implementation does: every array starts at a multiple of its
// element's size, on which programs rely that map the file into memory.
static std::vector<const NamedTensor*> in_file_order(const TensorFile& file) {
  std::vector<const NamedTensor*> order;
  for (const NamedTensor& entry : file.tensors) order.push_back(&entry);
  std::stable_sort(order.begin(), order.end(), [](const NamedTensor* a, const NamedTensor* b) {
    return size_of(a->second.dtype) > size_of(b->second.dtype);
  });
  return order;
}

static std::string_view as_text(const FileTensor& tensor) {
  return {reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size()};
}

static json make_header(const TensorFile& file, const std::vector<const NamedTensor*>& order) {
  json header = json::object();
  header[kMetadata] = file.metadata;
  header[kMetadata][kFormat] = kFormatVersion;
  size_t end = 0;
  for (const auto* entry : order) {
    const auto& [name, tensor] = *entry;
    const size_t begin = end;
    end += tensor.bytes.size();
    header[name] = {
        {"dtype", to_string(tensor.dtype)}, {"shape", tensor.shape}, {"data_offsets", {begin, end}}};
  }
  return header;
}

// Compact JSON with sorted keys. Throws FileError if a name or a metadata text is not UTF-8.
static std::string dumped(const std::string& path, const json& header) {
  try {
    return header.dump();
  } catch (const json::exception& error) {
    throw FileError(path, std::string("the header cannot be written as JSON: ") + error.what());
  }
}

static std::string length_field(uint64_t length) {
  std::string bytes;
  for (int shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(length >> shift & 0xff);
  return bytes;
}

void write_safetensors(const std::string& path, const TensorFile& file) {
  check_contents(path, file);
  const std::vector<const NamedTensor*> order = in_file_order(file);
  json header = make_header(file, order);

  Sha256 sum;
  sum.update(dumped(path, header));
  for (const auto* entry : order) sum.update(as_text(entry->second));
  header[kMetadata][kChecksum] = sum.hex();

  std::string text = dumped(path, header);
  text.resize((text.size() + 7) / 8 * 8, ' ');
  if (text.size() > kMaxHeader) {
    throw FileError(path, "the header would have " + std::to_string(text.size()) + " bytes, at most " +
                              std::to_string(kMaxHeader) + " are possible");
  }
  const std::string length = length_field(text.size());
  std::vector<std::string_view> parts = {length, text};
  for (const auto* entry : order) parts.push_back(as_text(entry->second));
  write_file_atomically(path, parts);
}

}  // namespace eca
