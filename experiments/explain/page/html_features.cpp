#include "experiments/explain/page/html_sections.hpp"

#include "experiments/explain/page/feature_maps.hpp"
#include "experiments/explain/page/html_parts.hpp"

namespace eca {

std::string features_section(const Explanation& report) {
  std::string html;
  for (const ModelReport& model : report.models) {
    if (!model.block) continue;
    html += subheading(model.network + ", " + model.block->module) +
            paragraph(image_tag(feature_map_picture(*model.block), "feature maps of " + model.block->module,
                                "wide"));
  }
  if (html.empty()) return "";
  return heading("Channels before and after attention") +
         paragraph(
             "Of the first image, sorted by gate: the number of the channel, its gate, its map before "
             "(above) and after (below). Red is "
             "above 0, blue below; all maps share one scale, so a small gate shows as a pale map. Of more "
             "than 32 channels the 16 with "
             "the largest gates and the 16 with the smallest are shown.") +
         html;
}

}  // namespace eca
