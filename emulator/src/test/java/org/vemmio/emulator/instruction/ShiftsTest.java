package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.outcome.DeviceAccess.read;
import static org.vemmio.emulator.outcome.DeviceAccess.write;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.engine.TestMachine;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// Judges shifts and rotates by moving one place at a time, as the operation sections of Intel SDM vol. 2 do.
class ShiftsTest {
    private static final long OTHER_FLAGS = 2 | Rflags.IF | Rflags.DF;
    private static final long FILL = 0x8f3c_5a69_0f77_1ed2L;

    private enum Kind {
        ROL, ROR, RCL, RCR, SHL, SHR, SAL, SAR, SHLD, SHRD;

        boolean rotates() {
            return ordinal() < SHL.ordinal();
        }

        boolean isDouble() {
            return ordinal() > SAR.ordinal();
        }

        /// The bytes of the instruction on [rdi], with the count in CL and the fill of a double shift in RAX.
        String byCl(int size) {
            return switch (this) {
                case SHLD -> prefix(size) + "0fa507";
                case SHRD -> prefix(size) + "0fad07";
                default -> prefix(size) + (size == 1 ? "d2" : "d3") + modrm();
            };
        }

        String byImmediate(int size, int count) {
            String last = "%02x".formatted(count);
            return switch (this) {
                case SHLD -> prefix(size) + "0fa407" + last;
                case SHRD -> prefix(size) + "0fac07" + last;
                default -> prefix(size) + (size == 1 ? "c0" : "c1") + modrm() + last;
            };
        }

        String modrm() {
            return "%02x".formatted(ordinal() << 3 | 7);
        }
    }

    private static String prefix(int size) {
        return size == 2 ? "66" : size == 8 ? "48" : "";
    }

    /// A value, its carry, and what fills it, moved place by place.
    private static final class Model {
        private final int bits;
        private long value;
        private boolean carry;
        private long fill;

        Model(int size, long value, boolean carry, long fill) {
            this.bits = 8 * size;
            this.value = value & mask();
            this.carry = carry;
            this.fill = fill & mask();
        }

        long mask() {
            return -1L >>> 64 - bits;
        }

        boolean top() {
            return (value >>> bits - 1 & 1) != 0;
        }

        private boolean bottom() {
            return (value & 1) != 0;
        }

        private void left(boolean in) {
            value = (value << 1 | (in ? 1 : 0)) & mask();
        }

        private void right(boolean in) {
            value = value >>> 1 | (in ? 1L << bits - 1 : 0);
        }

        void move(Kind kind) {
            boolean top = top();
            boolean bottom = bottom();
            switch (kind) {
                case ROL -> left(top);
                case ROR -> right(bottom);
                case RCL -> left(carry);
                case RCR -> right(carry);
                case SHL, SAL -> left(false);
                case SHR -> right(false);
                case SAR -> right(top);
                case SHLD -> {
                    left((fill >>> bits - 1 & 1) != 0);
                    fill <<= 1;
                }
                case SHRD -> {
                    right((fill & 1) != 0);
                    fill >>>= 1;
                }
            }
            carry = switch (kind) {
                case ROL, RCL, SHL, SAL, SHLD -> top;
                default -> bottom;
            };
        }

        /// OF after a move by one place, from the state before.
        boolean overflow(Kind kind, boolean topBefore) {
            return switch (kind) {
                case SAR -> false;
                case SHR -> topBefore;
                case ROL, RCL, SHL, SAL -> top() ^ carry;
                case ROR, RCR -> top() ^ (value >>> bits - 2 & 1) != 0;
                case SHLD, SHRD -> top() ^ topBefore;
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyCountMovesAsManyPlacesWithAllFlagsSetAndClear(Kind kind) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int size = kind.isDouble() ? 2 : 1; size <= 8; size *= 2) {
            TestMachine machine = TestMachine.of(kind.byCl(size)).at(0);
            try (MmioEngine engine = machine.engine()) {
                for (int count = 0; count < 256; count++) {
                    for (long flags : new long[] {0, Rflags.ARITHMETIC}) {
                        machine.cpu.setGpr(Gpr.RCX, random.nextInt() << 8 | count);
                        judge(machine, engine, new Trial(kind, size, count, random.nextLong(), flags), "seed " + seed);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anImmediateCountIsTheSame(Kind kind) {
        for (int size = kind.isDouble() ? 2 : 1; size <= 8; size *= 2) {
            for (int count : new int[] {0, 1, 7, 15, 31, 32, 33, 63, 64, 65, 128, 255}) {
                TestMachine machine = TestMachine.of(kind.byImmediate(size, count)).at(0);
                try (MmioEngine engine = machine.engine()) {
                    judge(machine, engine, new Trial(kind, size, count, FILL, Rflags.ARITHMETIC), "immediate");
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SHLD", "SHRD"}, mode = EnumSource.Mode.EXCLUDE)
    void theShortFormMovesOnePlace(Kind kind) {
        for (int size = 1; size <= 8; size *= 2) {
            TestMachine machine = TestMachine.of(prefix(size) + (size == 1 ? "d0" : "d1") + kind.modrm()).at(0);
            try (MmioEngine engine = machine.engine()) {
                judge(machine, engine, new Trial(kind, size, 1, FILL, 0), "short");
                judge(machine, engine, new Trial(kind, size, 1, ~FILL, Rflags.ARITHMETIC), "short");
            }
        }
    }

    /// @param value what the device holds
    /// @param flags the arithmetic ones before
    private record Trial(Kind kind, int size, int count, long value, long flags) {
    }

    private static void judge(TestMachine machine, MmioEngine engine, Trial trial, String remark) {
        Kind kind = trial.kind;
        int size = trial.size;
        int count = trial.count;
        long value = trial.value;
        long flags = trial.flags;
        int masked = count & (size == 8 ? 63 : 31);
        Model model = new Model(size, value, (flags & Rflags.CF) != 0, FILL);
        boolean topBefore = model.top();
        for (int i = 0; i < masked; i++) {
            model.move(kind);
        }
        if (kind.isDouble() && masked > 8 * size) {
            return;
        }
        machine.device.write(0, 8, value);
        machine.cpu.setRip(TestMachine.CODE);
        machine.cpu.setRflags(OTHER_FLAGS | flags);
        machine.cpu.setGpr(Gpr.RAX, FILL);

        Outcome outcome = engine.handle(machine.trap, machine.cpu, machine.memory);

        String what = "%s of %d bytes, %x by %d, flags %x, %s".formatted(kind, size, value, count, flags, remark);
        assertThat(outcome).as(what).isInstanceOf(Outcome.Emulated.class);
        assertThat(machine.device.read(0, 8)).as(what).isEqualTo(value & ~model.mask() | model.value);
        long defined = defined(kind, size, masked);
        assertThat(machine.cpu.rflags() & (defined | ~Rflags.ARITHMETIC)).as(what)
                .isEqualTo(OTHER_FLAGS | defined & flags(kind, model, masked, topBefore, flags));
    }

    private static long defined(Kind kind, int size, int count) {
        if (count == 0) {
            return Rflags.ARITHMETIC;
        }
        long undefined = count == 1 ? 0 : Rflags.OF;
        if (!kind.rotates()) {
            undefined |= Rflags.AF;
            boolean loses = kind == Kind.SHL || kind == Kind.SAL || kind == Kind.SHR;
            undefined |= loses && count >= 8 * size ? Rflags.CF : 0;
        }
        return Rflags.ARITHMETIC & ~undefined;
    }

    private static long flags(Kind kind, Model model, int count, boolean topBefore, long before) {
        if (count == 0) {
            return before;
        }
        // A rotate through carry by all of its places leaves CF, which the model does too.
        long moved = (model.carry ? Rflags.CF : 0) | (model.overflow(kind, topBefore) ? Rflags.OF : 0);
        if (kind.rotates()) {
            return before & ~(Rflags.CF | Rflags.OF) | moved;
        }
        return moved | (model.top() ? Rflags.SF : 0) | (model.value == 0 ? Rflags.ZF : 0)
                | (Long.bitCount(model.value & 0xff) % 2 == 0 ? Rflags.PF : 0);
    }

    @ParameterizedTest(name = "{0}: 0x{1} becomes 0x{2}, flags {3}")
    @CsvSource({
        // shl dword ptr [rdi], 2: OF is that of the second shift
        "c12702, 60000001, 80000004, 91",
        "c12702, 40000000, 0, 855",
        // shl byte ptr [rdi], 9: nothing is left to be carried
        "c02709, ff, 0, 54",
        // shr by 2: OF is 0
        "c12f02, 80000000, 20000000, 14",
        // sar by 2
        "c13f02, 80000002, e0000000, 95",
        // rol and ror by 2: AF, SF, ZF and PF stay clear
        "c10702, 40000000, 1, 801",
        "c10f02, 1, 40000000, 800",
        // rcr and rcl of 1 byte by 9 and of 2 bytes by 17: all the way round, and OF still that of the last place
        "c01f09, 40, 40, 800",
        "c01f09, 80, 80, 800",
        "c01f09, c0, c0, 0",
        "66c11f11, 4000, 4000, 800",
        "66c11f11, c000, c000, 0",
        "66c11f11, bf00, bf00, 800",
        "c01709, 80, 80, 800",
        "c01709, 40, 40, 0",
        "66c11711, 8000, 8000, 800",
        // shld and shrd by 2 with a fill of 0x0f771ed2
        "0fa40702, 20000000, 80000000, 894",
        "0fac0702, 0, 80000000, 894",
        // shld and shrd of 2 bytes by 20 with a fill of 0x1ed2: past the register, the register comes again
        "660fa40714, 1234, ed21, 94",
        "660fac0714, 1234, 21ed, 14"})
    void undefinedResultsAreThoseDocumented(String code, String before, String after, String flags) {
        TrapRun run = HandmadeTrap.of(code).with("rdi", DEVICE).with("rax", FILL)
                .answers(Long.parseUnsignedLong(before, 16)).run();
        assertThat(run).isEmulated();
        int size = run.accesses().getFirst().size();
        assertThat(run).accesses().are(read(DEVICE_GPA, size, Long.parseUnsignedLong(before, 16)),
                write(DEVICE_GPA, size, Long.parseUnsignedLong(after, 16)));
        assertThat(run.after().rflags() & Rflags.ARITHMETIC).isEqualTo(Long.parseUnsignedLong(flags, 16));
    }

    /// As an AMD EPYC processor does it.
    @ParameterizedTest
    @CsvSource({"0, 90", "1, 891"})
    void anOperandShiftedOutWholeOverflowsIfItCarries(long before, String flags) {
        TrapRun run = HandmadeTrap.of("660fa40710").with("rdi", DEVICE).with("rax", 0x8001).answers(before).run();
        assertThat(run).isEmulated().accesses().are(read(DEVICE_GPA, 2, before), write(DEVICE_GPA, 2, 0x8001));
        assertThat(run.after().rflags() & Rflags.ARITHMETIC).isEqualTo(Long.parseUnsignedLong(flags, 16));
    }

    @ParameterizedTest
    @ValueSource(strings = {"c12700", "c12720", "48c12740", "c00700", "0fa40700", "660fac0720", "d327"})
    void aCountOf0WritesTheValueBack(String code) {
        TrapRun run = HandmadeTrap.of(code).with("rdi", DEVICE).with("rflags", OTHER_FLAGS | Rflags.ARITHMETIC)
                .holds("d21e770f695a3c8f").run();
        assertThat(run).isEmulated().changedOnly().accesses().hasSize(2);
        assertThat(run.accesses().get(0).isWrite()).isFalse();
        assertThat(run.accesses().get(1).isWrite()).isTrue();
        assertThat(run.device().read(0, 8)).isEqualTo(FILL);
    }

    /// `shlx`, `shrx` and `sarx` of [rdi] into RAX by RCX, and `rorx` by an immediate.
    private static String flagless(Kind kind, int size, int count) {
        int w = size == 8 ? 0x80 : 0;
        return switch (kind) {
            case SHL -> "c4e2%02xf707".formatted(w | 0x71);
            case SHR -> "c4e2%02xf707".formatted(w | 0x73);
            case SAR -> "c4e2%02xf707".formatted(w | 0x72);
            case ROR -> "c4e3%02xf007%02x".formatted(w | 0x7b, count);
            default -> throw new IllegalArgumentException(kind.toString());
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"SHL", "SHR", "SAR", "ROR"})
    void theFormsIntoARegisterLeaveTheFlagsAndTheOperand(Kind kind) {
        for (int size = 4; size <= 8; size += 4) {
            for (int count = 0; count < 256; count++) {
                long flags = OTHER_FLAGS | (count % 2 == 0 ? 0 : Rflags.ARITHMETIC);
                Model model = new Model(size, FILL, false, 0);
                for (int i = 0; i < (count & 8 * size - 1); i++) {
                    model.move(kind);
                }

                assertThat(HandmadeTrap.of(flagless(kind, size, count)).with("rdi", DEVICE).with("rflags", flags)
                        .with("rcx", 0x5aa5_0000L | count).with("rax", -1).answers(FILL).run())
                        .as("%s by %d of %d bytes", kind, count, size).isEmulated()
                        .hasRegister("rax", model.value).hasRegister("rflags", flags)
                        .accesses().are(read(DEVICE_GPA, size, FILL & model.mask()));
            }
        }
    }

    @Test
    void aRefusedWriteLeavesTheValueReadAndNothingElse() {
        assertThat(HandmadeTrap.of("d327").with("rdi", DEVICE).with("rcx", 3).answers(0x1234).refusesAfter(1).run())
                .isPropagated().hasCheck("device-refused").changedNothing()
                .failure().accesses().are(read(DEVICE_GPA, 4, 0x1234));
    }

    @ParameterizedTest
    @CsvSource({
        // shl eax, 5; shld eax, ecx, cl; shlx eax, ebx, ecx: nothing in memory
        "c1e005, shl", "0fa5c8, shld", "c4e271f7c3, shlx"})
    void aFormWithoutMemoryIsRefused(String code, String mnemonic) {
        assertThat(HandmadeTrap.of(code).run()).isPropagated().hasCheck("no-memory-operand")
                .failure().hasDetail(mnemonic);
    }
}
