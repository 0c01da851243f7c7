#include "docs/book/exercises/12_schedule/task.hpp"

double learning_rate(int, int, double, double peak) { return peak; }
