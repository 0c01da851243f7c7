// All of the library that a program of one's own needs:
//
//   #include <ecagrad.hpp>
//
// `make install` puts it in place, docs/tutorial/README.md shows how to use it. It is for users; inside the library each
// file includes what it needs.
#pragma once

// Tensors, the tape, and what an op of one's own is written with.
#include "core/autograd/check.hpp"
#include "core/autograd/parameter.hpp"
#include "core/autograd/tape.hpp"
#include "core/autograd/tensor.hpp"
#include "core/base/error.hpp"
#include "core/base/kernel_mode.hpp"
#include "core/base/profile.hpp"
#include "core/base/random.hpp"
#include "core/base/real.hpp"
#include "core/base/scope.hpp"
#include "core/base/shape.hpp"
#include "core/kernels/gemm/gemm.hpp"
#include "core/parallel/threads.hpp"

// Ops without parameters, optimisers, weight files.
#include "core/files/safetensors.hpp"
#include "core/ops/concat.hpp"
#include "core/ops/elementwise.hpp"
#include "core/ops/matmul.hpp"
#include "core/ops/reduce.hpp"
#include "core/ops/reshape.hpp"
#include "core/optim/adam.hpp"
#include "core/optim/schedule.hpp"
#include "core/optim/sgd.hpp"

// Layers.
#include "layers/activations.hpp"
#include "layers/attention/attention.hpp"
#include "layers/attention/kernel_size.hpp"
#include "layers/attention/ops/channel_conv1d.hpp"
#include "layers/attention/ops/spatial_gate.hpp"
#include "layers/batch_norm.hpp"
#include "layers/channel_gate.hpp"
#include "layers/conv2d.hpp"
#include "layers/cross_entropy.hpp"
#include "layers/dropout.hpp"
#include "layers/linear.hpp"
#include "layers/module.hpp"
#include "layers/pad_shortcut.hpp"
#include "layers/pooling.hpp"
#include "layers/scale_channels.hpp"
#include "layers/state_dict.hpp"

// Networks by name, and detectors on them.
#include "models/detection/detector.hpp"
#include "models/registry.hpp"

// Data sets, and batches of them.
#include "data/batch_tensor.hpp"
#include "data/image_set.hpp"
#include "data/loader.hpp"
#include "data/sets/dataset.hpp"
