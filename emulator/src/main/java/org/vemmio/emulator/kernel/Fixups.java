package org.vemmio.emulator.kernel;

import java.util.Optional;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.Ending;

/// What the entries of an exception table do to the registers (Linux arch/x86/mm/extable.c, `fixup_exception`).
final class Fixups {
    private Fixups() {
    }

    /// What the kernel has been told of the fault.
    ///
    /// @param vector the number of the exception, which FAULT leaves in RAX
    /// @param address the linear address
    record Fault(int vector, long address) {
    }

    /// Carries out an entry of a modelled type.
    ///
    /// @return how the kernel goes on, or nothing if a condition does not hold; then the registers are as before
    static Optional<Ending.Fixup> apply(ExceptionEntry entry, Fault fault, Cpu cpu, LinearMemory memory) {
        switch (entry.type()) {
            case DEFAULT, UACCESS -> {
            }
            case FAULT, COPY -> cpu.setGpr(Gpr.RAX, fault.vector());
            case UCOPY_LEN ->
                cpu.setGpr(Gpr.RCX, entry.constant() * cpu.gpr(Gpr.RCX) + cpu.gpr(entry.register()));
            case IMM_REG -> cpu.setGpr(entry.register(), entry.constant());
            case ZEROPAD -> {
                if (!ZeropadFixup.load(entry, fault.address(), cpu, memory)) {
                    return Optional.empty();
                }
            }
            default -> throw new IllegalArgumentException("no model of " + entry.type().label());
        }
        if (entry.clearsRax()) {
            cpu.setGpr(Gpr.RAX, 0);
        }
        if (entry.clearsRdx()) {
            cpu.setGpr(Gpr.RDX, 0);
        }
        cpu.setRip(entry.fixup());
        return Optional.of(new Ending.Fixup(entry.type().label(), entry.fixup()));
    }
}
