package org.vemmio.emulator.instruction;

import java.util.Arrays;
import java.util.function.Consumer;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Instruction;

/// Every combination of opcode map, opcode, mandatory prefix, W, vector length and ModRM.reg, with a SIB byte that
/// suits vector indexes too, and with a register in place of memory for what addresses memory without saying so.
final class EncodingSpace {
    private static final byte[][] PREFIXES = {{}, {0x66}, {(byte) 0xf3}, {(byte) 0xf2}, {0x66, (byte) 0xf3},
        {0x66, (byte) 0xf2}};
    private static final byte[][] ESCAPES = {{}, {0x0f}, {0x0f, 0x38}, {0x0f, 0x3a}};
    private static final int VEX = 0xc4;
    private static final int XOP = 0x8f;
    private static final int EVEX = 0x62;
    /// [rcx + rdx], or with a vector index [rcx + xmm2].
    private static final byte SIB = 0x11;

    private final Decoder decoder;
    private final Consumer<Instruction> consumer;
    private final byte[] code = new byte[15];
    private int count;

    private EncodingSpace(Decoder decoder, Consumer<Instruction> consumer) {
        this.decoder = decoder;
        this.consumer = consumer;
    }

    /// Hands every encoding that is an instruction to `consumer`.
    static void decode(Decoder decoder, Consumer<Instruction> consumer) {
        EncodingSpace space = new EncodingSpace(decoder, consumer);
        for (CodeMode mode : CodeMode.values()) {
            space.legacy(mode);
        }
        space.vex(VEX);
        space.vex(XOP);
        space.evex(false);
        space.evex(true);
    }

    private void legacy(CodeMode mode) {
        for (byte[] prefix : PREFIXES) {
            for (int w = 0; w < (mode == CodeMode.CODE64 ? 2 : 1); w++) {
                for (byte[] escape : ESCAPES) {
                    for (int opcode = 0; opcode < 256; opcode++) {
                        start(prefix);
                        if (w == 1) {
                            put(0x48);
                        }
                        put(escape);
                        put(opcode);
                        operands(mode);
                    }
                }
            }
        }
        for (int opcode = 0; opcode < 256; opcode++) {
            // 3DNow!: the opcode is the last byte.
            start(new byte[] {0x0f, 0x0f, 0x01, (byte) opcode});
            decode(mode);
        }
    }

    private void vex(int lead) {
        for (int map = 0; map < 32; map++) {
            for (int opcode = 0; opcode < 256; opcode++) {
                for (int pp = 0; pp < 4; pp++) {
                    for (int wl = 0; wl < 4; wl++) {
                        start();
                        put(lead);
                        put(0xe0 | map);
                        put(wl >> 1 << 7 | 0x78 | (wl & 1) << 2 | pp);
                        put(opcode);
                        operands(CodeMode.CODE64);
                    }
                }
            }
        }
    }

    /// EVEX, or MVEX, which lacks a bit in the third byte. With a write mask, which gathers need, and without; with and
    /// without a broadcast.
    private void evex(boolean evex) {
        for (int map = 0; map < 8; map++) {
            for (int opcode = 0; opcode < 256; opcode++) {
                for (int pp = 0; pp < 4; pp++) {
                    for (int w = 0; w < 2; w++) {
                        for (int length = 0; length < 4; length++) {
                            for (int maskAndBroadcast = 0; maskAndBroadcast < 4; maskAndBroadcast++) {
                                start();
                                put(EVEX);
                                put(0xf0 | map);
                                put(w << 7 | 0x78 | (evex ? 4 : 0) | pp);
                                put(length << 5 | (maskAndBroadcast & 2) << 3 | 8 | maskAndBroadcast & 1);
                                put(opcode);
                                operands(CodeMode.CODE64);
                            }
                        }
                    }
                }
            }
        }
    }

    private void operands(CodeMode mode) {
        int before = count;
        for (int reg = 0; reg < 8; reg++) {
            // In 16-bit code 4 is [si], and the SIB byte does no harm.
            put(reg << 3 | 4);
            put(SIB);
            decode(mode);
            count = before;
            for (int rm = 0; rm < 8; rm++) {
                put(0xc0 | reg << 3 | rm);
                decode(mode);
                count = before;
            }
        }
    }

    private void start(byte... bytes) {
        count = 0;
        put(bytes);
    }

    private void put(byte[] bytes) {
        System.arraycopy(bytes, 0, code, count, bytes.length);
        count += bytes.length;
    }

    private void put(int value) {
        code[count++] = (byte) value;
    }

    private void decode(CodeMode mode) {
        Arrays.fill(code, count, code.length, (byte) 0);
        if (decoder.decode(mode, code) instanceof Instruction instruction) {
            consumer.accept(instruction);
        }
    }
}
