"""The same work done by other programs, each in a process of its own.

These files run under whatever Python has the peers, so they import nothing of scratchgpt, and each loads
its library only when it is asked to work. `worker` is the loop around all of them, ours included.
"""
