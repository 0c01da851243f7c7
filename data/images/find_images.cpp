#include "data/images/find_images.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <numeric>

#include "core/base/error.hpp"

namespace eca {

namespace fs = std::filesystem;

namespace {

constexpr std::array kRead = {".png", ".jpg", ".jpeg", ".bmp", ".tga", ".pgm", ".ppm"};
constexpr std::array kUnread = {".webp", ".tif", ".tiff", ".heic", ".heif", ".avif", ".gif", ".jp2", ".psd"};

std::string extension_of(const fs::path& file) {
  std::string extension = file.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension;
}

template <class List>
bool contains(const List& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

std::string kind_of(const fs::path& file) {
  const std::string name = file.filename().string();
  if (name.starts_with(".")) return "hidden";
  const std::string extension = extension_of(file);
  if (extension.empty() || name == "Thumbs.db" || name == "desktop.ini") return name;
  return extension;
}

std::string counts(const std::map<std::string, int64_t>& by_kind) {
  std::string text;
  for (const auto& [kind, count] : by_kind) {
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + kind;
  }
  return text;
}

int64_t sum(const std::map<std::string, int64_t>& by_kind) {
  return std::accumulate(by_kind.begin(), by_kind.end(), int64_t{0},
                         [](int64_t total, const auto& entry) { return total + entry.second; });
}

}  // namespace

void SkippedFiles::count(const fs::path& file) { ++by_kind_[kind_of(file)]; }

void SkippedFiles::add(const SkippedFiles& other) {
  for (const auto& [kind, count] : other.by_kind_) by_kind_[kind] += count;
}

int64_t SkippedFiles::total() const { return sum(by_kind_); }

std::string SkippedFiles::str() const {
  std::map<std::string, int64_t> others = by_kind_;
  std::erase_if(others, [](const auto& entry) { return contains(kUnread, entry.first); });
  if (others.empty()) return "";
  const int64_t n = sum(others);
  return std::to_string(n) + (n == 1 ? " file that is no image: " : " files that are no images: ") +
         counts(others);
}

std::string SkippedFiles::unread_images() const {
  std::map<std::string, int64_t> unread = by_kind_;
  std::erase_if(unread, [](const auto& entry) { return !contains(kUnread, entry.first); });
  if (unread.empty()) return "";
  const int64_t n = sum(unread);
  return std::to_string(n) + (n == 1 ? " image" : " images") +
         " in a format that is not read here: " + counts(unread);
}

bool is_image_name(const fs::path& file) {
  return !file.filename().string().starts_with(".") && contains(kRead, extension_of(file));
}

bool is_folder_name(const fs::path& folder) {
  const std::string name = folder.filename().string();
  return !name.starts_with(".") && name != "__MACOSX";
}

namespace {

// A path takes ten times the memory of a name.
struct Entry {
  std::string name;
  bool is_folder;
};

std::vector<Entry> entries_by_name(const fs::path& folder) {
  std::vector<Entry> entries;
  std::error_code problem;
  const fs::directory_iterator listing(folder, problem);
  if (problem) throw FileError(folder.string(), "cannot be listed: " + problem.message());
  for (const fs::directory_entry& entry : listing)
    entries.push_back({entry.path().filename().string(), entry.is_directory(problem)});
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return entries;
}

// below: what `folder` is called seen from the one that was asked for, "sub/", or "".
void visit_below(const fs::path& folder, const std::string& below, SkippedFiles& skipped,
                 const std::function<void(std::string_view name)>& visit) {
  for (const Entry& entry : entries_by_name(folder)) {
    if (entry.is_folder) {
      if (is_folder_name(entry.name))
        visit_below(folder / entry.name, below + entry.name + "/", skipped, visit);
    } else if (is_image_name(entry.name)) {
      visit(below + entry.name);
    } else {
      skipped.count(entry.name);
    }
  }
}

}  // namespace

std::vector<fs::path> sorted_entries(const fs::path& folder) {
  std::vector<fs::path> entries;
  for (const Entry& entry : entries_by_name(folder)) entries.push_back(folder / entry.name);
  return entries;
}

void visit_images(const fs::path& folder, SkippedFiles& skipped,
                  const std::function<void(std::string_view name)>& visit) {
  visit_below(folder, "", skipped, visit);
}

std::vector<fs::path> find_images(const fs::path& folder, SkippedFiles& skipped) {
  std::vector<fs::path> images;
  visit_images(folder, skipped, [&](std::string_view name) { images.push_back(folder / name); });
  return images;
}

}  // namespace eca
