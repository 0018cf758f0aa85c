package org.vemmio.emulator.kernel;

import java.util.Optional;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.Ending;

/// What the entries of an exception table do to the registers (Linux arch/x86/mm/extable.c, `fixup_exception`).
final class Fixups {
    /// The number of the exception, which FAULT leaves in RAX: #VE (`X86_TRAP_VE`).
    private static final int TRAP_NUMBER = 20;

    private Fixups() {
    }

    /// Carries out an entry of a modelled type.
    ///
    /// @param faultAddress the linear address of the fault, as the kernel has been told
    /// @return how the kernel goes on, or nothing if a condition does not hold; then the registers are as before
    static Optional<Ending.Fixup> apply(ExceptionEntry entry, long faultAddress, Cpu cpu, LinearMemory memory) {
        switch (entry.type()) {
            case DEFAULT, UACCESS -> {
            }
            case FAULT, COPY -> cpu.setGpr(Gpr.RAX, TRAP_NUMBER);
            case UCOPY_LEN ->
                cpu.setGpr(Gpr.RCX, entry.constant() * cpu.gpr(Gpr.RCX) + cpu.gpr(entry.register()));
            case IMM_REG -> cpu.setGpr(entry.register(), entry.constant());
            case ZEROPAD -> {
                if (!ZeropadFixup.load(entry, faultAddress, cpu, memory)) {
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
