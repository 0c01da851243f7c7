// What `eca watch` shows.
#pragma once

#include <string>
#include <vector>

#include "experiments/watch/text_screen.hpp"
#include "experiments/watch/watched_run.hpp"

namespace eca {

struct PageForm {
  int columns = 80, rows = 24;
  bool ascii = false;  // no letters beyond ASCII
};

// One run: losses and accuracies of the training and of the test images; of a detector the loss of training, and AP of boxes and
// masks. Several: loss and accuracy on the test images of each, or loss of training and AP of boxes, by the numbers that stand before
// their names. The charts stand side by side where there is room for it; where there is room for one only, it is the accuracy or AP.
// The runs are comparable, see check_comparable().
TextScreen watch_page(const std::vector<WatchedRun>& runs, const PageForm& form);

}  // namespace eca
