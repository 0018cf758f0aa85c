package org.vemmio.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vemmio.decoder.DecodeFailure.Reason;

/// The LOCK prefix before every opcode of the one-byte and the 0F map.
class LockTest {
    /// Intel SDM Vol. 2A, "LOCK", and CMPXCHG16B where there is a REX.W.
    private static final Set<String> LOCKABLE = Set.of("adc", "add", "and", "btc", "btr", "bts", "cmpxchg",
            "cmpxchg8b", "dec", "inc", "neg", "not", "or", "sbb", "sub", "xadd", "xchg", "xor");

    @ParameterizedTest
    @EnumSource(CodeMode.class)
    void isLegalWhereTheManualSaysSo(CodeMode mode) {
        Set<String> locked = new TreeSet<>();
        try (Decoder decoder = Decoder.open()) {
            for (int opcode = 0; opcode < 0x200; opcode++) {
                for (int modrm = 0; modrm < 0x100; modrm++) {
                    byte[] code = code(opcode, modrm);
                    if (decoder.decode(mode, code, 1, 14) instanceof Instruction plain && isOneOpcode(plain, opcode)) {
                        Decoding decoding = decoder.decode(mode, code, 0, 15);
                        if (plain.acceptsLock()) {
                            locked.add(plain.mnemonic());
                            assertThat(decoding).isInstanceOfSatisfying(Instruction.class,
                                    instruction -> assertThat(instruction.prefixes().lock()).isTrue());
                            assertThat(plain.memoryOperand()).as("%s", plain)
                                    .hasValueSatisfying(memory -> assertThat(memory.access().writes()).isTrue());
                        } else {
                            assertThat(decoding).as("LOCK %s", plain)
                                    .isEqualTo(new DecodeFailure(Reason.ILLEGAL_LOCK, decoding.length()));
                        }
                    }
                }
            }
        }
        assertThat(locked).isEqualTo(new TreeSet<>(LOCKABLE));
    }

    /// LOCK, the opcode, the ModRM byte and what else there may be.
    private static byte[] code(int opcode, int modrm) {
        byte[] code = new byte[15];
        int at = 0;
        code[at++] = (byte) 0xf0;
        if (opcode >= 0x100) {
            code[at++] = 0x0f;
        }
        code[at++] = (byte) opcode;
        code[at] = (byte) modrm;
        return code;
    }

    /// Not a prefix and another opcode, nor one of the other maps.
    private static boolean isOneOpcode(Instruction instruction, int opcode) {
        OpcodeMap map = opcode < 0x100 ? OpcodeMap.DEFAULT : OpcodeMap.MAP_0F;
        return instruction.encoding() == Encoding.LEGACY && instruction.opcodeMap() == map
                && instruction.opcode() == (opcode & 0xff);
    }
}
