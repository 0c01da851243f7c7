#include "experiments/common/load_data.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

#include "core/parallel/ranks.hpp"
#include "data/data_memory.hpp"
#include "data/sets/dataset.hpp"

namespace eca {

void warn(const std::string& text) {
  if (rank() == 0) std::fprintf(stderr, "eca: warning: %s\n", text.c_str());
}

Dataset load_data(const std::string& spec, int64_t folder_image_size, const FolderWishes& wishes) {
  const bool folder = spec.starts_with("folder:");
  Dataset data = load_dataset(spec, {.image_size = folder ? folder_image_size : 0,
                                     .resize = wishes.resize,
                                     .memory = parse_data_memory(wishes.memory),
                                     .whole_train = wishes.whole_train,
                                     .test_only = wishes.test_only});
  for (const std::string& note : data.notes) warn(note);
  // Notes of the other ranks are not printed; rank 0 has met fewer images where it has less memory for them.
  if (rank() != 0) {
    for (const ImageSet* set : {&data.train, &data.test}) {
      if (set->unreadable) set->unreadable->unsay();
    }
  }
  return data;
}

// The images that any of the ranks has met, and why they cannot be read, as the first that has met one says.
static std::map<int64_t, std::string> of_all_ranks(const std::map<int64_t, std::string>& images) {
  std::string here;
  for (const auto& [i, why] : images) here += std::to_string(i) + ' ' + why + '\0';
  std::map<int64_t, std::string> all;
  for (const std::string& lines : gather(here)) {
    for (size_t begin = 0, end = 0; begin < lines.size(); begin = end + 1) {
      end = lines.find('\0', begin);
      const size_t blank = lines.find(' ', begin);
      all.emplace(std::stoll(lines.substr(begin, blank - begin)), lines.substr(blank + 1, end - blank - 1));
    }
  }
  return all;
}

void warn_of_unreadable(const ImageSet& set) {
  if (!set.unreadable) return;
  const std::vector<std::string> reasons = set.unreadable->say(of_all_ranks(set.unreadable->unsaid()));
  if (reasons.empty()) return;
  constexpr size_t kShown = 10;
  std::string text = set.name + ": skipped " + std::to_string(reasons.size()) +
                     (reasons.size() == 1 ? " image that cannot be read:" : " images that cannot be read:");
  for (size_t i = 0; i < std::min(kShown, reasons.size()); ++i) text += "\n  " + reasons[i];
  if (reasons.size() > kShown) text += "\n  and " + std::to_string(reasons.size() - kShown) + " more";
  warn(text);
}

}  // namespace eca
