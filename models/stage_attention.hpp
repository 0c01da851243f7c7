// One kernel size for each stage of a network, as the released ECA-Net checkpoints have it: "eca:k=3557" is k = 3
// in the first stage, 5 in the second and third, 7 in the fourth.
#pragma once

#include <cstddef>
#include <string>

namespace eca {

// The attention text of stage `stage` (counted from 0) of `stages`. A k of three or more digits has one digit for
// each stage: ("eca:k=3557", 3, 4) -> "eca:k=7". Any other text is the same in every stage. Throws Error if there
// are more or fewer digits than stages.
std::string stage_attention(const std::string& text, size_t stage, size_t stages);

}  // namespace eca
