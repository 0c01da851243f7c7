#include "experiments/explain/page/html_sections.hpp"

#include "experiments/common/format.hpp"
#include "experiments/drawing/heat_map.hpp"
#include "experiments/explain/page/contact_sheet.hpp"
#include "experiments/explain/page/html_parts.hpp"

namespace eca {

namespace {

// "sneaker<br>98.2 %", in red if it is not the label.
std::string answer_html(const Explanation& report, size_t r, size_t n) {
  const Answer& answer = report.models[r].answers[n];
  const std::string text = escaped(report.class_name(answer.explained)) +
                           format("<br>%.1f %%", 100 * answer.explained_probability);
  return is_right(report, r, n) ? text : "<span class=\"wrong\">" + text + "</span>";
}

std::string map_caption(const Explanation& report, size_t r, size_t m, size_t n) {
  const Answer& answer = report.models[r].answers[n];
  const std::string what = title(report.models[r].methods[m]);
  std::string html = "<b>" +
                     escaped(report.models.size() > 1 ? report.models[r].network + ", " + what : what) +
                     "</b><br>" + answer_html(report, r, n);
  if (answer.explained != answer.predicted)
    html += format("<br>(named %s, %.1f %%)", escaped(report.class_name(answer.predicted)).c_str(),
                   100 * answer.probability);
  return html + format("<br><span class=\"pale\">largest %.3g</span>", largest_above_zero(answer.maps[m]));
}

}  // namespace

std::string maps_section(const Explanation& report) {
  std::string html = heading("Where the answer comes from");
  html += paragraph(std::string("What each place adds to the score of the class that is named below the map, "
                                "from 0 (dark) to the largest value "
                                "(light yellow), over the image in grey. ") +
                    (report.models.size() > 1
                         ? "Maps of one image and method share their colours over all models."
                         : "Each map has its own scale; its largest value is given."));
  html += paragraph(image_tag(heat_scale(256, 12), "colours from 0 to the largest value", ""));
  for (size_t n = 0; n < report.subjects.size(); ++n) {
    const ExplainedImage& subject = report.subjects[n];
    html += "<div class=\"row\">\n" +
            figure(subject.shown, subject.name,
                   "<b>" + escaped(subject.label.empty() ? subject.name : subject.label) + "</b><br>" +
                       escaped(subject.label.empty() ? "" : subject.name));
    for (size_t r = 0; r < report.models.size(); ++r) {
      for (size_t m = 0; m < report.models[r].methods.size(); ++m)
        html += figure(map_picture(report, r, m, n), title(report.models[r].methods[m]),
                       map_caption(report, r, m, n));
    }
    html += "</div>\n";
  }
  return html;
}

}  // namespace eca
