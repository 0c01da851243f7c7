// Which images a folder of class folders holds, in little memory: 1.3 million of them take about 60 MB.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "data/images/find_images.hpp"

namespace eca {

// Names one behind the other in one piece of memory.
class NameList {
 public:
  void add(std::string_view name);
  std::string_view operator[](size_t i) const;
  size_t size() const { return ends_.size(); }

 private:
  std::string text_;
  std::vector<size_t> ends_;  // of each name in the text
};

// One split before its images are read.
struct ListedSplit {
  std::filesystem::path folder;
  NameList names;               // below the folder: "cat/sub/1.png"
  std::vector<int32_t> labels;  // of each

  size_t size() const { return labels.size(); }
  void add(std::string_view name, int32_t label);
  std::string path(size_t i) const;
};

// The names of the class folders in a folder, sorted. Throws FileError if there are none.
std::vector<std::string> class_folders(const std::filesystem::path& folder);

// The images of all class folders, in sorted order. What is passed over is counted. Throws FileError if a class folder is none
// of the classes.
ListedSplit list_split(const std::filesystem::path& folder, const std::vector<std::string>& classes,
                       SkippedFiles& skipped);

// Moves a share of the images to a test split of their own: by a hash of their names.
ListedSplit hold_out(ListedSplit& train, double share);

inline constexpr uint64_t kMostBytesToHash = uint64_t{1} << 30;

// SHA-256 of `how`, and of what the files are: of their bytes in their order, if these are at most `most` in all, else of their
// names and sizes.
std::string fingerprint_of(const ListedSplit& split, const std::string& how,
                           uint64_t most = kMostBytesToHash);

}  // namespace eca
