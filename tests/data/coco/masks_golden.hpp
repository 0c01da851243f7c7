// tests/golden/coco_masks.json: what pycocotools makes of polygons and masks, see tests/golden/make_coco_golden.py.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace eca::test {

// The cases that have this field.
std::vector<nlohmann::json> mask_cases_with(const std::string& field);

}  // namespace eca::test
