// Cross-entropy and its gradient, of logits (N, V): scratchgpt/ops/cross_entropy.py.
//
// The idea: the logits are the largest array of a training step (N V numbers, V = 50,257 for GPT-2), and a
// GPU reads 40 numbers in the time that it takes to compute with them. So count the passes. A block takes a
// row; its threads read it once and keep a maximum and a sum of exponentials each, corrected whenever the
// maximum grows ("online softmax", Milakov, Gimelshein 2018); a second pass, over what now lies in the L2
// cache, writes p - 1[target] over the logits themselves. Nothing of their size is made.
//
// Launched with one block per row, of a multiple of 32 threads.

struct Softened {  // the largest logit so far, and the sum of exp(logit - largest)
    ACC top, total;
};

__device__ __forceinline__ ACC weight_of(ACC total, ACC top, ACC new_top) {
    return total == 0 ? ACC(0) : total * exp(top - new_top);  // at the start both are -infinity
}

__device__ __forceinline__ Softened read_row(const REAL* row, int V) {
    ACC top = -ACC(INFINITY), total = 0;
    for (int j = threadIdx.x; j < V; j += blockDim.x) {
        ACC x = row[j];
        if (x > top) {
            total = weight_of(total, top, x);
            top = x;
        }
        total += x == -ACC(INFINITY) ? ACC(0) : exp(x - top);
    }
    ACC largest = block_max(top);
    total = block_sum(weight_of(total, top, largest));  // NaN where one logit is: exp has made it so
    return {largest, total};
}

// scale[i] = w[i] / sum(w), 0 where the target is ignored, whose place becomes 0. One block.
extern "C" __global__ void scale_of_targets(const long long* targets, const ACC* weights, long long ignored,
                                            int N, long long* places, ACC* scale) {
    ACC sum = 0;
    for (int i = threadIdx.x; i < N; i += blockDim.x)
        if (targets[i] != ignored) sum += weights ? weights[i] : ACC(1);
    sum = block_sum(sum);
    if (sum == 0) sum = 1;  // nothing counts, or the weights cancel
    for (int i = threadIdx.x; i < N; i += blockDim.x) {
        bool counted = targets[i] != ignored;
        ACC weight = weights ? weights[i] : ACC(1);
        places[i] = counted ? targets[i] : 0;
        scale[i] = counted ? weight / sum : ACC(0);
    }
}

// loss[i] = scale[i] * nll of row i, and lse[i] = log sum exp. A target that is no place of the row makes the
// loss NaN: a device cannot raise an error.
extern "C" __global__ void loss_of_rows(const REAL* logits, const long long* places, const ACC* scale, int V,
                                        ACC* loss, ACC* lse) {
    long long i = blockIdx.x, target = places[i];
    const REAL* row = logits + i * V;
    Softened all = read_row(row, V);
    if (threadIdx.x == 0) {
        lse[i] = all.top + log(all.total);
        bool inside = target >= 0 && target < V;
        loss[i] = inside ? scale[i] * (lse[i] - ACC(row[target])) : ACC(NAN);
    }
}

// dlogits = (softmax - 1[target]) times the scale of the row, times dloss.
extern "C" __global__ void gradient_of_rows(const REAL* logits, const long long* places, const ACC* scale,
                                            const ACC* lse, const ACC* dloss, int V, REAL* dlogits) {
    long long i = blockIdx.x, target = places[i];
    ACC factor = scale[i] * *dloss;
    for (int j = threadIdx.x; j < V; j += blockDim.x)
        dlogits[i * V + j] = REAL((exp(ACC(logits[i * V + j]) - lse[i]) - ACC(j == target)) * factor);
}

// Both at once, for dloss = 1, the gradient in the place of the logits.
extern "C" __global__ void loss_and_gradient(REAL* logits, const long long* places, const ACC* scale, int V,
                                             ACC* loss) {
    long long i = blockIdx.x, target = places[i];
    REAL* row = logits + i * V;
    Softened all = read_row(row, V);
    bool inside = target >= 0 && target < V;
    // The gradient overwrites the logit that the loss needs.
    if (threadIdx.x == 0)
        loss[i] = inside ? scale[i] * (all.top + log(all.total) - ACC(row[target])) : ACC(NAN);
    __syncthreads();
    ACC share = scale[i] / all.total;
    for (int j = threadIdx.x; j < V; j += blockDim.x)
        row[j] = REAL(exp(ACC(row[j]) - all.top) * share - ACC(j == target) * scale[i]);
}
