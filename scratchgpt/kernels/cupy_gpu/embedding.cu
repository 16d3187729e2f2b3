// The gradient of a table of embeddings, a scatter-add: scratchgpt/ops/embedding.py.
//
// The idea: tokens repeat, and two places with the same id must not write the same row at once. Additions that
// exclude each other (atomics) would do, in an order that changes from run to run. Instead the places are
// sorted by their id: a block looks at one place of the sorted order, goes home unless its id begins there,
// and adds the rows of all places of that id, in the order of the text.
//
// Launched with one block per place. order (N): the places sorted by id, stably; sorted (N): their ids.

extern "C" __global__ void scatter_add(const REAL* dy, const long long* order, const long long* sorted, int N,
                                       int C, ACC* dweight) {
    long long first = blockIdx.x, id = sorted[first];
    if (first > 0 && sorted[first - 1] == id) return;
    for (int j = threadIdx.x; j < C; j += blockDim.x) {
        ACC sum = dweight[id * C + j];
        for (long long i = first; i < N && sorted[i] == id; i++) sum += ACC(dy[order[i] * C + j]);
        dweight[id * C + j] = sum;
    }
}
