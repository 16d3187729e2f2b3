// What both ways of computing attention share (attention.cu, attention_mma.cu): where the vectors of a head lie,
// and which pairs of a query and a key count. A block of threads works for one head of one text.

// Vectors may lie anywhere: the one at position t of head h in text b begins at b * batch + h * head + t * row,
// which covers packed queries, keys and values.
struct Layout {
    long long batch, head, row;
    __device__ long long at(int t) const { return blockIdx.z * batch + blockIdx.y * head + t * row; }
};

struct Masks {  // which pairs count, and which of them dropout keeps
    int T, S, causal;
    const unsigned char* keys;  // (B, S), 0 for keys that nobody may see; or null
    unsigned long long key, bar;
    ACC scale;

    // The queries are the last T of S positions.
    __device__ bool allows(int t, int s) const {
        return t < T && s < S && (!causal || s <= S - T + t) && (!keys || keys[(long long)blockIdx.z * S + s]);
    }
    // What a weight is multiplied by: dropout's scale, or 0.
    __device__ ACC factor(int t, int s) const {
        if (!bar) return 1;
        unsigned long long head = (unsigned long long)blockIdx.z * gridDim.y + blockIdx.y;
        return stays(key, (head * T + t) * S + s, bar) ? scale : ACC(0);
    }
    // Whether a tile of keys comes after all of `count` queries: such pairs, about half of all, are skipped.
    __device__ bool hides(int first_query, int first_key, int count) const {
        return causal && first_key > S - T + min(first_query + count, T) - 1;
    }
    // Whether all of `count` keys count for all queries from this one on, so that none has to be asked.
    __device__ bool shows(int first_query, int first_key, int count) const {
        int last = first_key + count - 1;
        return !keys && last < S && (!causal || last <= S - T + first_query);
    }
};

// dy . y of each query, which is the sum over the keys of weight times its gradient, since y is the sum of the values
// with these weights. STORED: the type to which dy is rounded where that sum is formed. A warp for each query.
template <typename STORED>
__device__ __forceinline__ void write_shares(const REAL* dy, Layout above, const REAL* y, Layout out, int T,
                                             ACC* shares) {
    int t = (blockIdx.x * blockDim.x + threadIdx.x) / WARP, lane = threadIdx.x % WARP;
    if (t >= T) return;
    ACC sum = 0;
    for (int d = lane; d < HEAD; d += WARP) sum += ACC(STORED(dy[above.at(t) + d])) * ACC(y[out.at(t) + d]);
    sum = over_warp(sum, [](ACC a, ACC b) { return a + b; });
    if (lane == 0) shares[((long long)blockIdx.z * gridDim.y + blockIdx.y) * T + t] = sum;
}
