package org.vemmio.emulator.operation;

import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.memory.LinearMemory;

/// An operand in memory, checked and translated: up to two pieces, the second on the next page. Pieces are accessed in
/// ascending address order, except that a piece in ordinary memory is written after one on a device, so that a refusal
/// leaves memory as it was. An [Execution] owns two, and hands them out anew for every instruction.
public final class TranslatedOperand {
    private final DevicePort devices;
    private final byte[] scratch = new byte[Execution.WIDEST];
    @SuppressWarnings("NullAway.Init")
    private LinearMemory memory;
    private long linear;
    private int size;
    private int firstSize;
    private long firstGpa;
    private long secondLinear;
    private long secondGpa;

    TranslatedOperand(DevicePort devices) {
        this.devices = devices;
    }

    /// Sets in which memory operands are from now on.
    void serve(LinearMemory memory) {
        this.memory = memory;
    }

    /// Makes this an operand of one piece.
    ///
    /// @param gpa guest-physical, or [LinearMemory#NOT_A_DEVICE]
    void set(long linear, int size, long gpa) {
        this.linear = linear;
        this.size = size;
        this.firstSize = size;
        this.firstGpa = gpa;
        this.secondGpa = LinearMemory.NOT_A_DEVICE;
    }

    /// Makes all from byte `firstSize` on a second piece, on a page of its own.
    void setSecond(int firstSize, long secondLinear, long secondGpa) {
        this.firstSize = firstSize;
        this.secondLinear = secondLinear;
        this.secondGpa = secondGpa;
    }

    int firstSize() {
        return firstSize;
    }

    long firstGpa() {
        return firstGpa;
    }

    long secondGpa() {
        return secondGpa;
    }

    /// {@return the linear address of the first byte}
    public long linear() {
        return linear;
    }

    /// {@return the size in bytes}
    public int size() {
        return size;
    }

    /// {@return whether any byte lies on a device}
    public boolean touchesDevice() {
        return firstGpa != LinearMemory.NOT_A_DEVICE || secondGpa != LinearMemory.NOT_A_DEVICE;
    }

    /// {@return the guest-physical address if the whole operand lies in one piece on a device, else
    /// [LinearMemory#NOT_A_DEVICE]}
    public long gpa() {
        return firstSize == size ? firstGpa : LinearMemory.NOT_A_DEVICE;
    }

    /// {@return the operand's value, zero-extended; for 1 to 8 bytes}
    public long load() {
        if (firstSize == size) {
            return loadPiece(linear, firstGpa, size);
        }
        long low = loadPiece(linear, firstGpa, firstSize);
        return low | loadPiece(secondLinear, secondGpa, size - firstSize) << 8 * firstSize;
    }

    /// Writes the low bytes of `value`; for 1 to 8 bytes.
    public void store(long value) {
        if (secondIsDeviceAlone()) {
            storePiece(secondLinear, secondGpa, size - firstSize, value >>> 8 * firstSize);
            storePiece(linear, firstGpa, firstSize, value);
            return;
        }
        storePiece(linear, firstGpa, firstSize, value);
        if (firstSize < size) {
            storePiece(secondLinear, secondGpa, size - firstSize, value >>> 8 * firstSize);
        }
    }

    /// Reads the operand into `into`, from index 0, in memory order; for 1 to 64 bytes.
    public void load(byte[] into) {
        loadPiece(linear, firstGpa, into, 0, firstSize);
        if (firstSize < size) {
            loadPiece(secondLinear, secondGpa, into, firstSize, size - firstSize);
        }
    }

    /// Writes the operand from `from`, from index 0, in memory order; for 1 to 64 bytes.
    public void store(byte[] from) {
        if (secondIsDeviceAlone()) {
            storePiece(secondLinear, secondGpa, from, firstSize, size - firstSize);
            storePiece(linear, firstGpa, from, 0, firstSize);
            return;
        }
        storePiece(linear, firstGpa, from, 0, firstSize);
        if (firstSize < size) {
            storePiece(secondLinear, secondGpa, from, firstSize, size - firstSize);
        }
    }

    private boolean secondIsDeviceAlone() {
        return firstGpa == LinearMemory.NOT_A_DEVICE && secondGpa != LinearMemory.NOT_A_DEVICE;
    }

    private long loadPiece(long address, long gpa, int count) {
        if (gpa == LinearMemory.NOT_A_DEVICE) {
            return memory.read(address, count);
        }
        if (devices.takes(gpa, count)) {
            return devices.read(gpa, count);
        }
        devices.read(gpa, scratch, 0, count);
        return Bytes.get(scratch, 0, count);
    }

    private void storePiece(long address, long gpa, int count, long value) {
        if (gpa == LinearMemory.NOT_A_DEVICE) {
            memory.write(address, count, value);
        } else if (devices.takes(gpa, count)) {
            devices.write(gpa, count, value);
        } else {
            Bytes.put(scratch, 0, count, value);
            devices.write(gpa, scratch, 0, count);
        }
    }

    private void loadPiece(long address, long gpa, byte[] into, int offset, int count) {
        if (gpa != LinearMemory.NOT_A_DEVICE) {
            devices.read(gpa, into, offset, count);
            return;
        }
        for (int done = 0; done < count; done += 8) {
            int part = Math.min(8, count - done);
            Bytes.put(into, offset + done, part, memory.read(address + done, part));
        }
    }

    private void storePiece(long address, long gpa, byte[] from, int offset, int count) {
        if (gpa != LinearMemory.NOT_A_DEVICE) {
            devices.write(gpa, from, offset, count);
            return;
        }
        for (int done = 0; done < count; done += 8) {
            int part = Math.min(8, count - done);
            memory.write(address + done, part, Bytes.get(from, offset + done, part));
        }
    }
}
