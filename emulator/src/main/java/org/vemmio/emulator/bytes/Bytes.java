package org.vemmio.emulator.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Little-endian numbers in byte arrays.
public final class Bytes {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private Bytes() {
    }

    /// {@return `size` bytes, 1 to 8, at `offset`, zero-extended}
    public static long get(byte[] bytes, int offset, int size) {
        switch (size) {
            case 1:
                return bytes[offset] & 0xffL;
            case 2:
                return (short) SHORT.get(bytes, offset) & 0xffffL;
            case 4:
                return (int) INT.get(bytes, offset) & 0xffff_ffffL;
            case 8:
                return (long) LONG.get(bytes, offset);
            default:
                long value = 0;
                for (int i = size - 1; i >= 0; i--) {
                    value = value << 8 | bytes[offset + i] & 0xff;
                }
                return value;
        }
    }

    /// Puts the low `size` bytes, 1 to 8, of `value` at `offset`.
    public static void put(byte[] bytes, int offset, int size, long value) {
        switch (size) {
            case 1 -> bytes[offset] = (byte) value;
            case 2 -> SHORT.set(bytes, offset, (short) value);
            case 4 -> INT.set(bytes, offset, (int) value);
            case 8 -> LONG.set(bytes, offset, value);
            default -> {
                for (int i = 0; i < size; i++) {
                    bytes[offset + i] = (byte) (value >>> 8 * i);
                }
            }
        }
    }

    /// {@return the low `size` bytes, 1 to 8, of `value`, sign-extended}
    public static long signExtend(long value, int size) {
        int unused = 64 - 8 * size;
        return value << unused >> unused;
    }
}
