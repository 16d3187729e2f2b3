// Layer normalisation and RMSNorm of rows (N, C): scratchgpt/ops/layernorm.py.
//
// The idea: a warp takes a row. Its lanes read neighbouring numbers together, exchange their sums without
// any memory, and find the row in the nearest cache when they read it again. mean and rstd (1 / sqrt(var +
// eps)) are kept, two numbers a row, and x_hat is computed again from them.
//
// The gradients of gain and bias are sums over rows: each of `gridDim.y` stretches of rows adds up its own,
// for 32 columns in 8 threads each, and the stretches are summed afterwards. No atomic additions, so the
// order of the sums, and with it the last bit, is the same in every run.
//
// Rows: a warp each, any number of warps a block. Columns: 256 threads, grid (C / 32 rounded up, stretches).

__device__ __forceinline__ ACC warp_sum(ACC value) {
    return over_warp(value, [](ACC a, ACC b) { return a + b; });
}

// weight and bias: (C). bias may be null.
extern "C" __global__ void layernorm(const REAL* x, const REAL* weight, const REAL* bias, ACC eps, int N, int C,
                                     REAL* y, ACC* mean, ACC* rstd) {
    long long i = (long long)blockIdx.x * (blockDim.x / WARP) + threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
    if (i >= N) return;
    const REAL* row = x + i * C;
    ACC total = 0, squares = 0;
    for (int j = lane; j < C; j += WARP) total += ACC(row[j]);
    ACC m = warp_sum(total) / C;
    for (int j = lane; j < C; j += WARP) squares += (ACC(row[j]) - m) * (ACC(row[j]) - m);
    ACC r = 1 / sqrt(warp_sum(squares) / C + eps);
    for (int j = lane; j < C; j += WARP)
        y[i * C + j] = REAL((ACC(row[j]) - m) * r * ACC(weight[j]) + (bias ? ACC(bias[j]) : ACC(0)));
    if (lane == 0) {
        mean[i] = m;
        rstd[i] = r;
    }
}

// With d = dy weight: dx = rstd (d - mean(d) - x_hat mean(d x_hat)). Without `mean` it is RMSNorm's: there the
// row is not centred, and mean(d) is not taken away.
extern "C" __global__ void layernorm_dx(const REAL* dy, const REAL* x, const REAL* weight, const ACC* mean,
                                        const ACC* rstd, int N, int C, REAL* dx) {
    long long i = (long long)blockIdx.x * (blockDim.x / WARP) + threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
    if (i >= N) return;
    ACC m = mean ? mean[i] : ACC(0), r = rstd[i], of_d = 0, of_dx = 0;
    for (int j = lane; j < C; j += WARP) {
        ACC d = ACC(dy[i * C + j]) * ACC(weight[j]);
        of_d += d;
        of_dx += d * (ACC(x[i * C + j]) - m) * r;
    }
    of_d = mean ? warp_sum(of_d) / C : ACC(0);
    of_dx = warp_sum(of_dx) / C;
    for (int j = lane; j < C; j += WARP) {
        ACC x_hat = (ACC(x[i * C + j]) - m) * r;
        dx[i * C + j] = REAL(r * (ACC(dy[i * C + j]) * ACC(weight[j]) - of_d - x_hat * of_dx));
    }
}

// parts (2, stretches, C): the sums over a stretch of rows of dy x_hat, and of dy.
extern "C" __global__ void layernorm_dparameters(const REAL* dy, const REAL* x, const ACC* mean, const ACC* rstd,
                                                 int N, int C, ACC* parts) {
    SHARED(ACC, of_weight, [8][WARP + 1]);
    SHARED(ACC, of_bias, [8][WARP + 1]);
    int lane = threadIdx.x % WARP, group = threadIdx.x / WARP, j = blockIdx.x * WARP + lane;
    ACC dweight = 0, dbias = 0;
    for (long long i = (long long)blockIdx.y * 8 + group; i < N && j < C; i += gridDim.y * 8) {
        ACC d = dy[i * C + j];
        dweight += d * (ACC(x[i * C + j]) - (mean ? mean[i] : ACC(0))) * rstd[i];
        dbias += d;
    }
    of_weight[group][lane] = dweight;
    of_bias[group][lane] = dbias;
    __syncthreads();
    if (group == 0 && j < C) {
        for (int other = 1; other < 8; other++) {
            dweight += of_weight[other][lane];
            dbias += of_bias[other][lane];
        }
        parts[(long long)blockIdx.y * C + j] = dweight;
        parts[((long long)gridDim.y + blockIdx.y) * C + j] = dbias;
    }
}

// y = x / sqrt(mean(x^2) + eps) * weight
extern "C" __global__ void rmsnorm(const REAL* x, const REAL* weight, ACC eps, int N, int C, REAL* y, ACC* rrms) {
    long long i = (long long)blockIdx.x * (blockDim.x / WARP) + threadIdx.x / WARP;
    int lane = threadIdx.x % WARP;
    if (i >= N) return;
    ACC squares = 0;
    for (int j = lane; j < C; j += WARP) squares += ACC(x[i * C + j]) * ACC(x[i * C + j]);
    ACC r = 1 / sqrt(warp_sum(squares) / C + eps);
    for (int j = lane; j < C; j += WARP) y[i * C + j] = REAL(ACC(x[i * C + j]) * r * ACC(weight[j]));
    if (lane == 0) rrms[i] = r;
}
