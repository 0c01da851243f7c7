#include "data/sets/cifar.hpp"

#include <filesystem>

#include "core/base/error.hpp"
#include "data/file_bytes.hpp"

namespace eca {

namespace fs = std::filesystem;

static constexpr int64_t kPlane = 32 * 32;

static void check_size(const std::string& path, const CifarLayout& layout, int64_t expected_records,
                       size_t found) {
  const int64_t expected = expected_records * layout.record_bytes();
  const auto size = static_cast<int64_t>(found);
  if (size == expected) return;
  throw FileError(path, std::string(size < expected ? "truncated" : "oversized") + ": expected " +
                            std::to_string(expected) + " bytes (" + std::to_string(expected_records) +
                            " records of " + std::to_string(layout.record_bytes()) + "), found " +
                            std::to_string(size));
}

// (3,32,32) -> (32,32,3)
static void append_interleaved(const uint8_t* planes, std::vector<uint8_t>& pixels) {
  for (int64_t p = 0; p < kPlane; ++p) {
    for (int64_t c = 0; c < 3; ++c) pixels.push_back(planes[c * kPlane + p]);
  }
}

void read_cifar_file(const std::string& path, const CifarLayout& layout, int64_t expected_records,
                     ImageSet& set) {
  const std::vector<uint8_t> bytes = read_bytes(path);
  check_size(path, layout, expected_records, bytes.size());
  set.channels = 3;
  set.height = set.width = 32;
  for (int64_t i = 0; i < expected_records; ++i) {
    const uint8_t* record = &bytes[i * layout.record_bytes()];
    const int32_t label = record[layout.label_bytes - 1];
    if (label >= layout.classes) {
      throw FileError(path, "record " + std::to_string(i) + " has label " + std::to_string(label) +
                                ", allowed are 0.." + std::to_string(layout.classes - 1));
    }
    set.labels.push_back(label);
    append_interleaved(record + layout.label_bytes, set.pixels);
  }
}

// What distinguishes one CIFAR from the other.
struct CifarVersion {
  std::string name, title, how_to_get;
  std::string folder;  // as the archive unpacks
  std::vector<std::string> train_files;
  int64_t records_per_train_file;
  std::string test_file, class_names_file;
  CifarLayout layout;
  Normalisation normalisation;  // of the train split
};

static CifarVersion cifar10_version() {
  return {.name = "cifar10",
          .title = "CIFAR-10",
          .how_to_get = "`make cifar10` fetches it",
          .folder = "cifar-10-batches-bin",
          .train_files = {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
                          "data_batch_5.bin"},
          .records_per_train_file = 10000,
          .test_file = "test_batch.bin",
          .class_names_file = "batches.meta.txt",
          .layout = kCifar10Layout,
          .normalisation = {.mean = {0.4914, 0.4822, 0.4465}, .std = {0.2470, 0.2435, 0.2616}}};
}

static CifarVersion cifar100_version() {
  return {.name = "cifar100",
          .title = "CIFAR-100",
          .how_to_get = "cifar-100-binary.tar.gz is at https://www.cs.toronto.edu/~kriz/cifar.html",
          .folder = "cifar-100-binary",
          .train_files = {"train.bin"},
          .records_per_train_file = 50000,
          .test_file = "test.bin",
          .class_names_file = "fine_label_names.txt",
          .layout = kCifar100Layout,
          .normalisation = {.mean = {0.5071, 0.4865, 0.4409}, .std = {0.2673, 0.2564, 0.2762}}};
}

// `dir` itself or the archive's folder inside it.
static fs::path find_folder(const CifarVersion& version, const std::string& dir) {
  for (const fs::path& folder : {fs::path(dir), fs::path(dir) / version.folder}) {
    if (fs::exists(folder / version.train_files[0]) || fs::exists(folder / version.test_file)) return folder;
  }
  throw FileError(dir, version.title + " not found: looked for " + version.train_files[0] + " and " +
                           version.test_file + " here and in " + version.folder +
                           "/ (the binary version, not the Python one); " + version.how_to_get);
}

static void read_split_file(const CifarVersion& version, const fs::path& path, int64_t records,
                            ImageSet& set) {
  if (!fs::exists(path)) {
    throw FileError(path.string(), "no such file, though other files of " + version.title + " are there; " +
                                       version.how_to_get);
  }
  read_cifar_file(path.string(), version.layout, records, set);
}

// The names of the classes, or their numbers if the optional file with the names is not there.
static std::vector<std::string> class_names(const CifarVersion& version, const fs::path& path) {
  std::vector<std::string> names;
  if (!fs::exists(path)) {
    for (int64_t label = 0; label < version.layout.classes; ++label) names.push_back(std::to_string(label));
    return names;
  }
  names = read_lines(path.string());
  if (static_cast<int64_t>(names.size()) != version.layout.classes) {
    throw FileError(path.string(), "expected " + std::to_string(version.layout.classes) +
                                       " class names, found " + std::to_string(names.size()));
  }
  return names;
}

static Dataset load_cifar(const CifarVersion& version, const std::string& dir) {
  const fs::path folder = find_folder(version, dir);
  Dataset result{.train = {}, .test = {}, .normalisation = version.normalisation, .name = version.name};
  result.train.name = version.name + " train";
  result.test.name = version.name + " test";
  result.train.classes = result.test.classes = class_names(version, folder / version.class_names_file);
  for (const std::string& file : version.train_files) {
    read_split_file(version, folder / file, version.records_per_train_file, result.train);
  }
  read_split_file(version, folder / version.test_file, 10000, result.test);
  return result;
}

Dataset load_cifar10(const std::string& dir) { return load_cifar(cifar10_version(), dir); }

Dataset load_cifar100(const std::string& dir) { return load_cifar(cifar100_version(), dir); }

}  // namespace eca
