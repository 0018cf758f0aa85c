package org.vemmio.emulator.memory;

/// Memory by guest-linear address.
///
/// An engine asks [#check] and [#deviceAddress] for every page of every operand before it makes the first access, and
/// splits accesses at 4 KiB boundaries, so that no call here crosses one. Multi-byte values are little-endian.
/// Addresses are 64 bits, unsigned. An implementation belongs to the virtual processor's thread, as its Cpu does.
public interface LinearMemory {
    /// The size of the pages at which accesses are split, in bytes.
    int PAGE_SIZE = 4096;

    /// What [#deviceAddress] answers for ordinary memory.
    long NOT_A_DEVICE = -1;

    /// What [#check] answers where the access would not fault.
    int NO_FAULT = -1;

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
    /// @param count how many are wanted, 0 to 15; unlike the other calls this one may cross a page
    /// @return how many could be fetched, 0 to `count`: those before the first that cannot
    int fetch(long linear, byte[] into, int count);

    /// {@return the guest-physical address of the byte at `linear` if its page is a device, else [#NOT_A_DEVICE]}
    ///
    /// Asked only for addresses for which [#check] found no fault.
    long deviceAddress(long linear);

    /// Tells whether an access would fault.
    ///
    /// @param linear address of the first byte
    /// @param size bytes, all within one page
    /// @param write whether it is a write, or a read that a write will follow (a read-modify-write faults as a write)
    /// @param user whether CPL is 3
    /// @return [#NO_FAULT], or the error code of the page fault: a sum of the `PF_` bits
    int check(long linear, int size, boolean write, boolean user);

    /// {@return `size` bytes of ordinary memory at `linear`, zero-extended}
    ///
    /// @param size 1 to 8 bytes, for which [#check] found no fault
    long read(long linear, int size);

    /// Writes the low `size` bytes of `value` to ordinary memory.
    ///
    /// @param size 1 to 8 bytes, for which [#check] found no fault
    void write(long linear, int size, long value);
}
