// The reader believes nothing that the header says before it has checked it against the size of the file. Memory is
// allocated only for bytes that exist.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/error.hpp"
#include "core/files/file_kind.hpp"
#include "core/files/safetensors_format.hpp"
#include "core/files/sha256.hpp"

namespace eca {

using nlohmann::json;
using namespace safetensors;

namespace {

// A file of known size, read from front to back.
class InputFile {
 public:
  explicit InputFile(const std::string& path) : path_(path) {
    std::error_code error;
    size_ = std::filesystem::file_size(path, error);
    if (error) throw FileError(path, "cannot be opened: " + error.message());
    stream_.open(path, std::ios::binary);
    if (!stream_) throw FileError(path, std::string("cannot be opened: ") + std::strerror(errno));
  }

  const std::string& path() const { return path_; }
  uint64_t size() const { return size_; }

  void read(void* to, uint64_t n) {
    stream_.read(static_cast<char*>(to), static_cast<std::streamsize>(n));
    if (static_cast<uint64_t>(stream_.gcount()) == n) return;
    throw FileError(path_, "cannot be read: wanted " + std::to_string(n) + " bytes, got " +
                               std::to_string(stream_.gcount()));
  }

 private:
  std::string path_;
  uint64_t size_ = 0;
  std::ifstream stream_;
};

// A tensor as the header declares it, its bytes not read yet. Data offsets are in bytes.
struct Entry {
  std::string name;
  FileTensor tensor;
  uint64_t begin = 0, end = 0;
};

// "data.safetensors: tensor "x": <problem>"
[[noreturn]] void refuse(const std::string& path, const std::string& name, const std::string& problem) {
  throw FileError(path, "tensor \"" + name + "\": " + problem);
}

// Throws FileError if the file is of another kind, known by its first bytes.
void check_kind(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string first(kTellingBytes, '\0');
  stream.read(first.data(), static_cast<std::streamsize>(first.size()));
  first.resize(static_cast<size_t>(stream.gcount()));
  const std::string kind = describe_foreign_file(first);
  if (!kind.empty()) throw FileError(path, kind);
}

std::string read_header_text(InputFile& in) {
  if (in.size() < 8) {
    throw FileError(in.path(),
                    "not a safetensors file: expected at least 8 bytes, found " + std::to_string(in.size()));
  }
  unsigned char field[8];
  in.read(field, 8);
  uint64_t length = 0;
  for (int i = 7; i >= 0; --i) length = length << 8 | field[i];
  const uint64_t possible = std::min(in.size() - 8, kMaxHeader);
  if (length > possible) {
    check_kind(in.path());
    throw FileError(in.path(), "damaged or not a safetensors file: the header has " + std::to_string(length) +
                                   " bytes, at most " + std::to_string(possible) + " are possible");
  }
  std::string text(length, '\0');
  in.read(text.data(), length);
  return text;
}

// Throws FileError for anything but one JSON object and spaces behind it.
json parse_header(const std::string& path, const std::string& text) {
  if (text.empty() || text[0] != '{') throw FileError(path, "the header does not start with '{'");
  // The JSON library takes a zero byte for the end of its input.
  if (text.find('\0') != std::string::npos) throw FileError(path, "the header holds a zero byte");
  if (text[text.find_last_not_of(' ')] != '}')
    throw FileError(path, "the header does not end with '}' and spaces");

  std::vector<std::set<std::string>> keys;  // of the objects being parsed, the innermost last
  const auto refuse_duplicates = [&](int /*depth*/, json::parse_event_t event, const json& value) {
    if (event == json::parse_event_t::object_start) keys.emplace_back();
    if (event == json::parse_event_t::object_end) keys.pop_back();
    if (event == json::parse_event_t::key && !keys.back().insert(value.get<std::string>()).second) {
      throw FileError(path, "the header holds the key \"" + value.get<std::string>() + "\" twice");
    }
    return true;
  };
  try {
    return json::parse(text, refuse_duplicates);
  } catch (const json::exception& error) {
    throw FileError(path, std::string("the header is not valid JSON: ") + error.what());
  }
}

std::map<std::string, std::string> read_metadata(const std::string& path, const json& header) {
  std::map<std::string, std::string> metadata;
  if (!header.contains(kMetadata)) return metadata;
  if (!header[kMetadata].is_object()) throw FileError(path, "__metadata__: expected an object of texts");
  for (const auto& [key, value] : header[kMetadata].items()) {
    if (!value.is_string()) {
      throw FileError(path,
                      "__metadata__: expected a text for \"" + key + "\", found a JSON " + value.type_name());
    }
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

Dtype read_dtype(const std::string& path, const std::string& name, const json& value) {
  const std::string found =
      value.is_string() ? value.get<std::string>() : std::string("a JSON ") + value.type_name();
  if (const auto dtype = parse_dtype(found)) return *dtype;
  refuse(path, name, "dtype: expected one of " + dtype_names() + ", found " + found);
}

// A list of integers from 0 to INT64_MAX.
std::vector<int64_t> parse_integers(const std::string& path, const std::string& name, const char* key,
                                    const json& list) {
  const auto is_valid = [](const json& item) {
    return item.is_number_unsigned() && item.get<uint64_t>() <= static_cast<uint64_t>(INT64_MAX);
  };
  if (!list.is_array() || !std::all_of(list.begin(), list.end(), is_valid)) {
    refuse(path, name, std::string(key) + ": expected a list of non-negative integers");
  }
  return list.get<std::vector<int64_t>>();
}

Entry parse_entry(const std::string& path, const std::string& name, const json& fields) {
  if (!fields.is_object() || fields.size() != 3 || !fields.contains("dtype") || !fields.contains("shape") ||
      !fields.contains("data_offsets")) {
    refuse(path, name, "expected exactly the keys dtype, shape and data_offsets");
  }
  Entry entry{name, {}, 0, 0};
  entry.tensor.dtype = read_dtype(path, name, fields["dtype"]);
  entry.tensor.shape = parse_integers(path, name, "shape", fields["shape"]);
  const auto expected = byte_count(entry.tensor.shape, entry.tensor.dtype);
  if (!expected) refuse(path, name, "shape: the number of bytes overflows");

  const auto offsets = parse_integers(path, name, "data_offsets", fields["data_offsets"]);
  if (offsets.size() != 2)
    refuse(path, name, "data_offsets: expected 2, found " + std::to_string(offsets.size()));
  if (offsets[0] > offsets[1]) refuse(path, name, "data_offsets: the end lies before the begin");
  if (offsets[1] - offsets[0] != *expected) {
    refuse(path, name,
           "data_offsets: expected " + std::to_string(*expected) + " bytes from shape and dtype, found " +
               std::to_string(offsets[1] - offsets[0]));
  }
  entry.begin = static_cast<uint64_t>(offsets[0]);
  entry.end = static_cast<uint64_t>(offsets[1]);
  return entry;
}

// The tensors in the order of their data.
std::vector<Entry> parse_entries(const std::string& path, const json& header) {
  std::vector<Entry> entries;
  for (const auto& [name, fields] : header.items()) {
    if (name != kMetadata) entries.push_back(parse_entry(path, name, fields));
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  return entries;
}

// Every byte of the data belongs to exactly one tensor.
void check_coverage(const std::string& path, const std::vector<Entry>& entries, uint64_t before_data,
                    uint64_t size) {
  uint64_t end = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != end) {
      refuse(path, entry.name,
             "its data " + std::string(entry.begin < end ? "overlaps" : "leaves a gap behind") +
                 " the tensor before: expected to begin at byte " + std::to_string(end) +
                 " of the data, found " + std::to_string(entry.begin));
    }
    end = entry.end;
  }
  if (size == before_data + end) return;
  throw FileError(path, std::string(size < before_data + end ? "truncated" : "bytes behind the last tensor") +
                            ": expected " + std::to_string(before_data + end) + " bytes, found " +
                            std::to_string(size));
}

// Reads the arrays into entries and returns the checksum of the whole file.
std::string read_data(InputFile& in, json header, std::vector<Entry>& entries) {
  if (header.contains(kMetadata)) header[kMetadata].erase(kChecksum);
  Sha256 sum;
  sum.update(header.dump());
  for (Entry& entry : entries) {
    entry.tensor.bytes.resize(entry.end - entry.begin);
    in.read(entry.tensor.bytes.data(), entry.tensor.bytes.size());
    sum.update(entry.tensor.bytes.data(), entry.tensor.bytes.size());
  }
  return sum.hex();
}

// Moves the writer's two entries out of file.metadata.
void verify_checksum(TensorFile& file, const std::string& found) {
  const auto checksum = file.metadata.extract(kChecksum);
  const auto format = file.metadata.extract(kFormat);
  if (checksum && checksum.mapped() != found) {
    throw FileError(file.path, "the checksum does not match, the file is damaged: expected sha256 " +
                                   checksum.mapped() + ", found " + found);
  }
  if (format && format.mapped() != kFormatVersion) {
    throw FileError(file.path,
                    std::string(kFormat) + ": expected " + kFormatVersion + ", found " + format.mapped());
  }
  if (format && !checksum) throw FileError(file.path, "the checksum is missing, the file is damaged");
  file.has_checksum = static_cast<bool>(checksum);
}

}  // namespace

TensorFile read_safetensors(const std::string& path) {
  InputFile in(path);
  const std::string text = read_header_text(in);
  const json header = parse_header(path, text);
  TensorFile file;
  file.path = path;
  file.metadata = read_metadata(path, header);
  std::vector<Entry> entries = parse_entries(path, header);
  check_coverage(path, entries, 8 + text.size(), in.size());
  verify_checksum(file, read_data(in, header, entries));
  for (Entry& entry : entries) file.tensors[entry.name] = std::move(entry.tensor);
  return file;
}

}  // namespace eca
