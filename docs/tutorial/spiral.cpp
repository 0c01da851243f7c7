// Two spirals of points, told apart by a network of two hidden layers.
#include <cmath>
#include <cstdio>
#include <ecagrad.hpp>

using namespace eca;

struct Mlp : Module {
  Linear &in = add_child<Linear>("in", 2, 32), &middle = add_child<Linear>("middle", 32, 32),
         &out = add_child<Linear>("out", 32, 2);
  Tensor forward(const Tensor& x) override { return out(relu(middle(relu(in(x))))); }
};

int main() {
  const int64_t N = 400;
  Tensor x = Tensor::empty({N, 2});
  std::vector<int32_t> labels;
  for (int64_t n = 0; n < N; ++n) {  // every other point is on the other arm, half a turn further
    const int32_t arm = n % 2;
    const double radius = static_cast<double>(n) / N, angle = 9 * radius + M_PI * arm;
    x.at({n, 0}) = static_cast<real>(radius * std::cos(angle));
    x.at({n, 1}) = static_cast<real>(radius * std::sin(angle));
    labels.push_back(arm);
  }

  Mlp mlp;
  mlp.initialise(/*seed=*/1);
  Adam adam(mlp.parameters());
  for (int step = 0; step <= 500; ++step) {
    adam.clear_grads();
    Tape tape;                                    // records what follows
    Tensor loss = cross_entropy(mlp(x), labels);  // forward
    tape.backward(loss);                          // backward: every parameter has its gradient
    adam.step(/*lr=*/0.01);
    if (step % 100 == 0) std::printf("step %3d  loss %.4f\n", step, double{loss.item()});
  }
}
