// What every kernel here begins with: number types, and sums and maxima over the threads of a block.
//
// REAL is the type in which arrays are stored, ACC the one in which sums are formed; both are set when a
// file is compiled: float and float, double and double (which the gradient checks use), or bf16 and float.
// The CPU's copy of CUDA's model in tests/kernels/cuda_host defines SCRATCHGPT_HOST.

#ifndef SCRATCHGPT_HOST
#define SHARED(type, name, size) __shared__ type name size
#define DYNAMIC_SHARED(type, name)                              \
    extern __shared__ __align__(16) unsigned char dynamic_shared[]; \
    type* name = reinterpret_cast<type*>(dynamic_shared)
#define INFINITY __int_as_float(0x7f800000)
#define NAN __int_as_float(0x7fffffff)
#endif

constexpr unsigned WARP = 32, ALL_LANES = 0xffffffffu;

// The upper half of a float: 8 bits of exponent, 7 of mantissa. Rounded to nearest, ties to even.
struct bf16 {
    unsigned short bits;
    bf16() = default;
    __device__ bf16(float x) {
        unsigned wide = __float_as_uint(x);
        // Half a unit of the last kept bit, one less where that bit is even; a NaN stays one.
        bits = x != x ? (wide >> 16 | 0x40) : (wide + 0x7fffu + (wide >> 16 & 1)) >> 16;
    }
    __device__ operator float() const { return __uint_as_float(unsigned(bits) << 16); }
};

// Two numbers as bf16 in one word, the first in the lower half.
__device__ __forceinline__ unsigned two_bf16(float low, float high) {
#ifdef SCRATCHGPT_HOST
    return bf16(low).bits | unsigned(bf16(high).bits) << 16;
#else
    unsigned word;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low));
    return word;
#endif
}

// Tensor cores: c += a b with a (16, 16) and b (16, 8) of bf16, c (16, 8) of float, held by the 32 lanes of a warp
// together. With g = lane / 4 and t = lane % 4 a lane holds, two neighbours of bf16 in each word:
//     a    rows g, g + 8, g, g + 8; columns 2t and 2t + 1, in words 2 and 3 eight further
//     b    column g; rows 2t and 2t + 1, in word 1 eight further
//     c    row g in numbers 0 and 1, row g + 8 in 2 and 3; columns 2t and 2t + 1
// PTX ISA, "Matrix Fragments for mma.m16n8k16 with floating point type". The CPU's copy has one of its own.
#ifndef SCRATCHGPT_HOST
__device__ __forceinline__ void mma_16816(float (&c)[4], const unsigned (&a)[4], const unsigned (&b)[2]) {
    asm volatile(
        "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
        "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
#endif

// Whether dropout lets number i stay: the top 24 bits of splitmix64(key + i) reach `bar`. These are the same
// integers as in scratchgpt/ops/dropout.py, so that a GPU drops what a CPU drops. Steele, Lea, Flood 2014.
__device__ __forceinline__ bool stays(unsigned long long key, unsigned long long i, unsigned long long bar) {
    unsigned long long z = key + i + 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return ((z ^ (z >> 31)) >> 40) >= bar;
}

#ifdef REAL

// Each of the 32 lanes gets the combination of all. The lanes exchange with partners at distance 16, 8, 4,
// 2, 1: five steps, no memory, and the same order of additions whenever it runs.
template <typename T, typename Combine>
__device__ __forceinline__ T over_warp(T value, Combine combine) {
    for (int distance = WARP / 2; distance > 0; distance /= 2)
        value = combine(value, __shfl_xor_sync(ALL_LANES, value, distance));
    return value;
}

// The same over the threads of a block, whose number is a multiple of 32; every thread gets the result.
// `empty` is what changes nothing: 0 for sums, -infinity for maxima.
template <typename T, typename Combine>
__device__ __forceinline__ T over_block(T value, T empty, Combine combine) {
    SHARED(T, of_warps, [WARP]);
    unsigned lane = threadIdx.x % WARP, warp = threadIdx.x / WARP;
    value = over_warp(value, combine);
    __syncthreads();  // the array may still be read from the call before
    if (lane == 0) of_warps[warp] = value;
    __syncthreads();
    value = lane < blockDim.x / WARP ? of_warps[lane] : empty;
    return over_warp(value, combine);
}

__device__ __forceinline__ ACC block_sum(ACC value) {
    return over_block(value, ACC(0), [](ACC a, ACC b) { return a + b; });
}

__device__ __forceinline__ ACC block_max(ACC value) {
    return over_block(value, -ACC(INFINITY), [](ACC a, ACC b) { return a > b ? a : b; });
}

// tanh(u), u = sqrt(2/pi) (x + 0.044715 x^3)
__device__ __forceinline__ ACC gelu_tanh(ACC x) {
    return tanh(ACC(0.79788456080286535588) * x * (1 + ACC(0.044715) * (x * x)));
}

#endif
