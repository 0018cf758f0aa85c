package org.vemmio.emulator.importing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.DeviceWindow;
import org.vemmio.emulator.recording.ProcessorState;
import org.vemmio.emulator.recording.RecordedTrap;

/// A trap that is made of a dump. For one thread.
///
/// What it accesses is what the processor accesses with these registers. Where the device is, and what it answered, is
/// an invention.
final class DumpedTrap {
    private static final long DEVICE = 0xd000_0000L;
    private static final long PAGE = LinearMemory.PAGE_SIZE;
    private static final byte NOP = (byte) 0x90;

    private final DumpRegisters registers;
    private final CpuState cpu;
    private final TracedInstruction traced;
    private final boolean sourcesMissing;
    private final Optional<DumpOperand.Place> place;
    private final long gla;
    private final int size;
    private final DeviceWindow window;
    private final RecordedTrap.Builder trap = RecordedTrap.builder();

    /// @param told the bytes of the dump, from the instruction on
    DumpedTrap(DumpRegisters registers, Instruction instruction, byte[] told) {
        this.registers = registers;
        cpu = registers.cpu();
        byte[] code = Arrays.copyOf(told, RecordedTrap.MAX_CODE);
        if (told.length < code.length) {
            Arrays.fill(code, Math.max(told.length, instruction.length()), code.length, NOP);
            registers.assumed().add("code[%d:]".formatted(told.length));
        }
        traced = new TracedInstruction(instruction, code, new TracedInstruction.Place(
                TracedInstruction.Protection.PROTECTED, true, 0, cpu.rip()));
        sourcesMissing = registers.assumeSources(instruction);
        long nowhere = AddressSolver.linear(traced, DEVICE);
        long cr2 = registers.dump().register("cr2").orElse(0);
        boolean fits = cr2 != 0 && cr2 < 0 == traced.isInUpperHalf();
        place = DumpOperand.find(registers, traced, fits ? cr2 : nowhere);
        if (place.isEmpty()) {
            registers.assumed().add("gla");
        }
        gla = place.map(DumpOperand.Place::gla).orElse(nowhere);
        size = place.map(found -> Math.max(1, found.operand().width() / Byte.SIZE)).orElse(1);
        window = window();
    }

    private DeviceWindow window() {
        long start = gla & -PAGE;
        long length = (gla + size - 1 & -PAGE) - start + PAGE;
        if (registers.isWithoutPaging()) {
            return new DeviceWindow(start, start, length);
        }
        registers.assumed().add("gpa");
        return new DeviceWindow(start, DEVICE, length);
    }

    private long gpa() {
        return window.gpa() + gla - window.gla();
    }

    /// Returns the trap.
    ///
    /// @throws IllegalArgumentException if the access wraps around at the end of the address space
    RecordedTrap build(DumpProbe probe) {
        DumpProbe.Result done = execute(probe);
        trap.before(ProcessorState.of(cpu)).code(traced.code()).address(gla, gpa()).window(window);
        List<String> keys = new ArrayList<>(registers.assumed());
        for (int i = 0; i < done.memory().size(); i++) {
            trap.memory(done.memory().get(i));
            if (sourcesMissing) {
                keys.add("mem[%d].gla".formatted(i));
            }
            keys.add("mem[%d].bytes".formatted(i));
        }
        switch (done.outcome()) {
            case Outcome.Exception fault when !fault.complete() -> memoryLike(keys);
            case Outcome.Failed _ -> accesses(named(), keys);
            default -> accesses(done.accesses(), keys);
        }
        return trap.assumed(keys).build();
    }

    /// Executes the instruction. One that repeats goes no further than its page: nothing tells that the next one is the
    /// device's.
    private DumpProbe.Result execute(DumpProbe probe) {
        long count = cpu.gpr(Gpr.RCX);
        if (!traced.instruction().prefixes().repeats()) {
            return probe.run(cpu, traced.code(), window, gla);
        }
        boolean down = (cpu.rflags() & Rflags.DF) != 0;
        long inPage = gla & PAGE - 1;
        long most = Math.max(1, (down ? inPage + size : PAGE - inPage) / size);
        boolean told = registers.isTold(Gpr.RCX);
        boolean further = Long.compareUnsigned(count & AddressSolver.mask(traced.instruction().addressWidth()), most) > 0;
        if (!told || further) {
            cpu.setGpr(Gpr.RCX, told ? most : 1);
        }
        DumpProbe.Result done = probe.run(cpu, traced.code(), window, gla);
        if (told && done.outcome() instanceof Outcome.Exception) {
            cpu.setGpr(Gpr.RCX, count);
        } else if (told && further) {
            registers.assumed().add("regs.rcx");
        }
        return done;
    }

    /// Where the processor faults there is no access that is right; a handler that does not look so closely finds
    /// memory.
    private void memoryLike(List<String> keys) {
        trap.backing(new ByteRange(window.gpa(), new byte[(int) window.size()]));
        keys.add("backing.bytes");
    }

    /// Returns the accesses that the operand demands of an instruction that the processor here does not know.
    private List<DeviceAccess> named() {
        List<DeviceAccess> accesses = new ArrayList<>();
        place.map(DumpOperand.Place::operand).ifPresent(operand -> {
            byte[] bytes = new byte[operand.width() / Byte.SIZE];
            for (boolean write : new boolean[] {false, true}) {
                if (write ? operand.access().writes() : operand.access().reads()) {
                    new OperandAccess(write, OptionalLong.empty(), gpa(), (gpa() & -PAGE) + PAGE, true, bytes, 0)
                            .parts().forEach(part -> accesses.add(part.access()));
                }
            }
        });
        return accesses;
    }

    private void accesses(List<DeviceAccess> accesses, List<String> keys) {
        boolean storedTold = !sourcesMissing
                && DumpOperand.all(traced.instruction()).stream().noneMatch(operand -> operand.access().reads());
        for (int i = 0; i < accesses.size(); i++) {
            trap.access(accesses.get(i));
            if (!registers.isWithoutPaging()) {
                keys.add("mmio[%d].gpa".formatted(i));
            }
            if (!accesses.get(i).isWrite() || !storedTold) {
                keys.add("mmio[%d].value".formatted(i));
            }
        }
    }
}
