// An attention module of one's own, in a residual block of one's own, beside ECA in the same block.
#include <cstdio>
#include <ecagrad.hpp>

using namespace eca;

// ECA that looks at a channel twice: at its mean, and at the mean of what is above zero.
//   y [n,c] = 1/(H*W) sum_hw x[n,h,w,c]
//   u [n,c] = 1/(H*W) sum_hw max(x[n,h,w,c], 0)
//   z [n,c] = sum_{j<k} v[j] y[n,c+j-p] + w[j] u[n,c+j-p]     p = (k-1)/2
//   out     = x * sigmoid(z)
// Its backward is that of the ops it is made of.
struct TwoLooks : Module {
  ChannelConv1d &mean, &above;
  explicit TwoLooks(int64_t C)
      : mean(add_child<ChannelConv1d>("mean", adaptive_kernel_size(C))),
        above(add_child<ChannelConv1d>("above", adaptive_kernel_size(C))) {}

  Tensor forward(const Tensor& x) override {  // (N,H,W,C) -> (N,H,W,C)
    const Tensor z = add(mean(global_average_pool(x)), above(global_average_pool(relu(x))));
    return scale_channels(x, sigmoid(z));
  }
};

struct Block : Module {
  Conv2d &conv1, &conv2;
  BatchNorm2d &bn1, &bn2;
  Module& attention;
  Block(int64_t C, std::unique_ptr<Module> module)
      : conv1(add_child<Conv2d>("conv1",
                                Conv2dConfig{.in = C, .out = C, .kernel = 3, .options = {.padding = 1}})),
        conv2(add_child<Conv2d>("conv2",
                                Conv2dConfig{.in = C, .out = C, .kernel = 3, .options = {.padding = 1}})),
        bn1(add_child<BatchNorm2d>("bn1", C)),
        bn2(add_child<BatchNorm2d>("bn2", C)),
        attention(adopt("attention", std::move(module))) {}

  Tensor forward(const Tensor& x) override {
    const Tensor y = relu(bn1(conv1(x)));
    return relu(add(attention(bn2(conv2(y))), x));
  }
};

struct Net : Module {
  Conv2d& stem =
      add_child<Conv2d>("stem", Conv2dConfig{.in = 3, .out = 16, .kernel = 3, .options = {.stride = 2}});
  Block& block;
  Linear& fc = add_child<Linear>("fc", 16, 10);
  explicit Net(std::unique_ptr<Module> attention)
      : block(add_child<Block>("block", 16, std::move(attention))) {}

  Tensor forward(const Tensor& x) override { return fc(global_average_pool(block(relu(stem(x))))); }
};

void train(const char* name, const Dataset& data, std::unique_ptr<Module> attention) {
  Net net(std::move(attention));
  net.initialise(/*seed=*/1);
  Sgd sgd(net.parameters(), {.momentum = 0.9});

  Loader loader(data.train, data.normalisation, {.batch_size = 32, .shuffle = true, .seed = 1});
  Batch batch;
  double mean_loss = 0;
  for (int epoch = 0; epoch < 10; ++epoch) {
    mean_loss = 0;
    for (loader.start_epoch(epoch); loader.next(batch);) {
      sgd.clear_grads();
      Tape tape;
      const Tensor loss = cross_entropy(net(batch_tensor(batch, data.train)), batch.labels);
      tape.backward(loss);
      sgd.step(/*lr=*/0.1);
      mean_loss += double{loss.item()} / static_cast<double>(loader.batches());
    }
  }
  std::printf("%-9s  %lld parameters, loss of the last epoch %.3f\n", name,
              static_cast<long long>(net.parameter_count()), mean_loss);
}

int main() {
  const Dataset data = load_dataset("synthetic:n=640,test=10,size=16");
  train("eca", data, make_attention("eca", 16));
  train("two looks", data, std::make_unique<TwoLooks>(16));
}
