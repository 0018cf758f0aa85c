package org.vemmio.emulator.outcome;

import java.util.List;

/// The checks whose labels mean the same for every handler. The engine and the architectural operations refuse by
/// these; where a handler's [Ladder] has a check with the same label, a Failure names that one.
public final class CommonChecks {
    /// The address is private, the shared bit being clear: no device can be there.
    public static final Check PRIVATE_ADDRESS = Check.named("private-address", "an access to private memory")
            .returning(Errno.EIO).build();
    /// The instruction bytes cannot be read.
    public static final Check FETCH_FAULT = Check.named("fetch-fault", "the instruction bytes cannot be read")
            .returning(Errno.EFAULT).build();
    /// The decoder finds no valid instruction in the bytes.
    public static final Check UNDECODABLE = Check.named("undecodable", "no valid instruction")
            .returning(Errno.EINVAL).build();
    /// The instruction has no operand in memory, so it cannot have trapped: a stale trap, or a race on the code.
    public static final Check NO_MEMORY_OPERAND =
            Check.named("no-memory-operand", "an instruction without a memory operand").returning(Errno.EINVAL).build();
    /// The instruction is valid, and not one that the architectural repertoire has.
    public static final Check UNSUPPORTED_INSTRUCTION = Check.named("unsupported-instruction",
            "an instruction that is not supported").returning(Errno.EINVAL).build();
    /// The device takes no access of this width, and the engine is configured not to split.
    public static final Check WIDTH_REFUSED = Check.named("width-refused", "a width that the device does not take")
            .returning(Errno.EINVAL).build();
    /// A locked read-modify-write lost every race for the device's compare-and-exchange that it was allowed.
    public static final Check LOCK_CONTENTION = Check.named("lock-contention",
            "the device's value kept changing under a locked instruction").returning(Errno.EIO).late().build();
    /// The device, or the hypercall that stands for it, failed.
    public static final Check DEVICE_REFUSED = Check.named("device-refused", "the device refused the access")
            .returning(Errno.EIO).late().build();

    private CommonChecks() {
    }

    /// {@return all of them}
    public static List<Check> all() {
        return List.of(PRIVATE_ADDRESS, FETCH_FAULT, UNDECODABLE, NO_MEMORY_OPERAND, UNSUPPORTED_INSTRUCTION,
                WIDTH_REFUSED, LOCK_CONTENTION, DEVICE_REFUSED);
    }
}
