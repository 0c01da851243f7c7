// Which files of a folder are images, as folders really are: with hidden files, Thumbs.db and notes among the pictures.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace eca {

// Files that were passed over, counted by what they are: "hidden", "Thumbs.db", ".txt".
class SkippedFiles {
 public:
  void count(const std::filesystem::path& file);
  void add(const SkippedFiles& other);
  int64_t total() const;
  // "3 files that are no images: 1 Thumbs.db, 2 .txt"; empty if there are none.
  std::string str() const;
  // The same of images in a format that is not read here: "2 images in a format that is not read here: 2 .webp".
  std::string unread_images() const;

 private:
  std::map<std::string, int64_t> by_kind_;
};

// By its name: .png, .jpg, .jpeg, .bmp, .tga, .pgm, .ppm, in capitals or not.
bool is_image_name(const std::filesystem::path& file);

// What may be a folder of pictures or of classes by its name: not hidden, and not the __MACOSX of a zip file.
bool is_folder_name(const std::filesystem::path& folder);

// The entries of a folder, sorted by name: the system lists them in any order. Throws FileError if it cannot be listed.
std::vector<std::filesystem::path> sorted_entries(const std::filesystem::path& folder);

// Calls visit(name) of every image in a folder and the folders below it, in sorted order; the name is that below the folder,
// "sub/1.png". What else lies there is counted. Holds the names of one folder at a time. Throws FileError if a folder cannot be
// listed.
void visit_images(const std::filesystem::path& folder, SkippedFiles& skipped,
                  const std::function<void(std::string_view name)>& visit);

// Their paths.
std::vector<std::filesystem::path> find_images(const std::filesystem::path& folder, SkippedFiles& skipped);

}  // namespace eca
