package org.vemmio.emulator.importing;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.outcome.DeviceAccess;

/// What one access to one operand looks like at the device, from however many accesses the trace shows of it.
///
/// @param write whether it is a write
/// @param gla the linear address of the first byte, where the trace tells it
/// @param gpa the guest-physical address of the first byte
/// @param secondGpa that of the first byte on the next page; only where the operand crosses one
/// @param secondTold whether the trace tells `secondGpa`
/// @param bytes the contents, 0 where not known
/// @param known a bit for each byte that is known, the lowest for the first
record OperandAccess(boolean write, OptionalLong gla, long gpa, long secondGpa, boolean secondTold, byte[] bytes,
        long known) {
    private static final int WIDEST = 8;

    /// One access to the device and what of it is assumed.
    record Part(DeviceAccess access, boolean addressTold, boolean valueTold) {
    }

    int size() {
        return bytes.length;
    }

    /// Returns how many bytes lie on the first page.
    int firstSize() {
        long left = LinearMemory.PAGE_SIZE - (gpa & LinearMemory.PAGE_SIZE - 1);
        return (int) Math.min(left, bytes.length);
    }

    boolean crossesPage() {
        return firstSize() < bytes.length;
    }

    /// Returns the low 8 bytes as a number.
    long value() {
        long value = 0;
        for (int i = Math.min(Long.BYTES, bytes.length) - 1; i >= 0; i--) {
            value = value << Byte.SIZE | bytes[i] & 0xff;
        }
        return value;
    }

    /// Returns the accesses that an engine makes of it: each page on its own, by widths of 8, 4, 2 and 1, ascending.
    List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        int first = firstSize();
        add(parts, 0, first, gpa);
        add(parts, first, bytes.length, secondGpa);
        return parts;
    }

    private void add(List<Part> parts, int from, int end, long address) {
        for (int done = from; done < end;) {
            int width = Math.min(WIDEST, Integer.highestOneBit(end - done));
            byte[] piece = new byte[width];
            System.arraycopy(bytes, done, piece, 0, width);
            long at = address + done - from;
            long wanted = (1L << width) - 1 << done;
            parts.add(new Part(write ? DeviceAccess.write(at, piece) : DeviceAccess.read(at, piece),
                    from == 0 || secondTold, (known & wanted) == wanted));
            done += width;
        }
    }
}
