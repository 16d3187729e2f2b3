// Attention and its gradients on tensor cores, for the precision bf16: the same idea as in attention.cu, whose
// first lines tell it, with both factors of every product rounded to bf16. Scores, softmax, sums and all arrays
// outside remain float; so does what is kept for backward, and attention.cu could go on from it.
//
// A block of four warps takes 64 positions, 16 for each warp, and passes over tiles of 64 others, which lie in shared
// memory as fragments.cuh tells. The scores of a warp's 16 queries become weights in the lanes that hold them, are
// rounded in pairs, and multiply the values (Dao 2023, FlashAttention-2, arXiv 2307.08691). A row of scores belongs
// to the four lanes with the same g; they agree on its largest score and its sum.
//
// Backward does so with 16 positions at a time, which keeps all of its numbers in registers; for keys it computes
// the transposed scores, k q^T, whose rows are the warp's own keys. Again no atomics, and the same bits in each run.
//
// HEAD is a multiple of 16, at most 128. Grid: (tiles of 64, H, B), 128 threads. REAL and ACC are float.

#ifdef HEAD

#include "attention.cuh"
#include "fragments.cuh"

constexpr float LOG2_E = 1.44269504f;  // weights are powers of 2, which a GPU computes faster than powers of e
constexpr int BLOCKS = HEAD <= 64 ? 3 : 2;  // at a time on a multiprocessor: 168 or 255 registers for each thread

struct ForwardTiles {
    Rows keys;
    Pairs values;
};

// y (B, H, T, D), and lse (B, H, T), infinity for a query without any key. Two tiles of dynamic memory.
extern "C" __global__ void __launch_bounds__(128, BLOCKS)
    attention_mma(const REAL* q, long long q_batch, long long q_head, long long q_row, const REAL* k,
                  long long k_batch, long long k_head, long long k_row, const REAL* v, long long v_batch,
                  long long v_head, long long v_row, int T, int S, int causal, const unsigned char* key_mask,
                  unsigned long long key, unsigned long long bar, ACC scale, REAL* y, long long y_batch,
                  long long y_head, long long y_row, ACC* lse) {
    DYNAMIC_SHARED(ForwardTiles, tiles);
    Masks masks = {T, S, causal, key_mask, key, bar, scale};
    Lane lane;
    int first = blockIdx.x * TILE, own = first + lane.warp * STEP;
    float fold = LOG2_E / sqrtf(HEAD), top[2] = {-INFINITY, -INFINITY}, total[2] = {0, 0};
    Vectors queries;
    Products<COLUMNS> mixed = {};
    take(queries, tiles->keys, lane, q, {q_batch, q_head, q_row}, first, T);

    for (int start = 0; start < S && !masks.hides(first, start, TILE); start += TILE) {
        __syncthreads();  // the tiles before are read no more
        copy_tile(&tiles->keys, nullptr, k, {k_batch, k_head, k_row}, start, S);
        copy_tile(nullptr, &tiles->values, v, {v_batch, v_head, v_row}, start, S);
        __syncthreads();
        if (masks.hides(own, start, STEP)) continue;  // the whole warp
        Products<TILE / 8> scores;
        times_rows<TILE / 8>(scores, queries, tiles->keys, 0, lane);
        bool shown = masks.shows(own, start, TILE);
        float base[2], shrink[2], largest[2] = {top[0], top[1]};
#pragma unroll
        for (int n = 0; n < TILE / 8; n++)
#pragma unroll
            for (int i = 0; i < 4; i++) {
                if (!shown && !masks.allows(own + lane.row(i), start + n * 8 + lane.column(i)))
                    scores[n][i] = -INFINITY;
                largest[i / 2] = fmaxf(largest[i / 2], scores[n][i]);  // leaves a NaN out, which the sum gets
            }
        for (int half = 0; half < 2; half++) {
            largest[half] = over_row(largest[half], [](float a, float b) { return fmaxf(a, b); });
            base[half] = largest[half] == -INFINITY ? 0 : largest[half] * fold;  // so far no key: 2^-inf is 0
            shrink[half] = exp2f(top[half] * fold - base[half]);
            top[half] = largest[half];
            total[half] *= shrink[half];
        }
#pragma unroll
        for (int n = 0; n < TILE / 8; n++)
#pragma unroll
            for (int i = 0; i < 4; i++) {
                float weight = exp2f(scores[n][i] * fold - base[i / 2]);
                total[i / 2] += weight;
                if (bar) weight *= masks.factor(own + lane.row(i), start + n * 8 + lane.column(i));
                scores[n][i] = weight;
            }
#pragma unroll
        for (int column = 0; column < COLUMNS; column++)
            for (int i = 0; i < 4; i++) mixed[column][i] *= shrink[i / 2];
#pragma unroll
        for (int n = 0; n < TILE / 8; n += 2)
            add_mixture(mixed, scores[n], scores[n + 1], tiles->values, n * 8, lane);
    }
    float factors[2];
    for (int half = 0; half < 2; half++) {
        total[half] = over_row(total[half], [](float a, float b) { return a + b; });
        factors[half] = total[half] == 0 ? 0 : 1 / total[half];
        int t = own + lane.g + half * 8;
        long long head = (long long)blockIdx.z * gridDim.y + blockIdx.y;
        if (lane.t == 0 && t < T)
            lse[head * T + t] = total[half] == 0 ? INFINITY : top[half] / sqrtf(HEAD) + logf(total[half]);
    }
    write(y, {y_batch, y_head, y_row}, mixed, factors, own, T, lane);
}

// shares (B, H, T): dy . y of each query, with dy as the products below take it, so that the gradients of a query's
// scores sum to 0. A warp for each; grid (T / 4 rounded up, H, B).
extern "C" __global__ void attention_mma_shares(const REAL* dy, long long dy_batch, long long dy_head,
                                                long long dy_row, const REAL* y, long long y_batch,
                                                long long y_head, long long y_row, int T, ACC* shares) {
    write_shares<bf16>(dy, {dy_batch, dy_head, dy_row}, y, {y_batch, y_head, y_row}, T, shares);
}

// In place: scores q k^T become the weights that multiply the values, P M; and products dy v^T become the gradients
// of the scores, P (dy v^T M - dy y^T), with P = e^(s - lse) and dropout's factors M; attention.cu says why.
__device__ __forceinline__ void differentiate(float& score, float& product, const Masks& masks, bool shown, int t,
                                              int s, float fold, float lse, float share) {
    float weight = shown || masks.allows(t, s) ? exp2f(score * fold - lse) : 0;
    float factor = masks.bar ? masks.factor(t, s) : 1;
    score = weight * factor;
    product = weight * (product * factor - share);
}

struct QueryTiles {
    Rows keys, values;
    Pairs keys_again;
};

// dq = dS k / sqrt(D): a block takes 64 queries. Three tiles of dynamic memory.
extern "C" __global__ void __launch_bounds__(128, BLOCKS)
    attention_mma_dq(const REAL* q, long long q_batch, long long q_head, long long q_row, const REAL* k,
                     long long k_batch, long long k_head, long long k_row, const REAL* v, long long v_batch,
                     long long v_head, long long v_row, const REAL* dy, long long dy_batch, long long dy_head,
                     long long dy_row, int T, int S, int causal, const unsigned char* key_mask,
                     unsigned long long key, unsigned long long bar, ACC scale, const ACC* lse, const ACC* shares,
                     REAL* dq, long long dq_batch, long long dq_head, long long dq_row) {
    DYNAMIC_SHARED(QueryTiles, tiles);
    Masks masks = {T, S, causal, key_mask, key, bar, scale};
    Lane lane;
    int first = blockIdx.x * TILE, own = first + lane.warp * STEP;
    long long head = ((long long)blockIdx.z * gridDim.y + blockIdx.y) * T;
    float root = 1 / sqrtf(HEAD), of_lse[2], of_share[2];
    for (int half = 0; half < 2; half++) {  // beyond the last query every weight is 2^-inf
        int t = own + lane.g + half * 8;
        of_lse[half] = t < T ? lse[head + t] * LOG2_E : INFINITY;
        of_share[half] = t < T ? shares[head + t] : 0;
    }
    Vectors queries, above;
    Products<COLUMNS> collected = {};
    take(queries, tiles->keys, lane, q, {q_batch, q_head, q_row}, first, T);
    take(above, tiles->keys, lane, dy, {dy_batch, dy_head, dy_row}, first, T);

    for (int start = 0; start < S && !masks.hides(first, start, TILE); start += TILE) {
        __syncthreads();  // the tiles before are read no more
        copy_tile(&tiles->keys, &tiles->keys_again, k, {k_batch, k_head, k_row}, start, S);
        copy_tile(&tiles->values, nullptr, v, {v_batch, v_head, v_row}, start, S);
        __syncthreads();
        for (int step = 0; step < TILE && !masks.hides(own, start + step, STEP); step += STEP) {
            Products<2> scores, products;
            times_rows<2>(scores, queries, tiles->keys, step, lane);
            times_rows<2>(products, above, tiles->values, step, lane);
            bool shown = masks.shows(own, start + step, STEP);
#pragma unroll
            for (int i = 0; i < 8; i++)
                differentiate(scores[i / 4][i % 4], products[i / 4][i % 4], masks, shown, own + lane.row(i % 4),
                              start + step + i / 4 * 8 + lane.column(i % 4), root * LOG2_E, of_lse[i % 4 / 2],
                              of_share[i % 4 / 2]);
            add_mixture(collected, products[0], products[1], tiles->keys_again, step, lane);
        }
    }
    write(dq, {dq_batch, dq_head, dq_row}, collected, {root, root}, own, T, lane);
}

struct KeyTiles {
    Rows queries, above;
    Pairs queries_again, above_again;
};

// dk = dS^T q / sqrt(D), dv = (P M)^T dy: a block takes 64 keys, which are the rows. Four tiles of dynamic memory.
extern "C" __global__ void __launch_bounds__(128, BLOCKS)
    attention_mma_dkv(const REAL* q, long long q_batch, long long q_head, long long q_row, const REAL* k,
                      long long k_batch, long long k_head, long long k_row, const REAL* v, long long v_batch,
                      long long v_head, long long v_row, const REAL* dy, long long dy_batch, long long dy_head,
                      long long dy_row, int T, int S, int causal, const unsigned char* key_mask,
                      unsigned long long key, unsigned long long bar, ACC scale, const ACC* lse, const ACC* shares,
                      REAL* dk, long long dk_batch, long long dk_head, long long dk_row, REAL* dv,
                      long long dv_batch, long long dv_head, long long dv_row) {
    DYNAMIC_SHARED(KeyTiles, tiles);
    Masks masks = {T, S, causal, key_mask, key, bar, scale};
    Lane lane;
    int first = blockIdx.x * TILE, own = first + lane.warp * STEP;
    long long head = ((long long)blockIdx.z * gridDim.y + blockIdx.y) * T;
    float root = 1 / sqrtf(HEAD);
    Vectors keys, values;
    Products<COLUMNS> of_key = {}, of_value = {};
    take(keys, tiles->queries, lane, k, {k_batch, k_head, k_row}, first, S);
    take(values, tiles->queries, lane, v, {v_batch, v_head, v_row}, first, S);

    for (int start = 0; start < T; start += TILE) {
        if (masks.hides(start, first, TILE)) continue;
        __syncthreads();  // the tiles before are read no more
        copy_tile(&tiles->queries, &tiles->queries_again, q, {q_batch, q_head, q_row}, start, T);
        copy_tile(&tiles->above, &tiles->above_again, dy, {dy_batch, dy_head, dy_row}, start, T);
        __syncthreads();
        for (int step = 0; step < TILE; step += STEP) {
            if (masks.hides(start + step, own, STEP)) continue;  // the whole warp
            Products<2> scores, products;
            times_rows<2>(scores, keys, tiles->queries, step, lane);
            times_rows<2>(products, values, tiles->above, step, lane);
            bool shown = masks.shows(start + step, own, STEP);
#pragma unroll
            for (int i = 0; i < 8; i++) {
                int t = start + step + i / 4 * 8 + lane.column(i % 4);
                differentiate(scores[i / 4][i % 4], products[i / 4][i % 4], masks, shown, t,
                              own + lane.row(i % 4), root * LOG2_E, t < T ? lse[head + t] * LOG2_E : INFINITY,
                              t < T ? shares[head + t] : 0);
            }
            add_mixture(of_value, scores[0], scores[1], tiles->above_again, step, lane);
            add_mixture(of_key, products[0], products[1], tiles->queries_again, step, lane);
        }
    }
    write(dk, {dk_batch, dk_head, dk_row}, of_key, {root, root}, own, S, lane);
    write(dv, {dv_batch, dv_head, dv_row}, of_value, {1, 1}, own, S, lane);
}

#endif
