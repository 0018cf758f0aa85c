package org.vemmio.emulator.importing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.DeviceWindow;
import org.vemmio.emulator.recording.ProcessorState;
import org.vemmio.emulator.recording.RecordedTrap;

/// A trap in the making: registers and memory that explain what a trace shows, and which of them are inventions. For
/// one thread.
final class TrapDraft {
    private static final int BYTES_FETCHED = RecordedTrap.MAX_CODE;
    private static final byte NOP = (byte) 0x90;
    private static final long PAGE = LinearMemory.PAGE_SIZE;

    private final TracedInstruction traced;
    private final CpuState cpu = new CpuState();
    /// The bits of each general-purpose register that have their value already.
    private final long[] fixed = new long[Gpr.COUNT];
    private final Set<String> assumed = new LinkedHashSet<>();
    /// Guest-physical by guest-linear address of the devices' pages.
    private final Map<Long, Long> pages = new TreeMap<>(Long::compareUnsigned);
    private final List<ByteRange> memory = new ArrayList<>();
    private final List<OperandAccess> accesses = new ArrayList<>();
    private long gla;
    private boolean consistent = true;

    TrapDraft(TracedInstruction traced) {
        this.traced = traced;
        TracedInstruction.Place place = traced.place();
        cpu.setRflags(0);
        cpu.setMode(traced.mode());
        cpu.setRip(place.rip());
        cpu.setSegmentBase(Segment.CS, place.csBase());
        if (!place.modeTold()) {
            assumed.add("mode");
        }
        switch (place.protection()) {
            case REAL -> cpu.setCpl(0);
            case VIRTUAL_8086 -> cpu.setCpl(3);
            case PROTECTED -> assumed.add("cpl");
        }
    }

    TracedInstruction traced() {
        return traced;
    }

    CpuState cpu() {
        return cpu;
    }

    void assume(String key) {
        assumed.add(key);
    }

    // Registers

    /// Gives bits of a register their value; bits that have another already make the draft inconsistent.
    ///
    /// @param bits which
    void fix(int register, long bits, long value) {
        long old = cpu.gpr(register);
        long both = fixed[register] & bits;
        consistent &= (old & both) == (value & both);
        cpu.setGpr(register, old & ~bits | value & bits);
        fixed[register] |= bits;
    }

    long fixed(int register) {
        return fixed[register];
    }

    void contradict() {
        consistent = false;
    }

    /// Returns whether nothing has two values.
    boolean isConsistent() {
        return consistent;
    }

    // Memory

    /// Returns the linear address of the first access.
    long gla() {
        return gla;
    }

    /// Adds an access to a device.
    ///
    /// @param address its linear address
    void access(OperandAccess access, long address) {
        if (accesses.isEmpty()) {
            gla = address;
        }
        accesses.add(access);
        page(address, access.gpa());
        if (access.crossesPage()) {
            page((address & -PAGE) + PAGE, access.secondGpa());
        }
    }

    private void page(long linear, long gpa) {
        Long before = pages.put(linear & -PAGE, gpa & -PAGE);
        consistent &= before == null || before == (gpa & -PAGE);
    }

    /// Adds ordinary memory.
    ///
    /// @param told whether the contents are known; the address never is
    void memory(ByteRange range, boolean told) {
        String key = "mem[" + memory.size() + "]";
        assumed.add(key + ".gla");
        if (!told) {
            assumed.add(key + ".bytes");
        }
        memory.add(range);
    }

    // The trap

    /// Returns the trap.
    ///
    /// @throws IllegalArgumentException if memory and devices overlap, or a device is not below guest-physical
    ///     address 2^52
    RecordedTrap build() {
        RecordedTrap.Builder trap = RecordedTrap.builder().before(ProcessorState.of(cpu));
        byte[] code = Arrays.copyOf(traced.code(), BYTES_FETCHED);
        int length = Math.min(BYTES_FETCHED, traced.code().length);
        Arrays.fill(code, length, BYTES_FETCHED, NOP);
        trap.code(code).address(gla, accesses.getFirst().gpa());
        List<String> keys = new ArrayList<>(assumed);
        if (length < BYTES_FETCHED) {
            keys.add("code[%d:]".formatted(length));
        }
        int number = 0;
        for (OperandAccess access : accesses) {
            for (OperandAccess.Part part : access.parts()) {
                trap.access(part.access());
                if (!part.addressTold()) {
                    keys.add("mmio[%d].gpa".formatted(number));
                }
                if (!part.valueTold()) {
                    keys.add("mmio[%d].value".formatted(number));
                }
                number++;
            }
        }
        windows().forEach(trap::window);
        memory.forEach(trap::memory);
        return trap.assumed(keys).build();
    }

    private List<DeviceWindow> windows() {
        List<DeviceWindow> windows = new ArrayList<>();
        pages.forEach((linear, gpa) -> {
            DeviceWindow last = windows.isEmpty() ? null : windows.getLast();
            if (last != null && last.gla() + last.size() == linear && last.gpa() + last.size() == gpa) {
                windows.set(windows.size() - 1, new DeviceWindow(last.gla(), last.gpa(), last.size() + PAGE));
            } else {
                windows.add(new DeviceWindow(linear, gpa, PAGE));
            }
        });
        return windows;
    }
}
