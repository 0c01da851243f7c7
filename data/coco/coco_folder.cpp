#include "data/coco/coco_folder.hpp"

#include <algorithm>
#include <filesystem>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "data/coco/coco_entries.hpp"
#include "data/file_bytes.hpp"
#include "data/images/decode_image.hpp"
#include "data/images/find_images.hpp"

namespace eca {

namespace fs = std::filesystem;

namespace {

constexpr const char* kInstances = "instances_";

struct SplitFile {
  std::string name;
  fs::path path;
};

std::vector<SplitFile> split_files(const fs::path& dir) {
  if (!fs::is_directory(dir)) throw FileError(dir.string(), "is no folder");
  const fs::path annotations = dir / "annotations";
  if (!fs::is_directory(annotations)) throw FileError(dir.string(), "holds no folder annotations/");
  std::vector<SplitFile> files;
  for (const fs::path& file : sorted_entries(annotations)) {
    const std::string stem = file.stem().string();
    const auto begins = [&stem](const char* other) { return stem.starts_with(other); };
    if (file.extension() != ".json" || begins("captions_") || begins("person_keypoints_") ||
        begins("stuff_") || begins("panoptic_") || begins("image_info_") || begins(".")) {
      continue;
    }
    files.push_back({begins(kInstances) ? stem.substr(std::string(kInstances).size()) : stem, file});
  }
  if (files.empty()) throw FileError(annotations.string(), "holds no annotations, expected files *.json");
  std::sort(files.begin(), files.end(),
            [](const SplitFile& a, const SplitFile& b) { return a.name < b.name; });
  return files;
}

std::vector<std::string> names_of(const std::vector<SplitFile>& files) {
  std::vector<std::string> names;
  for (const SplitFile& file : files) names.push_back(file.name);
  return names;
}

SplitFile find_split(const fs::path& dir, const std::string& split) {
  const std::vector<SplitFile> files = split_files(dir);
  std::vector<SplitFile> alike;
  for (const SplitFile& file : files) {
    if (file.name == split) return file;
    if (file.name.starts_with(split)) alike.push_back(file);
  }
  if (alike.size() == 1) return alike[0];
  throw FileError((dir / "annotations").string(),
                  std::string(alike.empty() ? "has no" : "has more than one") + " split \"" + split +
                      "\", expected one of " + join(names_of(files), ", "));
}

// The first of the usual folders that has the first image.
std::string folder_of_images(const fs::path& dir, const SplitFile& split, const CocoDataset& set) {
  if (set.images.empty()) return dir.string();
  const std::vector<fs::path> candidates = {dir / split.name, dir / "images" / split.name, dir / "images",
                                            dir};
  std::vector<std::string> names;
  for (const fs::path& folder : candidates) {
    if (fs::exists(folder / set.images[0].file_name)) return folder.string();
    names.push_back(folder.string());
  }
  refuse_entry(set.name, {"images", 0, set.images[0].id}, "file_name",
               set.images[0].file_name + " does not exist in any of " + join(names, ", "));
}

}  // namespace

std::vector<std::string> coco_splits(const std::string& dir) { return names_of(split_files(dir)); }

CocoFolder read_coco_folder(const std::string& dir, const std::string& split,
                            const CocoReadOptions& options) {
  const SplitFile file = find_split(dir, split);
  CocoFolder folder;
  folder.set = read_coco(file.path.string(), options);
  folder.images = folder_of_images(dir, file, folder.set);
  for (size_t i = 0; i < folder.set.images.size(); ++i) {
    const CocoImage& image = folder.set.images[i];
    if (fs::exists(folder.path_of(image))) continue;
    refuse_entry(folder.set.name, {"images", static_cast<int64_t>(i), image.id}, "file_name",
                 folder.path_of(image) + " does not exist");
  }
  return folder;
}

Image read_coco_image(const CocoFolder& folder, const CocoImage& image) {
  const std::string path = folder.path_of(image);
  Image decoded = decode_image(path, read_bytes(path));
  if (decoded.height != image.height || decoded.width != image.width) {
    throw FileError(path, "has " + std::to_string(decoded.height) + "x" + std::to_string(decoded.width) +
                              " pixels (height x width), expected " + std::to_string(image.height) + "x" +
                              std::to_string(image.width) + ", as " + folder.set.name + " says of image " +
                              std::to_string(image.id));
  }
  return decoded;
}

}  // namespace eca
