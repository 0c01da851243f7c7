#include "core/kernels/winograd/winograd_tiles.hpp"

#include <algorithm>

#include "core/kernels/batch_norm/moments.hpp"
#include "core/kernels/common/scratch.hpp"
#include "core/kernels/common/simd.hpp"
#include "core/kernels/conv2d/conv2d_paths.hpp"
#include "core/kernels/winograd/winograd_maps.hpp"
#include "core/parallel/threads.hpp"

namespace eca::kernels {

namespace {

WinogradTile next(WinogradTile tile, const WinogradShape& s) {
  if (++tile.column < s.tile_columns()) return tile;
  if (++tile.row < s.tile_rows()) return {tile.n, tile.row, 0};
  return {tile.n + 1, 0, 0};
}

// Size x Size pixels of an image, of which those of rows top..bottom-1 and columns left..right-1 exist; the others
// count as 0. Pixel (r,c) begins at data + r * row + c * column.
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

// Stores the points of a tile, kLanes channels of them.
template <class Maps>
auto store_in(WinogradPoints points) {
  return [points](int r, int c, vec value) { store(points.point(r * Maps::kPoints + c), value); };
}

// B^T d B of kLanes channels. Whole: all pixels exist.
template <class Maps, bool Whole, class Read>
void transform_patch(WinogradPoints points, const Pixels<Maps::kPatch>& d, Read read) {
  const auto pixel = [&](int r, int c) { return Whole || d.has(r, c) ? read(d.at(r, c)) : vec{}; };
  on_both_axes(Maps::input, pixel, store_in<Maps>(points));
}

template <class Maps, class Read>
void transform_inputs(WinogradPoints points, const Conv2dInput& x, int64_t first, int64_t last,
                      const WinogradShape& s) {
  WinogradTile tile = winograd_tile_at(first, s);
  for (int64_t t = first; t < last; ++t, tile = next(tile, s), points = points.from_tile(1)) {
    Pixels d = pixels_at<Maps::kPatch>(x.x, tile.n, tile.row * Maps::kStep - s.padding,
                                       tile.column * Maps::kStep - s.padding, s.H, s.W, s.I);
    const auto transform = d.whole() ? transform_patch<Maps, true, Read> : transform_patch<Maps, false, Read>;
    WinogradPoints at = points;
    for (int64_t i = 0; i < s.I; i += kLanes, d.data += kLanes, at.data += kLanes) {
      transform(at, d, Read(x, i));
    }
  }
}

// A dy A^T of kLanes channels.
template <class Maps, bool Whole>
void transform_dy(WinogradPoints points, const Pixels<Maps::kTile>& dy) {
  const auto pixel = [&](int r, int c) { return Whole || dy.has(r, c) ? dy.at(r, c) : vec{}; };
  on_both_axes(Maps::output_transposed, pixel, store_in<Maps>(points));
}

template <class Maps>
void transform_dys(WinogradPoints points, const real* dy, int64_t first, int64_t last,
                   const WinogradShape& s) {
  WinogradTile tile = winograd_tile_at(first, s);
  for (int64_t t = first; t < last; ++t, tile = next(tile, s), points = points.from_tile(1)) {
    Pixels d = pixels_at<Maps::kTile>(dy, tile.n, tile.row * Maps::kTile, tile.column * Maps::kTile, s.OH,
                                      s.OW, s.O);
    const auto transform = d.whole() ? transform_dy<Maps, true> : transform_dy<Maps, false>;
    WinogradPoints at = points;
    for (int64_t o = 0; o < s.O; o += kLanes, d.data += kLanes, at.data += kLanes) transform(at, d);
  }
}

// Pixels of a tile that lie inside of what is written.
struct Extent {
  int64_t height, width;
};

Extent extent(WinogradTile tile, const WinogradShape& s) {
  return {std::min(s.tile, s.OH - tile.row * s.tile), std::min(s.tile, s.OW - tile.column * s.tile)};
}

// Y = A^T m A of kLanes channels from o on, into the tile whose first element is y[out]. Whole: all its pixels
// exist; else those within the extent. Moments: tile_moments gets their mean and squares.
template <class Maps, bool Whole, bool Moments>
void transform_output(const Conv2dOutput& y, real* tile_moments, int64_t out, int64_t o, WinogradPoints m,
                      Extent extent, const WinogradShape& s) {
  constexpr int kTile = Maps::kTile;
  const Finish finish(y, o);
  const auto exists = [&](int r, int c) { return Whole || (r < extent.height && c < extent.width); };
  vec values[kTile][kTile], sum{};
  on_both_axes(
      Maps::output, [&](int r, int c) { return load(m.point(r * Maps::kPoints + c) + o); },
      [&](int r, int c, vec value) {
        if (!exists(r, c)) return;
        values[r][c] = finish(out + (r * s.OW + c) * s.O + o, value);
        if (Moments) sum += values[r][c];
      });
  if (!Moments) return;
  const vec mean = sum / static_cast<real>(Whole ? kTile * kTile : extent.height * extent.width);
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

template <class Maps, bool Moments>
void transform_outputs(const Conv2dOutput& y, real* tile_moments, WinogradPoints m, int64_t first,
                       int64_t last, const WinogradShape& s) {
  WinogradTile tile = winograd_tile_at(first, s);
  for (int64_t t = first; t < last; ++t, tile = next(tile, s), m = m.from_tile(1)) {
    const Extent inside = extent(tile, s);
    const bool whole = inside.height == Maps::kTile && inside.width == Maps::kTile;
    const auto transform =
        whole ? transform_output<Maps, true, Moments> : transform_output<Maps, false, Moments>;
    const int64_t out = ((tile.n * s.OH + tile.row * s.tile) * s.OW + tile.column * s.tile) * s.O;
    real* moments = Moments ? tile_moments + t * 2 * s.O : nullptr;
    for (int64_t o = 0; o < s.O; o += kLanes) transform(y, moments, out, o, m, inside, s);
  }
}

// Height, width and channels of an image.
struct Extents {
  int64_t H, W, C;
};

WinogradShape shape_of(WinogradMaps maps, int64_t N, Extents in, Extents out, int64_t padding) {
  return with_maps<vec>(maps, [&]<class Maps>() {
    return WinogradShape{.maps = maps,
                         .N = N,
                         .H = in.H,
                         .W = in.W,
                         .I = in.C,
                         .OH = out.H,
                         .OW = out.W,
                         .O = out.C,
                         .padding = padding,
                         .points = Maps::kPoints * Maps::kPoints,
                         .tile = Maps::kTile,
                         .step = Maps::kStep};
  });
}

}  // namespace

WinogradShape winograd_shape(const Conv2dShape& s) {
  const WinogradMaps maps = s.stride == 1 ? WinogradMaps::stride1 : WinogradMaps::stride2;
  return shape_of(maps, s.N, {s.H, s.W, s.I}, {s.OH(), s.OW(), s.O}, s.padding);
}

WinogradShape winograd_dx_shape(const Conv2dShape& s) {
  if (s.stride == 1) return winograd_shape(turned(s));
  return shape_of(WinogradMaps::stride2_dx, s.N, {s.OH(), s.OW(), s.O}, {s.H, s.W, s.I}, /*padding=*/0);
}

// Strides that are no multiples of the cache's page, or what is read or written together would fall on few cache sets.
static WinogradPoints strides(int64_t tiles, int64_t C) {
  const int64_t tile_stride = C < 8 * kLanes ? C : C + kLanes;
  return {.data = nullptr, .point_stride = tiles * tile_stride + kLanes, .tile_stride = tile_stride};
}

WinogradPointsOfBoth winograd_scratch_points(int64_t tiles, const WinogradShape& s) {
  WinogradPoints x = strides(tiles, s.I), y = strides(tiles, s.O);
  x.data = scratch(Scratch::columns, s.points * (x.point_stride + y.point_stride));
  y.data = x.point(s.points);
  return {x, y};
}

// The rows of images (N,H,W,C) from the tile `first` to the tile `last`, `step` rows a row of tiles.
static std::span<const real> rows_under(const real* images, int64_t first, int64_t last, int64_t H, int64_t W,
                                        int64_t C, int64_t step, const WinogradShape& s) {
  const auto row_of = [&](int64_t tile) {
    const WinogradTile t = winograd_tile_at(tile, s);
    return images + (t.n * H + std::min(t.row * step, H)) * W * C;
  };
  return {row_of(first), row_of(last)};
}

std::span<const real> winograd_rows_read(const real* x, int64_t first, int64_t last, const WinogradShape& s) {
  return rows_under(x, first, last, s.H, s.W, s.I, s.step, s);
}

std::span<const real> winograd_rows_written(const real* y, int64_t first, int64_t last,
                                            const WinogradShape& s) {
  return rows_under(y, first, last, s.OH, s.OW, s.O, s.tile, s);
}

void winograd_transform_input(WinogradPoints points, const Conv2dInput& x, int64_t first, int64_t last,
                              const WinogradShape& s) {
  with_maps<vec>(s.maps, [&]<class Maps>() {
    const auto transform =
        x.scale != nullptr ? transform_inputs<Maps, ScaledRelu> : transform_inputs<Maps, AsItIs>;
    transform(points, x, first, last, s);
  });
}

void winograd_transform_output(const Conv2dOutput& y, real* tile_moments, WinogradPoints m, int64_t first,
                               int64_t last, const WinogradShape& s) {
  with_maps<vec>(s.maps, [&]<class Maps>() {
    const auto transform =
        tile_moments != nullptr ? transform_outputs<Maps, true> : transform_outputs<Maps, false>;
    transform(y, tile_moments, m, first, last, s);
  });
}

real* winograd_tile_moments(const Conv2dOutput& y, const WinogradShape& s) {
  return y.image_mean != nullptr ? scratch(Scratch::tile_moments, s.tiles() * 2 * s.O) : nullptr;
}

static void join_tile_moments(const Conv2dOutput& y, const real* tile_moments, int64_t n,
                              const WinogradShape& s) {
  const int64_t per_image = s.tile_rows() * s.tile_columns();
  for (int64_t o = 0; o < s.O; o += kLanes) {
    vec mean{}, squares{};
    real pixels = 0;
    WinogradTile tile = winograd_tile_at(n * per_image, s);
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

void winograd_join_tile_moments(const Conv2dOutput& y, const real* tile_moments, const WinogradShape& s) {
  if (tile_moments == nullptr) return;
#pragma omp parallel for schedule(static) num_threads(threads_for(s.N))
  for (int64_t n = 0; n < s.N; ++n) join_tile_moments(y, tile_moments, n, s);
}

void winograd_transform_dy(WinogradPoints points, const real* dy, int64_t first, int64_t last,
                           const WinogradShape& s) {
  with_gradient_maps<vec>(s.maps, [&]<class Maps>() { transform_dys<Maps>(points, dy, first, last, s); });
}

}  // namespace eca::kernels
