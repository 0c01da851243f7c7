// The subcommands of `eca`, one file each. Each adds itself to the program and returns its exit code through `code`.
#pragma once

#include <CLI/CLI.hpp>

namespace eca {

void add_train_command(CLI::App& program, int& code);
void add_ablate_command(CLI::App& program, int& code);
void add_eval_command(CLI::App& program, int& code);
void add_predict_command(CLI::App& program, int& code);
void add_forward_command(CLI::App& program, int& code);
void add_bench_command(CLI::App& program, int& code);
void add_list_command(CLI::App& program, int& code);
void add_stat_command(CLI::App& program, int& code);
void add_info_command(CLI::App& program, int& code);

}  // namespace eca
