// Tiles of vectors in shared memory, and warps that multiply them on tensor cores (attention_mma.cu uses them).
//
// A tile of 64 vectors is rounded to bf16 on its way into shared memory, in one or both of two orders, because a
// word of a factor holds two neighbours along the dimension that is summed over (mma_16816 in device.cuh says who
// holds what):
//     Rows     neighbours within a vector     for products that sum over the numbers of vectors, q k^T
//     Pairs    one number of two vectors      for products that sum over positions, P v
// A row is a few words longer than its numbers, so that the 32 lanes read a fragment from 32 different banks.
//
// No result leaves its lane: what a lane holds of a product c (16, 8), columns 2t and 2t + 1 of rows g and g + 8,
// is what it has to hold of a factor a (16, 16), of which two neighbouring products make one (Dao 2023,
// FlashAttention-2, arXiv 2307.08691).

constexpr int TILE = 64, STEP = 16, THREADS = 128, PARTS = HEAD / 16, COLUMNS = HEAD / 8;

struct Rows {  // word (position, d / 2) holds numbers d and d + 1
    unsigned words[TILE][HEAD / 2 + 4];
};

struct Pairs {  // word (position / 2, d) holds number d of two positions
    unsigned words[TILE / 2][HEAD + 8];
};

// A lane's share of the products of 16 positions with n times 8 columns; and of 16 vectors as a factor.
template <int n>
using Products = float[n][4];
using Vectors = unsigned[PARTS][4];

struct Lane {
    int warp = threadIdx.x / WARP, g = threadIdx.x % WARP / 4, t = threadIdx.x % 4;
    // The row and the column of number i of a product.
    __device__ int row(int i) const { return g + i / 2 * 8; }
    __device__ int column(int i) const { return 2 * t + i % 2; }
};

struct alignas(2 * sizeof(REAL)) Two {  // neighbours, read by one instruction
    REAL first, second;
};

// Copy the vectors first .. first + 63 of a head, two by two numbers for each thread; beyond `count` they are 0.
__device__ __forceinline__ void copy_tile(Rows* rows, Pairs* pairs, const REAL* from, Layout layout, int first,
                                          int count) {
    // Whether every vector begins where two numbers may be read at once.
    bool even = (reinterpret_cast<size_t>(from) / sizeof(REAL) | layout.batch | layout.head | layout.row) % 2 == 0;
#pragma unroll 4
    for (int i = threadIdx.x; i < TILE / 2 * (HEAD / 2); i += THREADS) {
        int s = i / (HEAD / 2) * 2, d = i % (HEAD / 2) * 2;
        Two x[2];
        for (int r = 0; r < 2; r++) {
            const REAL* place = from + layout.at(first + s + r) + d;
            if (first + s + r >= count)
                x[r] = {0, 0};
            else if (even)
                x[r] = *reinterpret_cast<const Two*>(place);
            else
                x[r] = {place[0], place[1]};
            if (rows) rows->words[s + r][d / 2] = two_bf16(x[r].first, x[r].second);
        }
        if (pairs) {
            pairs->words[s / 2][d] = two_bf16(x[0].first, x[1].first);
            pairs->words[s / 2][d + 1] = two_bf16(x[0].second, x[1].second);
        }
    }
}

// The 16 vectors of a warp as the factor a. All threads come here; the tile may be overwritten afterwards.
__device__ __forceinline__ void take(Vectors& a, Rows& tile, Lane lane, const REAL* from, Layout layout, int first,
                                     int count) {
    __syncthreads();  // the tile may still be read from the call before
    copy_tile(&tile, nullptr, from, layout, first, count);
    __syncthreads();
#pragma unroll
    for (int part = 0; part < PARTS; part++)
#pragma unroll
        for (int i = 0; i < 4; i++)
            a[part][i] = tile.words[lane.warp * STEP + lane.g + i % 2 * 8][part * 8 + lane.t + i / 2 * 4];
}

// c (16, 8 n) = a b^T with the 8 n vectors of `tile` from `first` on.
template <int n>
__device__ __forceinline__ void times_rows(Products<n>& c, const Vectors& a, const Rows& tile, int first, Lane lane) {
#pragma unroll
    for (int column = 0; column < n; column++) {
        for (int i = 0; i < 4; i++) c[column][i] = 0;
        const unsigned* row = tile.words[first + column * 8 + lane.g];
#pragma unroll
        for (int part = 0; part < PARTS; part++) {
            unsigned b[2] = {row[part * 8 + lane.t], row[part * 8 + lane.t + 4]};
            mma_16816(c[column], a[part], b);
        }
    }
}

// c (16, HEAD) += w b with the 16 vectors of `tile` from `first` on. w (16, 16): two products beside each other.
__device__ __forceinline__ void add_mixture(Products<COLUMNS>& c, const float (&left)[4], const float (&right)[4],
                                            const Pairs& tile, int first, Lane lane) {
    unsigned a[4] = {two_bf16(left[0], left[1]), two_bf16(left[2], left[3]), two_bf16(right[0], right[1]),
                     two_bf16(right[2], right[3])};
    const unsigned* of_pair = tile.words[first / 2 + lane.t];
    const unsigned* of_later = tile.words[first / 2 + lane.t + 4];
#pragma unroll
    for (int column = 0; column < COLUMNS; column++) {
        unsigned b[2] = {of_pair[column * 8 + lane.g], of_later[column * 8 + lane.g]};
        mma_16816(c[column], a, b);
    }
}

template <typename Combine>
__device__ __forceinline__ float over_row(float value, Combine combine) {
    value = combine(value, __shfl_xor_sync(ALL_LANES, value, 1));
    return combine(value, __shfl_xor_sync(ALL_LANES, value, 2));
}

// Write 16 vectors, times a factor for rows g and g + 8, to the positions from `first` on.
__device__ __forceinline__ void write(REAL* to, Layout layout, const Products<COLUMNS>& c, const float (&factors)[2],
                                      int first, int count, Lane lane) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
        int t = first + lane.row(i);
        if (t >= count) continue;
        REAL* row = to + layout.at(t) + lane.column(i);
#pragma unroll
        for (int column = 0; column < COLUMNS; column++) row[column * 8] = c[column][i] * factors[i / 2];
    }
}
