package org.vemmio.decoder.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.decoder.linux.KernelViews.decode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;

/// The kernel's view, rule by rule. What is expected here is what Linux 6.12.117, and 6.1.192 for a kernel without
/// REX2, answer: their `arch/x86/lib/insn.c` and `insn-eval.c` were compiled and run on these bytes.
class KernelInsnTest {
    // insn_decode_mmio() in arch/x86/lib/insn-eval.c
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            88 07                   | WRITE            | 1 | 2
            66 88 07                | WRITE            | 1 | 3
            48 88 07                | WRITE            | 1 | 3
            89 07                   | WRITE            | 4 | 2
            66 89 07                | WRITE            | 2 | 3
            48 89 07                | WRITE            | 8 | 3
            66 48 89 07             | WRITE            | 8 | 4
            c6 07 80                | WRITE_IMM        | 1 | 3
            c7 07 01 02 03 80       | WRITE_IMM        | 4 | 6
            66 c7 07 01 80          | WRITE_IMM        | 2 | 5
            48 c7 07 01 02 03 80    | WRITE_IMM        | 8 | 7
            66 48 c7 07 01 02 03 80 | WRITE_IMM        | 8 | 8
            8a 07                   | READ             | 1 | 2
            8b 07                   | READ             | 4 | 2
            66 8b 07                | READ             | 2 | 3
            48 8b 07                | READ             | 8 | 3
            a4                      | MOVS             | 1 | 1
            a5                      | MOVS             | 4 | 1
            66 a5                   | MOVS             | 2 | 2
            48 a5                   | MOVS             | 8 | 2
            0f b6 07                | READ_ZERO_EXTEND | 1 | 3
            66 0f b7 07             | READ_ZERO_EXTEND | 2 | 4
            48 0f b7 07             | READ_ZERO_EXTEND | 2 | 4
            0f be 07                | READ_SIGN_EXTEND | 1 | 3
            0f bf 07                | READ_SIGN_EXTEND | 2 | 3
            """)
    void classifies(String bytes, MmioType type, int size, int length) {
        assertThat(decode(bytes)).satisfies(insn -> {
            assertThat(insn.decoded()).isTrue();
            assertThat(insn.mmioType()).isEqualTo(type);
            assertThat(insn.mmioSize()).isEqualTo(size);
            assertThat(insn.length()).isEqualTo(length);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            00 07                   | add
            63 07                   | movsxd
            80 27 01                | and
            84 07                   | test
            86 07                   | xchg
            8c 07                   | mov of a segment register
            a0 00 00 00 00 00 00    | mov with an absolute address
            aa                      | stos
            ac                      | lods
            d5 0a                   | aad, before REX2
            f6 07 01                | test
            0f ba 27 01             | bt
            0f c3 07                | movnti
            0f ae 3f                | clflush
            0f 88 b6 00 00 00       | js
            0f 0f b6                | 3DNow!
            0f 38 b6 07             | the opcode's second byte is 38
            0f 3a b7 07 00          | the opcode's second byte is 3A
            8f e8 78 c6 07 55       | XOP is pop
            """)
    void leavesEverythingElse(String bytes, String what) {
        var insn = decode(bytes, false);

        assertThat(insn.mmioType()).as(what).isEqualTo(MmioType.DECODE_FAILED);
        assertThat(insn.mmioSize()).as(what).isZero();
        assertThat(insn.decoded()).as(what).isTrue();
    }

    // insn_get_prefixes() in arch/x86/lib/insn.c; the forced-emulation prefixes are in asm/emulate_prefix.h
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            66 66 66 8b 07                      | READ          | 2 | 5  | the same prefix counts once
            66 f0 67 2e 8b 07                   | READ          | 2 | 6  | four distinct ones
            66 f0 67 2e 66 2e 8b 07             | READ          | 2 | 8  | four distinct ones, repeated
            66 f0 67 2e f3 8b 07                | DECODE_FAILED | 0 | 0  | the fifth is the opcode
            66 40 8b 07                         | READ          | 2 | 4  | REX last
            48 66 8b 07                         | DECODE_FAILED | 0 | 0  | REX not last: 66 is the opcode
            40 48 8b 07                         | DECODE_FAILED | 0 | 0  | the second REX is the opcode
            f0 88 07                            | WRITE         | 1 | 3  | LOCK
            f3 88 07                            | WRITE         | 1 | 3  | REP
            f2 8b 07                            | READ          | 4 | 3  | REPNE
            0f 0b 78 65 6e 8b 07                | READ          | 4 | 7  | forced emulation of Xen
            0f 0b 6b 76 6d 66 8b 07             | READ          | 2 | 8  | forced emulation of KVM
            66 0f 0b 78 65 6e 8b 07             | DECODE_FAILED | 0 | 0  | not at the beginning
            0f 0b 78 65 6e 0f 0b 78 65 6e 8b 07 | DECODE_FAILED | 0 | 0  | twice
            0f 0b 78 65 8b 07                   | DECODE_FAILED | 0 | 0  | cut short
            66 66 66 66 66 66 66 66 66 66 66 66 66 8b 07 | READ | 2 | 15 | as long as can be
            """)
    void readsPrefixes(String bytes, MmioType type, int size, int length, String rule) {
        var insn = decode(bytes);

        assertThat(insn.decoded()).as(rule).isTrue();
        assertThat(insn.mmioType()).as(rule).isEqualTo(type);
        assertThat(insn.mmioSize()).as(rule).isEqualTo(size);
        assertThat(insn.length()).as(rule).isEqualTo(length);
    }

    // Table entries of arch/x86/lib/x86-opcode-map.txt: Grp11A and Grp11B
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            c6 3f 05          | 1 | 3 | no such instruction
            c6 f8 05          | 1 | 3 | xabort
            c7 f8 01 02 03 04 | 4 | 6 | xbegin
            c7 37 01 02 03 04 | 4 | 6 | no such instruction
            """)
    void takesAllOfGroup11ForStores(String bytes, int size, int length, String what) {
        var insn = decode(bytes);

        assertThat(insn.mmioType()).as(what).isEqualTo(MmioType.WRITE_IMM);
        assertThat(insn.mmioSize()).as(what).isEqualTo(size);
        assertThat(insn.length()).as(what).isEqualTo(length);
    }

    // insn_get_opcode() in arch/x86/lib/insn.c: behind VEX and EVEX the opcode is one byte, whatever its map
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            c5 f8 c6 07 55          | WRITE_IMM | 1 | 4 | 5 | vshufps
            c5 f9 c6 07 55          | WRITE_IMM | 1 | 4 | 5 | vshufpd
            c4 e1 f8 c6 07 55       | WRITE_IMM | 1 | 8 | 6 | VEX.W
            66 c5 f8 c6 07 55       | WRITE_IMM | 1 | 2 | 6 | #UD on a processor
            48 c5 f8 c6 07 55       | WRITE_IMM | 1 | 8 | 6 | #UD on a processor
            c4 e2 79 c6 0f          | WRITE_IMM | 1 | 4 | 5 | the kernel's group does not insist on EVEX
            62 f1 7c 48 c6 07 55    | WRITE_IMM | 1 | 4 | 7 | vshufps
            62 f2 7d 49 c6 4c 07 01 | WRITE_IMM | 1 | 4 | 8 | vgatherpf0dps
            62 f2 7d 49 c7 4c 07 01 | WRITE_IMM | 4 | 4 | 8 | vgatherpf0qps
            62 f2 7d 48 88 07       | WRITE     | 1 | 4 | 6 | vexpandps
            62 f2 7d 48 89 07       | WRITE     | 4 | 4 | 6 | vpexpandd
            62 f2 fd 48 89 07       | WRITE     | 4 | 4 | 6 | vpexpandq: EVEX.W is not looked at
            62 f2 7d c9 89 07       | WRITE     | 8 | 8 | 6 | vpexpandd with zeroing: EVEX.z is
            62 f2 7d 48 8a 07       | READ      | 1 | 4 | 6 | vcompressps
            62 f2 7d 48 8b 07       | READ      | 4 | 4 | 6 | vpcompressd
            """)
    void mistakesVectorInstructions(ArgumentsAccessor row) {
        var insn = decode(row.getString(0));
        String what = row.getString(5);

        assertThat(insn.mmioType()).as(what).isEqualTo(row.get(1, MmioType.class));
        assertThat(insn.mmioSize()).as(what).isEqualTo(row.getInteger(2));
        assertThat(insn.operandBytes()).as(what).isEqualTo(row.getInteger(3));
        assertThat(insn.length()).as(what).isEqualTo(row.getInteger(4));
        assertThat(insn.isVex() ^ insn.isEvex()).as(what).isTrue();
    }

    // insn_get_opcode(): the table entry accepts no VEX, or only EVEX, or there is no table
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            c5 fa c6 07 55          | no entry for VEX.pp F3
            c5 f8 c7 07             | group 9
            c5 f8 88 07             | js
            c5 f8 a4 07 05          | shld
            c4 e2 79 88 07          | vexpandps with VEX
            c4 e2 79 c6 07          | no such member of the group
            62 f2 7c 48 89 07       | vpexpandd without EVEX.pp 66
            62 f2 7d 49 c6 44 07 01 | no such member of the group
            c4 e0 78 88 07          | map 0
            c4 e0 78 00 07          | map 0
            c4 ff 78 00 07          | map 31
            62 f0 7c 48 00 07       | map 0
            """)
    void failsToDecodeVectorInstructionsThatItsTablesLack(String bytes, String what) {
        var insn = decode(bytes);

        assertThat(insn.decoded()).as(what).isFalse();
        assertThat(insn.mmioType()).as(what).isEqualTo(MmioType.DECODE_FAILED);
    }

    // insn_get_prefixes() and insn_get_opcode(), Linux 6.10 and later
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            d5 00 8b 07          | READ          | 4 | 4 | mov
            d5 08 8b 07          | READ          | 8 | 4 | REX2.W
            66 d5 00 8b 07       | READ          | 2 | 5 | mov
            d5 80 88 01 02 03 04 | WRITE         | 1 | 7 | js
            d5 80 89 01 02 03 04 | WRITE         | 8 | 7 | jns
            d5 80 a4 07 05       | MOVS          | 1 | 5 | shld
            d5 80 a5 07          | MOVS          | 4 | 4 | shld
            d5 80 c6 07 05       | WRITE_IMM     | 1 | 5 | shufps
            66 d5 80 c6 07 05    | WRITE_IMM     | 1 | 6 | shufpd
            f3 d5 80 c6 07 05    | WRITE_IMM     | 1 | 4 | no entry for F3: not even ModRM
            f3 66 d5 80 c6 07 05 | WRITE_IMM     | 1 | 7 | the last legacy prefix counts
            d5 80 c7 0f          | WRITE_IMM     | 4 | 4 | cmpxchg8b
            62 f4 7c 08 88 07    | WRITE         | 1 | 6 | popcnt
            62 f4 7d 08 a5 07    | MOVS          | 2 | 6 | shld
            62 f4 fd 08 a5 07    | MOVS          | 4 | 6 | shld
            d5 80 b6 07          | DECODE_FAILED | 0 | 0 | movzx
            d5 00 0f b6 07       | DECODE_FAILED | 0 | 0 | the escape byte is the whole opcode
            48 d5 00 8b 07       | DECODE_FAILED | 0 | 0 | REX2 after REX is the opcode
            """)
    void knowsApxOnlyWhenTold(String bytes, MmioType type, int size, int length, String what) {
        var insn = decode(bytes);

        assertThat(insn.mmioType()).as(what).isEqualTo(type);
        assertThat(insn.mmioSize()).as(what).isEqualTo(size);
        assertThat(insn.length()).as(what).isEqualTo(length);
        assertThat(decode(bytes, false).mmioType()).as(what).isEqualTo(MmioType.DECODE_FAILED);
    }

    @Test
    void tellsThePrefixKinds() {
        assertThat(decode("8b 07")).returns(false, KernelInsn::isRex2).returns(false, KernelInsn::isVex)
                .returns(false, KernelInsn::isEvex);
        assertThat(decode("d5 00 8b 07")).returns(true, KernelInsn::isRex2);
        assertThat(decode("c5 f8 c6 07 55")).returns(true, KernelInsn::isVex).returns(0xc6, KernelInsn::opcode);
        assertThat(decode("62 f1 7c 48 c6 07 55")).returns(true, KernelInsn::isEvex);
        assertThat(decode("0f b6 07")).returns(0x0f, KernelInsn::opcode);
    }

    // get_regno() in arch/x86/lib/insn-eval.c; -1 is NO_REGISTER
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            8b 07                   |  0 |  7 |  0 |  0 | 1 | plain
            8a 27                   |  4 |  7 |  0 |  0 | 1 | AH is RSP
            44 8b 27                | 12 |  7 |  0 |  0 | 1 | REX.R
            41 8b 27                |  4 | 15 |  8 |  0 | 1 | REX.B
            8b 05 00 00 00 00       |  0 | -1 |  0 |  0 | 1 | RIP-relative
            41 8b 05 00 00 00 00    |  0 | -1 |  8 |  0 | 1 | RIP-relative, REX.B ignored
            8b 45 00                |  0 |  5 |  0 |  0 | 1 | RBP
            42 8b 4c e3 00          |  1 |  4 |  3 | 12 | 8 | index R12
            8b 4c e3 00             |  1 |  4 |  3 | -1 | 8 | no index
            8b 0c 45 00 00 00 00    |  1 |  4 | -1 |  0 | 2 | no base
            43 8b 0c 45 00 00 00 00 |  1 | 12 | -1 |  8 | 2 | no base, REX.B ignored
            8b 4c 85 00             |  1 |  4 |  5 |  0 | 4 | base RBP
            8b c7                   |  0 |  7 |  0 |  0 | 1 | a register is an address too
            a5                      |  0 |  0 |  0 |  0 | 1 | no ModRM: as if it were 0
            45 a5                   |  8 |  8 |  8 |  0 | 1 | no ModRM: R8
            c4 41 78 c6 07 55       |  0 |  7 |  0 |  0 | 1 | VEX extends nothing
            62 51 7c 48 c6 07 55    |  0 |  7 |  0 |  0 | 1 | EVEX extends nothing
            d5 00 8b 07             |  8 | 15 |  8 |  0 | 1 | REX2 without any extension bit
            d5 7f 8b 04 07          |  8 | 12 | 15 |  0 | 1 | REX2 with all of them
            """)
    void numbersRegisters(ArgumentsAccessor row) {
        var insn = decode(row.getString(0));
        String what = row.getString(6);

        assertThat(insn.mmioType()).as(what).isNotEqualTo(MmioType.DECODE_FAILED);
        assertThat(insn.registerNumber()).as(what).isEqualTo(row.getInteger(1));
        assertThat(insn.rmNumber()).as(what).isEqualTo(row.getInteger(2));
        assertThat(insn.baseNumber()).as(what).isEqualTo(row.getInteger(3));
        assertThat(insn.indexNumber()).as(what).isEqualTo(row.getInteger(4));
        assertThat(insn.scale()).as(what).isEqualTo(row.getInteger(5));
        assertThat(insn.isRipRelative()).as(what).isEqualTo(what.startsWith("RIP-relative"));
    }

    // insn_get_sib(), insn_get_displacement() and insn_get_immediate() in arch/x86/lib/insn.c
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            8b 07                      | 8 | false | 0 |           0 | 0 |           0 | 2
            67 8b 07                   | 4 | false | 0 |           0 | 0 |           0 | 3
            67 67 8b 07                | 4 | false | 0 |           0 | 0 |           0 | 4
            8b 47 80                   | 8 | false | 1 |        -128 | 0 |           0 | 3
            8b 87 78 56 34 92          | 8 | false | 4 | -1842063752 | 0 |           0 | 6
            8b 05 00 00 00 80          | 8 | false | 4 | -2147483648 | 0 |           0 | 6
            67 8b 05 01 00 00 00       | 4 | false | 4 |           1 | 0 |           0 | 7
            8b 04 07                   | 8 | true  | 0 |           0 | 0 |           0 | 3
            8b 04 25 02 00 00 00       | 8 | true  | 4 |           2 | 0 |           0 | 7
            8b 44 25 7f                | 8 | true  | 1 |         127 | 0 |           0 | 4
            8b 84 25 03 00 00 00       | 8 | true  | 4 |           3 | 0 |           0 | 7
            8b c4                      | 8 | false | 0 |           0 | 0 |           0 | 2
            c6 07 80                   | 8 | false | 0 |           0 | 1 |        -128 | 3
            66 c7 07 01 80             | 8 | false | 0 |           0 | 2 |      -32767 | 5
            c7 07 01 00 00 80          | 8 | false | 0 |           0 | 4 | -2147483647 | 6
            48 c7 47 10 01 00 00 80    | 8 | false | 1 |          16 | 4 | -2147483647 | 8
            c5 f8 c6 07 ff             | 8 | false | 0 |           0 | 1 |          -1 | 5
            d5 80 c7 0f                | 8 | false | 0 |           0 | 0 |           0 | 4
            """)
    void readsAddressAndImmediate(ArgumentsAccessor row) {
        var insn = decode(row.getString(0));

        assertThat(insn.addressBytes()).isEqualTo(row.getInteger(1));
        assertThat(insn.hasModrm()).isTrue();
        assertThat(insn.hasSib()).isEqualTo(row.getBoolean(2));
        assertThat(insn.displacementBytes()).isEqualTo(row.getInteger(3));
        assertThat(insn.displacement()).isEqualTo(row.getInteger(4));
        assertThat(insn.immediateBytes()).isEqualTo(row.getInteger(5));
        assertThat(insn.immediate()).isEqualTo(row.getInteger(6));
        assertThat(insn.length()).isEqualTo(row.getInteger(7));
    }

    @Test
    void givesModrmAndSibAsTheyAre() {
        assertThat(decode("8b 8c e3 00 00 00 00")).returns(0x8c, KernelInsn::modrm).returns(0xe3, KernelInsn::sib);
        assertThat(decode("a4 ff ff")).returns(false, KernelInsn::hasModrm).returns(0, KernelInsn::modrm)
                .returns(false, KernelInsn::hasSib).returns(0, KernelInsn::sib);
    }

    // get_seg_reg_override_idx() in arch/x86/lib/insn-eval.c, for_each_insn_prefix() in asm/insn.h
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            8b 07                | 0 | NONE      | none
            26 8b 07             | 1 | ES        | one
            2e 8b 07             | 1 | CS        | one
            36 8b 07             | 1 | SS        | one
            3e 8b 07             | 1 | DS        | one
            64 8b 07             | 1 | FS        | one
            65 8b 07             | 1 | GS        | one
            65 65 65 8b 07       | 1 | GS        | the same again
            65 64 8b 07          | 2 | AMBIGUOUS | two
            65 66 8b 07          | 1 | GS        | two prefixes
            66 65 8b 07          | 1 | GS        | two prefixes
            65 66 f0 8b 07       | 1 | GS        | three, the override not last
            66 f0 65 8b 07       | 2 | AMBIGUOUS | three, the override last
            65 66 f0 65 8b 07    | 2 | AMBIGUOUS | three, the override first and last
            65 66 f0 67 8b 07    | 1 | GS        | four
            66 f0 67 65 8b 07    | 1 | GS        | four, the override last
            65 66 f0 67 65 8b 07 | 1 | GS        | four, the override first and last
            2e 66 f0 3e 8b 07    | 2 | AMBIGUOUS | four, two overrides
            """)
    void countsSegmentOverrides(String bytes, int count, SegmentOverride override, String what) {
        var insn = decode(bytes);

        assertThat(insn.segmentOverrides()).as(what).isEqualTo(count);
        assertThat(insn.segmentOverride()).as(what).isEqualTo(override);
    }

    // insn_has_rep_prefix() in arch/x86/lib/insn-eval.c
    @Test
    void findsRepeatPrefixes() {
        assertThat(decode("f3 a4").hasRepPrefix()).isTrue();
        assertThat(decode("f2 66 67 65 a5").hasRepPrefix()).isTrue();
        assertThat(decode("66 67 65 f0 a5").hasRepPrefix()).isFalse();
        assertThat(decode("66 67 65 f0 f3 a5").hasRepPrefix()).as("the fifth is none").isFalse();
    }
}
