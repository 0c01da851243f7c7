#include "data/sets/folder_listing.hpp"

#include <algorithm>

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/files/sha256.hpp"
#include "data/file_bytes.hpp"
#include "data/sets/held_out.hpp"

namespace eca {

namespace fs = std::filesystem;

void NameList::add(std::string_view name) {
  text_ += name;
  ends_.push_back(text_.size());
}

std::string_view NameList::operator[](size_t i) const {
  const size_t begin = i == 0 ? 0 : ends_[i - 1];
  return std::string_view(text_).substr(begin, ends_[i] - begin);
}

void ListedSplit::add(std::string_view name, int32_t label) {
  names.add(name);
  labels.push_back(label);
}

std::string ListedSplit::path(size_t i) const { return (folder / names[i]).string(); }

static std::vector<std::string> class_folders_beside(const fs::path& folder, SkippedFiles& skipped) {
  std::vector<std::string> names;
  for (const fs::path& entry : sorted_entries(folder)) {
    if (!fs::is_directory(entry)) {
      skipped.count(entry);
    } else if (is_folder_name(entry)) {
      names.push_back(entry.filename().string());
    }
  }
  if (names.empty()) throw FileError(folder.string(), "holds no class folders");
  return names;
}

std::vector<std::string> class_folders(const fs::path& folder) {
  SkippedFiles counted_later;
  return class_folders_beside(folder, counted_later);
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

ListedSplit list_split(const fs::path& folder, const std::vector<std::string>& classes,
                       SkippedFiles& skipped) {
  ListedSplit split = {.folder = folder, .names = {}, .labels = {}};
  for (const std::string& name : class_folders_beside(folder, skipped)) {
    const int32_t label = label_of(folder / name, classes);
    visit_images(folder / name, skipped,
                 [&](std::string_view image) { split.add(name + "/" + std::string(image), label); });
  }
  return split;
}

ListedSplit hold_out(ListedSplit& train, double share) {
  ListedSplit kept = {.folder = train.folder, .names = {}, .labels = {}}, test = kept;
  for (size_t i = 0; i < train.size(); ++i)
    (is_held_out(train.names[i], share) ? test : kept).add(train.names[i], train.labels[i]);
  train = std::move(kept);
  return test;
}

static uint64_t bytes_of(const std::string& path) {
  std::error_code problem;
  const uintmax_t size = fs::file_size(path, problem);
  return problem ? 0 : static_cast<uint64_t>(size);
}

static void add_bytes(Sha256& hash, const std::string& path) {
  try {
    const std::vector<uint8_t> bytes = read_bytes(path);
    hash.update(std::to_string(bytes.size()) + "\n");
    hash.update(bytes.data(), bytes.size());
  } catch (const FileError&) {  // whoever needs its pixels says so
    hash.update("unreadable\n");
  }
}

std::string fingerprint_of(const ListedSplit& split, const std::string& how, uint64_t most) {
  uint64_t total = 0;
  for (size_t i = 0; i < split.size(); ++i) total += bytes_of(split.path(i));
  Sha256 hash;
  hash.update(how + "\n");
  for (size_t i = 0; i < split.size(); ++i) {
    const std::string path = split.path(i);
    if (total <= most) {
      add_bytes(hash, path);
    } else {
      hash.update(std::string(split.names[i]) + "\n" + std::to_string(bytes_of(path)) + "\n");
    }
  }
  return hash.hex();
}

}  // namespace eca
