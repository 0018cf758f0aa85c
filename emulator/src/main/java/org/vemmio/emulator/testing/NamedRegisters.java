package org.vemmio.emulator.testing;

import java.util.List;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;

/// The registers that a trap written by hand sets by name, apart from the instruction pointer.
final class NamedRegisters {
    private NamedRegisters() {
    }

    /// Sets the register of a name.
    ///
    /// @throws IllegalArgumentException if there is no such register
    static void set(CpuState cpu, String register, long value) {
        switch (register) {
            case "rflags" -> cpu.setRflags(value);
            case "cr0" -> cpu.setCr0(value);
            case "cr4" -> cpu.setCr4(value);
            case "xcr0" -> cpu.setXcr0(value);
            default -> {
                int gpr = Gpr.names().indexOf(register);
                int segment = Segment.names().indexOf(register);
                if (gpr < 0 && segment < 0) {
                    throw new IllegalArgumentException(
                            "no register '%s'; there are %s, rip, rflags, cr0, cr4, xcr0 and the segment bases %s"
                                    .formatted(register, names(Gpr.names()), names(Segment.names())));
                }
                if (gpr >= 0) {
                    cpu.setGpr(gpr, value);
                } else {
                    cpu.setSegmentBase(segment, value);
                }
            }
        }
    }

    private static String names(List<String> names) {
        return String.join(", ", names);
    }
}
