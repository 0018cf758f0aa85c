package org.vemmio.emulator.operation;

import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Cr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.Outcome;

/// From an operand's offset to what its bytes are: checks all that can fault, in one order, and finds out which of them
/// lie on devices. One per [Execution].
final class OperandTranslation {
    private final DevicePort devices;
    private final EarlyEnd end;
    private final TranslatedOperand[] operands;

    @SuppressWarnings("NullAway.Init")
    private Cpu cpu;
    @SuppressWarnings("NullAway.Init")
    private LinearMemory memory;

    OperandTranslation(DevicePort devices, PendingStores stores, EarlyEnd end) {
        this.devices = devices;
        this.end = end;
        this.operands = new TranslatedOperand[] {
            new TranslatedOperand(devices, stores), new TranslatedOperand(devices, stores)};
    }

    /// Sets whose operands are translated from now on.
    void serve(Cpu cpu, LinearMemory memory) {
        this.cpu = cpu;
        this.memory = memory;
        for (TranslatedOperand operand : operands) {
            operand.serve(memory);
        }
    }

    /// Does what [#locate] does, then has the devices asked whether they take the operand.
    TranslatedOperand open(int slot, AccessPlan access, long offset) {
        TranslatedOperand operand = locate(slot, access, offset);
        if (operand.plan()) {
            devices.split();
        }
        return operand;
    }

    /// Checks and translates the operand at `offset` into its segment.
    TranslatedOperand locate(int slot, AccessPlan access, long offset) {
        MemoryRef ref = access.ref();
        int size = access.size();
        long linear = ref.linear(cpu, offset);
        requireAlignment(linear, access.alignment());
        checkSegment(ref, offset, linear, size);
        boolean user = cpu.cpl() == 3;
        if (user && !isAligned(linear, access.checked()) && checksAlignment()) {
            throw end.fault(Outcome.Exception.AC, 0);
        }
        int toBoundary = LinearMemory.PAGE_SIZE - (int) (linear & LinearMemory.PAGE_SIZE - 1);
        int firstSize = Math.min(size, toBoundary);
        long firstGpa = piece(linear, firstSize, access.write(), user);
        TranslatedOperand operand = operands[slot];
        operand.set(linear, firstSize, firstGpa);
        if (firstSize < size) {
            long second = ref.mode() == CodeMode.CODE64 ? linear + firstSize : linear + firstSize & 0xffff_ffffL;
            operand.setSecond(second, size - firstSize, piece(second, size - firstSize, access.write(), user));
        }
        return operand;
    }

    /// Checks required alignment alone.
    void requireAlignment(AccessPlan access, long offset) {
        requireAlignment(access.ref().linear(cpu, offset), access.alignment());
    }

    private void requireAlignment(long linear, int alignment) {
        if (!isAligned(linear, alignment)) {
            throw end.fault(Outcome.Exception.GP, 0);
        }
    }

    private static boolean isAligned(long linear, int alignment) {
        return (linear & alignment - 1) == 0;
    }

    private boolean checksAlignment() {
        return (cpu.rflags() & Rflags.AC) != 0 && (cpu.cr0() & Cr.CR0_AM) != 0;
    }

    private void checkSegment(MemoryRef ref, long offset, long linear, int size) {
        boolean valid;
        if (ref.mode() == CodeMode.CODE64) {
            int unused = (cpu.cr4() & Cr.CR4_LA57) != 0 ? 64 - 57 : 64 - 48;
            long last = linear + size - 1;
            valid = linear << unused >> unused == linear && last << unused >> unused == last;
        } else {
            long limit = cpu.segmentLimit(ref.segment());
            valid = limit == -1 || Long.compareUnsigned(offset + size - 1, limit) <= 0;
        }
        if (!valid) {
            throw end.fault(ref.segment() == Segment.SS ? Outcome.Exception.SS : Outcome.Exception.GP, 0);
        }
    }

    /// Checks a piece within one page, and returns its guest-physical address if it lies on a device.
    private long piece(long linear, int size, boolean write, boolean user) {
        long translation = translate(linear, size, write, user);
        if (LinearMemory.isFault(translation)) {
            throw end.pageFault(linear, LinearMemory.errorCode(translation));
        }
        return translation;
    }

    /// Asks the memory, and checks that its answer is one.
    long translate(long linear, int size, boolean write, boolean user) {
        long translation = memory.translate(linear, size, write, user);
        if (translation >= LinearMemory.GPA_END) {
            throw new IllegalStateException("the memory answers a guest-physical address of more than 52 bits, 0x"
                    + Long.toHexString(translation));
        }
        return translation;
    }
}
