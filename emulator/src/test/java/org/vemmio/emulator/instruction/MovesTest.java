package org.vemmio.emulator.instruction;

import static org.vemmio.emulator.outcome.DeviceAccess.read;
import static org.vemmio.emulator.outcome.DeviceAccess.write;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.operation.MemoryRef;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

class MovesTest {
    private static final long VALUE = 0x8877_6655_4433_2211L;

    private record Status(boolean cf, boolean pf, boolean zf, boolean sf, boolean of) {
        static Status of(long rflags) {
            return new Status((rflags & Rflags.CF) != 0, (rflags & Rflags.PF) != 0, (rflags & Rflags.ZF) != 0,
                    (rflags & Rflags.SF) != 0, (rflags & Rflags.OF) != 0);
        }
    }

    /// Intel SDM vol. 1, table B-1: the conditions in the order of their encoding.
    private static final Map<String, Predicate<Status>> CONDITIONS = new LinkedHashMap<>();

    static {
        CONDITIONS.put("overflow", Status::of);
        CONDITIONS.put("no overflow", s -> !s.of);
        CONDITIONS.put("below", Status::cf);
        CONDITIONS.put("above or equal", s -> !s.cf);
        CONDITIONS.put("equal", Status::zf);
        CONDITIONS.put("not equal", s -> !s.zf);
        CONDITIONS.put("below or equal", s -> s.cf || s.zf);
        CONDITIONS.put("above", s -> !s.cf && !s.zf);
        CONDITIONS.put("sign", Status::sf);
        CONDITIONS.put("no sign", s -> !s.sf);
        CONDITIONS.put("parity even", Status::pf);
        CONDITIONS.put("parity odd", s -> !s.pf);
        CONDITIONS.put("less", s -> s.sf != s.of);
        CONDITIONS.put("greater or equal", s -> s.sf == s.of);
        CONDITIONS.put("less or equal", s -> s.zf || s.sf != s.of);
        CONDITIONS.put("greater", s -> !s.zf && s.sf == s.of);
    }

    static Stream<String> conditions() {
        return CONDITIONS.keySet().stream();
    }

    private static int encoding(String condition) {
        return CONDITIONS.keySet().stream().toList().indexOf(condition);
    }

    /// Every combination of the flags of the conditions, AF together with DF and IF.
    private static long[] flags() {
        long[] all = new long[64];
        for (int i = 0; i < 64; i++) {
            all[i] = 2 | ((i & 1) != 0 ? Rflags.CF : 0) | ((i & 2) != 0 ? Rflags.PF : 0)
                    | ((i & 4) != 0 ? Rflags.ZF : 0) | ((i & 8) != 0 ? Rflags.SF : 0)
                    | ((i & 16) != 0 ? Rflags.OF : 0) | ((i & 32) != 0 ? Rflags.AF | Rflags.DF | Rflags.IF : 0);
        }
        return all;
    }

    /// The operand is read whether or not the condition holds; a 32-bit register is cleared above either way.
    @ParameterizedTest
    @MethodSource("conditions")
    void conditionalMoves(String condition) {
        for (long rflags : flags()) {
            boolean holds = CONDITIONS.get(condition).test(Status.of(rflags));
            String opcode = "0f4%x0f".formatted(encoding(condition));
            checkConditionalMove("66" + opcode, rflags, 2, holds ? ~VALUE & ~0xffffL | VALUE & 0xffff : ~VALUE);
            checkConditionalMove(opcode, rflags, 4, (holds ? VALUE : ~VALUE) & 0xffff_ffffL);
            checkConditionalMove("48" + opcode, rflags, 8, holds ? VALUE : ~VALUE);
        }
    }

    private static void checkConditionalMove(String code, long rflags, int size, long expected) {
        TrapRun run = HandmadeTrap.of(code).with("rdi", DEVICE).with("rcx", ~VALUE).with("rflags", rflags)
                .answers(VALUE).run();
        assertThat(run).as("%s, flags %x", code, rflags).isEmulated().hasRegister("rcx", expected)
                .hasRegister("rflags", rflags);
        assertThat(run).accesses().are(read(DEVICE_GPA, size, VALUE & MemoryRef.mask(8 * size)));
    }

    @ParameterizedTest
    @MethodSource("conditions")
    void conditionalBytes(String condition) {
        for (long rflags : flags()) {
            boolean holds = CONDITIONS.get(condition).test(Status.of(rflags));
            TrapRun run = HandmadeTrap.of("0f9%x07".formatted(encoding(condition))).with("rdi", DEVICE)
                    .with("rflags", rflags).run();
            assertThat(run).as("flags %x", rflags).isEmulated().changedOnly()
                    .accesses().are(write(DEVICE_GPA, 1, holds ? 1 : 0));
        }
    }

    /// XLAT: AL is an unsigned index, and the sum is cut to the address size (Intel SDM vol. 2, XLAT).
    @ParameterizedTest
    @CsvSource({
        "CODE64, d7, 0x100f80, 0x55aa_ff, 0x107f",
        "CODE64, d7, 0x100000, 0x55aa_00, 0x0",
        "CODE64, 48d7, 0x100f80, 0x55aa_80, 0x1000",
        "CODE64, 67d7, 0xffff_ffff_0010_0000, 0x10, 0x10",
        "CODE64, 65d7, 0x0, 0x10, 0x210",
        "CODE32, d7, 0x100100, 0x55aa_10, 0x110",
        "CODE32, 67d7, 0x12f0, 0x10, 0x1300",
        "CODE16, d7, 0xffff_12f0, 0x10, 0x1300",
        "CODE16, d7, 0xfff0, 0x20, 0x10"})
    void tableLookUp(CodeMode mode, String code, String rbx, String rax, int offset) {
        long low = 0x10_0000;
        long index = parse(rax);
        HandmadeTrap trap = HandmadeTrap.of(code).mode(mode).with("rbx", parse(rbx)).with("rax", index).answers(0)
                .with("gs", low + 0x200).window(low, DEVICE_GPA, 0x2000);
        if (code.startsWith("67") && mode == CodeMode.CODE32 || mode == CodeMode.CODE16) {
            trap.with("ds", low);
        }
        assertThat(trap.run()).isEmulated().hasRegister("rax", index & ~0xffL)
                .accesses().are(read(DEVICE_GPA + offset, 1, 0));
    }

    private static long parse(String number) {
        return Long.parseUnsignedLong(number.substring(2).replace("_", ""), 16);
    }

    @ParameterizedTest
    @CsvSource({
        "66 0f38f00f, 0x7766_5544_3322_1122",
        "0f38f00f, 0x1122_3344",
        "48 0f38f00f, 0x1122_3344_5566_7788"})
    void bigEndianLoads(String code, String expected) {
        assertThat(HandmadeTrap.of(code).with("rdi", DEVICE).with("rcx", 0x7766_5544_3322_8899L).answers(VALUE).run())
                .isEmulated().changedOnly("rcx").hasRegister("rcx", parse(expected));
    }

    @Test
    void theAddressOfATableWraps() {
        assertThat(HandmadeTrap.of("67d7").with("rbx", 0xffff_ff90L).with("rax", 0x80).run()).hasFaultAddress(0x10);
    }

    /// Registers as they stand: RCX = 0x8877665544332211, DS = 0x1234.
    @ParameterizedTest
    @CsvSource({
        "66 0f38f10f, write 2 bytes at 0xfe000000 = 0x1122",
        "0f38f10f, write 4 bytes at 0xfe000000 = 0x11223344",
        "48 0f38f10f, write 8 bytes at 0xfe000000 = 0x1122334455667788",
        "0fc30f, write 4 bytes at 0xfe000000 = 0x44332211",
        "48 0fc30f, write 8 bytes at 0xfe000000 = 0x8877665544332211",
        "8c1f, write 2 bytes at 0xfe000000 = 0x1234",
        "66 8c1f, write 2 bytes at 0xfe000000 = 0x1234",
        "48 8c1f, write 2 bytes at 0xfe000000 = 0x1234",
        "882f, write 1 byte at 0xfe000000 = 0x22",
        "66 c707fe80, write 2 bytes at 0xfe000000 = 0x80fe",
        "48 c707fe000080, write 8 bytes at 0xfe000000 = 0xffffffff800000fe"})
    void stores(String code, String access) {
        assertThat(HandmadeTrap.of(code).with("rdi", DEVICE).with("rcx", VALUE).with("rflags", 2 | Rflags.ARITHMETIC)
                .cpu(cpu -> cpu.setSegmentSelector(Segment.DS, 0x1234)).run())
                .isEmulated().changedOnly().accesses().haveTexts(access);
    }
}
