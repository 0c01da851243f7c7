// The events that TensorBoard shows, as bytes: messages of TensorFlow's event.proto and summary.proto.
#pragma once

#include <cstdint>
#include <string>

#include "experiments/drawing/picture.hpp"
#include "experiments/tensorboard/histogram.hpp"
#include "experiments/tensorboard/proto_message.hpp"

namespace eca {

// The first event of a file: the version of the format.
std::string version_event(double wall_time);

// A session starts at `step`: of what earlier files say of this step and later ones nothing counts any more.
std::string start_event(double wall_time, int64_t step);

// Values with names. What stands before the first '/' of a name is a section of TensorBoard's page.
class Summary {
 public:
  void scalar(const std::string& name, double value);  // TensorBoard keeps single precision
  void image(const std::string& name, const Picture& picture);
  void histogram(const std::string& name, const Histogram& histogram);

  bool empty() const { return values_.text().empty(); }
  std::string event(double wall_time, int64_t step) const;

 private:
  ProtoMessage values_;
};

}  // namespace eca
