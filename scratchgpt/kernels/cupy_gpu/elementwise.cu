// What works number by number: GELU, dropout, the way back to the residual stream, AdamW; and sums of
// columns, which the gradients of biases are. scratchgpt/ops: activations, dropout, seams, adamw.
//
// The idea: such a kernel does nothing but wait for memory, so it reads and writes each number once and does
// in one pass what would be several: bias and GELU; bias, dropout and residual; both moments of AdamW and the
// parameter. One thread per number, neighbours side by side.

__device__ __forceinline__ long long here() { return (long long)blockIdx.x * blockDim.x + threadIdx.x; }

// y = x/2 (1 + tanh u). With a bias (C), it is added to x first, where x stays, for backward.
extern "C" __global__ void gelu(REAL* x, const REAL* bias, long long n, int C, REAL* y) {
    long long i = here();
    if (i >= n) return;
    ACC value = x[i];
    if (bias) {
        value += ACC(bias[i % C]);
        x[i] = REAL(value);
    }
    y[i] = REAL(ACC(0.5) * value * (1 + gelu_tanh(value)));
}

// dx = dy ((1 + tanh u)/2 + x/2 (1 - tanh^2 u) u'), u' = sqrt(2/pi) (1 + 3 0.044715 x^2)
extern "C" __global__ void gelu_back(const REAL* dy, const REAL* x, long long n, REAL* dx) {
    long long i = here();
    if (i >= n) return;
    ACC value = x[i], t = gelu_tanh(value);
    ACC du = ACC(0.79788456080286535588) * (1 + 3 * ACC(0.044715) * (value * value));
    dx[i] = REAL(ACC(dy[i]) * (ACC(0.5) * (1 + t) + ACC(0.5) * value * (1 - t * t) * du));
}

// y = x scale where it stays, and x times 0 elsewhere, so that NaN and infinity show.
extern "C" __global__ void dropout(const REAL* x, long long n, unsigned long long key, unsigned long long bar,
                                   ACC scale, REAL* y) {
    long long i = here();
    if (i < n) y[i] = REAL(ACC(x[i]) * (stays(key, i, bar) ? scale : ACC(0)));
}

// y = residual + dropout(y + bias), y being the product. bar = 0 drops nothing; bias may be null.
extern "C" __global__ void back_to_stream(REAL* y, const REAL* bias, const REAL* residual, long long n, int C,
                                          unsigned long long key, unsigned long long bar, ACC scale) {
    long long i = here();
    if (i >= n) return;
    ACC value = ACC(y[i]) + (bias ? ACC(bias[i % C]) : ACC(0));
    if (bar) value *= stays(key, i, bar) ? scale : ACC(0);
    y[i] = REAL(ACC(residual[i]) + value);
}

// parts (stretches, C): the sum of x (N, C) over each stretch of rows. As in layernorm_dparameters: 256 threads.
extern "C" __global__ void sum_columns(const REAL* x, int N, int C, ACC* parts) {
    SHARED(ACC, sums, [8][WARP + 1]);
    int lane = threadIdx.x % WARP, group = threadIdx.x / WARP, j = blockIdx.x * WARP + lane;
    ACC sum = 0;
    for (long long i = (long long)blockIdx.y * 8 + group; i < N && j < C; i += gridDim.y * 8)
        sum += ACC(x[i * C + j]);
    sums[group][lane] = sum;
    __syncthreads();
    if (group == 0 && j < C) {
        for (int other = 1; other < 8; other++) sum += sums[other][lane];
        parts[(long long)blockIdx.y * C + j] = sum;
    }
}

// One AdamW step: shrink, average, move. rest_1 is 1 - beta1, correction_1 is 1 - beta1^step: differences that
// are formed with more digits than ACC has.
extern "C" __global__ void adamw(ACC* param, const ACC* grad, ACC* m, ACC* v, long long n, ACC scale, ACC lr,
                                 ACC beta1, ACC beta2, ACC eps, ACC weight_decay, ACC rest_1, ACC rest_2,
                                 ACC correction_1, ACC correction_2) {
    long long i = here();
    if (i >= n) return;
    ACC g = grad[i] * scale;
    m[i] = beta1 * m[i] + rest_1 * g;
    v[i] = beta2 * v[i] + rest_2 * g * g;
    ACC update = m[i] / correction_1 / (sqrt(v[i] / correction_2) + eps);
    param[i] = param[i] * (1 - lr * weight_decay) - lr * update;
}
