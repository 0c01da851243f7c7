#include "core/autograd/gradient.hpp"

#include "core/autograd/tape.hpp"
#include "core/autograd/tensor.hpp"
#include "core/kernels/elementwise/copy.hpp"

namespace eca {

static bool held_by_others(const StoragePtr& storage) { return storage.use_count() > 1; }

// Whether nobody reads x after its present reader.
static bool nobody_reads_on(const Tensor& x) { return Tape::current() == nullptr && x.is_last_reference(); }

GradSlot Gradient::slot() {
  const bool add = touched;
  if (!storage || held_by_others(storage)) {
    const auto own = std::make_shared<Storage>(shape.numel());
    if (add) kernels::copy({own->data}, storage->data, own->size);
    storage = own;
  }
  touched = true;
  return {storage->data, add};
}

GradSlot Gradient::slot_over(const Tensor& dy) {
  if (storage || !nobody_reads_on(dy)) return slot();
  storage = dy.storage();
  touched = true;
  return {storage->data, /*add=*/false};
}

void Gradient::pass(const Tensor& dy) {
  if (!storage) {
    storage = dy.storage();
    touched = true;
    return;
  }
  kernels::copy(slot(), dy.data(), dy.numel());
}

void Gradient::reserve() {
  if (!storage) storage = std::make_shared<Storage>(shape.numel());
}

void Gradient::release() {
  storage = nullptr;
  touched = false;
}

Tensor over(const Tensor& x) {
  return nobody_reads_on(x) ? Tensor::sharing(x.storage(), x.shape(), "") : Tensor::empty(x.shape());
}

}  // namespace eca
