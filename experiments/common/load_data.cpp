#include "experiments/common/load_data.hpp"

#include <algorithm>
#include <cstdio>

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
  return data;
}

// What any of the ranks has met, each once.
static std::vector<std::string> of_all_ranks(const std::vector<std::string>& reasons) {
  std::string here;
  for (const std::string& reason : reasons) here += reason + '\0';
  std::vector<std::string> all;
  for (const std::string& texts : gather(here)) {
    for (size_t begin = 0; begin < texts.size(); begin += all.back().size() + 1)
      all.emplace_back(&texts[begin]);
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

void warn_of_unreadable(const ImageSet& set) {
  if (!set.unreadable) return;
  const std::vector<std::string> reasons = of_all_ranks(set.unreadable->take_new());
  if (reasons.empty()) return;
  constexpr size_t kShown = 10;
  std::string text = set.name + ": skipped " + std::to_string(reasons.size()) +
                     (reasons.size() == 1 ? " image that cannot be read:" : " images that cannot be read:");
  for (size_t i = 0; i < std::min(kShown, reasons.size()); ++i) text += "\n  " + reasons[i];
  if (reasons.size() > kShown) text += "\n  and " + std::to_string(reasons.size() - kShown) + " more";
  warn(text);
}

}  // namespace eca
