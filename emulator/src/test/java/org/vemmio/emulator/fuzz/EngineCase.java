package org.vemmio.emulator.fuzz;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.cpu.Trap;

/// A trap, and everything around it. Nothing of it is changed by running it.
///
/// @param code the instruction bytes, at the linear address of RIP
/// @param oddity of devices and memory
record EngineCase(Setup setup, byte[] code, CpuState cpu, Trap trap, List<Region> regions, Oddity oddity) {
    /// How the engine is built.
    ///
    /// @param policy `propagate`, or what is done instead: `architectural` or `skip`
    record Setup(String handler, String policy, boolean splitting, int repeatBound) {
        /// The defaults of an engine.
        Setup(String handler) {
            this(handler, "propagate", true, 1024);
        }
    }

    BookedMemory memory() {
        return new BookedMemory(regions, cpu.linearRip(), code, oddity);
    }

    /// Returns cases that are simpler than this one in one respect each.
    List<EngineCase> simpler() {
        List<EngineCase> all = new ArrayList<>();
        if (!oddity.equals(Oddity.NONE)) {
            all.add(with(Oddity.NONE));
            Oddity o = oddity;
            all.add(with(new Oddity(o.widths(), 127, 0, o.refusesAt(), o.throwsAt(), o.reentersAt(), o.memoryThrowsAt(),
                    o.exchanges())));
            all.add(with(new Oddity(127, o.widthsLater(), o.changesAt(), o.refusesAt(), 0, 0, 0, o.exchanges())));
            all.add(with(new Oddity(o.widths(), o.widthsLater(), o.changesAt(), 0, o.throwsAt(), o.reentersAt(), 0,
                    false)));
        }
        all.add(new EngineCase(new Setup(setup.handler), code, cpu, trap, regions, oddity));
        for (int i = 0; i < regions.size(); i++) {
            List<Region> fewer = new ArrayList<>(regions);
            fewer.remove(i);
            all.add(new EngineCase(setup, code, cpu, trap, fewer, oddity));
        }
        for (int i = 0; i < code.length; i++) {
            all.add(new EngineCase(setup, without(code, i), cpu, trap, regions, oddity));
        }
        for (int i = 0; i < Gpr.COUNT; i++) {
            int register = i;
            all.add(changed(cpu -> cpu.setGpr(register, 0)));
        }
        CpuState plain = new CpuState();
        all.add(changed(cpu -> cpu.setRflags(plain.rflags())));
        all.add(changed(cpu -> cpu.setCpl(0)));
        all.add(changed(cpu -> cpu.setCr0(plain.cr0())));
        all.add(changed(cpu -> cpu.setCr4(plain.cr4())));
        all.add(changed(cpu -> cpu.setPasid(plain.pasid())));
        all.add(changed(cpu -> {
            for (int i = 0; i < Segment.COUNT; i++) {
                cpu.setSegmentBase(i, 0);
                cpu.setSegmentLimit(i, -1);
            }
        }));
        for (int i = 0; i < 32; i++) {
            int register = i;
            all.add(changed(cpu -> setVector(cpu, register, 0)));
        }
        for (int i = 0; i < 8; i++) {
            int register = i;
            all.add(changed(cpu -> cpu.setMask(register, 0)));
            all.add(changed(cpu -> cpu.setMmx(register, 0)));
        }
        all.removeIf(simpler -> simpler.toJava().equals(toJava()));
        return all;
    }

    private static void setVector(CpuState cpu, int register, long value) {
        for (int lane = 0; lane < 8; lane++) {
            cpu.setVector(register, lane, value);
        }
    }

    private static byte[] without(byte[] bytes, int index) {
        byte[] fewer = new byte[bytes.length - 1];
        System.arraycopy(bytes, 0, fewer, 0, index);
        System.arraycopy(bytes, index + 1, fewer, index, fewer.length - index);
        return fewer;
    }

    private EngineCase with(Oddity oddity) {
        return new EngineCase(setup, code, cpu, trap, regions, oddity);
    }

    private EngineCase changed(Consumer<CpuState> change) {
        CpuState changed = CpuState.copyOf(cpu);
        change.accept(changed);
        return new EngineCase(setup, code, changed, trap, regions, oddity);
    }

    /// {@return the body of a test that runs this case}
    String toJava() {
        StringJoiner java = new StringJoiner("\n        ", "\n        ", "\n");
        java.add("CpuState cpu = new CpuState();");
        CpuState plain = new CpuState();
        if (cpu.mode() != plain.mode()) {
            java.add("cpu.setMode(CodeMode.%s);".formatted(cpu.mode()));
        }
        set(java, "cpu.setCpl(%d);", cpu.cpl(), plain.cpl());
        set(java, "cpu.setRip(0x%xL);", cpu.rip(), plain.rip());
        set(java, "cpu.setRflags(0x%xL);", cpu.rflags(), plain.rflags());
        set(java, "cpu.setCr0(0x%xL);", cpu.cr0(), plain.cr0());
        set(java, "cpu.setCr4(0x%xL);", cpu.cr4(), plain.cr4());
        set(java, "cpu.setXcr0(0x%xL);", cpu.xcr0(), plain.xcr0());
        set(java, "cpu.setPasid(0x%xL);", cpu.pasid(), plain.pasid());
        for (int i = 0; i < Gpr.COUNT; i++) {
            set(java, "cpu.setGpr(" + i + ", 0x%xL);", cpu.gpr(i), 0);
        }
        for (int i = 0; i < Segment.COUNT; i++) {
            set(java, "cpu.setSegmentBase(" + i + ", 0x%xL);", cpu.segmentBase(i), 0);
            set(java, "cpu.setSegmentLimit(" + i + ", 0x%xL);", cpu.segmentLimit(i), -1);
        }
        for (int i = 0; i < 32 * 8; i++) {
            set(java, "cpu.setVector(" + i / 8 + ", " + i % 8 + ", 0x%xL);", cpu.vector(i / 8, i % 8), 0);
        }
        for (int i = 0; i < 8; i++) {
            set(java, "cpu.setMask(" + i + ", 0x%xL);", cpu.mask(i), 0);
            set(java, "cpu.setMmx(" + i + ", 0x%xL);", cpu.mmx(i), 0);
        }
        java.add("Trap trap = new Trap(48, 0, 0x%xL, 0x%xL, %s);".formatted(trap.gla(), trap.gpa(),
                trap.privateAddress()));
        java.add("List<Region> regions = List.of(" + regions.stream()
                .map(region -> "new Region(0x%xL, 0x%x, Region.Kind.%s, 0x%xL)".formatted(region.linear(),
                        region.size(), region.kind(), region.gpa())).collect(Collectors.joining(", ")) + ");");
        java.add("Oddity oddity = new Oddity(%d, %d, %d, %d, %d, %d, %d, %s);".formatted(oddity.widths(),
                oddity.widthsLater(), oddity.changesAt(), oddity.refusesAt(), oddity.throwsAt(), oddity.reentersAt(),
                oddity.memoryThrowsAt(), oddity.exchanges()));
        java.add("requireSound(new EngineCase(new EngineCase.Setup(\"%s\", \"%s\", %s, %d), bytes(\"%s\"), cpu, trap,"
                .formatted(setup.handler, setup.policy, setup.splitting, setup.repeatBound,
                        HexFormat.of().formatHex(code)));
        java.add("        regions, oddity));");
        return java.toString();
    }

    private static void set(StringJoiner java, String statement, long value, long plain) {
        if (value != plain) {
            java.add(statement.formatted(value));
        }
    }
}
