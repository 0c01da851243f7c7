// eca stat
#include <cstdio>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/commands/machine_options.hpp"
#include "experiments/commands/picture_options.hpp"
#include "experiments/common/graphviz.hpp"
#include "experiments/stat/cuts.hpp"
#include "experiments/stat/print.hpp"
#include "experiments/stat/tape_text.hpp"

namespace eca {

namespace {

struct StatArguments {
  std::vector<std::string> models;
  std::string block, input, shortcut, rules = "macs", units = "decimal";
  PictureOptions picture;
  int64_t classes = 0;
  int decimals = 2;
  bool compare = false, attention_only = false, json = false, tape = false, cuts = false;
  MachineOptions machine;
};

[[noreturn]] void refuse_input(const std::string& text) {
  throw Error("--input: \"" + text + "\", expected C,H,W, three whole numbers above 0, as in 3,224,224");
}

void read_input(const std::string& text, Subject& subject) {
  const std::vector<std::string> words = split(text, ',');
  if (words.size() != 3) refuse_input(text);
  int64_t* const extents[] = {&subject.channels, &subject.height, &subject.width};
  for (size_t i = 0; i < 3; ++i) {
    *extents[i] = whole_number(words[i]).value_or(0);
    if (*extents[i] < 1 || *extents[i] > 999999) refuse_input(text);
  }
}

std::vector<Subject> subjects_of(const StatArguments& arguments) {
  Subject subject = {.classes = arguments.classes,
                     .attention_only = arguments.attention_only,
                     .passes = arguments.cuts ? 1 : 3};
  if (!arguments.input.empty()) read_input(arguments.input, subject);
  if (!arguments.shortcut.empty()) subject.shortcut = parse_shortcut(arguments.shortcut);
  std::vector<Subject> subjects;
  for (const std::string& model : arguments.models) {
    subject.text = model;
    subjects.push_back(subject);
  }
  if (!arguments.block.empty()) {
    subject.text = arguments.block;
    subject.block = true;
    subjects.push_back(subject);
  }
  if (subjects.empty()) throw Error("stat: expected a network, see `eca list`, or --block ATTENTION");
  if (subjects.size() > 1 && !arguments.compare) {
    throw Error("stat: expected one network, found " + std::to_string(subjects.size()) +
                "; several are printed side by side with --compare");
  }
  return subjects;
}

int run_stat(const StatArguments& arguments) {
  const QuantityFormat format = {parse_units(arguments.units), arguments.decimals};
  const Rules& rules = rules_named(arguments.rules);
  const std::vector<Subject> subjects = subjects_of(arguments);
  arguments.picture.check();
  arguments.machine.apply();
  if (arguments.picture.wanted())
    write_graph(arguments.picture.path, tape_graph(subjects.front(), arguments.picture.module));
  if (arguments.tape) std::fputs(tape_text(subjects.front()).c_str(), stdout);
  if (arguments.tape || arguments.picture.wanted()) return 0;
  if (arguments.cuts) {
    std::fputs(cuts_table(cut_reports(subjects.front(), rules), format).c_str(), stdout);
    return 0;
  }
  std::vector<Report> reports;
  for (const Subject& subject : subjects) reports.push_back(make_report(subject, rules));
  std::string text;
  if (arguments.compare) {
    text = arguments.json ? comparison_json(reports, format) : comparison_table(reports, format);
  } else {
    text = arguments.json ? report_json(reports.front(), format) : report_table(reports.front(), format);
  }
  std::fputs(text.c_str(), stdout);
  return 0;
}

std::string rules_help() {
  std::string text;
  for (const Rules& rules : all_rules()) text += "\n  " + rules.name + ": " + rules.description;
  return text;
}

}  // namespace

void add_stat_command(Command& program, int& code) {
  Command* command =
      program.add_subcommand("stat", "Count parameters, operations and memory of a network, op by op");
  auto arguments = std::make_shared<StatArguments>();
  command->add_option(
      "models", arguments->models,
      "networks: eca_resnet50, or resnet50+eca:k=3557; detectors on one: faster_rcnn:eca_resnet50");
  command->add_option("--block", arguments->block, "an attention module by itself: eca:k=5 (needs --input)");
  command->add_option(
      "--input", arguments->input,
      "C,H,W of the image [3,224,224, of networks for CIFAR 3,32,32, of detectors 3,800,1280]");
  command->add_option("--shortcut", arguments->shortcut, "A or B [the network's own]");
  command->add_option("--classes", arguments->classes, "[1000, of networks for CIFAR 10, of detectors 80]")
      ->range(1, 1000000);
  command->add_option("--rules", arguments->rules, "how to count [macs]:" + rules_help());
  command->add_option("--units", arguments->units, "decimal: M is 1000^2; binary: M is 1024^2 [decimal]");
  command->add_option("--decimals", arguments->decimals, "of rounded numbers [2]")->range(0, 6);
  command->add_flag("--attention-only", arguments->attention_only, "only what is not in the plain network");
  command->add_flag("--compare", arguments->compare, "totals of several networks side by side");
  command->add_flag("--cuts", arguments->cuts,
                    "of a small detector: what each cut from torchvision's settings to its own leaves");
  command->add_flag("--tape", arguments->tape, "print what training records of two images, and nothing else");
  add_picture_options(*command, arguments->picture);
  command->add_flag("--json", arguments->json, "print JSON");
  add_machine_options(*command, arguments->machine);
  command->footer(
      "Sizes in bytes are those of float32. Examples:\n"
      "  eca stat eca_resnet20\n"
      "  eca stat resnet50+eca:k=3557 --rules thop-2019-07 --units binary\n"
      "  eca stat --compare resnet50 se_resnet50 eca_resnet50\n"
      "  eca stat --compare small_mask_rcnn:resnet18 small_mask_rcnn:eca_resnet18\n"
      "  eca stat --cuts small_mask_rcnn:eca_resnet18\n"
      "  eca stat --block eca --input 32,56,56\n"
      "  eca stat eca_resnet20 --tape --ops plain\n"
      "  eca stat eca_resnet20 --picture block.svg --module layer1.0 --ops plain");
  command->callback([arguments, &code] { code = run_stat(*arguments); });
}

}  // namespace eca
