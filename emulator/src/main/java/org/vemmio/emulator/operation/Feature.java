package org.vemmio.emulator.operation;

import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Cr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.outcome.Outcome;

/// Which processor state an instruction uses, and so what must be switched on for it: #UD where it is not, #NM where
/// the state has been switched out (Intel SDM vol. 2, 2.4 to 2.7, and vol. 3, table 14-1).
public enum Feature {
    /// Nothing beyond the general-purpose registers.
    GENERAL {
        @Override
        int missing(Cpu cpu) {
            return NOTHING;
        }
    },
    /// MMX registers.
    MMX {
        @Override
        int missing(Cpu cpu) {
            return (cpu.cr0() & Cr.CR0_EM) != 0 ? Outcome.Exception.UD : switchedOut(cpu);
        }
    },
    /// XMM registers, legacy encoding.
    SSE {
        @Override
        int missing(Cpu cpu) {
            return (cpu.cr0() & Cr.CR0_EM) != 0 || (cpu.cr4() & Cr.CR4_OSFXSR) == 0
                    ? Outcome.Exception.UD : switchedOut(cpu);
        }
    },
    /// XMM and YMM registers, VEX encoding.
    AVX {
        @Override
        int missing(Cpu cpu) {
            return enabled(cpu, Cr.XCR0_AVX) ? switchedOut(cpu) : Outcome.Exception.UD;
        }
    },
    /// VEX-encoded instructions on general-purpose registers (Intel SDM vol. 2, 2.4.13).
    VEX_GENERAL {
        @Override
        int missing(Cpu cpu) {
            return takesVex(cpu) ? NOTHING : Outcome.Exception.UD;
        }
    },
    /// Opmask, ZMM and upper registers, EVEX encoding.
    AVX512 {
        @Override
        int missing(Cpu cpu) {
            return enabled(cpu, Cr.XCR0_AVX512) ? switchedOut(cpu) : Outcome.Exception.UD;
        }
    };

    static final int NOTHING = -1;

    /// Returns the vector of the exception that the instruction raises, or [#NOTHING].
    abstract int missing(Cpu cpu);

    /// Returns whether VEX and EVEX are known: not in real-address and virtual-8086 mode.
    private static boolean takesVex(Cpu cpu) {
        return (cpu.cr0() & Cr.CR0_PE) != 0 && (cpu.rflags() & Rflags.VM) == 0;
    }

    private static boolean enabled(Cpu cpu, long state) {
        return takesVex(cpu) && (cpu.cr4() & Cr.CR4_OSXSAVE) != 0 && (cpu.xcr0() & state) == state;
    }

    private static int switchedOut(Cpu cpu) {
        return (cpu.cr0() & Cr.CR0_TS) != 0 ? Outcome.Exception.NM : NOTHING;
    }
}
