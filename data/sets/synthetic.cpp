#include "data/sets/synthetic.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/error.hpp"
#include "core/base/random.hpp"

namespace eca {

// The images are a data set, not a part of the randomness of an experiment.
static constexpr uint64_t kSeed = 1;
static constexpr double kPi = std::numbers::pi;

// The values are the labels. No class is the mirror image of another, so that a flip keeps the label.
enum class Pattern {
  horizontal_stripes,
  vertical_stripes,
  diagonal_stripes,
  checkers,
  disc,
  ring,
  square,
  triangle,
  plus,
  cross
};

static const std::vector<std::string>& pattern_names() {
  static const std::vector<std::string> names = {"horizontal stripes",
                                                 "vertical stripes",
                                                 "diagonal stripes",
                                                 "checkers",
                                                 "disc",
                                                 "ring",
                                                 "square",
                                                 "triangle",
                                                 "plus",
                                                 "cross"};
  return names;
}

// Everything random about one image, except its noise. Lengths are in pixels.
struct Scene {
  Pattern pattern;
  double centre_y, centre_x;
  double angle;                  // radians
  double radius;                 // of a shape
  double period;                 // of a texture
  double inside[3], outside[3];  // RGB, in 0..1
  double light_y, light_x;       // brightness gained per pixel
};

static double base_angle(Pattern pattern, Random& random) {
  const double sign = random.uniform() < 0.5 ? -1 : 1;
  if (pattern == Pattern::vertical_stripes) return kPi / 2;
  if (pattern == Pattern::diagonal_stripes) return sign * kPi / 4;
  if (pattern == Pattern::cross) return kPi / 4;
  return 0;
}

static Scene draw_scene(Pattern pattern, double size, Random& random) {
  Scene scene{};
  scene.pattern = pattern;
  scene.centre_y = size * random.uniform(0.35, 0.65);
  scene.centre_x = size * random.uniform(0.35, 0.65);
  scene.angle = base_angle(pattern, random) + random.uniform(-0.2, 0.2);
  scene.radius = size * random.uniform(0.2, 0.4);
  scene.period = size * random.uniform(0.15, 0.35);
  for (int c = 0; c < 3; ++c) {
    scene.outside[c] = random.uniform();
    const double contrast = random.uniform(0.15, 0.5);
    scene.inside[c] = scene.outside[c] + (scene.outside[c] < 0.5 ? contrast : -contrast);
  }
  scene.light_y = random.uniform(-0.3, 0.3) / size;
  scene.light_x = random.uniform(-0.3, 0.3) / size;
  return scene;
}

// Signed distances: how far a point is from the edge of a figure, in pixels, negative inside. Union is min,
// intersection is max, complement is minus.

static double stripes(double u, double period) {
  const double phase = u / period - std::floor(u / period);
  return (std::abs(phase - 0.5) - 0.25) * period;
}

static double checkers(double u, double v, double period) {
  const double a = stripes(u, period), b = stripes(v, period);
  return std::min(std::max(a, b), std::max(-a, -b));
}

static double box(double u, double v, double half_width, double half_height) {
  return std::max(std::abs(u) - half_width, std::abs(v) - half_height);
}

// Equilateral, one corner up; the distance to each side is along its normal.
static double triangle(double u, double v, double inner_radius) {
  const double sine = std::sin(kPi / 6), cosine = std::cos(kPi / 6);
  return std::max(v, std::abs(u) * cosine - v * sine) - inner_radius;
}

static double plus(double u, double v, double length, double thickness) {
  return std::min(box(u, v, length, thickness), box(u, v, thickness, length));
}

static double distance(const Scene& scene, double y, double x) {
  const double dy = y - scene.centre_y, dx = x - scene.centre_x;
  const double u = std::cos(scene.angle) * dx + std::sin(scene.angle) * dy;
  const double v = std::cos(scene.angle) * dy - std::sin(scene.angle) * dx;
  const double r = scene.radius;
  switch (scene.pattern) {
    case Pattern::horizontal_stripes:
    case Pattern::vertical_stripes:
    case Pattern::diagonal_stripes:
      return stripes(v, scene.period);
    case Pattern::checkers:
      return checkers(u, v, 1.5 * scene.period);
    case Pattern::disc:
      return std::hypot(u, v) - r;
    case Pattern::ring:
      return std::abs(std::hypot(u, v) - 0.75 * r) - 0.25 * r;
    case Pattern::square:
      return box(u, v, 0.85 * r, 0.85 * r);
    case Pattern::triangle:
      return triangle(u, v, 0.6 * r);
    case Pattern::plus:
    case Pattern::cross:
      return plus(u, v, r, 0.3 * r);
  }
  throw Error("synthetic: no such pattern");
}

// Appends the image (H,W,C).
static void paint(const Scene& scene, int64_t size, Random& random, std::vector<uint8_t>& pixels) {
  for (int64_t row = 0; row < size; ++row) {
    for (int64_t column = 0; column < size; ++column) {
      const double y = static_cast<double>(row) + 0.5, x = static_cast<double>(column) + 0.5;
      const double covered = std::clamp(0.5 - distance(scene, y, x), 0.0, 1.0);  // part of the pixel inside
      const double light = scene.light_y * (y - scene.centre_y) + scene.light_x * (x - scene.centre_x);
      for (int c = 0; c < 3; ++c) {
        const double colour = covered * scene.inside[c] + (1 - covered) * scene.outside[c];
        const double noise = random.uniform(-0.15, 0.15);
        const double value = std::clamp(colour + light + noise, 0.0, 1.0);
        pixels.push_back(static_cast<uint8_t>(std::lround(255 * value)));
      }
    }
  }
}

static bool is_texture(Pattern pattern) { return pattern < Pattern::disc; }

// Appends the mask (H,W): the pixels whose centre lies in the shape.
static void mask(const Scene& scene, int64_t size, std::vector<uint8_t>& masks) {
  for (int64_t row = 0; row < size; ++row) {
    for (int64_t column = 0; column < size; ++column) {
      const double y = static_cast<double>(row) + 0.5, x = static_cast<double>(column) + 0.5;
      masks.push_back(!is_texture(scene.pattern) && distance(scene, y, x) < 0);
    }
  }
}

static ImageSet make_split(const std::string& name, uint64_t split, int64_t count,
                           const SyntheticOptions& options, bool with_masks) {
  const std::vector<std::string>& names = pattern_names();
  ImageSet set{.name = name,
               .channels = 3,
               .height = options.size,
               .width = options.size,
               .pixels = {},
               .labels = {},
               .classes = {names.begin(), names.begin() + options.classes}};
  set.pixels.reserve(static_cast<size_t>(count * set.image_size()));
  for (int64_t i = 0; i < count; ++i) {
    const auto label = static_cast<int32_t>(i % options.classes);
    Random random(kSeed, Purpose::synthetic, split, static_cast<uint64_t>(i));
    const Scene scene = draw_scene(static_cast<Pattern>(label), static_cast<double>(options.size), random);
    paint(scene, options.size, random, set.pixels);
    if (with_masks) mask(scene, options.size, set.masks);
    set.labels.push_back(label);
  }
  return set;
}

static void check_range(const char* option, int64_t value, int64_t low, int64_t high) {
  if (value >= low && value <= high) return;
  throw Error(std::string("synthetic: ") + option + "=" + std::to_string(value) + ", expected " +
              std::to_string(low) + ".." + std::to_string(high));
}

Dataset make_synthetic(const SyntheticOptions& options) {
  check_range("n", options.train, 1, 1'000'000);
  check_range("test", options.test, 1, 1'000'000);
  check_range("size", options.size, 8, 256);
  check_range("classes", options.classes, 2, static_cast<int64_t>(pattern_names().size()));
  Dataset result{.train = make_split("synthetic train", 0, options.train, options, false),
                 .test = make_split("synthetic test", 1, options.test, options, true),
                 .normalisation = {},
                 .name = "synthetic"};
  result.normalisation = compute_normalisation(result.train);
  return result;
}

}  // namespace eca
