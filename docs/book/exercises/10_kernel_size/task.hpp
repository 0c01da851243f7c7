// Exercise 10. ECA's kernel size: the odd number nearest to log2(C)/2 + 1/2, ties going up, for C >= 1.
// No floating point is needed, and where C is 8, 128 or 2048 it had better not be.
#pragma once

int kernel_size(int C);
