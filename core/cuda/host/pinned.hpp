#pragma once

namespace eca::cuda {

// Whether the address lies in memory of allocate_pinned().
bool is_pinned(const void* address);

}  // namespace eca::cuda
