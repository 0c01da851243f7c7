#include "tests/data/coco/masks_golden.hpp"

#include "tests/temp_dir.hpp"

std::vector<nlohmann::json> eca::test::mask_cases_with(const std::string& field) {
  std::vector<nlohmann::json> cases;
  for (const nlohmann::json& one : nlohmann::json::parse(read_file("tests/golden/coco_masks.json"))) {
    if (one.contains(field)) cases.push_back(one);
  }
  return cases;
}
