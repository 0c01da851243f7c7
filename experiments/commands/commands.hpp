// The subcommands of `eca`, one file each. Each adds itself to the program and returns its exit code through `code`.
#pragma once

#include "experiments/commands/command_line.hpp"

namespace eca {

void add_train_command(Command& program, int& code);
void add_ablate_command(Command& program, int& code);
void add_eval_command(Command& program, int& code);
void add_predict_command(Command& program, int& code);
void add_explain_command(Command& program, int& code);
void add_forward_command(Command& program, int& code);
void add_bench_command(Command& program, int& code);
void add_list_command(Command& program, int& code);
void add_stat_command(Command& program, int& code);
void add_step_command(Command& program, int& code);
void add_detect_command(Command& program, int& code);
void add_info_command(Command& program, int& code);
void add_watch_command(Command& program, int& code);

}  // namespace eca
