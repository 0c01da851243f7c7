#include "experiments/explain/page/html_page.hpp"

#include "core/base/text.hpp"
#include "experiments/explain/page/html_parts.hpp"
#include "experiments/explain/page/html_sections.hpp"

namespace eca {

static constexpr const char* kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1f2328; --pale: #59636e; --line: #d1d9e0; --wrong: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #16191d; --ink: #e6e8ea; --pale: #9aa4ae; --line: #3a424b; --wrong: #ff8a80; }
}
body { margin: 0 auto; padding: 1rem; max-width: 62rem; background: var(--paper); color: var(--ink);
       font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0.5rem 0; }
h2 { font-size: 1.2rem; margin: 2rem 0 0.3rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 0.3rem; }
p, li { max-width: 46rem; }
.pale { color: var(--pale); }
.row { display: flex; flex-wrap: wrap; gap: 0.8rem; margin: 0.5rem 0 1.2rem; }
figure { margin: 0; width: 9rem; }
figure img { width: 100%; display: block; }
figcaption { font-size: 0.85rem; line-height: 1.3; padding-top: 0.2rem; }
.small { image-rendering: pixelated; }
.wrong { color: var(--wrong); }
.wide { max-width: 100%; height: auto; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(18rem, 100%), 1fr)); gap: 0.8rem; }
svg { width: 100%; height: auto; } svg text { font: 11px system-ui, sans-serif; fill: var(--ink); }
svg text.small { font-size: 9px; } svg .grid { stroke: var(--line); stroke-width: 1; }
.matrix { width: 7rem; } .kernel { width: auto; min-width: 7rem; }
.table { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: 0.25rem 0.7rem 0.25rem 0; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
th { font-weight: 600; }
.key { display: inline-flex; flex-wrap: wrap; gap: 0.2rem 1rem; margin: 0.2rem 0; }
.key span::before { content: ""; display: inline-block; width: 1.2em; height: 0.25em; margin-right: 0.4em; vertical-align: middle;
                    background: var(--c); }
</style>
)";

static std::string models_text(const Explanation& report) {
  std::vector<std::string> names;
  for (const ModelReport& model : report.models) names.push_back(model.network);
  return join(names, ", ");
}

std::string html_page(const Explanation& report, const std::string& environment) {
  std::string html = kHead;
  html += "<title>" + escaped(models_text(report)) + " explained</title>\n</head>\n<body>\n<h1>" +
          escaped(models_text(report)) + "</h1>\n";
  for (const ModelReport& model : report.models)
    html += paragraph("<span class=\"pale\">" + escaped(model.path) + ", maps of " + escaped(model.layer) +
                      "</span>");
  for (const std::string& note : report.notes) html += paragraph("<i>" + escaped(note) + ".</i>");
  html += maps_section(report) + averages_section(report) + features_section(report) + gates_section(report) +
          kernels_section(report);
  return html + paragraph("<span class=\"pale\">" + escaped(environment) + "</span>") + "</body>\n</html>\n";
}

}  // namespace eca
