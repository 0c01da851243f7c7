#include "core/kernels/winograd_tiles.hpp"

#include <algorithm>

#include "core/kernels/conv2d_paths.hpp"
#include "core/kernels/moments.hpp"
#include "core/kernels/scratch.hpp"
#include "core/kernels/winograd.hpp"
#include "core/threads.hpp"

namespace eca::kernels {

namespace {

constexpr int kTile = kWinogradTile, kPatch = kWinogradPatch;

int64_t tile_rows(const Conv2dShape& s) { return (s.OH() + kTile - 1) / kTile; }
int64_t tile_columns(const Conv2dShape& s) { return (s.OW() + kTile - 1) / kTile; }

// Image and first output pixel of a tile.
struct Tile {
  int64_t n, oh, ow;
};

Tile tile_at(int64_t tile, const Conv2dShape& s) {
  const int64_t columns = tile_columns(s), per_image = tile_rows(s) * columns, in_image = tile % per_image;
  return {tile / per_image, in_image / columns * kTile, in_image % columns * kTile};
}

Tile next(Tile tile, const Conv2dShape& s) {
  if ((tile.ow += kTile) < s.OW()) return tile;
  if ((tile.oh += kTile) < s.OH()) return {tile.n, tile.oh, 0};
  return {tile.n + 1, 0, 0};
}

// Size x Size pixels of an image, of which those of rows top..bottom-1 and columns left..right-1 exist; the others count
// as 0. Pixel (r,c) begins at data + r * row + c * column.
template <int Size>
struct Pixels {
  const real* data;
  int64_t row, column;
  int64_t top, bottom, left, right;

  bool whole() const { return top == 0 && left == 0 && bottom == Size && right == Size; }
  bool has(int r, int c) const { return r >= top && r < bottom && c >= left && c < right; }
  vec at(int r, int c) const { return load(data + r * row + c * column); }
};

// The pixels of image n of x (N,H,W,C) from (h,w) on.
template <int Size>
Pixels<Size> pixels_at(const real* x, int64_t n, int64_t h, int64_t w, int64_t H, int64_t W, int64_t C) {
  return {.data = x + ((n * H + h) * W + w) * C,
          .row = W * C,
          .column = C,
          .top = std::max<int64_t>(0, -h),
          .bottom = std::min<int64_t>(Size, H - h),
          .left = std::max<int64_t>(0, -w),
          .right = std::min<int64_t>(Size, W - w)};
}

// What a convolution makes of the value of a pixel, see Conv2dInput.
struct AsItIs {
  AsItIs(const Conv2dInput&, int64_t) {}
  vec operator()(vec x) const { return x; }
};

struct ScaledRelu {
  vec scale, offset;
  ScaledRelu(const Conv2dInput& x, int64_t i) : scale(load(x.scale + i)), offset(load(x.offset + i)) {}
  vec operator()(vec x) const {
    const vec z = scale * x + offset;
    return z < 0 ? vec{} : z;
  }
};

// B^T d B of kLanes channels. Whole: all pixels exist.
template <bool Whole, class Read>
void transform_patch(WinogradPoints points, const Pixels<kPatch>& d, Read read) {
  vec rows[kPatch][kPatch];
  for (int c = 0; c < kPatch; ++c) {
    vec column[kPatch];
    for (int r = 0; r < kPatch; ++r) column[r] = Whole || d.has(r, c) ? read(d.at(r, c)) : vec{};
    winograd_input(column);
    for (int r = 0; r < kPatch; ++r) rows[r][c] = column[r];
  }
  for (int r = 0; r < kPatch; ++r) {
    winograd_input(rows[r]);
    for (int c = 0; c < kPatch; ++c) store(points.data + (r * kPatch + c) * points.stride, rows[r][c]);
  }
}

template <class Read>
void transform_inputs(WinogradPoints points, const Conv2dInput& x, int64_t first, int64_t last,
                      const Conv2dShape& s) {
  Tile tile = tile_at(first, s);
  for (int64_t t = first; t < last; ++t, tile = next(tile, s)) {
    Pixels d = pixels_at<kPatch>(x.x, tile.n, tile.oh - s.padding, tile.ow - s.padding, s.H, s.W, s.I);
    const auto transform = d.whole() ? transform_patch<true, Read> : transform_patch<false, Read>;
    for (int64_t i = 0; i < s.I; i += kLanes, d.data += kLanes, points.data += kLanes) {
      transform(points, d, Read(x, i));
    }
  }
}

// A dy A^T of kLanes channels.
template <bool Whole>
void transform_dy(WinogradPoints points, const Pixels<kTile>& dy) {
  vec rows[kPatch][kTile];
  for (int c = 0; c < kTile; ++c) {
    vec column[kTile], transformed[kPatch];
    for (int r = 0; r < kTile; ++r) column[r] = Whole || dy.has(r, c) ? dy.at(r, c) : vec{};
    winograd_output_transposed(transformed, column);
    for (int r = 0; r < kPatch; ++r) rows[r][c] = transformed[r];
  }
  for (int r = 0; r < kPatch; ++r) {
    vec transformed[kPatch];
    winograd_output_transposed(transformed, rows[r]);
    for (int c = 0; c < kPatch; ++c) store(points.data + (r * kPatch + c) * points.stride, transformed[c]);
  }
}

// Y = A^T m A of kLanes channels from o on, into the tile whose first element is y[out]. Whole: all its pixels exist; else
// the first `height` x `width` of them. Moments: tile_moments gets their mean and squares.
template <bool Whole, bool Moments>
void transform_output(const Conv2dOutput& y, real* tile_moments, int64_t out, int64_t o, WinogradPoints m,
                      int64_t height, int64_t width, const Conv2dShape& s) {
  const int64_t OW = s.OW();
  vec columns[kTile][kPatch];
  for (int c = 0; c < kPatch; ++c) {
    vec from[kPatch], transformed[kTile];
    for (int r = 0; r < kPatch; ++r) from[r] = load(m.data + (r * kPatch + c) * m.stride + o);
    winograd_output(transformed, from);
    for (int r = 0; r < kTile; ++r) columns[r][c] = transformed[r];
  }
  const Finish finish(y, o);
  const auto exists = [&](int r, int c) { return Whole || (r < height && c < width); };
  vec values[kTile][kTile], sum{};
  for (int r = 0; r < kTile; ++r) {
    winograd_output(values[r], columns[r]);
    for (int c = 0; c < kTile; ++c) {
      if (!exists(r, c)) continue;
      values[r][c] = finish(out + (r * OW + c) * s.O + o, values[r][c]);
      if (Moments) sum += values[r][c];
    }
  }
  if (!Moments) return;
  const vec mean = sum / static_cast<real>(Whole ? kTile * kTile : height * width);
  vec squares{};
  for (int r = 0; r < kTile; ++r) {
    for (int c = 0; c < kTile; ++c) {
      const vec d = values[r][c] - mean;
      if (exists(r, c)) squares += d * d;
    }
  }
  store(tile_moments + o, mean);
  store(tile_moments + s.O + o, squares);
}

// Pixels of a tile that lie inside the image.
struct Extent {
  int64_t height, width;
};

Extent extent(Tile tile, const Conv2dShape& s) {
  return {std::min<int64_t>(kTile, s.OH() - tile.oh), std::min<int64_t>(kTile, s.OW() - tile.ow)};
}

template <bool Moments>
void transform_outputs(const Conv2dOutput& y, real* tile_moments, WinogradPoints m, int64_t first,
                       int64_t last, const Conv2dShape& s) {
  Tile tile = tile_at(first, s);
  for (int64_t t = first; t < last; ++t, tile = next(tile, s), m.data += s.O) {
    const auto [height, width] = extent(tile, s);
    const bool whole = height == kTile && width == kTile;
    const auto transform = whole ? transform_output<true, Moments> : transform_output<false, Moments>;
    const int64_t out = ((tile.n * s.OH() + tile.oh) * s.OW() + tile.ow) * s.O;
    real* moments = Moments ? tile_moments + t * 2 * s.O : nullptr;
    for (int64_t o = 0; o < s.O; o += kLanes) transform(y, moments, out, o, m, height, width, s);
  }
}

}  // namespace

int64_t winograd_tiles(const Conv2dShape& s) { return s.N * tile_rows(s) * tile_columns(s); }

// Of images (N,H,W,C).
static std::span<const real> rows_under(const real* images, int64_t first, int64_t last, int64_t H, int64_t W,
                                        int64_t C, const Conv2dShape& s) {
  const auto row_of = [&](int64_t tile) {
    const Tile t = tile_at(tile, s);
    return images + (t.n * H + std::min(t.oh, H)) * W * C;
  };
  return {row_of(first), row_of(last)};
}

std::span<const real> winograd_rows_of_x(const real* x, int64_t first, int64_t last, const Conv2dShape& s) {
  return rows_under(x, first, last, s.H, s.W, s.I, s);
}

std::span<const real> winograd_rows_of_y(const real* y, int64_t first, int64_t last, const Conv2dShape& s) {
  return rows_under(y, first, last, s.OH(), s.OW(), s.O, s);
}

void winograd_transform_input(WinogradPoints points, const Conv2dInput& x, int64_t first, int64_t last,
                              const Conv2dShape& s) {
  const auto transform = x.scale != nullptr ? transform_inputs<ScaledRelu> : transform_inputs<AsItIs>;
  transform(points, x, first, last, s);
}

void winograd_transform_output(const Conv2dOutput& y, real* tile_moments, WinogradPoints m, int64_t first,
                               int64_t last, const Conv2dShape& s) {
  const auto transform = tile_moments != nullptr ? transform_outputs<true> : transform_outputs<false>;
  transform(y, tile_moments, m, first, last, s);
}

real* winograd_tile_moments(const Conv2dOutput& y, const Conv2dShape& s) {
  return y.image_mean != nullptr ? scratch(Scratch::moments, winograd_tiles(s) * 2 * s.O) : nullptr;
}

static void join_tile_moments(const Conv2dOutput& y, const real* tile_moments, int64_t n,
                              const Conv2dShape& s) {
  const int64_t per_image = tile_rows(s) * tile_columns(s);
  for (int64_t o = 0; o < s.O; o += kLanes) {
    vec mean{}, squares{};
    real pixels = 0;
    Tile tile = tile_at(n * per_image, s);
    for (int64_t t = n * per_image; t < (n + 1) * per_image; ++t, tile = next(tile, s)) {
      const auto [height, width] = extent(tile, s);
      const real* moments = tile_moments + t * 2 * s.O + o;
      join(mean, squares, pixels, load(moments), load(moments + s.O), static_cast<real>(height * width));
      pixels += static_cast<real>(height * width);
    }
    store(y.image_mean + n * s.O + o, mean);
    store(y.image_squares + n * s.O + o, squares);
  }
}

void winograd_join_tile_moments(const Conv2dOutput& y, const real* tile_moments, const Conv2dShape& s) {
  if (tile_moments == nullptr) return;
#pragma omp parallel for schedule(static) num_threads(threads_for(s.N))
  for (int64_t n = 0; n < s.N; ++n) join_tile_moments(y, tile_moments, n, s);
}

void winograd_transform_dy(WinogradPoints points, const real* dy, int64_t first, int64_t last,
                           const Conv2dShape& s) {
  Tile tile = tile_at(first, s);
  for (int64_t t = first; t < last; ++t, tile = next(tile, s)) {
    Pixels d = pixels_at<kTile>(dy, tile.n, tile.oh, tile.ow, s.OH(), s.OW(), s.O);
    const auto transform = d.whole() ? transform_dy<true> : transform_dy<false>;
    for (int64_t o = 0; o < s.O; o += kLanes, d.data += kLanes, points.data += kLanes) transform(points, d);
  }
}

// Input channel i.
static void transform_weights(int64_t i, real* u, const real* w, const Conv2dShape& s) {
  const int64_t size = s.I * s.O;
  for (int64_t j = i * s.O; j < (i + 1) * s.O; j += kLanes) {
    vec rows[kPatch][3];
    for (int c = 0; c < 3; ++c) {
      vec column[3], transformed[kPatch];
      for (int r = 0; r < 3; ++r) column[r] = load(w + (r * 3 + c) * size + j);
      winograd_weight(transformed, column);
      for (int r = 0; r < kPatch; ++r) rows[r][c] = transformed[r];
    }
    for (int r = 0; r < kPatch; ++r) {
      vec transformed[kPatch];
      winograd_weight(transformed, rows[r]);
      for (int c = 0; c < kPatch; ++c) store(u + (r * kPatch + c) * size + j, transformed[c]);
    }
  }
}

// Small weights take less time than waking threads.
static int threads_for_weights(const Conv2dShape& s) { return s.I * s.O < 16384 ? 1 : threads_for(s.I); }

const real* winograd_transform_weights(const real* w, const Conv2dShape& s) {
  real* u = scratch(Scratch::weights, kWinogradPoints * s.I * s.O);
#pragma omp parallel for schedule(static) num_threads(threads_for_weights(s))
  for (int64_t i = 0; i < s.I; ++i) transform_weights(i, u, w, s);
  return u;
}

// Input channel i.
static void transform_du(int64_t i, GradSlot dw, const real* du, int64_t count, const Conv2dShape& s) {
  const int64_t size = s.I * s.O;
  for (int64_t j = i * s.O; j < (i + 1) * s.O; j += kLanes) {
    vec columns[3][kPatch];
    for (int c = 0; c < kPatch; ++c) {
      vec column[kPatch], transformed[3];
      for (int r = 0; r < kPatch; ++r) {
        const real* from = du + (r * kPatch + c) * size + j;
        column[r] = load(from);
        for (int64_t k = 1; k < count; ++k) column[r] += load(from + k * kWinogradPoints * size);
      }
      winograd_weight_transposed(transformed, column);
      for (int r = 0; r < 3; ++r) columns[r][c] = transformed[r];
    }
    for (int r = 0; r < 3; ++r) {
      vec out[3];
      winograd_weight_transposed(out, columns[r]);
      for (int c = 0; c < 3; ++c) {
        real* to = dw.data + (r * 3 + c) * size + j;
        store(to, dw.add ? load(to) + out[c] : out[c]);
      }
    }
  }
}

void winograd_transform_du(GradSlot dw, const real* du, int64_t count, const Conv2dShape& s) {
#pragma omp parallel for schedule(static) num_threads(threads_for_weights(s))
  for (int64_t i = 0; i < s.I; ++i) transform_du(i, dw, du, count, s);
}

}  // namespace eca::kernels
