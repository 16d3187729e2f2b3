// Tensor cores on a CPU: mma_16816 of device.cuh. Each lane asks the others for what it needs of the factors, by
// the formulas of the PTX manual that say which row and column is whose: a number that a kernel put elsewhere is
// not found.

#pragma once

namespace host {
inline float half_of(unsigned word, bool upper) {
    unsigned bits = upper ? word & 0xffff0000u : word << 16;
    float x;
    std::memcpy(&x, &bits, 4);
    return x;
}
// Number (row, column) of the 16 x 16 factor: lane 4 (row % 8) + (column % 8) / 2, word 2 (column / 8) + row / 8.
inline float of_a(const std::array<unsigned, 6>* lanes, int row, int column) {
    return half_of(lanes[4 * (row % 8) + column % 8 / 2][2 * (column / 8) + row / 8], column % 2);
}
// Number (row, column) of the 16 x 8 factor: lane 4 column + (row % 8) / 2, word row / 8.
inline float of_b(const std::array<unsigned, 6>* lanes, int row, int column) {
    return half_of(lanes[4 * column + row % 8 / 2][4 + row / 8], row % 2);
}
}  // namespace host

inline void mma_16816(float (&c)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
    const auto* lanes = &host::block.fragments[host::block.current / 32 * 32];
    host::block.fragments[host::block.current] = {a[0], a[1], a[2], a[3], b[0], b[1]};
    host::wait(host::FOR_WARP, 0xffffffff);
    for (int i = 0; i < 4; i++) {
        int row = host_lane() / 4 + i / 2 * 8, column = host_lane() % 4 * 2 + i % 2;
        for (int k = 0; k < 16; k++) c[i] += host::of_a(lanes, row, k) * host::of_b(lanes, k, column);
    }
    host::wait(host::FOR_WARP, 0xffffffff);  // nobody offers the next factors before all have read these
}
