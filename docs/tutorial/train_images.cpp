// Trains a small convolutional network on images, with a loop of its own.
#include <cstdio>
#include <ecagrad.hpp>
#include <filesystem>

using namespace eca;

struct SmallNet : Module {
  Conv2d &conv1, &conv2;
  BatchNorm2d &bn1, &bn2;
  Linear& fc;

  static Conv2dConfig halving(int64_t in, int64_t out) {
    return {.in = in, .out = out, .kernel = 3, .options = {.stride = 2, .padding = 1}};
  }
  SmallNet(int64_t channels, int64_t classes)
      : conv1(add_child<Conv2d>("conv1", halving(channels, 16))),
        conv2(add_child<Conv2d>("conv2", halving(16, 32))),
        bn1(add_child<BatchNorm2d>("bn1", 16)),
        bn2(add_child<BatchNorm2d>("bn2", 32)),
        fc(add_child<Linear>("fc", 32, classes)) {}

  Tensor forward(const Tensor& x) override {  // (N,H,W,channels) -> (N,classes)
    const Tensor y = relu(bn1(conv1(x)));
    return fc(global_average_pool(relu(bn2(conv2(y)))));
  }
};

int main() {
  const bool installed = std::filesystem::exists("/usr/share/datasets/fashion-mnist");
  const Dataset data = load_dataset(installed ? "fashion-mnist" : "synthetic:n=6400");
  SmallNet net(data.train.channels, static_cast<int64_t>(data.train.classes.size()));
  net.initialise(/*seed=*/1);
  Sgd sgd(net.parameters(), {.momentum = 0.9, .weight_decay = 5e-4});

  Loader loader(data.train, data.normalisation, {.batch_size = 64, .shuffle = true, .seed = 1});
  loader.start_epoch(0);
  Batch batch;
  for (int step = 1; step <= 100 && loader.next(batch); ++step) {
    sgd.clear_grads();
    Tape tape;  // records the ops that follow
    Tensor loss = cross_entropy(net(batch_tensor(batch, data.train)), batch.labels);
    tape.backward(loss);  // every parameter has its gradient
    sgd.step(/*lr=*/0.1);
    if (step % 20 == 0)
      std::printf("%s, step %3d: loss %.3f\n", data.name.c_str(), step, double{loss.item()});
  }
  write_safetensors("small_net.safetensors", save_state(net));  // PyTorch reads this, too
}
