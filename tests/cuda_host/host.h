// CUDA's programming model on a CPU, as far as the kernels of scratchgpt use it, so that g++ can compile
// the same .cu files and tests can run them where there is no GPU.
//
// Each CUDA thread is a fiber: it runs until it waits for others, at __syncthreads() or where lanes of a warp
// exchange values, and the next one goes on. Blocks run in turn. In which order they and their threads run
// is the schedule: 0 forwards, 1 backwards, from 2 on shuffled anew whenever threads have waited. A kernel
// that is right gives the same numbers under every schedule; a missing barrier does not.
// Shared memory begins as NaN in every block. A barrier that some threads never reach is reported.

#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#define SCRATCHGPT_HOST
#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __restrict__
#define __launch_bounds__(...)
#define __shared__ static

#define SHARED(type, name, size) \
    static type name size;       \
    host::poison(&name, sizeof(name))
#define DYNAMIC_SHARED(type, name) type* name = reinterpret_cast<type*>(host::block.dynamic)

struct uint3_ {
    unsigned x, y, z;
};

// Changing from one fiber to another. The library's own functions ask the operating system each time, which
// takes a hundred times as long as saving eight registers; a sanitizer only follows the former.
#if defined(__x86_64__) && defined(__linux__) && !defined(__SANITIZE_ADDRESS__)
extern "C" void host_change(void** from, void* to);
asm(R"(
.text
.globl host_change
.hidden host_change
.type host_change, @function
host_change:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
.size host_change, .-host_change
)");

namespace host {
constexpr size_t STACK = 64 << 10;
using Context = void*;  // the stack pointer: everything else lies on the stack
inline void change(Context& from, Context& to) { host_change(&from, to); }
inline void begin(Context& context, char* stack, void (*function)()) {
    uintptr_t top = reinterpret_cast<uintptr_t>(stack + STACK) / 16 * 16;
    void** place = reinterpret_cast<void**>(top) - 2;  // as if the function had been called
    *place = reinterpret_cast<void*>(function);
    for (int i = 0; i < 6; i++) *--place = nullptr;
    context = place;
}
}  // namespace host
#else
#include <ucontext.h>

namespace host {
constexpr size_t STACK = 64 << 10;
using Context = ucontext_t;
inline void change(Context& from, Context& to) { swapcontext(&from, &to); }
inline void begin(Context& context, char* stack, void (*function)()) {
    getcontext(&context);
    context.uc_stack.ss_sp = stack;
    context.uc_stack.ss_size = STACK;
    context.uc_link = nullptr;
    makecontext(&context, function, 0);
}
}  // namespace host
#endif

namespace host {

enum Waiting { NO, FOR_BLOCK, FOR_WARP, DONE };

struct Fiber {
    Context context;
    std::unique_ptr<char[]> stack;
    uint3_ thread;
    Waiting waiting;
    unsigned mask;  // the lanes it waits for
};

struct Block {
    std::vector<Fiber> fibers;
    std::vector<uint64_t> slots;  // one per thread: what it offers to the other lanes of its warp
    std::vector<std::array<unsigned, 6>> fragments;  // the same for tensor cores: its words of both factors
    std::vector<void*> poisoned;  // static shared arrays that this block has seen
    char* dynamic = nullptr;
    uint3_ index, size, grid;
    Context scheduler;
    size_t current = 0;
    std::function<void()> kernel;
};

static Block block;

inline Fiber& now() { return block.fibers[block.current]; }

inline void wait(Waiting what, unsigned mask = 0) {
    Fiber& fiber = now();
    fiber.waiting = what;
    fiber.mask = mask;
    change(fiber.context, block.scheduler);
}

inline void poison(void* memory, size_t bytes) {
    if (std::find(block.poisoned.begin(), block.poisoned.end(), memory) != block.poisoned.end()) return;
    block.poisoned.push_back(memory);
    std::memset(memory, 0xFF, bytes);
}

// What the fiber in lane `lane` of this warp offered; every lane of the mask must come here.
template <typename T>
T exchange(unsigned mask, T value, unsigned lane) {
    static_assert(sizeof(T) <= sizeof(uint64_t), "a lane exchanges at most eight bytes");
    size_t first = block.current / 32 * 32;
    std::memcpy(&block.slots[block.current], &value, sizeof(T));
    wait(FOR_WARP, mask);
    T got = value;
    if (lane < 32 && (mask >> lane & 1) && first + lane < block.fibers.size())
        std::memcpy(&got, &block.slots[first + lane], sizeof(T));
    wait(FOR_WARP, mask);  // nobody offers the next value before all have read this one
    return got;
}

inline void body() {
    block.kernel();
    now().waiting = DONE;
    change(now().context, block.scheduler);
}

// Let those go on who wait for nobody any more. False when there is nobody.
inline bool release() {
    bool all = true, any = false;
    for (Fiber& f : block.fibers) {
        all = all && (f.waiting == FOR_BLOCK || f.waiting == DONE);
        any = any || f.waiting == FOR_BLOCK;
    }
    if (all && any)
        for (Fiber& f : block.fibers)
            if (f.waiting == FOR_BLOCK) f.waiting = NO;
    if (all) return any;
    bool released = false;
    for (size_t first = 0; first < block.fibers.size(); first += 32) {
        size_t last = std::min(first + 32, block.fibers.size());
        bool together = true, some = false;
        for (size_t i = first; i < last; i++) {
            Fiber& f = block.fibers[i];
            if (f.waiting == FOR_WARP) some = true;
        }
        for (size_t i = first; some && i < last; i++) {
            if (block.fibers[i].waiting != FOR_WARP) continue;
            for (size_t j = first; j < last; j++)
                if (block.fibers[i].mask >> (j - first) & 1)
                    together = together && (block.fibers[j].waiting == FOR_WARP || block.fibers[j].waiting == DONE);
        }
        if (!some || !together) continue;
        for (size_t i = first; i < last; i++)
            if (block.fibers[i].waiting == FOR_WARP) block.fibers[i].waiting = NO;
        released = true;
    }
    return released;
}

inline bool run_block(unsigned schedule, std::mt19937& random) {
    block.poisoned.clear();
    size_t i = 0;
    for (Fiber& f : block.fibers) {
        f.thread = {unsigned(i % block.size.x), unsigned(i / block.size.x % block.size.y),
                    unsigned(i / block.size.x / block.size.y)};
        f.waiting = NO;
        begin(f.context, f.stack.get(), body);
        i++;
    }
    std::vector<size_t> order(block.fibers.size());
    for (size_t j = 0; j < order.size(); j++) order[j] = schedule == 1 ? order.size() - 1 - j : j;
    do {
        if (schedule > 1) std::shuffle(order.begin(), order.end(), random);
        for (size_t j : order)
            if (block.fibers[j].waiting == NO) {
                block.current = j;
                change(block.scheduler, block.fibers[j].context);
            }
    } while (release());
    return std::all_of(block.fibers.begin(), block.fibers.end(), [](Fiber& f) { return f.waiting == DONE; });
}

// Launch a kernel. Returns nullptr, or what is wrong with it.
inline const char* launch(const unsigned* grid, const unsigned* size, size_t shared, unsigned schedule,
                          std::function<void()> kernel) {
    size_t threads = size_t(size[0]) * size[1] * size[2], blocks = size_t(grid[0]) * grid[1] * grid[2];
    if (threads == 0 || threads > 1024) return "a block has 1 to 1,024 threads";
    if (blocks == 0 || grid[1] > 65535 || grid[2] > 65535) return "a grid has at least one block, at most 65,535 in y and z";
    if (shared > 227 << 10) return "more dynamic shared memory than a block can have";
    block.fibers.resize(threads);
    for (Fiber& f : block.fibers)
        if (!f.stack) f.stack.reset(new char[STACK]);
    block.slots.assign(threads, 0);
    block.fragments.assign(threads, {});
    block.size = {size[0], size[1], size[2]};
    block.grid = {grid[0], grid[1], grid[2]};
    block.kernel = std::move(kernel);
    std::mt19937 random(schedule);
    std::vector<size_t> order(blocks);
    for (size_t i = 0; i < blocks; i++) order[i] = schedule == 1 ? blocks - 1 - i : i;
    if (schedule > 1) std::shuffle(order.begin(), order.end(), random);
    for (size_t i : order) {
        std::unique_ptr<char[]> dynamic(new char[shared]);  // of its own, so that a sanitizer sees its end
        std::memset(dynamic.get(), 0xFF, shared);
        block.dynamic = dynamic.get();
        block.index = {unsigned(i % grid[0]), unsigned(i / grid[0] % grid[1]), unsigned(i / grid[0] / grid[1])};
        if (!run_block(schedule, random)) return "some threads wait at a barrier that others never reach";
    }
    return nullptr;
}

}  // namespace host

#define threadIdx (host::now().thread)
#define blockIdx (host::block.index)
#define blockDim (host::block.size)
#define gridDim (host::block.grid)

inline void __syncthreads() { host::wait(host::FOR_BLOCK); }
inline void __syncwarp(unsigned mask = 0xffffffff) { host::wait(host::FOR_WARP, mask); }
inline unsigned host_lane() { return host::block.current % 32; }

template <typename T>
T __shfl_sync(unsigned mask, T value, int lane) {
    return host::exchange(mask, value, unsigned(lane));
}
template <typename T>
T __shfl_xor_sync(unsigned mask, T value, int lanes) {
    return host::exchange(mask, value, host_lane() ^ unsigned(lanes));
}
template <typename T>
T __shfl_down_sync(unsigned mask, T value, int by) {
    return host::exchange(mask, value, host_lane() + unsigned(by));
}

template <typename T>
T atomicAdd(T* place, T value) {
    T before = *place;
    *place = before + value;
    return before;
}
inline unsigned __float_as_uint(float x) {
    unsigned bits;
    std::memcpy(&bits, &x, 4);
    return bits;
}
inline float __uint_as_float(unsigned bits) {
    float x;
    std::memcpy(&x, &bits, 4);
    return x;
}
inline void __threadfence() {}
using std::max;
using std::min;

#include "tensor_cores.h"
