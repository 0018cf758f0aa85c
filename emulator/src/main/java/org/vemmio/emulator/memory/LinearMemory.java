package org.vemmio.emulator.memory;

/// Memory by guest-linear address.
///
/// An engine asks [#translate] for every page of every operand before it makes the first access, and splits accesses at
/// 4 KiB boundaries, so that no call here crosses one. Multi-byte values are little-endian. Linear addresses are 64
/// bits, unsigned; guest-physical ones are below 2^52 (Intel SDM vol. 3, 4.1.4, MAXPHYADDR), so that none of them is
/// ever taken for one of the other answers. An implementation belongs to the virtual processor's thread, as its Cpu
/// does.
public interface LinearMemory {
    /// The size of the pages at which accesses are split, in bytes.
    int PAGE_SIZE = 4096;

    /// The first number above all guest-physical addresses: 2^52.
    long GPA_END = 1L << 52;

    /// What [#translate] answers for ordinary memory.
    long ORDINARY = -1;

    /// Page-fault error code bit P: the fault is a protection violation, not an absent page (Intel SDM vol. 3, 4.7).
    int PF_PRESENT = 1;
    /// Page-fault error code bit W/R: the access was a write.
    int PF_WRITE = 1 << 1;
    /// Page-fault error code bit U/S: the access was made at CPL 3.
    int PF_USER = 1 << 2;
    /// Page-fault error code bit I/D: the access was an instruction fetch.
    int PF_FETCH = 1 << 4;

    /// Copies instruction bytes.
    ///
    /// @param linear address of the first byte
    /// @param into receives the bytes from index 0
    /// @param count how many are wanted, 0 to 16; unlike the other calls this one may cross a page
    /// @return how many could be fetched, 0 to `count`: those before the first that cannot
    int fetch(long linear, byte[] into, int count);

    /// Tells where an access leads, or that it would fault.
    ///
    /// @param linear address of the first byte
    /// @param size bytes, all within one page
    /// @param write whether it is a write, or a read that a write will follow (a read-modify-write faults as a write)
    /// @param user whether CPL is 3
    /// @return the guest-physical address of the first byte, 0 to [#GPA_END] - 1, if the page is a device; [#ORDINARY],
    ///     if it is ordinary memory; [#fault], if the access would fault
    long translate(long linear, int size, boolean write, boolean user);

    /// {@return what [#translate] answers where the access would fault}
    ///
    /// @param errorCode the error code of the page fault: a sum of the `PF_` bits
    static long fault(int errorCode) {
        return Long.MIN_VALUE | errorCode;
    }

    /// {@return whether an answer of [#translate] is the guest-physical address of a device}
    static boolean isDevice(long translation) {
        return translation >= 0;
    }

    /// {@return whether an answer of [#translate] is a fault}
    static boolean isFault(long translation) {
        return translation < ORDINARY;
    }

    /// {@return the error code of a [#fault]: a sum of the `PF_` bits}
    static int errorCode(long fault) {
        return (int) fault;
    }

    /// {@return `size` bytes of ordinary memory at `linear`, zero-extended}
    ///
    /// @param size 1 to 8 bytes, which [#translate] has found to be ordinary memory
    long read(long linear, int size);

    /// Writes the low `size` bytes of `value` to ordinary memory.
    ///
    /// @param size 1 to 8 bytes, which [#translate] has found to be ordinary memory
    void write(long linear, int size, long value);
}
