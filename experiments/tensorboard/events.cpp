#include "experiments/tensorboard/events.hpp"

#include <numeric>

#include "experiments/drawing/png_bytes.hpp"

namespace eca {

// Numbers of fields.
//   Event           wall_time 1, step 2, file_version 3, summary 5, session_log 7
//   SessionLog      status 1: START = 1
//   Summary         value 1
//   Summary.Value   tag 1, simple_value 2, image 4, histo 5
//   Summary.Image   height 1, width 2, colorspace 3: RGB = 3, encoded_image_string 4
//   HistogramProto  min 1, max 2, num 3, sum 4, sum_squares 5, bucket_limit 6, bucket 7
static ProtoMessage event_at(double wall_time, int64_t step) {
  ProtoMessage event;
  event.number(1, wall_time);
  if (step != 0) event.varint(2, static_cast<uint64_t>(step));
  return event;
}

std::string version_event(double wall_time) {
  return event_at(wall_time, 0).bytes(3, "brain.Event:2").text();
}

std::string start_event(double wall_time, int64_t step) {
  return event_at(wall_time, step).message(7, ProtoMessage().varint(1, 1)).text();
}

void Summary::scalar(const std::string& name, double value) {
  values_.message(1, ProtoMessage().bytes(1, name).single(2, static_cast<float>(value)));
}

void Summary::image(const std::string& name, const Picture& picture) {
  ProtoMessage image;
  image.varint(1, static_cast<uint64_t>(picture.height())).varint(2, static_cast<uint64_t>(picture.width()));
  image.varint(3, 3).bytes(4, png_bytes(picture));
  values_.message(1, ProtoMessage().bytes(1, name).message(4, image));
}

void Summary::histogram(const std::string& name, const Histogram& h) {
  ProtoMessage message;
  message.number(1, h.min).number(2, h.max);
  message.number(3, std::accumulate(h.counts.begin(), h.counts.end(), 0.0));
  message.number(4, h.sum).number(5, h.sum_squares).numbers(6, h.limits).numbers(7, h.counts);
  values_.message(1, ProtoMessage().bytes(1, name).message(5, message));
}

std::string Summary::event(double wall_time, int64_t step) const {
  return event_at(wall_time, step).message(5, values_).text();
}

}  // namespace eca
