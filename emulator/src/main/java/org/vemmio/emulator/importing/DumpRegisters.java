package org.vemmio.emulator.importing;

import java.util.LinkedHashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.Operand;
import org.vemmio.decoder.Register;
import org.vemmio.decoder.RegisterFile;
import org.vemmio.decoder.RegisterOperand;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.hex.CrashDump;
import org.vemmio.emulator.hex.CrashDump.DumpedSegment;

/// The registers of a dump, and what of them had to be invented. For one dump.
final class DumpRegisters {
    /// Where Linux has its code, and where a program has it.
    private static final long KERNEL_CODE = 0xffff_ffff_8100_0000L;
    private static final long LOWER_CODE = 0x40_1000;
    private static final long PAGING = 0x8000_0000L;
    private static final long PROTECTION = 1;
    private static final Set<String> LINUX = Set.of("oops", "sev");

    private final CrashDump dump;
    private final CpuState cpu = new CpuState();
    private final Set<String> assumed = new LinkedHashSet<>();

    DumpRegisters(CrashDump dump) {
        this.dump = dump;
        cpu.setRflags(dump.register("rflags").orElse(0));
        cpu.setMode(dump.mode().orElse(CodeMode.CODE64));
        if (dump.mode().isEmpty()) {
            assumed.add("mode");
        }
        for (int i = 0; i < Gpr.COUNT; i++) {
            cpu.setGpr(i, dump.register(Gpr.name(i)).orElse(0));
        }
        for (int i = 0; i < Segment.COUNT; i++) {
            DumpedSegment segment = segment(i);
            cpu.setSegmentSelector(i, (int) segment.selector().orElse(0));
            cpu.setSegmentBase(i, segment.base().orElse(0));
        }
        dump.register("cr0").ifPresent(cpu::setCr0);
        dump.register("cr4").ifPresent(cpu::setCr4);
        place();
    }

    /// Sets RIP and the privilege level.
    private void place() {
        OptionalLong selector = segment(Segment.CS).selector();
        OptionalLong rip = dump.register("rip");
        boolean is64 = cpu.mode() == CodeMode.CODE64;
        boolean user = selector.isPresent() ? (selector.getAsLong() & 3) == 3
                : LINUX.contains(dump.form()) && is64 && rip.orElse(-1) >= 0;
        boolean real = dump.register("cr0").isPresent() && (cpu.cr0() & PROTECTION) == 0;
        cpu.setCpl(real ? 0 : selector.isPresent() ? (int) selector.getAsLong() & 3 : user ? 3 : 0);
        if (selector.isEmpty() && !real) {
            assumed.add("cpl");
        }
        cpu.setRip(rip.orElse(is64 && !user ? KERNEL_CODE : LOWER_CODE));
        if (rip.isEmpty()) {
            assumed.add("rip");
        }
    }

    private DumpedSegment segment(int number) {
        return dump.segments().getOrDefault(Segment.names().get(number), DumpedSegment.UNKNOWN);
    }

    CrashDump dump() {
        return dump;
    }

    CpuState cpu() {
        return cpu;
    }

    Set<String> assumed() {
        return assumed;
    }

    boolean isTold(int register) {
        return dump.register(Gpr.name(register)).isPresent();
    }

    /// Returns whether linear addresses are physical ones.
    boolean isWithoutPaging() {
        return dump.register("cr0").isPresent() && (cpu.cr0() & PAGING) == 0;
    }

    boolean isBaseTold(int segment) {
        return segment(segment).base().isPresent();
    }

    void assume(int register) {
        if (!isTold(register)) {
            assumed.add("regs." + Gpr.name(register));
        }
    }

    /// Notes what the instruction reads of which the dump tells nothing, and returns whether there is any.
    boolean assumeSources(Instruction instruction) {
        boolean missing = false;
        for (Operand operand : instruction.operands()) {
            if (operand instanceof RegisterOperand register && register.access().reads()) {
                missing |= assumeSource(register.register());
            }
        }
        boolean flags = instruction.flags().tested() != 0 && dump.register("rflags").isEmpty();
        if (flags) {
            assumed.add("regs.rflags");
        }
        return missing || flags;
    }

    private boolean assumeSource(Register register) {
        RegisterFile file = register.file();
        if (file.isGeneralPurpose()) {
            assume(register.number());
            return !isTold(register.number());
        }
        if (file.isVector()) {
            assumed.add("vec." + (file == RegisterFile.ZMM ? "zmm" : "ymm") + register.number());
        } else if (file == RegisterFile.MASK || file == RegisterFile.MMX) {
            assumed.add("vec." + register.name());
        } else if (file == RegisterFile.SEGMENT) {
            boolean told = segment(register.number()).selector().isPresent();
            if (!told) {
                assumed.add("sel." + register.name());
            }
            return !told;
        }
        return file != RegisterFile.FLAGS && file != RegisterFile.IP;
    }
}
