// Whole runs on a GPU, or on the processor in its role. In programs without CUDA there is nothing to test here.
#ifdef ECA_CUDA
#include "data/sets/dataset.hpp"
#include "experiments/training/trainer.hpp"
#include "tests/catch.hpp"
#include "tests/settings.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("cuda: a run gives the same weights again, and when it was interrupted and resumed",
          "[cuda][train]") {
  const SettingsRestored restored;
  set_kernel_mode(KernelMode::cuda);
  const TempDir dir;
  TrainConfig config;
  config.data = "synthetic:n=56,test=20,size=8,classes=4";
  config.batch_size = 8;
  config.epochs = 2;
  config.lr = 0.05;
  config.augment = "crop:1+flip";
  config.class_weights = "balanced";
  config.kernels = "cuda";
  const Dataset data = load_dataset(config.data);
  const auto run = [&](const char* name, Start start, int steps) {
    int done = 0;
    return train(config, data, RunDirectory(dir.file(name)), start, [&] { return ++done == steps; });
  };
  const std::string hash = run("once", Start::begin, 0).weights_sha256;
  CHECK(run("again", Start::begin, 0).weights_sha256 == hash);
  CHECK(run("parts", Start::begin, 5).interrupted);   // among recorded steps
  CHECK(run("parts", Start::resume, 4).interrupted);  // in the next epoch
  CHECK(run("parts", Start::resume, 0).weights_sha256 == hash);
}

#endif
