// Generating a token: matrix times vector, and attention over what is remembered. scratchgpt/ops/generation.py.
//
// The idea: to make one token, every weight is read once and used once, so the time is that of reading, and a
// kernel is judged by how steadily it reads. A block takes 8 columns of a matrix: 8 numbers side by side are the
// 32 bytes that memory hands out at once, and so few columns make enough blocks for all processors. Its 32
// groups of threads share out the rows and add their parts at the end. What stands in front of the product (the
// norm) and behind it (bias, GELU, residual) costs next to nothing here, and no pass of its own.
//
// Weights may be stored as bf16 or int8 (scratchgpt/ops/packing.py): then fewer bytes are read, and each number is
// widened where it is used. STORED says how, ROWS how many vectors a block multiplies with the weights it reads.

#ifdef ROWS

constexpr int COLUMNS = 8, GROUPS = 32;

__device__ __forceinline__ ACC widened(float w) { return w; }
__device__ __forceinline__ ACC widened(double w) { return ACC(w); }
__device__ __forceinline__ ACC widened(signed char w) { return w; }
__device__ __forceinline__ ACC widened(unsigned short w) { return __uint_as_float(unsigned(w) << 16); }

// x (N, I) into shared memory, normalised where there is a gain (I): a warp for each row.
__device__ __forceinline__ void read_rows(const REAL* x, const REAL* gain, const REAL* shift, ACC eps, int N, int I,
                                          int first, ACC* rows) {
    int lane = threadIdx.x % WARP;
    for (int r = threadIdx.x / WARP; r < ROWS; r += blockDim.x / WARP) {
        const REAL* row = x + (long long)(first + r) * I;
        bool there = first + r < N;
        ACC total = 0, squares = 0, mean = 0, rstd = 1;
        if (gain && there) {
            for (int i = lane; i < I; i += WARP) total += ACC(row[i]);
            mean = over_warp(total, [](ACC a, ACC b) { return a + b; }) / I;
            for (int i = lane; i < I; i += WARP) squares += (ACC(row[i]) - mean) * (ACC(row[i]) - mean);
            rstd = 1 / sqrt(over_warp(squares, [](ACC a, ACC b) { return a + b; }) / I + eps);
        }
        for (int i = lane; i < I; i += WARP) {
            ACC value = there ? ACC(row[i]) : ACC(0);
            if (gain) value = (value - mean) * rstd * ACC(gain[i]) + (shift ? ACC(shift[i]) : ACC(0));
            rows[r * I + i] = value;
        }
    }
    __syncthreads();
}

__device__ __forceinline__ void write(ACC value, int n, int o, int O, const ACC* scale, const REAL* bias, int gelu,
                                      const REAL* residual, REAL* y) {
    if (scale) value *= scale[o];
    if (bias) value += ACC(bias[o]);
    if (gelu) value = ACC(0.5) * value * (1 + gelu_tanh(value));
    if (residual) value += ACC(residual[(long long)n * O + o]);
    y[(long long)n * O + o] = REAL(value);
}

// y (N, O) = f(norm(x) W scale + bias) + residual, W (I, O) in rows; scale (O). What is null is left out.
// Grid (O / 8, N / ROWS), both rounded up; 256 threads; dynamic memory for ROWS rows of x.
extern "C" __global__ void __launch_bounds__(256)
    matvec(const REAL* x, const REAL* gain, const REAL* shift, ACC eps, const STORED* weight, const ACC* scale,
           const REAL* bias, const REAL* residual, int gelu, int N, int I, int O, REAL* y) {
    DYNAMIC_SHARED(ACC, rows);
    SHARED(ACC, parts, [ROWS][GROUPS][COLUMNS + 1]);
    int first = blockIdx.y * ROWS, c = threadIdx.x % COLUMNS, group = threadIdx.x / COLUMNS;
    int o = blockIdx.x * COLUMNS + c;
    read_rows(x, gain, shift, eps, N, I, first, rows);
    ACC sums[ROWS];
    for (int r = 0; r < ROWS; r++) sums[r] = 0;
    for (int i = group; i < I && o < O; i += GROUPS) {
        ACC w = widened(weight[(long long)i * O + o]);
        for (int r = 0; r < ROWS; r++) sums[r] += rows[r * I + i] * w;
    }
    for (int r = 0; r < ROWS; r++) parts[r][group][c] = sums[r];
    __syncthreads();
    for (int r = group; r < ROWS && o < O && first + r < N; r += GROUPS) {
        ACC sum = 0;
        for (int g = 0; g < GROUPS; g++) sum += parts[r][g][c];
        write(sum, first + r, o, O, scale, bias, gelu, residual, y);
    }
}

// The same with W stored transposed, (O, I) in rows, as the table that is the head: a warp for each of 8 outputs.
extern "C" __global__ void __launch_bounds__(256)
    matvec_transposed(const REAL* x, const STORED* weight, const ACC* scale, int N, int I, int O, REAL* y) {
    DYNAMIC_SHARED(ACC, rows);
    int first = blockIdx.y * ROWS, lane = threadIdx.x % WARP;
    int o = blockIdx.x * COLUMNS + threadIdx.x / WARP;
    read_rows(x, nullptr, nullptr, 0, N, I, first, rows);
    ACC sums[ROWS];
    for (int r = 0; r < ROWS; r++) sums[r] = 0;
    for (int i = lane; i < I && o < O; i += WARP) {
        ACC w = widened(weight[(long long)o * I + i]);
        for (int r = 0; r < ROWS; r++) sums[r] += rows[r * I + i] * w;
    }
    for (int r = 0; r < ROWS; r++) {
        ACC sum = over_warp(sums[r], [](ACC a, ACC b) { return a + b; });
        if (lane == 0 && o < O && first + r < N) write(sum, first + r, o, O, scale, nullptr, 0, nullptr, y);
    }
}

// One new position: its key and value are written behind the S - 1 that are remembered, and its query looks at all
// S. qkv (B, 3 H D), y (B, H D); keys and values (B, H, S, D) anywhere; key_mask (B, S) or null. A query without any
// key gets zeros. Grid (H, B); 256 threads; dynamic memory for S numbers.
extern "C" __global__ void __launch_bounds__(256)
    attend_newest(const REAL* qkv, int D, int S, const unsigned char* key_mask, REAL* keys, long long k_batch,
                  long long k_head, long long k_row, REAL* values, long long v_batch, long long v_head,
                  long long v_row, REAL* y) {
    DYNAMIC_SHARED(ACC, scores);
    SHARED(ACC, parts, [256]);
    int H = gridDim.x, h = blockIdx.x, b = blockIdx.y, lane = threadIdx.x % WARP;
    const REAL* q = qkv + ((long long)b * 3 * H + h) * D;
    REAL *k = keys + b * k_batch + h * k_head, *v = values + b * v_batch + h * v_head;
    for (int d = threadIdx.x; d < D; d += blockDim.x) {
        k[(S - 1) * k_row + d] = q[(long long)H * D + d];
        v[(S - 1) * v_row + d] = q[2ll * H * D + d];
    }
    __syncthreads();  // of one block: what it wrote, its threads read
    ACC top = -ACC(INFINITY);
    for (int s = threadIdx.x / WARP; s < S; s += blockDim.x / WARP) {
        ACC sum = 0;
        for (int d = lane; d < D; d += WARP) sum += ACC(q[d]) * ACC(k[s * k_row + d]);
        sum = over_warp(sum, [](ACC a, ACC b) { return a + b; }) / sqrt(ACC(D));
        if (key_mask && !key_mask[(long long)b * S + s]) sum = -ACC(INFINITY);
        if (lane == 0) scores[s] = sum;
        top = sum > top || sum != sum ? sum : top;
    }
    top = over_block(top, -ACC(INFINITY), [](ACC a, ACC b) { return a > b || a != a ? a : b; });
    ACC total = 0;
    for (int s = threadIdx.x; s < S; s += blockDim.x) {
        scores[s] = top == -ACC(INFINITY) ? ACC(0) : exp(scores[s] - top);
        total += scores[s];
    }
    total = block_sum(total);
    // D threads side by side for the numbers of a value; the others take further positions.
    int teams = blockDim.x / D, team = threadIdx.x / D, own = threadIdx.x % D;
    ACC mixed = 0;
    for (int s = team; s < S && team < teams; s += teams) mixed += scores[s] * ACC(v[s * v_row + own]);
    parts[threadIdx.x] = mixed;
    __syncthreads();
    if (team == 0) {
        for (int other = 1; other < teams; other++) mixed += parts[other * D + own];
        y[((long long)b * H + h) * D + own] = REAL(total == 0 ? ACC(0) : mixed / total);
    }
}

#endif
