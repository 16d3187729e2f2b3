// Attention and its gradients without an array of T x T weights: scratchgpt/ops/attention.py, heads.py.
//
// The idea (Dao et al. 2022, arXiv 2205.14135): a block of threads takes 32 queries of one head and passes over
// the keys, 32 at a time. The scores of a tile live in shared memory only. Softmax over all keys is built up on
// the way: with the largest score m so far, the sum l of e^(s - m) and the mixture y of the values with these
// weights, a tile with a larger m' first shrinks l and y by e^(m - m'); at the end y = y / l. What is kept for
// backward is log sum exp = m + log l of each query, from which each weight is e^(s - log sum exp) again.
//
// Eight threads form a team that owns a query: each computes four of the 32 scores and keeps an eighth of the
// numbers of y in registers. A team's threads are neighbours in a warp, so that they agree by exchanging lanes.
//
// Backward goes over the tiles twice: once with queries that collect dq, once with keys that collect dk and dv.
// That is two products of seven more than needed, and in return no block adds to what another one owns: no
// atomics, and the same bits in every run.
//
// HEAD, the size of a head, is known when this file is compiled. Grid: (tiles, H, B), 256 threads, dynamic shared
// memory for as many tiles of vectors as a kernel names.

#ifdef HEAD

#include "attention.cuh"

constexpr int TILE = 32, TEAM = 8, EACH = TILE / TEAM, OWN = (HEAD + TEAM - 1) / TEAM;

struct Vectors {  // a tile of 32 vectors; one number more each, so that eight rows are read without conflict
    ACC numbers[TILE][HEAD + 1];
};

struct Weights {  // a tile of 32 by 32
    ACC numbers[TILE][TILE + 1];
};

// Copy the vectors first .. first + 31 of a head; what lies beyond `count` becomes 0.
__device__ __forceinline__ void copy_tile(Vectors& tile, const REAL* from, Layout layout, int first, int count) {
    for (int i = threadIdx.x; i < TILE * HEAD; i += blockDim.x) {
        int t = i / HEAD, d = i % HEAD;
        tile.numbers[t][d] = first + t < count ? ACC(from[layout.at(first + t) + d]) : ACC(0);
    }
}

__device__ __forceinline__ ACC dot(const ACC* a, const ACC* b) {
    ACC sum = 0;
    for (int d = 0; d < HEAD; d++) sum += a[d] * b[d];
    return sum;
}

template <typename Combine>
__device__ __forceinline__ ACC over_team(ACC value, Combine combine) {
    for (int distance = TEAM / 2; distance > 0; distance /= 2)
        value = combine(value, __shfl_xor_sync(ALL_LANES, value, distance));
    return value;
}

// y (B, H, T, D), and lse (B, H, T), infinity for a query without any key. Two tiles of dynamic memory.
extern "C" __global__ void __launch_bounds__(256)
    attention(const REAL* q, long long q_batch, long long q_head, long long q_row, const REAL* k,
              long long k_batch, long long k_head, long long k_row, const REAL* v, long long v_batch,
              long long v_head, long long v_row, int T, int S, int causal, const unsigned char* key_mask,
              unsigned long long key, unsigned long long bar, ACC scale, REAL* y, long long y_batch,
              long long y_head, long long y_row, ACC* lse) {
    DYNAMIC_SHARED(Vectors, tiles);
    SHARED(Weights, weights, );
    Vectors &queries = tiles[0], &others = tiles[1];
    Masks masks = {T, S, causal, key_mask, key, bar, scale};
    int first = blockIdx.x * TILE, r = threadIdx.x / TEAM, c = threadIdx.x % TEAM, t = first + r;
    ACC root = 1 / sqrt(ACC(HEAD)), top = -ACC(INFINITY), total = 0, mixed[OWN];
    for (int i = 0; i < OWN; i++) mixed[i] = 0;
    copy_tile(queries, q, {q_batch, q_head, q_row}, first, T);

    for (int start = 0; start < S && !masks.hides(first, start, TILE); start += TILE) {
        __syncthreads();  // the tile before is read no more
        copy_tile(others, k, {k_batch, k_head, k_row}, start, S);
        __syncthreads();
        ACC scores[EACH], largest = top;
        for (int i = 0; i < EACH; i++) {
            int s = c + i * TEAM;
            bool seen = masks.allows(t, start + s);
            scores[i] = seen ? dot(queries.numbers[r], others.numbers[s]) * root : -ACC(INFINITY);
            largest = scores[i] > largest || scores[i] != scores[i] ? scores[i] : largest;
        }
        largest = over_team(largest, [](ACC a, ACC b) { return a > b || a != a ? a : b; });
        ACC base = largest == -ACC(INFINITY) ? ACC(0) : largest;  // so far no key: e^(-inf - 0) is 0
        ACC shrink = exp(top - base), sum = 0;
        for (int i = 0; i < EACH; i++) {
            ACC weight = exp(scores[i] - base);
            sum += weight;
            weights.numbers[r][c + i * TEAM] = weight * masks.factor(t, start + c + i * TEAM);
        }
        total = total * shrink + over_team(sum, [](ACC a, ACC b) { return a + b; });
        top = largest;
        __syncthreads();  // the keys are read no more
        copy_tile(others, v, {v_batch, v_head, v_row}, start, S);
        __syncthreads();
        for (int i = 0; i < OWN; i++) {
            int d = c + i * TEAM;
            ACC mixture = 0;
            for (int s = 0; s < TILE && d < HEAD; s++) mixture += weights.numbers[r][s] * others.numbers[s][d];
            mixed[i] = mixed[i] * shrink + mixture;
        }
    }
    if (t >= T) return;
    Layout out = {y_batch, y_head, y_row};
    for (int i = 0; i < OWN && c + i * TEAM < HEAD; i++)
        y[out.at(t) + c + i * TEAM] = REAL(total == 0 ? ACC(0) : mixed[i] / total);
    long long head = (long long)blockIdx.z * gridDim.y + blockIdx.y;
    if (c == 0) lse[head * T + t] = total == 0 ? ACC(INFINITY) : top + log(total);
}

// shares (B, H, T): dy . y of each query. A warp for each; grid (T / 8 rounded up, H, B).
extern "C" __global__ void attention_shares(const REAL* dy, long long dy_batch, long long dy_head, long long dy_row,
                                            const REAL* y, long long y_batch, long long y_head, long long y_row,
                                            int T, ACC* shares) {
    write_shares<REAL>(dy, {dy_batch, dy_head, dy_row}, y, {y_batch, y_head, y_row}, T, shares);
}

// A weight, and the gradient of its score: with the weight P = e^(s - lse) and dropout's factor M,
// dS = P ((dy . v) M - dy . y).
struct Pair {
    ACC weight, dscore;
};

__device__ __forceinline__ Pair pair_of(const Masks& masks, int t, int s, const ACC* q, const ACC* k, const ACC* dy,
                                        const ACC* v, const ACC* lse, const ACC* shares) {
    if (!masks.allows(t, s)) return {0, 0};
    long long place = ((long long)blockIdx.z * gridDim.y + blockIdx.y) * masks.T + t;
    ACC weight = exp(dot(q, k) / sqrt(ACC(HEAD)) - lse[place]), factor = masks.factor(t, s);
    return {weight * factor, weight * (dot(dy, v) * factor - shares[place])};
}

// dq = dS k / sqrt(D): a block takes 32 queries. Four tiles of dynamic memory.
extern "C" __global__ void __launch_bounds__(256)
    attention_dq(const REAL* q, long long q_batch, long long q_head, long long q_row, const REAL* k,
                 long long k_batch, long long k_head, long long k_row, const REAL* v, long long v_batch,
                 long long v_head, long long v_row, const REAL* dy, long long dy_batch, long long dy_head,
                 long long dy_row, int T, int S, int causal, const unsigned char* key_mask, unsigned long long key,
                 unsigned long long bar, ACC scale, const ACC* lse, const ACC* shares, REAL* dq, long long dq_batch,
                 long long dq_head, long long dq_row) {
    DYNAMIC_SHARED(Vectors, tiles);
    SHARED(Weights, dscores, );
    Masks masks = {T, S, causal, key_mask, key, bar, scale};
    int first = blockIdx.x * TILE, r = threadIdx.x / TEAM, c = threadIdx.x % TEAM, t = first + r;
    ACC collected[OWN];
    for (int i = 0; i < OWN; i++) collected[i] = 0;
    copy_tile(tiles[0], q, {q_batch, q_head, q_row}, first, T);
    copy_tile(tiles[1], dy, {dy_batch, dy_head, dy_row}, first, T);

    for (int start = 0; start < S && !masks.hides(first, start, TILE); start += TILE) {
        __syncthreads();
        copy_tile(tiles[2], k, {k_batch, k_head, k_row}, start, S);
        copy_tile(tiles[3], v, {v_batch, v_head, v_row}, start, S);
        __syncthreads();
        for (int s = c; s < TILE; s += TEAM)
            dscores.numbers[r][s] = pair_of(masks, t, start + s, tiles[0].numbers[r], tiles[2].numbers[s],
                                            tiles[1].numbers[r], tiles[3].numbers[s], lse, shares)
                                        .dscore;
        __syncwarp();  // a team reads what it wrote itself
        for (int i = 0; i < OWN; i++)
            for (int s = 0; s < TILE && c + i * TEAM < HEAD; s++)
                collected[i] += dscores.numbers[r][s] * tiles[2].numbers[s][c + i * TEAM];
        __syncwarp();
    }
    Layout out = {dq_batch, dq_head, dq_row};
    for (int i = 0; i < OWN && t < T && c + i * TEAM < HEAD; i++)
        dq[out.at(t) + c + i * TEAM] = REAL(collected[i] / sqrt(ACC(HEAD)));
}

// dk = dS^T q / sqrt(D), dv = (P M)^T dy: a block takes 32 keys. Four tiles of dynamic memory.
extern "C" __global__ void __launch_bounds__(256)
    attention_dkv(const REAL* q, long long q_batch, long long q_head, long long q_row, const REAL* k,
                  long long k_batch, long long k_head, long long k_row, const REAL* v, long long v_batch,
                  long long v_head, long long v_row, const REAL* dy, long long dy_batch, long long dy_head,
                  long long dy_row, int T, int S, int causal, const unsigned char* key_mask, unsigned long long key,
                  unsigned long long bar, ACC scale, const ACC* lse, const ACC* shares, REAL* dk, long long dk_batch,
                  long long dk_head, long long dk_row, REAL* dv, long long dv_batch, long long dv_head,
                  long long dv_row) {
    DYNAMIC_SHARED(Vectors, tiles);
    SHARED(Weights, weights, );
    SHARED(Weights, dscores, );
    Masks masks = {T, S, causal, key_mask, key, bar, scale};
    int first = blockIdx.x * TILE, r = threadIdx.x / TEAM, c = threadIdx.x % TEAM, s = first + r;
    ACC of_key[OWN], of_value[OWN];
    for (int i = 0; i < OWN; i++) of_key[i] = of_value[i] = 0;
    copy_tile(tiles[2], k, {k_batch, k_head, k_row}, first, S);
    copy_tile(tiles[3], v, {v_batch, v_head, v_row}, first, S);

    for (int start = 0; start < T; start += TILE) {
        if (masks.hides(start, first, TILE)) continue;
        __syncthreads();
        copy_tile(tiles[0], q, {q_batch, q_head, q_row}, start, T);
        copy_tile(tiles[1], dy, {dy_batch, dy_head, dy_row}, start, T);
        __syncthreads();
        for (int t = c; t < TILE; t += TEAM) {
            Pair pair = pair_of(masks, start + t, s, tiles[0].numbers[t], tiles[2].numbers[r], tiles[1].numbers[t],
                                tiles[3].numbers[r], lse, shares);
            weights.numbers[r][t] = pair.weight;
            dscores.numbers[r][t] = pair.dscore;
        }
        __syncwarp();  // a team reads what it wrote itself
        for (int i = 0; i < OWN; i++)
            for (int t = 0; t < TILE && c + i * TEAM < HEAD; t++) {
                of_key[i] += dscores.numbers[r][t] * tiles[0].numbers[t][c + i * TEAM];
                of_value[i] += weights.numbers[r][t] * tiles[1].numbers[t][c + i * TEAM];
            }
        __syncwarp();
    }
    Layout keys = {dk_batch, dk_head, dk_row}, values = {dv_batch, dv_head, dv_row};
    for (int i = 0; i < OWN && s < S && c + i * TEAM < HEAD; i++) {
        dk[keys.at(s) + c + i * TEAM] = REAL(of_key[i] / sqrt(ACC(HEAD)));
        dv[values.at(s) + c + i * TEAM] = REAL(of_value[i]);
    }
}

#endif
