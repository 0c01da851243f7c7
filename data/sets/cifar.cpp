#include "data/sets/cifar.hpp"

#include <filesystem>

#include "core/base/error.hpp"
#include "data/file_bytes.hpp"
#include "data/sets/pickle.hpp"

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

static Pickle read_pickle(const std::string& path, const std::vector<uint8_t>& bytes) {
  try {
    return Pickle({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  } catch (const Error& error) {
    throw FileError(path, std::string("expected a pickle of the Python version; found ") + error.what());
  }
}

void read_cifar_pickle(const std::string& path, const std::string& label_key, const CifarLayout& layout,
                       int64_t expected_records, ImageSet& set) {
  const Pickle pickle = read_pickle(path, read_bytes(path));
  const PickleValue* data = pickle.value().find("data");
  const PickleValue* labels = pickle.value().find(label_key);
  if (data == nullptr || labels == nullptr) {
    throw FileError(path, "expected a dictionary with \"data\" and \"" + label_key + "\"");
  }
  const std::vector<int64_t> expected = {expected_records, 3 * kPlane};
  if (data->kind != PickleValue::Kind::array || data->extents != expected) {
    throw FileError(path, "\"data\": expected bytes (" + std::to_string(expected_records) + ",3072)");
  }
  if (static_cast<int64_t>(labels->items.size()) != expected_records) {
    throw FileError(path, "\"" + label_key + "\": expected " + std::to_string(expected_records) +
                              " labels, found " + std::to_string(labels->items.size()));
  }
  set.channels = 3;
  set.height = set.width = 32;
  for (int64_t i = 0; i < expected_records; ++i) {
    const PickleValue& label = *labels->items[static_cast<size_t>(i)];
    if (label.kind != PickleValue::Kind::integer || label.integer < 0 || label.integer >= layout.classes) {
      throw FileError(path, "image " + std::to_string(i) + " has label " + std::to_string(label.integer) +
                                ", allowed are 0.." + std::to_string(layout.classes - 1));
    }
    set.labels.push_back(static_cast<int32_t>(label.integer));
    append_interleaved(reinterpret_cast<const uint8_t*>(data->text.data()) + i * 3 * kPlane, set.pixels);
  }
}

// The files of one form of a CIFAR.
struct CifarFiles {
  std::string folder;  // as the archive unpacks
  std::vector<std::string> train;
  std::string test, class_names;
};

// What distinguishes one CIFAR from the other.
struct CifarVersion {
  std::string name, title, how_to_get;
  CifarFiles binary, python;
  int64_t records_per_train_file;
  std::string labels_key, class_names_key;  // in the Python version
  CifarLayout layout;
  Normalisation normalisation;  // of the train split
};

static CifarVersion cifar10_version() {
  return {
      .name = "cifar10",
      .title = "CIFAR-10",
      .how_to_get = "`make cifar10` fetches it",
      .binary = {.folder = "cifar-10-batches-bin",
                 .train = {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin",
                           "data_batch_5.bin"},
                 .test = "test_batch.bin",
                 .class_names = "batches.meta.txt"},
      .python = {.folder = "cifar-10-batches-py",
                 .train = {"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"},
                 .test = "test_batch",
                 .class_names = "batches.meta"},
      .records_per_train_file = 10000,
      .labels_key = "labels",
      .class_names_key = "label_names",
      .layout = kCifar10Layout,
      .normalisation = {.mean = {0.4914, 0.4822, 0.4465}, .std = {0.2470, 0.2435, 0.2616}}};
}

static CifarVersion cifar100_version() {
  return {.name = "cifar100",
          .title = "CIFAR-100",
          .how_to_get = "cifar-100-binary.tar.gz is at https://www.cs.toronto.edu/~kriz/cifar.html",
          .binary = {.folder = "cifar-100-binary",
                     .train = {"train.bin"},
                     .test = "test.bin",
                     .class_names = "fine_label_names.txt"},
          .python = {.folder = "cifar-100-python", .train = {"train"}, .test = "test", .class_names = "meta"},
          .records_per_train_file = 50000,
          .labels_key = "fine_labels",
          .class_names_key = "fine_label_names",
          .layout = kCifar100Layout,
          .normalisation = {.mean = {0.5071, 0.4865, 0.4409}, .std = {0.2673, 0.2564, 0.2762}}};
}

// Where the files lie, and in which form: in `dir` itself or in the archive's folder inside it.
struct FoundCifar {
  fs::path folder;
  const CifarFiles* files;
};

static FoundCifar find_folder(const CifarVersion& version, const std::string& dir) {
  for (const CifarFiles* files : {&version.binary, &version.python}) {
    for (const fs::path& folder : {fs::path(dir), fs::path(dir) / files->folder}) {
      if (fs::is_regular_file(folder / files->train[0]) || fs::is_regular_file(folder / files->test))
        return {folder, files};
    }
  }
  throw FileError(dir, version.title + " not found: looked for " + version.binary.train[0] + ", " +
                           version.binary.test + ", " + version.python.train[0] + " and " +
                           version.python.test + " here, in " + version.binary.folder + "/ and in " +
                           version.python.folder + "/; " + version.how_to_get);
}

static void read_split_file(const CifarVersion& version, bool python, const fs::path& path, int64_t records,
                            ImageSet& set) {
  if (!fs::exists(path)) {
    throw FileError(path.string(), "no such file, though other files of " + version.title + " are there; " +
                                       version.how_to_get);
  }
  if (python) {
    read_cifar_pickle(path.string(), version.labels_key, version.layout, records, set);
  } else {
    read_cifar_file(path.string(), version.layout, records, set);
  }
}

static std::vector<std::string> class_names_of_pickle(const CifarVersion& version, const std::string& path) {
  const Pickle pickle = read_pickle(path, read_bytes(path));
  const PickleValue* list = pickle.value().find(version.class_names_key);
  if (list == nullptr)
    throw FileError(path, "expected a dictionary with \"" + version.class_names_key + "\"");
  std::vector<std::string> names;
  for (const PickleValue* name : list->items) names.push_back(name->text);
  return names;
}

// The names of the classes, or their numbers if the optional file with the names is not there.
static std::vector<std::string> class_names(const CifarVersion& version, bool python, const fs::path& path) {
  std::vector<std::string> names;
  if (!fs::exists(path)) {
    for (int64_t label = 0; label < version.layout.classes; ++label) names.push_back(std::to_string(label));
    return names;
  }
  names = python ? class_names_of_pickle(version, path.string()) : read_lines(path.string());
  if (static_cast<int64_t>(names.size()) != version.layout.classes) {
    throw FileError(path.string(), "expected " + std::to_string(version.layout.classes) +
                                       " class names, found " + std::to_string(names.size()));
  }
  return names;
}

static Dataset load_cifar(const CifarVersion& version, const std::string& dir) {
  const auto [folder, files] = find_folder(version, dir);
  const bool python = files == &version.python;
  Dataset result{.train = {}, .test = {}, .normalisation = version.normalisation, .name = version.name};
  result.train.name = version.name + " train";
  result.test.name = version.name + " test";
  result.train.classes = result.test.classes = class_names(version, python, folder / files->class_names);
  for (const std::string& file : files->train) {
    read_split_file(version, python, folder / file, version.records_per_train_file, result.train);
  }
  read_split_file(version, python, folder / files->test, 10000, result.test);
  return result;
}

Dataset load_cifar10(const std::string& dir) { return load_cifar(cifar10_version(), dir); }

Dataset load_cifar100(const std::string& dir) { return load_cifar(cifar100_version(), dir); }

}  // namespace eca
