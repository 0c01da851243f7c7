// tests/golden/coco_masks.json: what pycocotools makes of polygons and masks, see tests/golden/make_coco_golden.py.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/temp_dir.hpp"

namespace eca::test {

// The cases that have this field.
inline std::vector<nlohmann::json> mask_cases_with(const std::string& field) {
  std::vector<nlohmann::json> cases;
  for (const nlohmann::json& one : nlohmann::json::parse(read_file("tests/golden/coco_masks.json"))) {
    if (one.contains(field)) cases.push_back(one);
  }
  return cases;
}

}  // namespace eca::test
