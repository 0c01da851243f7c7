#include "data/sets/image_folder.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <mutex>

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/parallel/threads.hpp"
#include "data/images/image_file.hpp"

namespace eca {

namespace fs = std::filesystem;

// The entries of a folder that are not hidden, sorted by name: the system lists them in any order.
static std::vector<fs::path> sorted_entries(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code problem;
  const fs::directory_iterator listing(folder, problem);
  if (problem) throw FileError(folder.string(), "cannot be listed: " + problem.message());
  for (const fs::directory_entry& entry : listing) {
    if (entry.path().filename().string()[0] != '.') entries.push_back(entry.path());
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

static std::vector<fs::path> class_folders(const fs::path& split) {
  const std::vector<fs::path> entries = sorted_entries(split);
  for (const fs::path& entry : entries) {
    if (!fs::is_directory(entry))
      throw FileError(entry.string(), "expected only one folder for each class here");
  }
  if (entries.empty()) throw FileError(split.string(), "holds no class folders");
  return entries;
}

static bool has_image_extension(const fs::path& file) {
  std::string extension = file.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension == ".png" || extension == ".jpg" || extension == ".jpeg";
}

static std::vector<fs::path> image_files(const fs::path& class_folder) {
  const std::vector<fs::path> files = sorted_entries(class_folder);
  for (const fs::path& file : files) {
    if (fs::is_directory(file) || !has_image_extension(file)) {
      throw FileError(file.string(), "expected only .png, .jpg and .jpeg files in the folder of a class");
    }
  }
  if (files.empty()) throw FileError(class_folder.string(), "the class has no images");
  return files;
}

static int32_t label_of(const fs::path& class_folder, const std::vector<std::string>& classes) {
  const std::string name = class_folder.filename().string();
  const auto found = std::find(classes.begin(), classes.end(), name);
  if (found == classes.end()) {
    throw FileError(class_folder.string(),
                    "there is no class of this name in train/" + did_you_mean(name, classes));
  }
  return static_cast<int32_t>(found - classes.begin());
}

// The error of the lowest index, so that the same file is named whatever the number of threads.
class FirstError {
 public:
  void report(int64_t index, std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    if (error_ && index_ < index) return;
    index_ = index;
    error_ = std::move(error);
  }
  void rethrow_if_any() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  std::mutex mutex_;
  int64_t index_ = 0;
  std::exception_ptr error_;
};

static void decode_one_image(int64_t i, const std::vector<fs::path>& files, ImageSet& set,
                             FirstError& first_error) {
  try {
    const std::vector<uint8_t> pixels = read_image(files[i].string(), set.height, set.channels);
    std::copy(pixels.begin(), pixels.end(), set.pixels.begin() + i * set.image_size());
  } catch (...) {
    first_error.report(i, std::current_exception());
  }
}

static void decode_all_images(const std::vector<fs::path>& files, ImageSet& set) {
  const auto N = static_cast<int64_t>(files.size());
  set.pixels.resize(static_cast<size_t>(N * set.image_size()));
  FirstError first_error;  // nothing may be thrown out of the parallel region
#pragma omp parallel for schedule(dynamic, 16) num_threads(threads_for(N))
  for (int64_t i = 0; i < N; ++i) decode_one_image(i, files, set, first_error);
  first_error.rethrow_if_any();
}

static ImageSet load_split(const fs::path& split, const std::vector<std::string>& classes,
                           int64_t image_size) {
  ImageSet set{.name = split.string(),
               .channels = 3,
               .height = image_size,
               .width = image_size,
               .pixels = {},
               .labels = {},
               .classes = classes};
  std::vector<fs::path> files;
  for (const fs::path& folder : class_folders(split)) {
    const int32_t label = label_of(folder, classes);
    for (const fs::path& file : image_files(folder)) {
      files.push_back(file);
      set.labels.push_back(label);
    }
  }
  decode_all_images(files, set);
  return set;
}

static fs::path find_split(const std::string& dir, const std::vector<std::string>& names) {
  std::string looked_for;
  for (const std::string& name : names) {
    if (fs::is_directory(fs::path(dir) / name)) return fs::path(dir) / name;
    looked_for += (looked_for.empty() ? "" : " nor ") + name + "/";
  }
  throw FileError(dir, "holds no folder " + looked_for +
                           "; expected DIR/train/<class>/*.{png,jpg,jpeg} and the " +
                           "same in DIR/test or DIR/val");
}

Dataset load_image_folder(const std::string& dir, int64_t image_size) {
  check_image_size(image_size);
  const fs::path train = find_split(dir, {"train"}), test = find_split(dir, {"test", "val"});
  std::vector<std::string> classes;
  for (const fs::path& folder : class_folders(train)) classes.push_back(folder.filename().string());
  Dataset result{.train = load_split(train, classes, image_size),
                 .test = load_split(test, classes, image_size),
                 .normalisation = {},
                 .name = "folder"};
  result.normalisation = compute_normalisation(result.train);
  return result;
}

}  // namespace eca
