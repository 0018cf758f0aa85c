package org.vemmio.emulator.operation;

import org.vemmio.emulator.memory.LinearMemory;

/// An operand in memory, checked and translated: up to two pieces, the second on the next page. Pieces are accessed in
/// ascending address order. What is stored in ordinary memory reaches it when the instruction commits, so that a refusal
/// leaves memory as it was; until then a load reads what was there before. An [Execution] owns two, and hands them out
/// anew for every instruction.
public final class TranslatedOperand {
    private final OperandPiece first;
    private final OperandPiece second;
    private int size;
    private boolean whole;

    TranslatedOperand(DevicePort devices, PendingStores stores) {
        first = new OperandPiece(devices, stores);
        second = new OperandPiece(devices, stores);
    }

    /// Sets in which memory operands are from now on.
    void serve(LinearMemory memory) {
        first.serve(memory);
        second.serve(memory);
    }

    /// Makes this an operand of one piece.
    ///
    /// @param gpa guest-physical, or [LinearMemory#ORDINARY]
    void set(long linear, int size, long gpa) {
        first.set(linear, size, gpa);
        this.size = size;
        whole = true;
    }

    /// Adds a second piece, of `more` bytes, on a page of its own.
    void setSecond(long linear, int more, long gpa) {
        second.set(linear, more, gpa);
        size += more;
        whole = false;
    }

    /// Finds out in which widths devices take the operand, and refuses the instruction where they do not.
    ///
    /// @return whether devices are accessed in more pieces than one
    boolean plan() {
        first.plan();
        if (whole) {
            return first.isDevice() && !first.isOneAccess();
        }
        second.plan();
        return touchesDevice();
    }

    /// {@return the linear address of the first byte}
    public long linear() {
        return first.linear();
    }

    /// {@return the size in bytes}
    public int size() {
        return size;
    }

    /// {@return whether any byte lies on a device}
    public boolean touchesDevice() {
        return first.isDevice() || !whole && second.isDevice();
    }

    /// {@return the guest-physical address if the whole operand lies in one piece on a device, else
    /// [LinearMemory#ORDINARY]}
    public long gpa() {
        return whole ? first.gpa() : LinearMemory.ORDINARY;
    }

    /// Returns whether the whole operand is one access to one device.
    boolean isOneAccess() {
        return whole && first.isOneAccess();
    }

    /// {@return the operand's value, zero-extended; for 1 to 8 bytes}
    public long load() {
        long low = first.load();
        return whole ? low : low | second.load() << Byte.SIZE * first.size();
    }

    /// Writes the low bytes of `value`; for 1 to 8 bytes.
    public void store(long value) {
        first.store(value);
        if (!whole) {
            second.store(value >>> Byte.SIZE * first.size());
        }
    }

    /// Reads the operand into `into`, from index 0, in memory order; for 1 to 64 bytes.
    public void load(byte[] into) {
        first.load(into, 0);
        if (!whole) {
            second.load(into, first.size());
        }
    }

    /// Writes the operand from `from`, from index 0, in memory order; for 1 to 64 bytes.
    public void store(byte[] from) {
        first.store(from, 0);
        if (!whole) {
            second.store(from, first.size());
        }
    }
}
